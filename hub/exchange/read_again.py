"""
What a client opened before, of one type and about one person, read again: for a page on which it stands together.

A question of its own: decided now, in the trail before anything is opened. What is unopened stays unopened, and what
can be read no longer (withdrawn, closed, expired) is not there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from audit.events import Kind
from hub.exchange import query, trail, view
from hub.exchange.hub import Hub
from hub.exchange.models import Delivery, Message
from hub.exchange.query import Asked
from hub.exchange.situation import Situation, decide_flow, under_lock_or_nobody
from hub.exchange.view import Readable
from hub.identity.principals import Principal
from hub.people import subjects
from hub.people.models import Link
from hub.permit import Permit, Phase
from hub.vault.subject_keys import KeyClass
from schemas.base import MessageType

_OPENED = (
    select(Delivery, Message)
    .join(Message, Message.id == Delivery.message_id)
    .where(Delivery.link_id == bindparam("link"), Message.type == bindparam("type"), Delivery.opened_at.is_not(None))
    .where(Delivery.withdrawn_at.is_(None), Delivery.closed_at.is_(None), Message.withdrawn_at.is_(None))
    .order_by(Delivery.position)
)


@dataclass(frozen=True, slots=True)
class Again:
    """An item that was opened before: its id, since when it lay there, and its fields."""

    item: str
    at: datetime
    fields: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Item:
    delivery: Delivery
    readable: Readable


def read_again(hub: Hub, by: Principal, message: MessageType, name: object, *, taken: bool = False) -> list[Again]:
    """Oldest first; empty for nobody and whenever nothing may be read. `taken`: it goes along in a file."""
    # 1. Decided and recorded, committed before anything is opened. For nobody by the same steps as for somebody.
    with hub.database.writing() as session:
        found = subjects.find_and_lock(session, by, name)
        situation = under_lock_or_nobody(hub, session, None if found is None else found.subject_id, KeyClass.EXCHANGE)
        link = situation.link_of(by.partner)
        known = link if link is not None and found is not None and link.id == found.id else None
        asked, items = _decide(session, situation, by, message, known)
        if known is not None:
            for one in items:
                view.expose(session, situation, known, one.readable.permit)
        trail.write(session, situation, by, Kind.QUERIED, *query.to_record(message, asked, taken=taken))

    # 2. Only now, the permitted fields and no others.
    key = situation.key(KeyClass.EXCHANGE)
    return [Again(one.delivery.id, one.delivery.at, one.readable.fields(key)) for one in items]


def _decide(
    session: Session, situation: Situation, by: Principal, message: MessageType, link: Link | None
) -> tuple[Asked, list[_Item]]:
    values = {"link": "" if link is None else link.id, "type": message.name}
    rows = [(row[0], row[1]) for row in session.execute(_OPENED, values)]
    flows = [flow for flow in situation.hub.agreement.flows_to(by.role) if flow.message == message.name]
    decisions, items = [], []
    for flow in flows:
        of_flow = [
            (delivery, told)
            for delivery, told in rows
            if (delivery.flow, delivery.purpose) == (flow.id, flow.purpose) and flow.variant in (None, told.variant)
        ]
        decided = decide_flow(situation, flow, Phase.QUERY, by.partner, link, available=bool(of_flow))
        decisions.append(decided)
        if isinstance(decided.verdict, Permit):
            items += [_Item(delivery, Readable(decided.verdict, told)) for delivery, told in of_flow]
    items.sort(key=lambda one: one.delivery.position)
    return Asked([one.readable for one in items], decisions), items
