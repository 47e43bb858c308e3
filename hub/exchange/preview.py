"""
What the others will see, before anything is sent: the publication itself, carried out and taken back in one breath.

By the very functions that publish, under the person's lock; nothing of it stays but the record that somebody looked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

from sqlalchemy.orm import Session

from audit.events import Kind as Happened
from hub.exchange import route, trail
from hub.exchange.hub import Hub
from hub.exchange.models import Message
from hub.exchange.publish import KINDS, UNKNOWN_PERSON, Draft, Plan, all_fields, carry_out, checked, flows_of
from hub.exchange.remember import Request
from hub.exchange.route import Item, Offer, Outcome, Routed
from hub.exchange.situation import Situation, decide_flow, enter
from hub.exchange.view import Readable
from hub.identity.principals import Principal
from hub.permit import Permit, Phase, Refusal
from hub.policy.decide import decide_notice
from hub.vault.seal import Row, open_for
from hub.vault.subject_keys import KeyClass
from schemas.agreement import Role
from schemas.base import InvalidInput, Json, Kind, MessageType

DELETE = Item.DELETE.value


@dataclass(frozen=True, slots=True)
class Arrives:
    """One item as its receiver will open it. `left_out` are the fields of the message that its flow does not have."""

    partner: str
    sort: str
    purpose: str
    basis: str
    fields: dict[str, Json]
    left_out: tuple[str, ...] = ()
    correction: bool = False
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Missed:
    """Who does not get it: `waits` until somebody in that role knows the person, or never, for these reasons."""

    partner: str
    purpose: str
    waits: bool
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Beside:
    """
    A municipality comes to know the person, and may also get what others told for this purpose, if they told it.

    Whether they did is not for this source to know; what the resident chose for it is.
    """

    partner: str
    message: str
    purpose: str
    permitted: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """Everything that sending does now, in the order in which it will lie ready. `fields`: the message in full."""

    fields: dict[str, Json]
    arrives: Sequence[Arrives]
    missed: Sequence[Missed]
    beside: Sequence[Beside]

    @property
    def reaches_nobody(self) -> bool:
        """Not one flow is permitted: nothing will be stored."""
        own = any(one.sort != DELETE for one in self.arrives)
        return not own and not any(one.waits for one in self.missed)


def preview(hub: Hub, message: MessageType, request: Request, wrong: str | None = None) -> Preview:
    """
    What comes of this publication if it were sent now. For coa only: nobody else hears who receives what.

    Raises what `publish` raises for a body that is not right, and for a correction of what cannot be corrected.
    """
    by = request.by
    fields, wanted = checked(hub, message, request, flows_of(hub, message, by))
    with hub.database.writing() as session:
        entered = enter(hub, session, by, request.body.get("betrokkeneId"), *KINDS)
        if entered is None or by.role is not Role.COA:
            raise InvalidInput(UNKNOWN_PERSON)
        situation, link = entered
        draft = Draft("", message, fields, link)
        # Carried out, looked at, and taken back: what is said here cannot be another thing than what sending does.
        trial = session.begin_nested()
        known = {one.partner for one in situation.linked(Role.MUNICIPALITY)}
        seen = _look(session, carry_out(session, situation, draft, wanted, wrong), by, known)
        trial.rollback()
        trail.write(session, situation, by, Happened.CONSULTED, trail.YES, {"bericht": message.name, "voorbeeld": True})
    # What is sealed (the recipients' number for the person, an earlier message) is opened only now.
    return _opened(seen, all_fields(draft, situation), situation)


@dataclass(frozen=True, slots=True)
class _Look:
    """What was seen of a plan before it was taken back; nothing in it is opened."""

    offered: Sequence[tuple[Arrives, Permit]]
    ended: Sequence[tuple[Arrives, Offer]]
    handed: Sequence[tuple[Arrives, Readable]]
    asked: Sequence[Arrives]
    missed: Sequence[Missed]
    beside: Sequence[Beside]


def _look(session: Session, plan: Plan, by: Principal, known: set[str]) -> _Look:
    permits = [one.decided.verdict for one in plan.routed if one.outcome is Outcome.OFFERED]
    sort = plan.draft.message.name
    return _Look(
        [(_arrives(offer, sort), cast("Permit", permit)) for offer, permit in zip(plan.offers, permits, strict=True)],
        [(_arrives(offer, route.LINKAGE), offer) for offer in plan.moved.offers if offer.item is Item.ENDED],
        _own_handed_over(session, plan, by),
        [_arrives(offer, DELETE) for offer in plan.asked],
        [_missed(one) for one in plan.routed if one.outcome is not Outcome.OFFERED],
        _beside(plan, by, known),
    )


def _arrives(offer: Offer, sort: str) -> Arrives:
    return Arrives(
        offer.link.partner, sort, offer.purpose, offer.basis, {}, correction=offer.corrects is not None,
        ended=offer.item is Item.ENDED,
    )  # fmt: skip


def _missed(routed: Routed) -> Missed:
    verdict = routed.decided.verdict
    reasons = tuple(verdict.reasons) if isinstance(verdict, Refusal) else ()
    return Missed(routed.recipient, routed.decided.flow.purpose, routed.outcome is Outcome.WAITS, reasons)


def _own_handed_over(session: Session, plan: Plan, by: Principal) -> list[tuple[Arrives, Readable]]:
    found = []
    for one in plan.moved.handed:
        message = session.get_one(Message, one.message)
        if one.offer is not None and message.source == by.partner and isinstance(one.decided.verdict, Permit):
            found.append((_arrives(one.offer, message.type), Readable(one.decided.verdict, message)))
    return found


def _beside(plan: Plan, by: Principal, known: set[str]) -> list[Beside]:
    # From the agreement and the choices alone: the same whether others told something or not.
    situation = plan.moved.situation
    return [
        Beside(link.partner, flow.message, flow.purpose, isinstance(verdict, Permit))
        for link in situation.linked(Role.MUNICIPALITY) if link.partner not in known
        for flow in situation.hub.agreement.flows_to(Role.MUNICIPALITY)
        if flow.source is not by.role and situation.hub.messages[flow.message].kind is Kind.FACT
        for verdict in [decide_flow(situation, flow, Phase.HAND_OVER, link.partner, link).verdict]
    ]  # fmt: skip


def _opened(seen: _Look, fields: dict[str, Json], situation: Situation) -> Preview:
    key = situation.key(KeyClass.EXCHANGE)
    whole: dict[str, Json] = {name: value for name, value in fields.items() if value is not None}
    arrives = [
        *(replace(one, fields=_of(permit, whole), left_out=_rest(permit, whole)) for one, permit in seen.offered),
        *(replace(one, fields=_notice(situation, one, offer)) for one, offer in seen.ended),
        *(replace(one, fields=readable.fields(key)) for one, readable in seen.handed),
        *seen.asked,
    ]
    return Preview(whole, arrives, seen.missed, seen.beside)


def _of(permit: Permit, whole: dict[str, Json]) -> dict[str, Json]:
    return {name: whole[name] for name in permit.fields if name in whole}


def _rest(permit: Permit, whole: dict[str, Json]) -> tuple[str, ...]:
    return tuple(name for name in whole if name not in permit.fields)


def _notice(situation: Situation, one: Arrives, offer: Offer) -> dict[str, Json]:
    agreement = situation.hub.agreement.hash
    permit = decide_notice(situation.subject, one.partner, offer.flow, one.purpose, one.basis, agreement)
    return open_for(permit, offer.notice or {}, situation.key(KeyClass.EXCHANGE), Row("deliveries", offer.id))
