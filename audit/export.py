"""Read the trail back in its own order; open what may be opened, and whose key still exists."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from audit import records
from audit.errors import RecordMismatch
from audit.events import Json, Kind
from audit.models import EntryRow

Opener = Callable[[str, str, bytes], bytes | None]
"""
(key id, entry id, sealed bytes) → plaintext; None when the key was destroyed: erased, and rightly so.

Raises audit.errors.DoesNotOpen when the key exists and the bytes do not open with it.
"""

BATCH = 500

_COLUMNS = (
    EntryRow.position,
    EntryRow.entry_id,
    EntryRow.version,
    EntryRow.commitment,
    EntryRow.leaf_hash,
    EntryRow.kind,
    EntryRow.at,
    EntryRow.partner,
    EntryRow.outcome,
    EntryRow.key_id,
    EntryRow.sealed,
)


@dataclass(frozen=True)
class Record:
    """
    One entry as stored; when it was opened, `fact` is its record: soort, tijdstip, partij, uitkomst,
    gegevens.

    kind, at, partner and outcome are columns to search by: None when pruned, and proven by nothing. `fact`
    is.
    """

    index: int
    entry_id: str
    version: int
    commitment: bytes
    leaf_hash: bytes
    kind: str | None
    at: datetime | None
    partner: str | None
    outcome: str | None
    key_id: str | None
    sealed: bytes = field(repr=False)
    fact: Mapping[str, Json] | None = field(default=None, repr=False)


def read(
    session: Session,
    opener: Opener | None = None,
    *,
    first: int = 0,
    end: int | None = None,
    key_id: str | None = None,
    kinds: Collection[Kind] = (),
) -> Iterator[Record]:
    """
    The entries from `first` up to, not including, `end`, in order; of this key or these kinds only, if given.

    With an opener, each comes with its record where the key exists. Raises RecordMismatch when a record is
    not the one that its entry was made for.
    """
    for entry in stored(session, first=first, end=end, key_id=key_id, kinds=kinds):
        yield opened(entry, opener) if opener else entry


def newest(
    session: Session, opener: Opener, *, key_id: str, kind: Kind, partner: str, outcome: str, end: int, most: int
) -> list[Record]:
    """
    The newest entries of this key and kind, by this partner and with this outcome, before `end`; at most so many.

    For who needs to know something recent, however much was recorded. Opens these and no others; raises as read.
    """
    wanted = (
        select(*_COLUMNS)
        .where(EntryRow.key_id == key_id, EntryRow.kind == kind.value, EntryRow.position < end)
        .where(EntryRow.partner == partner, EntryRow.outcome == outcome)
        .order_by(EntryRow.position.desc())
        .limit(most)
    )
    return [opened(_record(row), opener) for row in session.execute(wanted)]


def opened(entry: Record, opener: Opener) -> Record:
    """The entry with its record, checked against the commitment; as it was when its key is gone."""
    if entry.key_id is None:
        return entry
    plaintext = opener(entry.key_id, entry.entry_id, entry.sealed)
    if plaintext is None:
        return entry
    fact = records.unseal(plaintext, entry.commitment)
    if fact is None:
        raise RecordMismatch(entry.index)
    return replace(entry, fact=fact)


def stored(
    session: Session,
    *,
    first: int = 0,
    end: int | None = None,
    key_id: str | None = None,
    kinds: Collection[Kind] = (),
) -> Iterator[Record]:
    """The same entries as stored, none opened. Holds one batch in memory, however long the trail is."""
    wanted = select(*_COLUMNS).order_by(EntryRow.position).limit(BATCH)
    if end is not None:
        wanted = wanted.where(EntryRow.position < end)
    if key_id is not None:
        wanted = wanted.where(EntryRow.key_id == key_id)
    if kinds:
        wanted = wanted.where(EntryRow.kind.in_([kind.value for kind in kinds]))
    while batch := _batch(session, wanted, first):
        yield from batch
        first = batch[-1].index + 1


def _batch(session: Session, wanted: Select[*tuple[Any, ...]], first: int) -> list[Record]:
    return [_record(row) for row in session.execute(wanted.where(EntryRow.position >= first))]


def _record(row: Row[*tuple[Any, ...]]) -> Record:
    # The columns stand in the order of the class.
    entry = Record(*row)
    return replace(entry, at=_in_utc(entry.at))


def _in_utc(at: datetime | None) -> datetime | None:
    # SQLite keeps no zone. What we wrote was UTC, so what comes back without one is UTC.
    if at is None:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
