"""
A partner keeps its own list of staff: whom to call at each vestiging, who is away, who stands in meanwhile.

No resident is in it. Every change is in the trail, as about nobody; whom it names is sealed with a key of that partner.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, delete, select, update
from sqlalchemy.orm import Session

from audit.events import Kind
from audit.log import Entry as Written
from hub.clock import day_of, stamp
from hub.db import new_id
from hub.errors import Forbidden, NotFound
from hub.exchange import remember, trail
from hub.exchange.hub import Hub
from hub.exchange.models import Contact, ContactAnswer, SealedFields
from hub.exchange.register import mistakes_in_branch
from hub.exchange.remember import Request
from hub.identity.principals import Principal
from hub.permit import Permit
from hub.policy.decide import decide_own
from hub.vault.seal import Row, open_for, seal
from hub.vault.subject_keys import DataKey
from hub.vault.vault import CONTACTS
from schemas.agreement import Agreement, Flow, Role
from schemas.base import InvalidInput, Json, Mistake
from schemas.messages.contact_person import CONTACT_POINT, FUNCTIONS, MESSAGE

OWN_FUNCTION: Mapping[Role, str] = {
    Role.COA: "casemanager", Role.INTERMEDIARY: "consulent", Role.MUNICIPALITY: "klantmanager",
}  # fmt: skip
"""Who does the work at partners of each role; besides, each vestiging may have a contact point."""

WHOLE = ""  # the vestiging of a municipality, which has none
MOST = 20
ADDED, CHANGED, ABSENT, PRESENT, REMOVED = "toegevoegd", "gewijzigd", "afwezig", "aanwezig", "verwijderd"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of one's own list, opened. `ends_on`: from this day it is gone, unless it is said again."""

    id: str
    branch: str | None
    function: str
    name: str
    email: str | None
    telephone: str | None
    absent_from: date | None
    absent_until: date | None
    replaced_by: str | None
    ends_on: date


@dataclass(frozen=True, slots=True)
class Absence:
    """Away on these days, both included (no `until`: until further notice), and whose entry stands in."""

    since: date
    until: date | None = None
    replaced_by: str | None = None


def entries(hub: Hub, by: Principal) -> list[Entry]:
    """The list of the client's own vestigingen, in the order in which it grew."""
    with hub.database.reading() as session:
        rows = session.scalars(select(Contact).where(*_mine(by)).order_by(Contact.at, Contact.id))
        return [_entry(hub, by, row) for row in rows if fresh(hub, row, by.role)]


def say(hub: Hub, request: Request, wrong: str | None = None) -> dict[str, Json]:
    """
    Add somebody to the list, or (`wrong`: the id of an entry) say anew who that is. Gives the id, with a receipt.

    A vestiging has one contact point: a new one takes the place of the old. Raises InvalidInput with every mistake,
    NotFound for an entry of another, Forbidden when this role tells of no staff, Conflict as `remember.earlier` does.
    """
    # 1. The entry says no more than its schema allows, of a vestiging of one's own.
    if not flows_from(hub.agreement, request.by.role):
        raise Forbidden(MESSAGE.name)
    branch, fields = _checked(hub, request)
    return remember.once_more(lambda: _say(hub, request, branch, fields, wrong))


def be_absent(hub: Hub, by: Principal, entry: str, absence: Absence | None) -> dict[str, Json]:
    """Somebody is away from this day; None: is there again. Raises NotFound, and InvalidInput with every mistake."""
    with hub.database.writing() as session:
        row = _own(session, by, entry)
        if absence is not None:
            _refuse_absence(session, by, entry, absence)
        row.absent_from = None if absence is None else absence.since
        row.absent_until = None if absence is None else absence.until
        row.replaced_by = None if absence is None else absence.replaced_by
        session.flush()
        return _told(hub, row, _write(hub, session, by, row, PRESENT if absence is None else ABSENT))


def remove(hub: Hub, by: Principal, entry: str) -> dict[str, Json]:
    """Somebody left: the entry goes, and what was sealed in it. Raises NotFound for an entry of another."""
    with hub.database.writing() as session:
        row = _own(session, by, entry)
        _delete(session, row)
        return _told(hub, row, _write(hub, session, by, row, REMOVED))


