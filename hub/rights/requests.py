"""
A resident asks for their file, a correction, to be forgotten, or objects; somebody decides, in time and on record.

Taking a yes back is no request: it works at once, and nobody decides about it (`hub.exchange.choose`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from audit.events import Kind
from hub.clock import day_of
from hub.db import new_id
from hub.errors import Conflict, NotFound
from hub.exchange import suspend, tasks, trail
from hub.exchange.hub import Hub
from hub.exchange.situation import Situation, locked
from hub.identity.principals import Author, Principal
from hub.people import subjects
from hub.people.models import Link
from hub.rights.deadlines import due_on, extended
from hub.rights.erase import Cause, Held, erase
from hub.rights.erase import Why as InTheWay
from hub.rights.ledger import Ledger
from hub.rights.models import RightsRequest
from hub.vault.seal import Place, open_value, seal_value
from hub.vault.subject_keys import KeyClass
from schemas.base import Json

OPEN = "open"
SOON = timedelta(days=7)
DECIDED = "Over dit verzoek is al besloten."


class Sort(StrEnum):
    """What a resident can ask; the values are the words on the wire."""

    ACCESS = "inzage"
    CORRECTION = "correctie"
    ERASURE = "wissen"
    OBJECTION = "bezwaar"
    RESTRICTION = "beperking"


class Decision(StrEnum):
    """What can be decided about a request."""

    GRANTED = "toegewezen"
    REJECTED = "afgewezen"
    # Two further months, told within the first (AVG art. 12(3)).
    EXTENDED = "verlengd"
    # A restriction that was granted comes to an end; the resident hears it beforehand (AVG art. 18(3)).
    LIFTED = "opgeheven"


class Why(StrEnum):
    """Why a request is rejected: a code of this list, never a sentence about a person (AVG art. 12(4))."""

    UNKNOWN_PERSON = "identiteit-niet-zeker"
    UNFOUNDED = "kennelijk-ongegrond"
    ALREADY_DONE = "al-gedaan"
    CORRECT = "gegevens-kloppen"
    LEGAL_DUTY = "wettelijke-plicht"
    COMPELLING = "dwingende-grond"
    OTHERS = "rechten-van-anderen"
    TAKEN_BACK = "door-bewoner-ingetrokken"


IN_THE_WAY: Mapping[InTheWay, tuple[str, str]] = {
    InTheWay.HOLD: ("bewaarstop", "Er staat een bewaarstop op deze bewoner. Laat die eerst opheffen."),
    InTheWay.RESTRICTED: (
        "beperkt",
        "De gegevens staan stil. Hef de beperking eerst op, of leg een nieuw verzoek vast.",
    ),
    InTheWay.CHANGED: ("al-besloten", DECIDED),
}
"""Why a person is not forgotten now: code and sentence."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it was taken in: its id, and the last day on which it is answered in time."""

    id: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Listed:
    """One request as it stands. `details` is what the resident wrote: only `read` opens it."""

    id: str
    sort: Sort
    received_from: str
    received_at: datetime
    due_on: date
    extended: bool
    state: str
    decided_at: datetime | None
    reason: str | None
    details: str | None = None


@dataclass(frozen=True, slots=True)
class Overdue:
    """How many requests are open past their day, and how many more will be within a week. Counts, no names."""

    late: int
    soon: int


def ask(hub: Hub, by: Author, subject: str, sort: Sort, details: str | None = None) -> Asked:
    """
    Take in a request, as of now. An objection stops what rests on a public task in the same commit.

    Raises KeyDestroyed for who was erased.
    """
    with hub.database.writing() as session:
        situation = locked(hub, session, subject, KeyClass.EXCHANGE)
        asked = Asked(new_id(), due_on(situation.now))
        row = {
            "id": asked.id, "subject_id": subject, "kind": sort.value, "received_from": by.partner,
            "received_at": situation.now, "due_on": asked.due_on, "state": OPEN,
            "details": None if details is None else _seal(situation, asked.id, details),
        }  # fmt: skip
        session.execute(insert(RightsRequest), [row])
        record: dict[str, Json] = {
            "verzoek": sort.value, "verzoekId": asked.id, "uiterlijkOp": asked.due_on.isoformat(),
        }  # fmt: skip
        trail.write(session, situation, by, Kind.REQUESTED, OPEN, record)
        if sort is Sort.OBJECTION:
            # At once, not when somebody has time to decide.
            suspend.objecting(session, situation, by)
        return asked


