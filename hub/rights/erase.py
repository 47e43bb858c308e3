"""
A person is forgotten: rows gone, keys destroyed, every receiver asked to delete its copy, and proof of it kept.

What was begun is finished, whatever stops the hub halfway: the ledger says who, outside both databases.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, exists, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from audit.events import Kind
from hub.db import new_id
from hub.errors import KeyDestroyed, NotFound
from hub.exchange import route, trail
from hub.exchange.hub import Hub
from hub.exchange.models import Delivery
from hub.exchange.situation import Situation
from hub.identity.principals import HOUSE, Author
from hub.people import subjects
from hub.people.models import Link, Subject
from hub.rights import holds, removal
from hub.rights.holdings import removed
from hub.rights.ledger import Ledger
from hub.rights.models import Erasure, RightsRequest
from hub.rights.receivers import requests_to_delete
from hub.vault.models import SubjectKey
from hub.vault.subject_keys import DataKey, KeyClass
from hub.vault.vault import NOBODY
from schemas.base import Json

DONE = "voltooid"
ERASURE_REQUEST = "wissen"


class Cause(StrEnum):
    """Why a person is forgotten; the words of the trail."""

    REQUEST = "verzoek"
    TERM = "bewaartermijn"
    LEFT = "vertrek"
    # Found in the ledger and not in the database: begun just before a crash, or the database is an older copy.
    RESUMED = "hervat"


class Why(StrEnum):
    """Why a person is not forgotten now."""

    HOLD = "bewaarstop"
    RESTRICTED = "beperking"
    # What the plan said of this person is true no longer.
    CHANGED = "past-niet-meer"


@dataclass(frozen=True, slots=True)
class Held:
    """Nothing was done, and why. A value: whoever asked hears it."""

    why: Why


@dataclass(frozen=True, slots=True)
class Erased:
    """
    The person is forgotten. `index`: where it stands in the trail. `asked`: requests to delete that went out.

    `done`: every one of them was confirmed, and the last rows went too.
    """

    id: str
    index: int
    asked: int
    done: bool


Still = Callable[[Session], bool]
"""Asked under the person's lock: is what this erasure rests on still so?"""


def erase(
    hub: Hub, ledger: Ledger, by: Author, subject: str, cause: Cause, still: Still = lambda _: True
) -> Erased | Held:
    """
    Forget this person, completely. Asked again, it goes on where it was, and gives the same.

    Raises NotFound for an id of nobody; LedgerBroken or OSError, with nothing done, when the ledger cannot be written.
    """
    with hub.database.writing() as session:
        # 1. Under the person's lock: does anything stand in the way?
        subjects.lock(session, subject)
        if _begun(session, subject) is None:
            if not _is_there(session, subject):
                raise NotFound("betrokkene")
            held = _held(session, subject, cause, still)
            if held is not None:
                return Held(held)

            # 2. On the disk, outside both databases, before anything is gone. From here on there is no way back.
            ledger.add(subject, hub.now())

            # 3. Rows gone, receivers asked, recorded: together, or not at all.
            _forget(session, hub, by, subject, cause)

    # 4. Then the keys, and when nobody must be waited for, the last rows.
    return _complete(hub, subject)


def resume(hub: Hub, ledger: Ledger) -> int:
    """
    Finish every erasure that was begun, also in a database that was put back from before it. Gives how many it moved.

    Runs before the hub serves, and now and then: doing it twice does nothing. Raises LedgerBroken.
    """
    begun, named = _erasures(hub), ledger.subjects()
    # A ledger that was lost is written again from what the database knows.
    unnamed = sorted(begun.keys() - set(named))
    for subject in unnamed:
        ledger.add(subject, hub.now())
    living = hub.vault.subjects.living([*named, *unnamed])
    unfinished = [one for one in (*named, *unnamed) if one in living or begun.get(one) is not State.RESTS]
    for subject in unfinished:
        _again(hub, subject, known=subject in begun)
    return len(unfinished)


def _again(hub: Hub, subject: str, *, known: bool) -> None:
    if not known:
        # Another process that started at the same moment may have done it meanwhile.
        with suppress(IntegrityError), hub.database.writing() as session:
            subjects.lock(session, subject)
            _forget(session, hub, HOUSE, subject, Cause.RESUMED)
    _complete(hub, subject)


class State(StrEnum):
    """How far an erasure came: nothing to do now (done, or somebody has yet to confirm), or there is."""

    RESTS = "rests"
    GOES_ON = "goes-on"


def _erasures(hub: Hub) -> dict[str, State]:
    waiting = exists().where(Delivery.subject_id == Erasure.subject_id, Delivery.acknowledged_at.is_(None))
    rests = and_(Erasure.keys_destroyed_at.is_not(None), or_(Erasure.done_at.is_not(None), waiting))
    with hub.database.reading() as session:
        rows = session.execute(select(Erasure.subject_id, rests)).all()
    return {subject: State.RESTS if rest else State.GOES_ON for subject, rest in rows}


