"""
What one partner could know already of another's link to a person, by its own roads: reading, being told, telling.

Nothing here is told to anybody. The question for a contact person (`contact`) leans on it, so that its answer never
says more than what the asker could find out without it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.exchange import route
from hub.exchange.models import Delivery, Message
from hub.exchange.route import LINKAGE, Item
from hub.exchange.situation import Decided, Situation, decide_flow
from hub.identity.principals import Principal
from hub.people.models import Link
from hub.permit import Permit, Phase
from schemas.agreement import Flow, Role
from schemas.base import Kind

RELOCATION = "verplaatsing"

Lying = Mapping[Flow, Sequence[Message]]
"""Per flow about a person to the asker's role: the messages that are there to be read, if it may."""


@dataclass(frozen=True, slots=True)
class Between:
    """
    How it stands between the asker and one other partner about one person, and the decisions that say so.

    `beside`: a flow about the person runs between the two. `known`: the asker could know that the other is linked.
    `moved`: the other told the asker of a relocation, and it can be read.
    """

    beside: bool
    known: bool
    moved: bool
    leans_on: Sequence[Decided]


def lying(session: Session, situation: Situation, by: Principal, mine: Link | None) -> Lying:
    """What there is for the asker: current facts, and of events the items of this link that can still be opened."""
    return {flow: _of_flow(session, situation, mine, flow) for flow in _about_the_person(situation, by.role)}


def between(situation: Situation, by: Principal, mine: Link, other: Link, there: Lying) -> Between:
    """Decide every flow between the two as things stand, as asking, opening and publishing would."""
    reads = [
        _read(situation, mine, flow, [one for one in found if one.source == other.partner])
        for flow, found in there.items()
        if flow.source == other.role
    ]
    tells = [
        decide_flow(situation, flow, Phase.PUBLISH, other.partner, other)
        for flow in _about_the_person(situation, Role(other.role))
        if flow.source == by.role
    ]
    places = [
        _read(situation, mine, flow, route.meant_for(other, flow, found))
        for flow, found in there.items()
        if flow.message == LINKAGE and other.role == Role.MUNICIPALITY
    ]
    return Between(
        beside=_any(reads) or _any(tells),
        known=_could_know(by.role, Role(other.role), reads=_any(reads), place=_any(places)),
        moved=_any([one for one in reads if one.flow.message == RELOCATION]),
        leans_on=[*reads, *tells, *places],
    )


def _could_know(asker: Role, other: Role, *, reads: bool, place: bool) -> bool:
    # coa keeps the slips and the koppelingen, and sees per recipient what became of what it publishes. That coa knows
    # a person, everybody knows who does. A municipality knows a bemiddelaar by what it can read of it. A bemiddelaar
    # never hears who received what it told: which municipality it is, only a koppeling tells.
    if Role.COA in (asker, other):
        return True
    return reads if asker is Role.MUNICIPALITY else place


def _about_the_person(situation: Situation, recipient: Role) -> list[Flow]:
    messages = situation.hub.messages
    return [flow for flow in situation.hub.agreement.flows_to(recipient) if messages[flow.message].about_a_person]


def _of_flow(session: Session, situation: Situation, mine: Link | None, flow: Flow) -> Sequence[Message]:
    if situation.hub.messages[flow.message].kind is Kind.FACT:
        return route.meant_for(mine, flow, route.current(session, situation, flow))
    lies = (
        Delivery.link_id == ("" if mine is None else mine.id), Delivery.flow == flow.id,
        Delivery.kind == Item.MESSAGE.value, Delivery.terms == route.terms_of(situation.hub.agreement, flow),
        Delivery.withdrawn_at.is_(None), Delivery.closed_at.is_(None),
    )  # fmt: skip
    items = select(Message).join(Delivery, Delivery.message_id == Message.id)
    return session.scalars(items.where(Delivery.subject_id == situation.subject, *lies)).all()


def _read(situation: Situation, mine: Link, flow: Flow, found: Sequence[Message]) -> Decided:
    fact = situation.hub.messages[flow.message].kind is Kind.FACT
    phase = Phase.QUERY if fact else Phase.OPEN
    return decide_flow(situation, flow, phase, mine.partner, mine, available=bool(found))


def _any(decisions: Sequence[Decided]) -> bool:
    return any(isinstance(one.verdict, Permit) for one in decisions)