def person(hub: Hub, by: Principal, name: object) -> str | None:
    """The person whom this client knows by this name; None for nobody, or somebody else's."""
    with hub.database.reading() as session:
        link = subjects.find(session, by, name)
        return None if link is None else link.subject_id


def listed(hub: Hub, subject: str) -> list[Listed]:
    """The requests of this person, newest first. A list opens nothing: what the resident wrote is not in it."""
    newest = (RightsRequest.received_at.desc(), RightsRequest.id)
    with hub.database.reading() as session:
        rows = session.scalars(select(RightsRequest).where(RightsRequest.subject_id == subject).order_by(*newest))
        return [as_listed(row) for row in rows]


def own(hub: Hub, by: Principal, request: str) -> tuple[str, Listed]:
    """The person of a request, and the request, when this client knows that person. Raises NotFound otherwise."""
    with hub.database.reading() as session:
        row = session.get(RightsRequest, request)
        if row is None or not _knows(session, by, row.subject_id):
            raise NotFound("verzoek")
        return row.subject_id, as_listed(row)


def read(hub: Hub, by: Author, subject: str, request: str) -> Listed:
    """One request with what the resident wrote. Recorded, and committed, before that is opened. Raises NotFound."""
    with hub.database.writing() as session:
        situation = locked(hub, session, subject, KeyClass.EXCHANGE)
        row = _of(session, subject, request)
        record: dict[str, Json] = {"verzoek": row.kind, "verzoekId": request}
        trail.write(session, situation, by, Kind.CONSULTED, trail.YES, record)
        found, sealed = as_listed(row), row.details
    key = situation.key(KeyClass.EXCHANGE)
    return found if sealed is None else replace(found, details=open_value(key, place(request), sealed).decode())


def decide(hub: Hub, by: Author, subject: str, request: str, decision: Decision, why: Why | None = None) -> Listed:
    """
    Decide about a request, and let it work at once; gives it as it stands after.

    Raises NotFound when it is not this person's, Conflict when the order of things does not allow it.
    """
    with hub.database.writing() as session:
        situation = locked(hub, session, subject, KeyClass.EXCHANGE)
        row = _of(session, subject, request)
        sort = Sort(row.kind)
        if (sort, decision) == (Sort.ERASURE, Decision.GRANTED):
            raise ValueError("a person is forgotten by forget()")
        _allowed(situation, row, sort, decision)
        _mark(session, situation, by, row, decision, why)
        record: dict[str, Json] = {"verzoek": sort.value, "verzoekId": request, "reden": None if why is None else why}
        trail.write(session, situation, by, Kind.REQUEST_DECIDED, decision.value, record)
        ends = decision in (Decision.REJECTED, Decision.LIFTED)
        if not (ends and _another_stands(session, row)):
            _effect(session, situation, by, sort, decision)
        session.refresh(row)
        return as_listed(row)


def forget(hub: Hub, ledger: Ledger, by: Author, subject: str, request: str) -> Listed:
    """
    Grant a request for erasure: the person is forgotten, the request with them; gives it as it stood then.

    Raises NotFound when it is not this person's, Conflict when it was decided already or something stands in the way.
    """
    with hub.database.reading() as session:
        asked = as_listed(_of(session, subject, request))
    if asked.sort is not Sort.ERASURE:
        raise ValueError("only a request for erasure forgets a person")
    # Under the person's lock once more: nobody rejected it meanwhile.
    done = erase(hub, ledger, by, subject, Cause.REQUEST, lambda held: _of(held, subject, request).state == OPEN)
    if isinstance(done, Held):
        raise Conflict(*IN_THE_WAY[done.why])
    return replace(asked, state=Decision.GRANTED.value, decided_at=hub.now())


def overdue(hub: Hub, today: date) -> Overdue:
    """For whoever watches over the deadlines: how many are late, how many soon will be."""
    waiting = select(func.count()).select_from(RightsRequest).where(RightsRequest.state == OPEN)
    with hub.database.reading() as session:
        late = session.scalar(waiting.where(RightsRequest.due_on < today)) or 0
        soon = session.scalar(waiting.where(RightsRequest.due_on.between(today, today + SOON))) or 0
    return Overdue(late, soon)