def _begun(session: Session, subject: str) -> Erasure | None:
    return session.scalars(select(Erasure).where(Erasure.subject_id == subject)).one_or_none()


def _is_there(session: Session, subject: str) -> bool:
    return subject != NOBODY and session.scalar(select(Subject.id).where(Subject.id == subject)) is not None


def _held(session: Session, subject: str, cause: Cause, still: Still) -> Why | None:
    if holds.is_held(session, subject):
        return Why.HOLD
    restricted = session.scalar(select(Subject.restricted_at).where(Subject.id == subject))
    if restricted is not None and not (cause is Cause.REQUEST and _asked_since(session, subject, restricted)):
        return Why.RESTRICTED
    return None if still(session) else Why.CHANGED


def _asked_since(session: Session, subject: str, moment: datetime) -> bool:
    # A restriction keeps what is there (AVG art. 18), until the person themselves asks for it to go.
    asked = (RightsRequest.subject_id == subject, RightsRequest.kind == ERASURE_REQUEST)
    return (
        session.scalar(select(RightsRequest.id).where(*asked, RightsRequest.received_at >= moment).limit(1)) is not None
    )


def _forget(session: Session, hub: Hub, by: Author, subject: str, cause: Cause) -> None:
    now = hub.now()
    links = session.scalars(select(Link).where(Link.subject_id == subject).order_by(Link.since, Link.id)).all()
    asked = requests_to_delete(session, hub, subject, links, _audit_key(hub, subject))
    counts = removal.remove_rows(session, subject)
    counts |= removal.close(session, subject, {offer.link.id for offer in asked}, now)
    told: dict[str, Json] = {"rijen": dict(counts), "gevraagd": len(asked)}
    entry = trail.write_for_nobody(hub, session, by, Kind.ERASED, cause.value, told)
    # Without keys: nothing about this person is sealed any more.
    route.store(session, Situation(hub, subject, now, {}, links, []), asked, entry.index)
    row = {
        "id": new_id(), "subject_id": subject, "cause": cause.value, "intended_at": now, "rows_removed_at": now,
        "certificate": {**told, "spoor": entry.index},
    }  # fmt: skip
    session.execute(insert(Erasure), [row])


def _audit_key(hub: Hub, subject: str) -> DataKey | None:
    try:
        return hub.vault.subjects.of(subject, KeyClass.AUDIT)[KeyClass.AUDIT]
    except KeyDestroyed:
        return None


def _complete(hub: Hub, subject: str) -> Erased:
    hub.vault.subjects.destroy(subject, hub.now(), *KeyClass)
    # What was deleted must not linger in a log; while somebody reads there, that waits for the next time.
    clean = hub.vault.subjects.store.clean([SubjectKey.__tablename__]) and _clean(hub)
    if clean:
        with hub.database.writing() as session:
            ours = (Erasure.subject_id == subject, Erasure.keys_destroyed_at.is_(None))
            session.execute(update(Erasure).where(*ours).values(keys_destroyed_at=hub.now()))
    done = clean and _finish(hub, subject)
    with hub.database.reading() as session:
        erasure = session.scalars(select(Erasure).where(Erasure.subject_id == subject)).one()
    certificate = erasure.certificate or {}
    return Erased(erasure.id, certificate["spoor"], certificate["gevraagd"], done)


def _clean(hub: Hub) -> bool:
    return hub.database.clean([holding.table for holding in removed()])


def _finish(hub: Hub, subject: str) -> bool:
    """When everybody confirmed: the last rows, and the certificate. False when there is still somebody to wait for."""
    with hub.database.writing() as session:
        subjects.lock(session, subject)
        erasure = _begun(session, subject)
        waiting = select(Delivery.id).where(Delivery.subject_id == subject, Delivery.acknowledged_at.is_(None))
        if erasure is None or session.scalar(waiting.limit(1)) is not None:
            return False
        if erasure.done_at is not None:
            return True
        erasure.certificate = _with_last(erasure, removal.remove_last_rows(session, subject))
    if not _clean(hub):
        return False
    with hub.database.writing() as session:
        erasure = _begun(session, subject)
        if erasure is not None and erasure.done_at is None:
            trail.write_for_nobody(hub, session, HOUSE, Kind.ERASED, DONE, {**(erasure.certificate or {})})
            erasure.done_at = hub.now()
    return True


def _with_last(erasure: Erasure, last: removal.Counts) -> dict[str, Any]:
    before = erasure.certificate or {}
    rows = before["rijen"]
    # The requests to delete are ours, not the person's: they are counted as asked.
    both = {table: rows.get(table, 0) + last.get(table, 0) for table in {*rows, *last} - {"deliveries"}}
    return {**before, "rijen": {**both, "deliveries": rows.get("deliveries", 0)}, "sleutels": len(KeyClass)}
