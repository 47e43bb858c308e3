"""
The trail for whoever watches over it: searched by its open columns, one entry opened at a time, the whole checked.

Each look is recorded first, and committed: a search and a check about nobody, an entry with the person it is about,
who can see it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

from sqlalchemy import ColumnElement, select

from audit import export, proofs, verify
from audit.checkpoint import Checkpoint
from audit.errors import AuditError
from audit.events import Kind
from audit.export import Record
from audit.keeper import Keeper, check_continues
from audit.models import EntryRow
from hub.clock import OFFICE
from hub.errors import KeyDestroyed, NotFound
from hub.exchange import trail
from hub.exchange.hub import Hub
from hub.exchange.situation import locked
from hub.identity.principals import Author
from hub.vault.subject_keys import DataKey
from hub.vault.vault import NOBODY
from schemas.base import Json

PAGE = 50
# A longer trail is checked at the command line: somebody who waits for a page must not wait for minutes.
MOST = 20_000
MOST_EXPORTED = 10_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for, in the columns that are not sealed. Whole days, the last one included."""

    kind: Kind | None = None
    partner: str = ""
    outcome: str = ""
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as its columns tell: its place in the trail, and nothing about whom."""

    index: int
    kind: str | None
    at: datetime | None
    partner: str | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Checked:
    """
    What a check of the whole trail found: `problems` name positions, never content. `forked`: it does not continue
    what was signed before, and then nothing is signed; otherwise `signed` is the head.
    """

    size: int
    root: bytes
    problems: Sequence[str]
    forked: str = ""
    signed: str = ""


def search(hub: Hub, by: Author, wanted: Wanted, page: int = 1, most: int = PAGE) -> tuple[list[Line], bool]:
    """Some of the entries, the newest first, and whether there are more. Opens nothing; that somebody looked stays."""
    _record(hub, by, {"gezocht": _said(wanted), "blad": page})
    columns = (EntryRow.position, EntryRow.kind, EntryRow.at, EntryRow.partner, EntryRow.outcome)
    found = select(*columns).where(*_which(wanted)).order_by(EntryRow.position.desc())
    with hub.database.reading() as session:
        rows = session.execute(found.offset((page - 1) * most).limit(most + 1)).all()
    return [Line(index, kind, _aware(at), partner, outcome) for index, kind, at, partner, outcome in rows[:most]], len(
        rows
    ) > most


def open_entry(hub: Hub, by: Author, index: int) -> Record:
    """
    One entry with its record, when its key exists: the person's own trail says that it was read, before it is.

    Raises NotFound beyond the trail, RecordMismatch or DoesNotOpen when it is not what was written.
    """
    with hub.database.reading() as session:
        found = next(iter(export.stored(session, first=index, end=index + 1)), None)
    if found is None:
        raise NotFound("spoor")
    key = None if found.key_id is None else hub.vault.subjects.by_id(found.key_id)
    if key is None or not _recorded_with(hub, by, key, index):
        _record(hub, by, {"regel": index, "gewist": True})
        return replace(found, fact=None)
    return export.opened(found, trail.opener_with(key))


def size(hub: Hub) -> int:
    """How many entries the trail has."""
    with hub.database.reading() as session:
        return proofs.head(session).size


def check(hub: Hub, keeper: Keeper, by: Author) -> Checked | None:
    """Check the whole trail, and sign its head when it is good. None, and nothing done, when it is longer than MOST."""
    if size(hub) > MOST:
        return None
    _record(hub, by, {"nagerekend": True})
    with hub.database.reading() as session:
        report = verify.verify(session, partial(trail.opener, hub))
        done = Checked(report.size, report.root, report.problems)
        try:
            check_continues(session, keeper.last(), Checkpoint(keeper.origin, report.size, report.root))
            return replace(done, signed=keeper.sign_head(session) if report.valid else "")
        except AuditError as error:
            return replace(done, forked=str(error))


def _recorded_with(hub: Hub, by: Author, key: DataKey, index: int) -> bool:
    """Written beside what is read, under the same person's lock. False when the person was forgotten meanwhile."""
    if key.subject == NOBODY:
        _record(hub, by, {"regel": index})
        return True
    try:
        with hub.database.writing() as session:
            situation = locked(hub, session, key.subject)
            trail.write(session, situation, by, Kind.TRAIL_READ, trail.YES, {"regel": index})
    except KeyDestroyed:
        return False
    return True


def _record(hub: Hub, by: Author, said: dict[str, Json]) -> None:
    trail.write_about_nobody(hub, by, Kind.TRAIL_READ, trail.YES, said)


def _which(wanted: Wanted) -> list[ColumnElement[bool]]:
    which = []
    if wanted.kind is not None:
        which.append(EntryRow.kind == wanted.kind.value)
    if wanted.partner:
        which.append(EntryRow.partner == wanted.partner)
    if wanted.outcome:
        which.append(EntryRow.outcome == wanted.outcome)
    if wanted.first is not None:
        which.append(EntryRow.at >= _begin(wanted.first))
    if wanted.last is not None:
        which.append(EntryRow.at < _begin(wanted.last + timedelta(days=1)))
    return which


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), OFFICE).astimezone(UTC)


def _said(wanted: Wanted) -> dict[str, Json]:
    days = {"van": wanted.first, "tot": wanted.last}
    codes = {"soort": wanted.kind or "", "partij": wanted.partner, "uitkomst": wanted.outcome}
    return {**codes, **{name: None if day is None else day.isoformat() for name, day in days.items()}}


def _aware(at: datetime | None) -> datetime | None:
    # SQLite keeps no zone; what was written is UTC.
    return at if at is None or at.tzinfo is not None else at.replace(tzinfo=UTC)
