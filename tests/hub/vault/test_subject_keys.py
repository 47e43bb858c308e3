"""Persons' keys: one per class, bound to person and class, and gone for good when they are destroyed."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import insert, select, update

from hub.errors import KeyDestroyed, SealBroken
from hub.vault.keyring import FileKeyring
from hub.vault.models import SubjectKey
from hub.vault.subject_keys import KeyClass, SubjectKeys
from tests.stores import Stores

NOOR, RIK = "a" * 32, "b" * 32
ALL = tuple(KeyClass)
EXCHANGE, AUDIT = KeyClass.EXCHANGE, KeyClass.AUDIT
VECTOR: dict[str, Any] = json.loads((Path(__file__).parents[2] / "vectors" / "seal.json").read_text())["wrapped"]


def rows(stores: Stores) -> dict[tuple[str, str], SubjectKey]:
    with stores.keys.reading() as session:
        return {(row.subject, row.purpose): row for row in session.scalars(select(SubjectKey))}


def steal(stores: Stores, **values: object) -> None:
    """A database administrator with the owner's rights changes Rik's key for messages."""
    with stores.keys_owner.writing() as session:
        mine = (SubjectKey.subject == RIK, SubjectKey.purpose == EXCHANGE.value)
        session.execute(update(SubjectKey).where(*mine).values(**values))


def test_a_new_person_has_a_key_of_every_class(keys: SubjectKeys, now: datetime) -> None:
    made = keys.create(NOOR, now)
    assert set(made) == set(KeyClass) == {EXCHANGE, KeyClass.LINKING, KeyClass.CONSENT, AUDIT}
    assert {(key.subject, key.purpose) for key in made.values()} == {(NOOR, kind) for kind in KeyClass}
    assert {len(key.secret) for key in made.values()} == {32}


def test_no_two_keys_are_the_same(keys: SubjectKeys, now: datetime) -> None:
    made = [*keys.create(NOOR, now).values(), *keys.create(RIK, now).values()]
    assert len({key.secret for key in made}) == len({key.id for key in made}) == 8


def test_the_keys_of_a_person_are_found_again(keys: SubjectKeys, now: datetime) -> None:
    made = keys.create(NOOR, now)
    keys.create(RIK, now)
    assert keys.of(NOOR, *ALL) == made
    assert keys.of(NOOR, AUDIT) == {AUDIT: made[AUDIT]}
    assert keys.by_id(made[EXCHANGE].id) == made[EXCHANGE]


def test_a_person_without_keys_has_none(keys: SubjectKeys) -> None:
    with pytest.raises(KeyDestroyed):
        keys.of(NOOR, EXCHANGE)
    assert keys.by_id("c" * 32) is None


def test_a_key_is_made_once(keys: SubjectKeys, now: datetime) -> None:
    made = keys.create(NOOR, now)
    with pytest.raises(KeyDestroyed):
        keys.create(NOOR, now)
    assert keys.of(NOOR, *ALL) == made


def test_two_that_make_a_person_at_the_same_moment_make_one(
    stores: Stores, keyring: FileKeyring, now: datetime
) -> None:
    def make(_: int) -> bool:
        try:
            SubjectKeys(stores.keys, keyring).create(NOOR, now)
        except KeyDestroyed:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(make, range(4))) == 1
    assert len(rows(stores)) == 4


def test_a_destroyed_key_opens_nothing_any_more(keys: SubjectKeys, now: datetime, stores: Stores) -> None:
    made = keys.create(NOOR, now)
    keys.destroy(NOOR, now, EXCHANGE, KeyClass.LINKING)
    with pytest.raises(KeyDestroyed):
        keys.of(NOOR, EXCHANGE)
    with pytest.raises(KeyDestroyed):
        keys.of(NOOR, *ALL)
    assert keys.by_id(made[EXCHANGE].id) is None
    row = rows(stores)[NOOR, "exchange"]
    assert (row.wrapped, row.destroyed_at) == (None, now)


def test_destroying_ends_the_named_classes_of_one_person_only(keys: SubjectKeys, now: datetime) -> None:
    noor, rik = keys.create(NOOR, now), keys.create(RIK, now)
    keys.destroy(NOOR, now, EXCHANGE)
    assert keys.of(NOOR, AUDIT) == {AUDIT: noor[AUDIT]}
    assert keys.of(RIK, *ALL) == rik


def test_a_destroyed_key_is_never_made_again(keys: SubjectKeys, now: datetime, stores: Stores) -> None:
    keys.create(NOOR, now)
    keys.destroy(NOOR, now, *ALL)
    with pytest.raises(KeyDestroyed):
        keys.create(NOOR, now)
    assert {row.wrapped for row in rows(stores).values()} == {None}
    with pytest.raises(KeyDestroyed):
        keys.of(NOOR, AUDIT)


def test_not_even_where_one_class_was_destroyed(keys: SubjectKeys, now: datetime) -> None:
    made = keys.create(NOOR, now)
    keys.destroy(NOOR, now, EXCHANGE)
    with pytest.raises(KeyDestroyed):
        keys.create(NOOR, now)
    assert keys.of(NOOR, AUDIT) == {AUDIT: made[AUDIT]}


def test_destroying_twice_keeps_the_day_of_the_first_time(keys: SubjectKeys, now: datetime, stores: Stores) -> None:
    keys.create(NOOR, now)
    keys.destroy(NOOR, now, EXCHANGE)
    keys.destroy(NOOR, now + timedelta(days=1), EXCHANGE)
    assert rows(stores)[NOOR, "exchange"].destroyed_at == now


def test_nothing_is_kept_between_calls(keys: SubjectKeys, now: datetime, stores: Stores, keyring: FileKeyring) -> None:
    keys.create(NOOR, now)
    keys.of(NOOR, *ALL)
    SubjectKeys(stores.keys, keyring).destroy(NOOR, now, EXCHANGE)
    with pytest.raises(KeyDestroyed):
        keys.of(NOOR, EXCHANGE)


def test_a_key_moved_to_another_person_does_not_open(keys: SubjectKeys, now: datetime, stores: Stores) -> None:
    keys.create(NOOR, now)
    rik = keys.create(RIK, now)
    steal(stores, wrapped=rows(stores)[NOOR, "exchange"].wrapped)
    with pytest.raises(SealBroken):
        keys.of(RIK, EXCHANGE)
    with pytest.raises(SealBroken):
        keys.by_id(rik[EXCHANGE].id)


def test_a_key_moved_to_another_class_does_not_open(keys: SubjectKeys, now: datetime, stores: Stores) -> None:
    keys.create(RIK, now)
    steal(stores, wrapped=rows(stores)[RIK, "audit"].wrapped)
    with pytest.raises(SealBroken):
        keys.of(RIK, EXCHANGE)


@pytest.mark.parametrize("changed", [{"key_id": "d" * 32}, {"subject": "e" * 32}, {"purpose": "consent"}])
def test_a_wrapped_key_counts_in_its_own_row_only(
    keys: SubjectKeys, keyring: FileKeyring, now: datetime, stores: Stores, changed: dict[str, str]
) -> None:
    """A row copied under another name, person or class, where the database itself would allow that."""
    key = keys.create(NOOR, now)[EXCHANGE]
    old = rows(stores)[NOOR, "exchange"]
    named = {"key_id": key.id, "subject": NOOR, "purpose": "exchange"}
    copy = SubjectKey(**(named | changed), epoch=1, wrapped=old.wrapped, created_at=now)
    with pytest.raises(SealBroken):
        SubjectKeys(stores.keys, keyring)._unwrap(cast(Any, copy))


def test_a_key_of_another_master_key_does_not_open(keys: SubjectKeys, now: datetime, stores: Stores) -> None:
    keys.create(NOOR, now)
    with pytest.raises(SealBroken):
        SubjectKeys(stores.keys, FileKeyring(1, {1: bytes(32)})).of(NOOR, EXCHANGE)


def test_a_key_does_not_show(keys: SubjectKeys, now: datetime) -> None:
    key = keys.create(NOOR, now)[EXCHANGE]
    assert repr(key.secret) not in repr(key)
    assert key.secret.hex() not in repr(key)
    assert "secret" not in repr(key)


def test_no_key_stands_readable_in_the_store(keys: SubjectKeys, now: datetime, stores: Stores) -> None:
    made = keys.create(NOOR, now)
    assert all(key.secret not in (rows(stores)[NOOR, kind].wrapped or b"") for kind, key in made.items())


def test_a_key_of_long_ago_still_opens(stores: Stores, now: datetime) -> None:
    """The row as an earlier version wrote it (tests/vectors/make_seal.py)."""
    row = {name: VECTOR[name] for name in ("key_id", "subject", "purpose", "epoch")}
    with stores.keys.writing() as session:
        session.execute(insert(SubjectKey), [{**row, "wrapped": bytes.fromhex(VECTOR["wrapped"]), "created_at": now}])
    keys = SubjectKeys(stores.keys, FileKeyring(1, {1: bytes.fromhex(VECTOR["master"])}))
    assert keys.of(VECTOR["subject"], EXCHANGE)[EXCHANGE].secret.hex() == VECTOR["secret"]
