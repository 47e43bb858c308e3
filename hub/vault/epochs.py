"""
Shred epochs: every living key is wrapped anew under a new master key, and the old master key is destroyed.

From then on an older backup of the key store opens with nothing that is left: what was erased since is gone there too.
Each step can be the last before a power cut. Everything opens in between, and the same command goes on from there.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Row, Table, and_, bindparam, func, insert, or_, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from hub.db import Database, table_of
from hub.errors import NotReady, SealBroken
from hub.vault.key_file import alone, replace_keyring
from hub.vault.keyring import FileKeyring, load_keyring, new_master_key, newest_alone
from hub.vault.models import KeyEpoch, PartnerKey, SubjectKey
from hub.vault.subject_keys import epoch_for_new_keys, key_context

BATCH = 200

Record = Callable[[int, int], None]
"""Told before an epoch counts as destroyed: (the epoch, how many keys were wrapped anew). For the trail."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One epoch: how many keys of persons and partners live under it, how many persons' keys were destroyed."""

    epoch: int
    began_at: datetime | None
    destroyed_at: datetime | None
    living: int
    destroyed: int


@dataclass(frozen=True, slots=True)
class Renewed:
    """The epoch that keys are wrapped under now, those that were destroyed, and how many keys moved this time."""

    epoch: int
    ended: tuple[int, ...]
    moved: int


@dataclass(frozen=True)
class _Sort:
    """Persons' keys or partners' keys: the table, what names a row, and what its wrapping is bound to."""

    table: Table
    names: tuple[str, ...]
    context: Callable[[Row[Any]], bytes]


_SORTS = (
    _Sort(table_of(SubjectKey), ("key_id",), lambda row: key_context(row.key_id, row.subject, row.purpose)),
    _Sort(table_of(PartnerKey), ("partner", "purpose"), lambda row: key_context("partner", row.partner, row.purpose)),
)


def ensure(store: Database, epoch: int, now: datetime) -> None:
    """Write down under which epoch a new key store begins; nothing when that is known."""
    with store.reading() as session:
        known = session.scalar(select(func.max(KeyEpoch.epoch)))
    if known is None:
        # Another process may be first: both say the same.
        with suppress(IntegrityError), store.writing() as session:
            session.execute(insert(KeyEpoch), [{"epoch": epoch, "began_at": now}])


def under_way(store: Database, keyring: FileKeyring) -> bool:
    """Whether a renewal was begun and did not come to its end."""
    return len(keyring.keys) > 1 or bool(_unended(store, keyring))


def prepare(store: Database, path: Path) -> FileKeyring:
    """The key file with the master key of the next epoch in it; as it is when a renewal is under way already."""
    with alone(path):
        keyring = load_keyring(path)
        if under_way(store, keyring):
            return keyring
        following = keyring.epoch + 1
        made = replace(keyring, epoch=following, keys={**keyring.keys, following: new_master_key()})
        replace_keyring(path, made)
        return made


def renew(store: Database, path: Path, now: datetime, record: Record) -> Renewed:
    """
    Move every living key to the newest epoch in the key file, and destroy the master keys of the older ones.

    Raises NotReady, with all as it was, when no copy of the newest master key lies in the safe, or when a key does
    not open under its own epoch.
    """
    with alone(path):
        # 1. A master key that everything will hang on is in the safe first.
        keyring = load_keyring(path)
        if keyring.epoch not in keyring.escrowed:
            raise NotReady(f"Epoch {keyring.epoch} has no copy for the safe yet. Type: ketenhub keys escrow FILE")

        # 2. From here on, every new key is wrapped under it, whatever a running hub has in memory.
        _begin(store, keyring.epoch, now)

        # 3. The living keys follow, some at a time; whoever reads finds either.
        moved = sum(_move(store, keyring, sort) for sort in _SORTS)

        # 4. None is left behind, and each opens: only then the older master keys go.
        _refuse_left_behind(store, keyring)
        ended = sorted({*_unended(store, keyring), *keyring.keys} - {keyring.epoch})
        if len(keyring.keys) > 1:
            replace_keyring(path, newest_alone(keyring))

        # 5. Recorded; marked last, so that a power cut in between records it once more rather than never.
        for epoch in ended:
            record(epoch, moved)
            _mark_destroyed(store, epoch, now)
        return Renewed(keyring.epoch, tuple(ended), moved)


