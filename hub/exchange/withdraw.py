"""
Takes back: a purpose that the resident withdrew, a municipality that was closed, a link that was ended.

What was not opened is withdrawn, what was opened can no longer be read here, and whoever saw something is asked to
delete its copy, without a cause.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, select, tuple_, update
from sqlalchemy.orm import Session

from hub.exchange.models import Delivery, Exposure, Message
from hub.exchange.route import Item, Offer
from hub.exchange.situation import Situation
from hub.people.models import Link
from schemas.agreement import Basis


def for_purpose(purpose: str) -> ColumnElement[bool]:
    """Items of this purpose that rest on the resident's choice, for whomever."""
    return (Delivery.purpose == purpose) & (Delivery.basis == Basis.CONSENT.value)


def received_by(partner: str) -> ColumnElement[bool]:
    """Items for this partner."""
    return Delivery.recipient == partner


def sent_by(link: Link) -> ColumnElement[bool]:
    """Items that this link's partner sent, for whomever."""
    return Delivery.message_id.in_(select(Message.id).where(Message.link_id == link.id))


def fence(session: Session, situation: Situation, which: ColumnElement[bool]) -> None:
    """Nobody gets these items of this person any more. Requests to delete, and earlier endings, stay as they are."""
    these = (
        Delivery.subject_id == situation.subject, Delivery.kind == Item.MESSAGE.value,
        Delivery.withdrawn_at.is_(None), Delivery.closed_at.is_(None), which,
    )  # fmt: skip
    unopened, opened = Delivery.opened_at.is_(None), Delivery.opened_at.is_not(None)
    session.execute(update(Delivery).where(*these, unopened).values(withdrawn_at=situation.now))
    session.execute(update(Delivery).where(*these, opened).values(closed_at=situation.now))


def ask_to_delete(session: Session, situation: Situation, which: ColumnElement[bool]) -> list[Offer]:
    """One request per recipient and purpose that has seen something since it was last asked."""
    seen = (Exposure.subject_id == situation.subject, which)
    columns = select(Exposure.link_id, Exposure.purpose).order_by(Exposure.partner, Exposure.purpose)
    exposures = session.execute(columns.where(*seen)).all()
    session.execute(delete(Exposure).where(*seen))
    links = {link.id: link for link in situation.links}
    bases = {flow.purpose: flow.basis for flow in situation.hub.agreement.flows}
    return [
        Offer(links[link], Item.DELETE.value, purpose, bases.get(purpose, Basis.CONSENT), Item.DELETE)
        for link, purpose in exposures
    ]


def end_messages(session: Session, situation: Situation, link: Link) -> None:
    """What this link's partner told is nobody's current fact any more."""
    told = (Message.link_id == link.id, Message.withdrawn_at.is_(None))
    session.execute(update(Message).where(*told).values(withdrawn_at=situation.now))


def names(offers: Sequence[Offer]) -> list[str]:
    """The partners that are asked, for the trail."""
    return [offer.link.partner for offer in offers]


def seen_for(purpose: str) -> ColumnElement[bool]:
    """Whoever saw something for this purpose, a closed municipality too."""
    return Exposure.purpose == purpose


def seen_by(partner: str) -> ColumnElement[bool]:
    """Whatever this partner saw, for every purpose."""
    return Exposure.partner == partner


def saw_from(situation: Situation, link: Link) -> ColumnElement[bool]:
    """Whoever may have seen what this link's partner told: each recipient, for the purposes that it was told for."""
    sent = select(Delivery.recipient, Delivery.purpose).where(sent_by(link), Delivery.subject_id == situation.subject)
    return tuple_(Exposure.partner, Exposure.purpose).in_(sent)
