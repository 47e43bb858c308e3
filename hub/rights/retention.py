"""
What has had its time goes: planned, looked at, approved by a second person, carried out, and certified in numbers.

An approval is bound to exactly that plan. When it is carried out, every row is looked at again under its person's
lock: what is held, restricted or no longer over is left, and counted.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, cast

from sqlalchemy import CursorResult, delete, insert, select, update
from sqlalchemy.orm import Session

from audit.events import Kind
from hub.clock import day_of, stamp
from hub.db import new_id
from hub.errors import NotFound
from hub.exchange import trail
from hub.exchange.hub import Hub
from hub.exchange.models import Delivery, Message
from hub.identity.principals import Author
from hub.people import subjects
from hub.people.models import LinkCode, Subject, WindowSession, WindowSlip
from hub.rights import erase, holds
from hub.rights.ledger import Ledger
from hub.rights.models import RetentionPlan, RightsRequest
from hub.rights.terms import Over, Sort, batches, over
from hub.vault.seal import dump
from schemas.base import Json

MADE, APPROVED, DONE = "gemaakt", "goedgekeurd", "uitgevoerd"
_CAUSES: Mapping[Sort, erase.Cause] = {Sort.LEFT: erase.Cause.LEFT, Sort.FORGOTTEN: erase.Cause.TERM}
_KEYS: Mapping[Sort, Any] = {
    Sort.ITEM: Delivery.id, Sort.MESSAGE: Message.id, Sort.CODE: LinkCode.id, Sort.WINDOW: WindowSlip.id,
    Sort.REQUEST: RightsRequest.id, Sort.LEFT: Subject.id, Sort.FORGOTTEN: Subject.id,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """So many rows of one sort and flow or type, the oldest of this day. For a person to read: no ids."""

    sort: str
    group: str
    count: int
    oldest: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as it stands; `certificate` once it was carried out."""

    id: str
    digest: str
    lines: Sequence[Line]
    made_by: str
    approved_by: str | None
    certificate: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was done; the sentence says why, and what to do."""

    says: str


def make(hub: Hub, by: Author) -> Plan | None:
    """Write down what is over now. None when nothing is."""
    with hub.database.reading() as session:
        found = {sort: over(session, hub, sort) for sort in Sort}
    lines = [line for sort, rows in found.items() for line in _lines(sort, rows)]
    if not lines:
        return None
    plan = new_id()
    content = {"plan": plan, "dag": hub.today().isoformat(), "afspraak": hub.agreement.hash, "regels": lines}
    row = {
        "id": plan, "digest": _digest(content), "content": content, "made_at": hub.now(), "made_by": by.client_id,
    }  # fmt: skip
    with hub.database.writing() as session:
        session.execute(insert(RetentionPlan), [row])
        _record(hub, session, by, MADE, str(row["digest"]), _counts(content))
    return show(hub, plan)


def show(hub: Hub, plan: str) -> Plan:
    """The plan, in numbers. Raises NotFound."""
    with hub.database.reading() as session:
        return _shown(_found(session, plan))


def approve(hub: Hub, by: Author, plan: str, digest: str) -> Plan | Refused:
    """A second person stands behind exactly this plan, which they name by its digest. Raises NotFound."""
    with hub.database.writing() as session:
        row = _found(session, plan)
        refused = _may_not_approve(row, by, digest)
        if refused is not None:
            return refused
        if row.approved_at is None:
            approved = {"approved_at": hub.now(), "approved_by": by.client_id}
            session.execute(update(RetentionPlan).where(RetentionPlan.id == plan).values(approved))
            _record(hub, session, by, APPROVED, row.digest, _counts(row.content))
    return show(hub, plan)


def run(hub: Hub, ledger: Ledger, by: Author, plan: str) -> Plan | Refused:
    """
    Carry out an approved plan. Stopped halfway, it goes on when it is asked again; done, it does nothing more.

    Raises NotFound; LedgerBroken or OSError when the ledger of erasures cannot be written.
    """
    with hub.database.reading() as session:
        row = _found(session, plan)
    if row.executed_at is not None:
        return _shown(row)
    if row.approved_by is None:
        return Refused("Nobody approved this plan yet. Type: ketenhub retention approve")
    if _digest(row.content) != row.digest:
        return Refused("This plan is not the one that was approved: it was changed in the database. Make another.")
    for line in row.content["regels"]:
        _carry_out(hub, ledger, by, Sort(line["soort"]), line["ids"])
    _certify(hub, by, row)
    return show(hub, plan)


def _lines(sort: Sort, rows: Sequence[Over]) -> list[dict[str, Any]]:
    groups: dict[str, list[Over]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    return [
        {
            "soort": sort.value, "groep": group, "aantal": len(some), "ids": sorted(one.id for one in some),
            "oudste": day_of(min(one.since for one in some)).isoformat(),
        }
        for group, some in sorted(groups.items())
    ]  # fmt: skip


def _digest(content: Mapping[str, Any]) -> str:
    return sha256(dump(content)).hexdigest()


def _counts(content: Mapping[str, Any]) -> dict[str, Json]:
    counts: dict[str, int] = {}
    for line in content["regels"]:
        counts[line["soort"]] = counts.get(line["soort"], 0) + line["aantal"]
    return {**counts}


def _found(session: Session, plan: str) -> RetentionPlan:
    row = session.get(RetentionPlan, plan)
    if row is None:
        raise NotFound("bewaarplan")
    return row


def _shown(row: RetentionPlan) -> Plan:
    lines = [Line(line["soort"], line["groep"], line["aantal"], line["oudste"]) for line in row.content["regels"]]
    return Plan(row.id, row.digest, lines, row.made_by, row.approved_by, row.certificate)


def _may_not_approve(row: RetentionPlan, by: Author, digest: str) -> Refused | None:
    if _digest(row.content) != row.digest or digest != row.digest:
        return Refused("This digest is not that of the plan. Type: ketenhub retention show, and look again.")
    if by.client_id.strip().casefold() == row.made_by.strip().casefold():
        return Refused("Who made a plan does not approve it. Ask a colleague.")
    if row.approved_by not in (None, by.client_id):
        return Refused("Somebody else approved this plan already.")
    return None


def _carry_out(hub: Hub, ledger: Ledger, by: Author, sort: Sort, ids: Sequence[str]) -> None:
    with hub.database.reading() as session:
        still = [one for some in batches(ids) for one in over(session, hub, sort, some)]
    whose: dict[str, list[str]] = {}
    for one in still:
        whose.setdefault(one.subject, []).append(one.id)
    for subject, theirs in whose.items():
        if sort in _CAUSES:
            erase.erase(hub, ledger, by, subject, _CAUSES[sort], _still(hub, sort, subject))
        else:
            _remove(hub, sort, subject, theirs)


def _still(hub: Hub, sort: Sort, subject: str) -> erase.Still:
    return lambda session: bool(over(session, hub, sort, [subject]))


def _remove(hub: Hub, sort: Sort, subject: str, ids: Sequence[str]) -> None:
    with hub.database.writing() as session:
        subjects.lock(session, subject)
        if holds.is_held(session, subject) or holds.is_restricted(session, subject):
            return
        for some in batches(ids):
            now = [one.id for one in over(session, hub, sort, some) if one.subject == subject]
            if sort in _BEFORE:
                _BEFORE[sort](session, now)
            session.execute(delete(_KEYS[sort].class_).where(_KEYS[sort].in_(now)))


def _items_of(session: Session, messages: Sequence[str]) -> None:
    # A message is over when it is so for every flow that it was shared under: then its items are too.
    session.execute(delete(Delivery).where(Delivery.message_id.in_(messages)))


def _visits_of(session: Session, slips: Sequence[str]) -> None:
    session.execute(delete(WindowSession).where(WindowSession.slip_id.in_(slips)))


_BEFORE: Mapping[Sort, Callable[[Session, Sequence[str]], None]] = {
    Sort.MESSAGE: _items_of,
    Sort.WINDOW: _visits_of,
}


def _certify(hub: Hub, by: Author, row: RetentionPlan) -> None:
    """What became of each row is seen from what is there: so it comes out the same after a crash halfway."""
    with hub.database.writing() as session:
        left = dict.fromkeys(Sort, 0)
        for line in row.content["regels"]:
            left[Sort(line["soort"])] += _there(session, Sort(line["soort"]), line["ids"])
        planned = _counts(row.content)
        gone = {sort: cast("int", count) - left[Sort(sort)] for sort, count in planned.items()}
        kept = {sort.value: count for sort, count in left.items() if count}
        certificate: dict[str, Json] = {"gepland": planned, "beeindigd": {**gone}, "overgeslagen": {**kept}}
        done = update(RetentionPlan).where(RetentionPlan.id == row.id, RetentionPlan.executed_at.is_(None))
        said = {"executed_at": hub.now(), "certificate": {**certificate, "tijdstip": stamp(hub.now())}}
        if cast("CursorResult[Any]", session.execute(done.values(said))).rowcount == 1:
            _record(hub, session, by, DONE, row.digest, certificate)


def _there(session: Session, sort: Sort, ids: Sequence[str]) -> int:
    key = _KEYS[sort]
    # Of who is forgotten, an empty row waits until every partner has confirmed.
    alive = [Subject.secret != b""] if sort in _CAUSES else []
    return sum(len(session.scalars(select(key).where(key.in_(some), *alive)).all()) for some in batches(ids))


def _record(hub: Hub, session: Session, by: Author, outcome: str, digest: str, told: Mapping[str, Json]) -> None:
    record: dict[str, Json] = {"vingerafdruk": digest, "aantallen": dict(told)}
    trail.write_for_nobody(hub, session, by, Kind.RETENTION, outcome, record)
