"""
Hands over what is true now, when a partner comes to know a person, or a resident says yes.

Every fact is judged afresh at this moment, whatever was decided when it was published.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from hub.exchange import route
from hub.exchange.route import Offer, Outcome
from hub.exchange.situation import Decided, Situation, decide_flow
from hub.people.models import Link
from hub.permit import Permit, Phase
from schemas.agreement import Flow
from schemas.base import Json


@dataclass(frozen=True, slots=True)
class Handed:
    """One current fact, judged for one recipient: offered, or refused (which only the trail tells)."""

    decided: Decided
    message: str
    offer: Offer | None

    @property
    def record(self) -> dict[str, Json]:
        """As the trail keeps it."""
        outcome = Outcome.NOT_SHARED if self.offer is None else Outcome.HANDED_OVER
        return {**self.decided.record, "berichtId": self.message, "uitkomst": outcome.value}


def hand_over(session: Session, situation: Situation, flows: Iterable[Flow], to: Sequence[Link]) -> list[Handed]:
    """Judge the current facts of these flows for these recipients; what they hold already is left alone."""
    return [
        handed
        for flow in flows
        for message in route.current(session, situation, flow)
        for link in to
        if link.role == flow.recipient and route.meant_for(link, flow, [message])
        if not route.holds(session, link, message.id, flow.id)
        for handed in [_judge(situation, flow, link, message.id)]
    ]


def offers_of(handed: Sequence[Handed]) -> list[Offer]:
    """What is to be laid ready."""
    return [one.offer for one in handed if one.offer is not None]


def _judge(situation: Situation, flow: Flow, link: Link, message: str) -> Handed:
    decided = decide_flow(situation, flow, Phase.HAND_OVER, link.partner, link)
    permitted = isinstance(decided.verdict, Permit)
    made = route.offer(situation, decided, link, message, handed_over=True) if permitted else None
    return Handed(decided, message, made)
