"""Who receives what: the partners in a flow's role that know this person now, and the items that lie ready for them."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from sqlalchemy import ColumnElement, Select, bindparam, func, insert, select
from sqlalchemy.orm import Session

from hub.db import new_id, table_of
from hub.exchange.models import Delivery, Message
from hub.exchange.situation import Decided, Situation, decide_flow
from hub.people.models import Link
from hub.permit import Permit, Phase, Refusal
from schemas.agreement import Agreement, Flow, Role
from schemas.base import Kind

LINKAGE = "koppeling"

_LAY_READY = insert(table_of(Delivery))
_HELD = (
    select(Delivery.id)
    .where(Delivery.message_id == bindparam("message"), Delivery.recipient == bindparam("recipient"))
    .where(Delivery.flow == bindparam("flow"), Delivery.withdrawn_at.is_(None), Delivery.closed_at.is_(None))
    .limit(1)
)


def _current(*more: ColumnElement[bool]) -> Select[Message]:
    told = (
        Message.subject_id == bindparam("subject"), Message.type == bindparam("type"),
        Message.source_role == bindparam("role"), Message.withdrawn_at.is_(None), *more,
    )  # fmt: skip
    newest = select(func.max(Message.position)).where(*told).group_by(Message.source, Message.variant)
    return select(Message).where(*told, Message.position.in_(newest))


_CURRENT = _current()
_CURRENT_OF_VARIANT = _current(Message.variant == bindparam("variant"))


class Outcome(StrEnum):
    """What became of one flow of a publication; the values are the words on the wire."""

    OFFERED = "aangeboden"
    WAITS = "wacht-op-koppeling"
    NOT_SHARED = "niet-gedeeld"
    HANDED_OVER = "nageleverd"


class Item(StrEnum):
    """What lies in an inbox."""

    MESSAGE = "bericht"
    ENDED = "beeindigd"
    DELETE = "verwijderverzoek"


@dataclass(frozen=True, slots=True)
class Routed:
    """One flow, decided and routed: to this recipient, with this outcome."""

    decided: Decided
    recipient: str
    outcome: Outcome
    link: Link | None = None

    @property
    def reason(self) -> str | None:
        """The first of the reasons why not; None when it was shared."""
        verdict = self.decided.verdict
        return verdict.reasons[0].value if isinstance(verdict, Refusal) else None


def decide_all(situation: Situation, flows: Iterable[Flow], towards: str | None = None) -> list[Decided]:
    """
    Decide each flow of a publication. Everybody in a role stands alike, so one decision a flow is enough.

    `towards` is the municipality of a koppeling: the one that the person leaves is no recipient of it.
    """
    return [
        decide_flow(situation, flow, Phase.PUBLISH, flow.recipient, _anyone(situation, flow, towards)) for flow in flows
    ]


def route(situation: Situation, decisions: Sequence[Decided], absent: str | None = None) -> list[Routed]:
    """Give every permitted flow its recipients; `absent` names a municipality that is no partner, or is not linked."""
    return [routed for decided in decisions for routed in _route_one(situation, decided, absent)]


def _anyone(situation: Situation, flow: Flow, towards: str | None) -> Link | None:
    linked = situation.linked(flow.recipient)
    if towards is not None and flow.recipient is Role.MUNICIPALITY:
        linked = [link for link in linked if link.partner == towards]
    return next(iter(linked), None)


def _route_one(situation: Situation, decided: Decided, absent: str | None) -> list[Routed]:
    links = situation.linked(decided.flow.recipient)
    if isinstance(decided.verdict, Refusal):
        written = absent is not None and decided.flow.recipient is Role.MUNICIPALITY
        linked = [] if written else [link.partner for link in links]
        names = linked or [_nobody(situation, decided.flow, absent)]
        return [Routed(decided, name, Outcome.NOT_SHARED) for name in names]
    if not links:
        return [Routed(decided, _nobody(situation, decided.flow, absent), Outcome.WAITS)]
    return [Routed(decided, link.partner, Outcome.OFFERED, link) for link in links]


def _nobody(situation: Situation, flow: Flow, absent: str | None) -> str:
    # With one partner in a role, everybody knows who it would be; with more, only the role can be named.
    partners = situation.hub.agreement.partners_with(flow.recipient)
    if absent is not None and flow.recipient is Role.MUNICIPALITY:
        return absent
    return partners[0].name if len(partners) == 1 else str(flow.recipient)


# What the hub itself says (a linkage ended, delete your copy) stands under no terms but this.
NOTICE = "kennisgeving"


@cache
def terms_of(agreement: Agreement, flow: Flow) -> str:
    """A short name for the terms under which a flow flows now: what, to whom, for what, on which notice."""
    notice = agreement.notices.get(flow.purpose, "") if flow.needs_consent else ""
    facts = agreement.explained(flow.purpose) if flow.needs_consent else ""
    said = "\n".join((flow.id, flow.variant or "", flow.purpose, flow.basis, notice, facts))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def terms_in_force(agreement: Agreement, today: date) -> list[str]:
    """The terms of every flow that may flow on this day. What was offered under others is not listed any more."""
    flows = agreement.flows if agreement.in_force(today) else ()
    return [NOTICE, *(terms_of(agreement, flow) for flow in flows)]


@dataclass(frozen=True, slots=True)
class Offer:
    """An item that will lie ready for one recipient."""

    link: Link
    flow: str
    purpose: str
    basis: str
    item: Item = Item.MESSAGE
    message: str | None = None
    handed_over: bool = False
    until: date | None = None
    terms: str = NOTICE
    id: str = ""
    notice: dict[str, str] | None = None
    corrects: str | None = None


def offer(situation: Situation, decided: Decided, link: Link, message: str, *, handed_over: bool = False) -> Offer:
    """The item for a permitted flow. Without a permit there is nothing to offer."""
    permit = decided.verdict
    if not isinstance(permit, Permit):
        raise TypeError("an offer takes a permit")
    standing = situation.consent(decided.flow)
    return Offer(
        link, permit.flow, permit.purpose, permit.basis, Item.MESSAGE, message, handed_over,
        None if standing is None else standing.until, terms_of(situation.hub.agreement, decided.flow),
    )  # fmt: skip


def store(session: Session, situation: Situation, offers: Sequence[Offer], position: int) -> None:
    """Lay the items ready, in the order of the trail and then of `offers`, in the transaction that decided on them."""
    # The list is in the order of position and id: sorted random names keep the order within one commit.
    names = iter(sorted(new_id() for _ in offers))
    rows = [
        {
            "id": offer.id or next(names), "subject_id": situation.subject, "message_id": offer.message,
            "link_id": offer.link.id, "recipient": offer.link.partner, "kind": offer.item.value, "flow": offer.flow,
            "purpose": offer.purpose, "basis": offer.basis, "handed_over": offer.handed_over, "at": situation.now,
            "position": position, "permitted_until": offer.until, "terms": offer.terms, "notice": offer.notice,
            "corrects": offer.corrects,
        }
        for offer in offers
    ]  # fmt: skip
    if rows:
        session.connection().execute(_LAY_READY, rows)


def current(session: Session, situation: Situation, flow: Flow) -> Sequence[Message]:
    """
    The current facts of this flow: the newest stored message of its type (and soort) from each source.

    An event is never a fact: whoever was not there when it was told, never hears of it. Nor is staff.
    """
    if situation.hub.messages[flow.message].kind is not Kind.FACT:
        return []
    values = {
        "subject": situation.subject,
        "type": flow.message,
        "role": flow.source.value,
        "variant": flow.variant or "",
    }
    return session.scalars(_CURRENT if flow.variant is None else _CURRENT_OF_VARIANT, values).all()


def meant_for(link: Link | None, flow: Flow, facts: Sequence[Message]) -> Sequence[Message]:
    """
    Of these facts those that can be about this link, if any: a municipality has the koppeling to itself and no other.

    From the moment that it is linked, every koppeling is to it, or ends that link. An older one, which counts again
    because a newer one was taken back, is to another.
    """
    if link is None or flow.message != LINKAGE or link.role != Role.MUNICIPALITY:
        return facts
    return [one for one in facts if one.at >= link.since]


def holds(session: Session, link: Link, message: str, flow: str) -> bool:
    """Does this recipient have it already: unopened, or opened and still to be read here?"""
    values = {"recipient": link.partner, "message": message, "flow": flow}
    return session.connection().execute(_HELD, values).first() is not None
