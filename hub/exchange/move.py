"""
A koppeling to another municipality: the old one is closed and told that it ended, the new one gets what is true now.

To the same municipality again: nothing closes and nothing is handed over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from hub.db import new_id
from hub.exchange import withdraw
from hub.exchange.hand_over import Handed, hand_over, offers_of
from hub.exchange.route import LINKAGE, Item, Offer
from hub.exchange.situation import Situation
from hub.people import subjects
from hub.people.models import Link
from hub.people.subjects import NewLink
from hub.policy.decide import decide_notice
from hub.vault.seal import Row, seal
from hub.vault.subject_keys import KeyClass
from schemas.agreement import Flow, Role
from schemas.base import Json, MessageType

ENDED = "beeindigd"


@dataclass(frozen=True, slots=True)
class Moved:
    """How things stand after the move; `absent` is the new municipality when it is no partner, or nobody moved."""

    situation: Situation
    offers: Sequence[Offer] = ()
    handed: Sequence[Handed] = ()
    absent: str | None = None


def towards(message: MessageType, fields: Mapping[str, Json]) -> str | None:
    """The municipality that a koppeling goes to; None for any other type."""
    return str(fields["gemeente"]) if message.name == LINKAGE else None


def apply(session: Session, situation: Situation, message: MessageType, fields: Mapping[str, Json]) -> Moved:
    """Do what this message does to the person's municipality; for any other type than koppeling: nothing."""
    new = towards(message, fields)
    if new is None:
        return Moved(situation)
    partner = situation.hub.agreement.partners.get(new)
    absent = None if partner is not None and partner.role is Role.MUNICIPALITY else new
    old = [link for link in situation.linked(Role.MUNICIPALITY) if link.partner != new]
    stays = situation.link_of(new) is not None
    if stays:
        return Moved(situation, absent=absent)

    ended = [notice for link in old for notice in _close(session, situation, link, str(fields["ingangsdatum"]))]
    if absent is not None:
        return Moved(situation, ended, absent=absent)
    link = _open(session, situation, new)
    after = situation.with_link(link)
    handed = hand_over(session, after, _facts_for_municipality(situation), [link])
    return Moved(after, [*ended, *offers_of(handed)], handed)


def _facts_for_municipality(situation: Situation) -> list[Flow]:
    # The koppeling itself is on its way already.
    return [flow for flow in situation.hub.agreement.flows_to(Role.MUNICIPALITY) if flow.message != LINKAGE]


def _open(session: Session, situation: Situation, municipality: str) -> Link:
    key = situation.key(KeyClass.LINKING)
    secret = subjects.secret_of(session, key)
    new = NewLink(municipality, Role.MUNICIPALITY)
    return subjects.add_link(session, situation.hub.vault, key, secret, new, situation.now)


def _close(session: Session, situation: Situation, link: Link, since: str) -> list[Offer]:
    subjects.end_link(session, link, situation.now)
    withdraw.fence(session, situation, withdraw.received_by(link.partner))
    flows = situation.hub.agreement.flows_to(Role.MUNICIPALITY)
    return [_ended_notice(situation, link, flow, since) for flow in flows if flow.message == LINKAGE]


def _ended_notice(situation: Situation, link: Link, flow: Flow, since: str) -> Offer:
    """It always gets this, and it names only itself: never where the person went."""
    agreement = situation.hub.agreement.hash
    permit = decide_notice(situation.subject, link.partner, flow.id, flow.purpose, flow.basis, agreement)
    item = new_id()
    fields: dict[str, Json] = {"gemeente": link.partner, "ingangsdatum": since, "status": ENDED}
    sealed = seal([permit], fields, situation.key(KeyClass.EXCHANGE), Row("deliveries", item))
    return Offer(link, flow.id, flow.purpose, flow.basis, Item.ENDED, id=item, notice=dict(sealed.fields))
