"""Reading the trail back: in order, opened where the key still exists, and only what was asked for."""

import pytest
from sqlalchemy import update

from audit import export, log
from audit.errors import DoesNotOpen, RecordMismatch
from audit.events import Kind
from audit.export import read
from audit.models import EntryRow
from hub.db import Database
from tests.audit.trails import Keys, add, an_event, past_the_guards
from tests.stores import Stores


@pytest.fixture
def keys() -> Keys:
    return Keys()


def numbers(found: list[export.Record]) -> list[object]:
    return [entry.fact["gegevens"]["nummer"] if entry.fact else None for entry in found]  # type: ignore[index,call-overload]


def test_records_come_back_in_the_order_in_which_they_were_committed(
    database: Database, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "BATCH", 4)
    add(database, keys, 10)
    with database.reading() as session:
        assert numbers(list(read(session, keys.open))) == list(range(10))
        assert [entry.index for entry in read(session, first=3, end=9)] == list(range(3, 9))
        assert list(read(session, first=10)) == []


def test_without_an_opener_nothing_is_opened(database: Database, keys: Keys) -> None:
    add(database, keys, 2)
    with database.reading() as session:
        assert [entry.fact for entry in read(session)] == [None, None]


def test_a_destroyed_key_takes_its_records_along_and_no_others(database: Database, keys: Keys) -> None:
    add(database, keys, 2)
    keys.destroy()
    add(database, keys, 2)
    with database.reading() as session:
        assert numbers(list(read(session, keys.open))) == [None, None, 0, 1]


def test_the_entries_of_one_key_are_found(database: Database, keys: Keys) -> None:
    add(database, keys, 2)
    old = keys.current
    keys.destroy()
    add(database, keys, 1)
    with database.reading() as session:
        assert [entry.index for entry in read(session, key_id=old)] == [0, 1]


def test_the_entries_of_some_kinds_are_found(database: Database, keys: Keys) -> None:
    kinds = [Kind.PUBLISHED, Kind.QUERIED, Kind.OPENED, Kind.QUERIED]
    with database.writing() as session:
        log.append_all(session, [(an_event(kind=kind), keys.seal) for kind in kinds])
    with database.reading() as session:
        found = [entry.index for entry in read(session, kinds={Kind.QUERIED, Kind.OPENED})]
    assert found == [1, 2, 3]


def test_only_the_newest_of_somebodys_entries_are_opened_newest_first(database: Database, keys: Keys) -> None:
    add(database, keys, 5)
    with database.writing() as session:
        log.append(session, an_event(kind=Kind.OPENED), keys.seal)
    opened: list[str] = []

    def opens(key_id: str, entry_id: str, sealed: bytes) -> bytes | None:
        opened.append(entry_id)
        return keys.open(key_id, entry_id, sealed)

    with database.reading() as session:
        found = export.newest(
            session, opens, key_id=keys.current, kind=Kind.PUBLISHED, partner="coa", outcome="aangeboden",
            end=4, most=2,
        )  # fmt: skip
    assert numbers(found) == [3, 2]
    assert len(opened) == 2


def test_a_record_of_another_entry_is_not_believed(stores: Stores, keys: Keys) -> None:
    add(stores.database, keys, 2)
    with past_the_guards(stores) as session:
        session.execute(update(EntryRow).where(EntryRow.position == 1).values(commitment=b"x" * 32))
    with stores.database.reading() as session, pytest.raises(RecordMismatch) as caught:
        list(read(session, keys.open))
    assert caught.value.index == 1


def test_sealed_bytes_that_were_changed_do_not_open(stores: Stores, keys: Keys) -> None:
    add(stores.database, keys)
    with past_the_guards(stores) as session:
        session.execute(update(EntryRow).values(sealed=b"x" * 80))
    with stores.database.reading() as session, pytest.raises(DoesNotOpen):
        list(read(session, keys.open))
