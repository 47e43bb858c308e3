"""
Puts a wrong message right: the wrong value is taken back, and the right one goes to whoever saw the wrong one.

Who saw it and may not have the right one (any more) is asked to delete its copy.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from audit import export
from audit.events import Kind as EntryKind
from hub.errors import Conflict, NotFound
from hub.exchange import trail, withdraw
from hub.exchange.models import Delivery, Message
from hub.exchange.route import Offer
from hub.exchange.situation import Situation
from hub.people.models import Link
from hub.vault.subject_keys import KeyClass
from schemas.base import Json, Kind, MessageType

# Saw it in an answer to a question: there is no earlier item to point at.
ANSWERED = "bevraging"


@dataclass(frozen=True, slots=True)
class Mending:
    """
    The message that is put right, and who saw it: (partner, purpose) → its item, or ANSWERED.

    Whoever saw only what that message itself put right is in it too, with what they saw last.
    """

    wrong: str | None = None
    seen: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @property
    def record(self) -> dict[str, Json]:
        """As the trail keeps it; nothing for a publication that puts nothing right."""
        return {} if self.wrong is None else {"corrigeert": self.wrong}


def begin(
    session: Session, situation: Situation, message: MessageType, source: Link, wrong: str | None, variant: str
) -> Mending:
    """
    Find the wrong message and who saw it. Nothing to mend when `wrong` is None.

    Raises NotFound when it is not this source's own about this person, Conflict when a newer one took its place.
    """
    if wrong is None:
        return Mending()
    own = (Message.id == wrong, Message.type == message.name, Message.link_id == source.id)
    there = (Message.subject_id == situation.subject, Message.variant == variant, Message.withdrawn_at.is_(None))
    found = session.scalars(select(Message).where(*own, *there)).one_or_none()
    if found is None:
        raise NotFound(message.name)
    if message.kind is Kind.FACT and _newer(session, found):
        raise Conflict("niet-het-nieuwste", "Er is een nieuwer bericht. Corrigeer dat, of publiceer een nieuw bericht.")
    return Mending(wrong, _seen(session, situation, found))


def take_back(session: Session, situation: Situation, mending: Mending) -> None:
    """Nobody gets the wrong message any more, and it is nobody's current fact."""
    if mending.wrong is None:
        return
    withdraw.fence(session, situation, Delivery.message_id == mending.wrong)
    session.execute(update(Message).where(Message.id == mending.wrong).values(withdrawn_at=situation.now))


def ask_others_to_delete(
    session: Session, situation: Situation, mending: Mending, offers: Sequence[Offer]
) -> list[Offer]:
    """Whoever saw the wrong value and does not get the right one deletes its copy."""
    told = {(offer.link.partner, offer.purpose) for offer in offers}
    left = [pair for pair in mending.seen if pair not in told]
    return [
        asked
        for partner, purpose in left
        for asked in withdraw.ask_to_delete(
            session, situation, and_(withdraw.seen_by(partner), withdraw.seen_for(purpose))
        )
    ]


def marked(mending: Mending, offer: Offer) -> Offer:
    """The item says what it puts right, for whom saw that."""
    return replace(offer, corrects=mending.seen.get((offer.link.partner, offer.purpose)))


def _newer(session: Session, found: Message) -> bool:
    same = (Message.subject_id == found.subject_id, Message.type == found.type, Message.variant == found.variant)
    later = (Message.source == found.source, Message.withdrawn_at.is_(None), Message.position > found.position)
    return session.scalar(select(Message.id).where(*same, *later).limit(1)) is not None


def _seen(session: Session, situation: Situation, found: Message) -> dict[tuple[str, str], str]:
    wrongs = _corrected_by(session, found)
    opened, answered = _opened(session, wrongs), _answered(session, situation, wrongs)
    # What somebody saw last of it; of one message, the item before the answer.
    return {
        pair: item for wrong in wrongs for pair, item in {**answered.get(wrong, {}), **opened.get(wrong, {})}.items()
    }


def _corrected_by(session: Session, found: Message) -> list[str]:
    """This message after all that it corrects, the first that was wrong first."""
    wrongs, earlier = [found.id], found.corrects
    while earlier is not None:
        wrongs.insert(0, earlier)
        earlier = session.scalar(select(Message.corrects).where(Message.id == earlier))
    return wrongs


def _opened(session: Session, wrongs: Sequence[str]) -> dict[str, dict[tuple[str, str], str]]:
    columns = select(Delivery.message_id, Delivery.recipient, Delivery.purpose, Delivery.id)
    opened = columns.where(Delivery.message_id.in_(wrongs), Delivery.opened_at.is_not(None)).order_by(Delivery.position)
    seen: dict[str, dict[tuple[str, str], str]] = {}
    for message, recipient, purpose, item in session.execute(opened):
        seen.setdefault(str(message), {})[recipient, purpose] = item
    return seen


def _answered(session: Session, situation: Situation, wrongs: Sequence[str]) -> dict[str, dict[tuple[str, str], str]]:
    # Which answer held which message stands in the trail only.
    key, opener = situation.key(KeyClass.AUDIT).id, partial(trail.opener, situation.hub)
    purposes = {flow.id: flow.purpose for flow in situation.hub.agreement.flows}
    seen: dict[str, dict[tuple[str, str], str]] = {}
    asked = export.read(session, opener, key_id=key, kinds=(EntryKind.QUERIED,))
    for fact in (one.fact for one in asked if one.fact is not None):
        for one in _answers(fact):
            if one["berichtId"] in wrongs and one["stroom"] in purposes:
                pair = str(fact["partij"]), purposes[str(one["stroom"])]
                seen.setdefault(one["berichtId"], {})[pair] = ANSWERED
    return seen


def _answers(fact: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    answered: list[Mapping[str, Any]] = fact["gegevens"].get("beantwoord", [])
    return answered