def waiting(hub: Hub, by: Principal) -> int:
    """How many requests of one's own people nobody decided about yet."""
    return tasks.how_many(hub, by, _WAITING)


def waiting_page(hub: Hub, by: Principal, number: int) -> tasks.Page:
    """A page of them, with the V-numbers that they are about; the first to be answered comes first."""
    return tasks.page_of(hub, by, _WAITING, number)


def _waiting() -> tasks.Rows:
    people = tasks.mine()
    return (
        select(people.c.id, RightsRequest.due_on, RightsRequest.kind, RightsRequest.received_from)
        .join(RightsRequest, RightsRequest.subject_id == people.c.subject_id)
        .where(RightsRequest.state == OPEN)
        .order_by(RightsRequest.due_on, RightsRequest.id)
    )


_WAITING = tasks.question(_waiting())


def _allowed(situation: Situation, row: RightsRequest, sort: Sort, decision: Decision) -> None:
    if decision is Decision.LIFTED:
        if sort is not Sort.RESTRICTION or row.state != Decision.GRANTED.value:
            raise Conflict("niet-op-te-heffen", "Alleen een beperking die is toegewezen, kan worden opgeheven.")
    elif row.state != OPEN:
        raise Conflict("al-besloten", DECIDED)
    elif decision is Decision.EXTENDED and (row.extended or day_of(situation.now) > row.due_on):
        raise Conflict("niet-te-verlengen", "Verlengen kan één keer, en binnen de eerste maand.")


def _mark(
    session: Session, situation: Situation, by: Author, row: RightsRequest, decision: Decision, why: Why | None
) -> None:
    values: dict[str, object] = {
        "state": decision.value, "decided_at": situation.now, "decided_by": by.client_id,
        "reason": None if why is None else why.value,
    }  # fmt: skip
    if decision is Decision.EXTENDED:
        values = {"extended": True, "due_on": extended(row.due_on)}
    session.execute(update(RightsRequest).where(RightsRequest.id == row.id).values(**values))


def _effect(session: Session, situation: Situation, by: Author, sort: Sort, decision: Decision) -> None:
    match sort, decision:
        case Sort.OBJECTION, Decision.GRANTED | Decision.REJECTED:
            suspend.settling(session, situation, by, upheld=decision is Decision.GRANTED)
        case Sort.RESTRICTION, Decision.GRANTED:
            suspend.restricting(session, situation, by)
        case Sort.RESTRICTION, Decision.LIFTED:
            suspend.lifting(session, situation, by)


def _another_stands(session: Session, row: RightsRequest) -> bool:
    """Whether another request of this sort holds things still, so that deciding about this one ends nothing."""
    same = (RightsRequest.subject_id == row.subject_id, RightsRequest.kind == row.kind, RightsRequest.id != row.id)
    holds = [Decision.GRANTED.value, *([OPEN] if row.kind == Sort.OBJECTION else [])]
    return session.scalar(select(RightsRequest.id).where(*same, RightsRequest.state.in_(holds)).limit(1)) is not None


def _knows(session: Session, by: Principal, subject: str) -> bool:
    ours = select(Link.id).where(Link.subject_id == subject, Link.ended_at.is_(None), subjects.visible(Link.id))
    return session.execute(ours.limit(1), subjects.client(by)).first() is not None


def _of(session: Session, subject: str, request: str) -> RightsRequest:
    row = session.get(RightsRequest, request, populate_existing=True)
    if row is None or row.subject_id != subject:
        raise NotFound("verzoek")
    return row


def as_listed(row: RightsRequest) -> Listed:
    """The row as a value; what the resident wrote stays sealed."""
    return Listed(
        row.id, Sort(row.kind), row.received_from, row.received_at, row.due_on, row.extended, row.state,
        row.decided_at, row.reason,
    )  # fmt: skip


def place(request: str) -> Place:
    """Where what the resident wrote stands."""
    return Place("rights_requests", "details", request)


def _seal(situation: Situation, request: str, details: str) -> bytes:
    return seal_value(situation.key(KeyClass.EXCHANGE), place(request), details.encode())
