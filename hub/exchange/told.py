"""
What a client's partner told about one of its people: every message that still stands, newest first, as it was sent.

It is the partner's own; looking at it is recorded all the same, and committed before anything is opened.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, select

from audit.events import Kind as Happened
from hub.errors import NotFound
from hub.exchange import trail
from hub.exchange.hub import Hub
from hub.exchange.models import Message
from hub.exchange.query import own_fields
from hub.exchange.situation import Situation, enter
from hub.exchange.view import Readable
from hub.identity.principals import Principal
from hub.permit import Permit
from hub.policy.decide import decide_own
from hub.vault.subject_keys import KeyClass
from schemas.base import Json, Kind

PAGE = 25
_TOLD = (
    select(Message)
    .where(Message.link_id == bindparam("link"), Message.withdrawn_at.is_(None))
    .order_by(Message.position.desc())
)
_KIND = select(Message.type).where(
    Message.id == bindparam("message"), Message.link_id == bindparam("link"), Message.withdrawn_at.is_(None),
    Message.source == bindparam("partner"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """One message of one's own. `newest`: nothing of its type and soort came after it; an event always is."""

    id: str
    message: str
    at: datetime
    newest: bool
    fields: Mapping[str, Json] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Page:
    """Some of what was told; pages count from 1."""

    messages: Sequence[Told]
    number: int
    last: int


def list_told(hub: Hub, by: Principal, name: str, number: int) -> Page:
    """A page of what was told about this person. Raises NotFound for a person not one's own."""
    with hub.database.writing() as session:
        # 1. One's own person, locked; what was told over the link by which one knows them now.
        entered = enter(hub, session, by, name, KeyClass.EXCHANGE)
        if entered is None:
            raise NotFound("betrokkene")
        situation, link = entered
        every = session.scalars(_TOLD, {"link": link.id}).all()
        last = max(1, -(-len(every) // PAGE))
        number = min(max(1, number), last)
        shown = every[(number - 1) * PAGE : number * PAGE]

        # 2. Decided and recorded, by type, as reading back a single one is.
        readable = [Readable(_permit(situation, by, one), one) for one in shown]
        trail.write_each(session, by, Happened.CONSULTED, [
            (situation, trail.YES, record) for record in _records(readable)
        ])  # fmt: skip

    # 3. Only now opened.
    newest = _newest(hub, every)
    key = situation.key(KeyClass.EXCHANGE)
    told = [Told(one.message.id, one.message.type, one.message.at, one.message.id in newest, one.fields(key))
            for one in readable]  # fmt: skip
    return Page(told, number, last)


def kind_of(hub: Hub, by: Principal, link_id: str, message: str) -> str:
    """Of which type one's own message over this link is. Raises NotFound for any other; opens nothing."""
    with hub.database.reading() as session:
        found = session.scalar(_KIND, {"link": link_id, "message": message, "partner": by.partner})
    if found is None:
        raise NotFound("bericht")
    return found


def _permit(situation: Situation, by: Principal, one: Message) -> Permit:
    kind = situation.hub.messages[one.type]
    return decide_own(situation.subject, by.partner, own_fields(kind), situation.hub.agreement.hash)


def _records(readable: Sequence[Readable]) -> list[dict[str, Json]]:
    kinds = dict.fromkeys(one.message.type for one in readable)
    return [
        {"bericht": kind, "berichten": [one.message.id for one in readable if one.message.type == kind]}
        for kind in kinds
    ]


def _newest(hub: Hub, every: Sequence[Message]) -> set[str]:
    # Newest first: the first of a type and soort that is met is the current fact.
    first: dict[tuple[str, str], str] = {}
    for one in every:
        first.setdefault((one.type, one.variant), one.id)
    events = {one.id for one in every if hub.messages[one.type].kind is Kind.EVENT}
    return events | set(first.values())