def counts(store: Database) -> list[Counted]:
    """Each epoch that is written down, or that a key is wrapped under, oldest first."""
    keys, partners = _SORTS[0].table, _SORTS[1].table
    with store.reading() as session:
        told = {row.epoch: row for row in session.execute(select(table_of(KeyEpoch)))}
        rows = session.execute(
            select(keys.c.epoch, func.count(keys.c.wrapped), func.count()).group_by(keys.c.epoch)
        ).all()
        each = session.execute(select(partners.c.epoch, func.count()).group_by(partners.c.epoch)).all()
    of_partners = {row[0]: row[1] for row in each}
    of_persons = {epoch: (living, both - living) for epoch, living, both in rows}
    return [
        Counted(
            epoch, began_at=told[epoch].began_at if epoch in told else None,
            destroyed_at=told[epoch].destroyed_at if epoch in told else None,
            living=of_persons.get(epoch, (0, 0))[0] + of_partners.get(epoch, 0),
            destroyed=of_persons.get(epoch, (0, 0))[1],
        )
        for epoch in sorted({*told, *of_persons, *of_partners})
    ]  # fmt: skip


def check_opening(store: Database, keyring: FileKeyring) -> tuple[int, int]:
    """How many living keys there are, and how many of them do not open with this master key."""
    found = [_opens(keyring, sort, row) for sort in _SORTS for row in _living(store, sort)]
    return len(found), found.count(False)


def _begin(store: Database, epoch: int, now: datetime) -> None:
    with store.writing() as session:
        present = epoch_for_new_keys(session, alone=True)
        if present is not None and present > epoch:
            raise NotReady(f"The key store is at epoch {present}, the key file at {epoch}. Put back the newer file.")
        if present != epoch:
            session.execute(insert(KeyEpoch), [{"epoch": epoch, "began_at": now}])


def _move(store: Database, keyring: FileKeyring, sort: _Sort) -> int:
    named = and_(*(sort.table.c[name] == bindparam(f"of_{name}") for name in sort.names))
    # A key that was destroyed since we read it stays destroyed.
    still = and_(named, sort.table.c.epoch == bindparam("of_epoch"), sort.table.c.wrapped.is_not(None))
    statement = update(sort.table).where(still).values(epoch=keyring.epoch, wrapped=bindparam("anew"))
    moved = 0
    for batch in _batches(store, sort, older_than=keyring.epoch):
        rows = [row for row in batch if _opens(keyring, sort, row)]
        values = [_anew(keyring, sort, row) for row in rows]
        if values:
            with store.writing() as session:
                session.connection().execute(statement, values)
            moved += len(values)
    return moved


def _anew(keyring: FileKeyring, sort: _Sort, row: Row[Any]) -> dict[str, object]:
    context = sort.context(row)
    secret = keyring.unwrap(row.wrapped, row.epoch, context)
    name = {f"of_{name}": getattr(row, name) for name in sort.names}
    return {**name, "of_epoch": row.epoch, "anew": keyring.wrap(secret, context)}


def _refuse_left_behind(store: Database, keyring: FileKeyring) -> None:
    # Looked at from the store's side once more: under the new epoch, and opening with its master key alone.
    living, closed = check_opening(store, newest_alone(keyring))
    if closed:
        raise NotReady(
            f"{closed} of {living} keys do not open under epoch {keyring.epoch}; no master key was destroyed. "
            "Put those rows back from a backup of the key store, and type the same again."
        )


def _unended(store: Database, keyring: FileKeyring) -> list[int]:
    older = (KeyEpoch.epoch < keyring.epoch, KeyEpoch.destroyed_at.is_(None))
    with store.reading() as session:
        return list(session.scalars(select(KeyEpoch.epoch).where(*older).order_by(KeyEpoch.epoch)))


def _mark_destroyed(store: Database, epoch: int, now: datetime) -> None:
    with store.writing() as session:
        session.execute(update(KeyEpoch).where(KeyEpoch.epoch == epoch).values(destroyed_at=now))


def _living(store: Database, sort: _Sort) -> Iterator[Row[Any]]:
    for batch in _batches(store, sort):
        yield from batch


def _batches(store: Database, sort: _Sort, older_than: int | None = None) -> Iterator[Sequence[Row[Any]]]:
    """The living keys in the order of their names, some at a time; what is added behind us belongs to the present."""
    columns = tuple_(*(sort.table.c[name] for name in sort.names))
    wanted = select(sort.table).where(sort.table.c.wrapped.is_not(None)).order_by(*columns).limit(BATCH)
    if older_than is not None:
        wanted = wanted.where(sort.table.c.epoch < older_than)
    after: tuple[Any, ...] | None = None
    while True:
        with store.reading() as session:
            rows = session.execute(wanted if after is None else wanted.where(_beyond(sort, after))).all()
        if not rows:
            return
        yield rows
        after = tuple(getattr(rows[-1], name) for name in sort.names)


def _beyond(sort: _Sort, after: tuple[Any, ...]) -> Any:
    first, *rest = (sort.table.c[name] for name in sort.names)
    if not rest:
        return first > after[0]
    return or_(first > after[0], and_(first == after[0], rest[0] > after[1]))


def _opens(keyring: FileKeyring, sort: _Sort, row: Row[Any]) -> bool:
    try:
        keyring.unwrap(row.wrapped, row.epoch, sort.context(row))
    except SealBroken:
        return False
    return True