def sweep(hub: Hub) -> int:
    """Throw away what nobody said again for as long as the agreement lets it be kept; gives how many."""
    days = [flow.hub_keeps_days for flow in hub.agreement.flows if flow.message == MESSAGE.name]
    said_before = hub.now() - timedelta(days=max(days, default=hub.agreement.forget_days) + 1)
    with hub.database.writing() as session:
        session.execute(delete(ContactAnswer).where(ContactAnswer.at <= hub.now() - remember.KEPT))
        gone = cast("CursorResult[Any]", session.execute(delete(Contact).where(Contact.at <= said_before)))
        return gone.rowcount


def flows_from(agreement: Agreement, role: Role) -> tuple[Flow, ...]:
    """The flows by which partners of this role tell of their staff."""
    return agreement.flows_from(role, MESSAGE.name)


def fresh(hub: Hub, row: Contact, role: Role) -> bool:
    """Whether this was said within the time that the agreement lets it be kept."""
    return hub.today() < _ends_on(hub, row, role)


def read(hub: Hub, permit: Permit, row: Contact) -> dict[str, Json]:
    """The permitted fields of an entry, opened."""
    return open_for(permit, row.fields, _key(hub, row.partner), _place(row.id, row.revision))


def text_of(told: Mapping[str, Json], name: str) -> str | None:
    """One opened field; None when it was left out."""
    return str(told[name]) if name in told else None


def _ends_on(hub: Hub, row: Contact, role: Role) -> date:
    days = [flow.hub_keeps_days for flow in flows_from(hub.agreement, role)]
    return day_of(row.at) + timedelta(days=max(days, default=0))


def _mine(by: Principal) -> list[ColumnElement[bool]]:
    branches = sorted(by.branches) or [WHOLE]
    return [Contact.partner == by.partner, Contact.branch.in_(branches)]


def _own(session: Session, by: Principal, entry: str) -> Contact:
    row = session.scalars(select(Contact).where(Contact.id == entry, *_mine(by)).with_for_update()).one_or_none()
    if row is None:
        raise NotFound(MESSAGE.name)
    return row


def _entry(hub: Hub, by: Principal, row: Contact) -> Entry:
    permit = decide_own(row.partner, by.partner, MESSAGE.wire_names, hub.agreement.hash)
    told = read(hub, permit, row)
    return Entry(
        row.id, row.branch or None, row.function, str(told["naam"]), text_of(told, "email"), text_of(told, "telefoon"),
        row.absent_from, row.absent_until, row.replaced_by, _ends_on(hub, row, by.role),
    )  # fmt: skip


def _checked(hub: Hub, request: Request) -> tuple[str, dict[str, Json]]:
    body = {name: value for name, value in request.body.items() if name != "vestiging"}
    wrong = [*request.mistakes, *_mistakes_in_branch(request.by, request.body)]
    fields: dict[str, Json] = {}
    try:
        fields = MESSAGE.load(body, hub.today())
    except InvalidInput as invalid:
        wrong += invalid.mistakes
    own = OWN_FUNCTION[request.by.role]
    if body.get("functie") in FUNCTIONS and body["functie"] not in (own, CONTACT_POINT):
        wrong.append(Mistake("functie", f"Schrijf {own} of {CONTACT_POINT}: dat zijn de functies van uw rol."))
    if wrong:
        raise InvalidInput(*wrong)
    return str(request.body.get("vestiging", WHOLE)), fields


def _mistakes_in_branch(by: Principal, body: Mapping[str, Json]) -> list[Mistake]:
    if by.branches:
        return mistakes_in_branch(by, str(body.get("vestiging", "")))
    return [Mistake("vestiging", "Laat dit weg: een gemeente heeft geen vestigingen.")] if "vestiging" in body else []


def _say(hub: Hub, request: Request, branch: str, fields: Mapping[str, Json], wrong: str | None) -> dict[str, Json]:
    with hub.database.writing() as session:
        # 2. The same request again gets the same answer.
        given = _earlier(hub, session, request)
        if given is not None:
            return given

        # 3. A vestiging has one contact point, and no endless list.
        row = None if wrong is None else _own(session, request.by, wrong)
        _make_room(session, request.by, branch, str(fields["functie"]), row)

        # 4. Sealed, recorded, answered: together, or not at all.
        stored = _store(hub, session, request.by, branch, fields, row)
        body = _told(hub, stored, _write(hub, session, request.by, stored, ADDED if row is None else CHANGED))
        _keep(hub, session, request, body)
        return body


