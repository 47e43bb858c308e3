"""
A partner asks what is true now. It may know and something is there, or the answer is empty: always the same empty.

Unknown, nothing published, refused, withdrawn, expired, not permitted: the cause stands in the trail, nowhere else.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from audit.events import Kind
from hub.clock import stamp
from hub.errors import NotFound
from hub.exchange import route, trail, view
from hub.exchange.hub import Hub
from hub.exchange.models import Message
from hub.exchange.situation import Decided, Situation, decide_flow, locked_or_nobody, under_lock_or_nobody
from hub.exchange.view import Readable
from hub.identity.principals import Principal
from hub.people import subjects
from hub.people.models import Link
from hub.permit import Permit, Phase
from hub.policy.decide import decide_own
from hub.vault.subject_keys import KeyClass
from schemas.base import Json, MessageType

_OWN = (
    select(Message, Link)
    .join(Link, Link.id == Message.link_id)
    .where(Message.id == bindparam("message"), Message.type == bindparam("type"), Message.withdrawn_at.is_(None))
    .where(Message.source == bindparam("partner"), subjects.visible(Message.link_id))
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was decided about a question: what may be read, and what the trail says about it."""

    readable: Sequence[Readable]
    decided: Sequence[Decided]


def ask(hub: Hub, by: Principal, message: MessageType, name: object) -> list[Json]:
    """The current facts of this type that the asker may know, its own and received; empty in every other case."""
    return ask_each(hub, by, [message], name)[message.name]


def ask_each(
    hub: Hub, by: Principal, messages: Sequence[MessageType], name: object, *, taken: bool = False
) -> dict[str, list[Json]]:
    """
    The same for several types, all at one moment: a question and an entry in the trail for each.

    `taken`: the answers go along in a file, which the trail and the resident are told.
    """
    # 1. Decided and recorded, committed before anything is opened. For nobody by the same steps as for somebody.
    with hub.database.writing() as session:
        found = subjects.find_and_lock(session, by, name)
        subject = None if found is None else found.subject_id
        situation = under_lock_or_nobody(hub, session, subject, KeyClass.EXCHANGE)
        link = situation.link_of(by.partner)
        known = link if link is not None and found is not None and link.id == found.id else None
        asked = [(message, decided_about(situation, session, by, message, known)) for message in messages]
        if known is not None:
            for one in (one for _, answer in asked for one in answer.readable):
                view.expose(session, situation, known, one.permit)
        records = [(situation, *to_record(message, answer, taken=taken)) for message, answer in asked]
        trail.write_each(session, by, Kind.QUERIED, records)

    # 2. Only now, the permitted fields and no others.
    key = situation.key(KeyClass.EXCHANGE)
    return {message.name: [view.fact(hub, one, key) for one in answer.readable] for message, answer in asked}


def type_of_own(hub: Hub, by: Principal, message_id: str) -> MessageType:
    """Of which type one's own publication is. Raises NotFound for anybody else's; opens nothing."""
    wanted = select(Message.type).where(
        Message.id == message_id, Message.source == by.partner, subjects.visible(Message.link_id)
    )
    with hub.database.reading() as session:
        name = session.scalar(wanted, subjects.client(by))
    if name is None:
        raise NotFound("bericht")
    return hub.messages[name]


def own(hub: Hub, by: Principal, message: MessageType, message_id: str) -> dict[str, Json]:
    """One's own publication, as it was sent. Raises NotFound for anybody else's, and for what is not there."""
    with hub.database.writing() as session:
        stored, link = _own(session, by, message, message_id)
        subject = None if stored is None else stored.subject_id
        situation = locked_or_nobody(hub, session, subject, KeyClass.EXCHANGE)
        known = {one.id for one in situation.links if one.ended_at is None}
        permit = decide_own(situation.subject, by.partner, own_fields(message), hub.agreement.hash)
        mine = stored if link is not None and link.id in known else None
        record: dict[str, Json] = {"bericht": message.name, "berichtId": None if mine is None else mine.id}
        trail.write(session, situation, by, Kind.CONSULTED, trail.NO if mine is None else trail.YES, record)
    if mine is None or link is None:
        raise NotFound(message.name)
    fields = Readable(permit, mine).fields(situation.key(KeyClass.EXCHANGE))
    return {"id": mine.id, "betrokkeneId": link.pseudonym, "tijdstip": stamp(mine.at), **fields}


def _own(
    session: Session, by: Principal, message: MessageType, message_id: str
) -> tuple[Message, Link] | tuple[None, None]:
    values = {"message": message_id, "type": message.name, **subjects.client(by)}
    row = session.execute(_OWN, values).one_or_none()
    return (None, None) if row is None else (row[0], row[1])


def decided_about(
    situation: Situation, session: Session, by: Principal, message: MessageType, link: Link | None
) -> Asked:
    """What this asker may read of a type as things stand, and every decision about it."""
    readable: list[Readable] = []
    decisions: list[Decided] = []
    flows = [flow for flow in situation.hub.agreement.flows if flow.message == message.name]
    mine_to_read = own_fields(message)
    for flow in flows:
        facts = route.current(session, situation, flow)
        mine = [fact for fact in facts if fact.source == by.partner and link is not None]
        known = {one.message.id for one in readable}
        permit = decide_own(situation.subject, by.partner, mine_to_read, situation.hub.agreement.hash)
        readable += [Readable(permit, fact) for fact in mine if fact.id not in known]
        if flow.recipient == by.role:
            others = [fact for fact in route.meant_for(link, flow, facts) if fact.source != by.partner]
            decided = decide_flow(situation, flow, Phase.QUERY, by.partner, link, available=bool(others))
            decisions.append(decided)
            if isinstance(decided.verdict, Permit):
                readable += [Readable(decided.verdict, fact) for fact in others]
    return Asked(readable, decisions)


def own_fields(message: MessageType) -> tuple[str, ...]:
    """What a source can read back: what it said; of what the hub derived only the status, which is about that."""
    return tuple(name for name in message.wire_names if name not in message.derived or name == "status")


def to_record(message: MessageType, asked: Asked, *, taken: bool = False) -> tuple[str, dict[str, Json]]:
    """How a question ended, and its decisions, as the trail keeps them. `taken`: the answer goes along in a file."""
    record: dict[str, Json] = {
        "bericht": message.name,
        "besluiten": [decided.record for decided in asked.decided],
        "beantwoord": [{"berichtId": one.message.id, "stroom": one.permit.flow} for one in asked.readable],
        **({"meegenomen": True} if taken else {}),
    }
    return trail.YES if asked.readable else trail.NO, record