def _make_room(session: Session, by: Principal, branch: str, function: str, row: Contact | None) -> None:
    there = (Contact.partner == by.partner, Contact.branch == branch)
    others = there if row is None else (*there, Contact.id != row.id)
    if function == CONTACT_POINT:
        for old in session.scalars(select(Contact).where(*others, Contact.function == CONTACT_POINT)).all():
            _delete(session, old)
    if len(session.scalars(select(Contact.id).where(*others)).all()) >= MOST:
        raise InvalidInput(Mistake("vestiging", f"Hier staan al {MOST} contactpersonen. Verwijder er eerst een."))


def _store(
    hub: Hub, session: Session, by: Principal, branch: str, fields: Mapping[str, Json], row: Contact | None
) -> Contact:
    stored = Contact(id=new_id(), partner=by.partner, revision=0) if row is None else row
    stored.revision += 1
    stored.branch, stored.function, stored.at = branch, str(fields["functie"]), hub.now()
    stored.fields = _sealed(hub, by, stored, fields)
    session.add(stored)
    session.flush()
    return stored


def _sealed(hub: Hub, by: Principal, row: Contact, fields: Mapping[str, Json]) -> SealedFields:
    permit = decide_own(by.partner, by.partner, MESSAGE.wire_names, hub.agreement.hash)
    # What was left out is sealed as null: who has no telephone cannot be told from who has one.
    every = {**dict.fromkeys(MESSAGE.wire_names), **fields}
    return dict(seal([permit], every, _key(hub, by.partner), _place(row.id, row.revision)).fields)


def _key(hub: Hub, partner: str) -> DataKey:
    # There is no resident whose key it could be. A key of the partner: what one partner's list is sealed with opens
    # no other's. It lives as long as the partner does, so an entry ends by its row being removed.
    return hub.vault.partners.sealing(partner, CONTACTS)


def _place(entry: str, revision: int) -> Row:
    return Row("contacts", entry, revision)


def _delete(session: Session, row: Contact) -> None:
    stood_in = update(Contact).where(Contact.partner == row.partner, Contact.replaced_by == row.id)
    session.execute(stood_in.values(replaced_by=None))
    session.delete(row)
    session.flush()


def _refuse_absence(session: Session, by: Principal, entry: str, absence: Absence) -> None:
    wrong = []
    if absence.until is not None and absence.until < absence.since:
        wrong.append(Mistake("totEnMet", "Schrijf een datum die niet voor «van» ligt."))
    other = absence.replaced_by
    if other is not None and (other == entry or not _is_mine(session, by, other)):
        wrong.append(Mistake("vervanger", "Kies het id van een andere contactpersoon uit uw lijst."))
    if wrong:
        raise InvalidInput(*wrong)


def _is_mine(session: Session, by: Principal, entry: str) -> bool:
    return session.scalar(select(Contact.id).where(Contact.id == entry, *_mine(by))) is not None


def _write(hub: Hub, session: Session, by: Principal, row: Contact, act: str) -> Written:
    record: dict[str, Json] = {"contactId": row.id, "vestiging": row.branch, "functie": row.function}
    return trail.write_for_nobody(hub, session, by, Kind.CONTACT, act, record)


def _told(hub: Hub, row: Contact, entry: Written) -> dict[str, Json]:
    return {"id": row.id, "tijdstip": stamp(hub.now()), "ontvangstbewijs": trail.receipt(entry)}


def _earlier(hub: Hub, session: Session, request: Request) -> dict[str, Json] | None:
    answer = session.get(ContactAnswer, _name(request))
    if answer is None:
        return None
    if answer.at <= _expired(hub.now()):
        session.delete(answer)
        session.flush()
        return None
    if answer.fingerprint != remember.fingerprint(hub, request):
        raise remember.other_body()
    return answer.body


def _keep(hub: Hub, session: Session, request: Request, body: dict[str, Json]) -> None:
    client, path, key = _name(request)
    print_of = remember.fingerprint(hub, request)
    session.add(ContactAnswer(client_id=client, path=path, key=key, fingerprint=print_of, body=body, at=hub.now()))


def _name(request: Request) -> tuple[str, str, str]:
    return request.by.client_id, request.path, request.key


def _expired(now: datetime) -> datetime:
    return now - remember.KEPT
