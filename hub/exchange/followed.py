"""
What became of what coa told about one of its residents: per message and per receiver, and why not when it was not.

For coa only, which keeps the choices: no other source hears who receives what. Read from what lies ready and from the
trail's own record, without holding anybody up: after the look was recorded, and up to there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import export
from audit.events import Kind as Happened
from hub.exchange import trail
from hub.exchange.inbox import decide_item
from hub.exchange.models import Delivery, Message
from hub.exchange.route import Item
from hub.exchange.situation import Situation, decide_flow
from hub.permit import Phase, Refusal
from hub.vault.subject_keys import KeyClass
from schemas.agreement import Flow, Role
from schemas.base import Kind

# So many messages of one person on a page; what is older stands in the person's file.
MOST = 30
# Whether an unopened item was seen after a question is looked for in so many of its receiver's newest answers. A system
# may ask each minute, and all of that is not opened for one page: what was seen only before these stands as ready. Who
# saw what is told in full by the person's file.
QUESTIONS = 60
_READ = (Happened.PUBLISHED, Happened.PUBLICATION_REFUSED, Happened.CORRECTED, Happened.LINKED, Happened.CONSENT)
_TOLD = (Happened.PUBLISHED, Happened.PUBLICATION_REFUSED, Happened.CORRECTED)

_Way = tuple[str, str, str]
"""Message, flow, purpose."""


class Reach(StrEnum):
    """How far a message came with one receiver."""

    WAITS = "wacht"
    READY = "klaargezet"
    ANSWERED = "beantwoord"
    OPENED = "geopend"
    CONFIRMED = "bevestigd"
    WITHDRAWN = "ingetrokken"
    REPLACED = "vervangen"
    NOT_SHARED = "niet-gedeeld"


@dataclass(frozen=True, slots=True)
class Receiver:
    """
    One receiver of a message: a partner, or a role in which nobody knows the person yet.

    `reasons` only when it was not shared; `ended`: it heard only that the linkage to itself ended; `seen`: it had read
    what was taken back.
    """

    partner: str
    purpose: str
    reach: Reach
    reasons: tuple[str, ...] = ()
    ended: bool = False
    seen: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that coa told, newest first. `id` is empty when nobody could receive it: then nothing was stored."""

    id: str
    message: str
    variant: str
    at: datetime
    receivers: tuple[Receiver, ...]
    corrects: bool = False
    can_correct: bool = False


@dataclass
class _Recorded:
    """What the trail says about this person's messages."""

    told: list[Mapping[str, Any]] = field(default_factory=list)
    decided: dict[_Way, dict[str, Mapping[str, Any]]] = field(default_factory=dict)
    answered: set[tuple[str, str]] = field(default_factory=set)


def follow(session: Session, situation: Situation, partner: str, end: int) -> list[Told]:
    """
    Everything that this partner told about a person, newest first. Opens no message, and needs no lock.

    `end` is the place in the trail of the look itself: what came later does not belong to this situation.
    """
    messages = session.scalars(
        select(Message)
        .where(Message.subject_id == situation.subject, Message.source == partner, Message.position < end)
        .order_by(Message.position.desc()).limit(MOST)
    ).all()  # fmt: skip
    lying = _lying(session, situation, end)
    recorded = _recorded(session, situation, partner, end)
    recorded.answered = _answered(session, situation, lying, end)
    told = [_stored(situation, message, messages, recorded, lying) for message in messages]
    refused = [_refused(fact) for fact in recorded.told if "berichtId" not in fact["gegevens"]]
    return sorted([*told, *refused], key=lambda one: one.at, reverse=True)[:MOST]


def _recorded(session: Session, situation: Situation, partner: str, end: int) -> _Recorded:
    key, found = situation.key(KeyClass.AUDIT), _Recorded()
    for entry in export.read(session, trail.opener_with(key), end=end, key_id=key.id, kinds=_READ):
        fact = entry.fact
        if fact is None:
            continue
        said: Mapping[str, Any] = fact["gegevens"]  # type: ignore[assignment]  # our own record, checked when opened
        if fact["soort"] in _TOLD and fact["partij"] == partner:
            found.told.append(fact)
            _note(found, said.get("besluiten", ()), str(said.get("berichtId", "")))
        for one in said.get("naleveringen", ()):
            _note(found, [one], str(one["berichtId"]))
    return found


def _answered(session: Session, situation: Situation, lying: Sequence[Delivery], end: int) -> set[tuple[str, str]]:
    key = situation.key(KeyClass.AUDIT)
    opener = trail.opener_with(key)
    return {
        (str(one["berichtId"]), receiver)
        for receiver in sorted({item.recipient for item in lying if _far(item) is Reach.READY})
        for entry in export.newest(
            session, opener, key_id=key.id, kind=Happened.QUERIED, partner=receiver, outcome=trail.YES, end=end,
            most=QUESTIONS,
        )
        for one in _answers(entry, receiver)
    }  # fmt: skip


def _answers(entry: export.Record, receiver: str) -> Sequence[Mapping[str, Any]]:
    # The column found it; who asked is what the record says.
    if entry.fact is None or entry.fact["partij"] != receiver:
        return ()
    said: Mapping[str, Any] = entry.fact["gegevens"]  # type: ignore[assignment]  # our own record, checked when opened
    answers: Sequence[Mapping[str, Any]] = said["beantwoord"]
    return answers


def _note(found: _Recorded, decisions: Sequence[Mapping[str, Any]], message: str) -> None:
    # Oldest first: what was decided last about a flow stands.
    for one in decisions:
        found.decided.setdefault((message, one["stroom"], one["doel"]), {})[one["ontvanger"]] = one


def _lying(session: Session, situation: Situation, end: int) -> Sequence[Delivery]:
    kinds = (Item.MESSAGE.value, Item.ENDED.value)
    mine = select(Delivery).where(Delivery.subject_id == situation.subject, Delivery.kind.in_(kinds))
    return session.scalars(mine.where(Delivery.position < end).order_by(Delivery.position, Delivery.id)).all()


def _stored(
    situation: Situation, message: Message, messages: Sequence[Message], recorded: _Recorded, lying: Sequence[Delivery]
) -> Told:
    mine = [one for one in lying if one.message_id == message.id]
    ended = [one for one in lying if one.message_id is None and one.position == message.position]
    reached = {(one.flow, one.purpose, one.recipient) for one in mine}
    flows = {(one.flow, one.purpose) for one in mine}
    replaced = _replaced(situation, message, messages)
    receivers = [
        *(_of_item(situation, message, one, recorded) for one in mine),
        *(Receiver(one.recipient, one.purpose, _far(one), ended=True) for one in ended),
        *_without_item(situation, message, recorded, reached, flows, replaced=replaced),
    ]
    can_correct = message.withdrawn_at is None and not replaced
    return Told(
        message.id, message.type, message.variant, message.at, tuple(receivers), message.corrects is not None,
        can_correct,
    )  # fmt: skip


def _replaced(situation: Situation, message: Message, messages: Sequence[Message]) -> bool:
    if situation.hub.messages[message.type].kind is Kind.EVENT:
        return False
    same = (one for one in messages if (one.type, one.variant) == (message.type, message.variant))
    return any(one.position > message.position and one.withdrawn_at is None for one in same)


def _of_item(situation: Situation, message: Message, item: Delivery, recorded: _Recorded) -> Receiver:
    reach = _far(item)
    if reach is not Reach.READY:
        return Receiver(item.recipient, item.purpose, reach, seen=item.closed_at is not None)
    # It lies there; whether it would still open is decided as opening decides it.
    link = next(link for link in situation.links if link.id == item.link_id)
    verdict, _ = decide_item(situation, item, message, link)
    if isinstance(verdict, Refusal):
        return Receiver(item.recipient, item.purpose, Reach.NOT_SHARED, tuple(verdict.reasons))
    asked = (message.id, item.recipient) in recorded.answered
    return Receiver(item.recipient, item.purpose, Reach.ANSWERED if asked else Reach.READY)


def _far(item: Delivery) -> Reach:
    if item.withdrawn_at is not None or item.closed_at is not None:
        return Reach.WITHDRAWN
    if item.acknowledged_at is not None:
        return Reach.CONFIRMED
    return Reach.READY if item.opened_at is None else Reach.OPENED


def _without_item(
    situation: Situation, message: Message, recorded: _Recorded, reached: set[_Way], flows: set[tuple[str, str]],
    *, replaced: bool,
) -> Iterator[Receiver]:  # fmt: skip
    for (name, flow, purpose), decisions in recorded.decided.items():
        if name != message.id:
            continue
        for partner, decision in decisions.items():
            # Waited for whoever would come; somebody came.
            came = partner in set(Role) and (flow, purpose) in flows
            if not came and (flow, purpose, partner) not in reached:
                yield _decided(situation, message, partner, decision, replaced=replaced)


def _decided(
    situation: Situation, message: Message, partner: str, decision: Mapping[str, Any], *, replaced: bool
) -> Receiver:
    purpose = str(decision["doel"])
    if decision["besluit"] != "ja":
        return Receiver(partner, purpose, Reach.NOT_SHARED, tuple(decision["redenen"]))
    if message.withdrawn_at is not None:
        return Receiver(partner, purpose, Reach.WITHDRAWN)
    if replaced:
        return Receiver(partner, purpose, Reach.REPLACED)
    # It waits for a link; what the resident chose since decides whether it still would be handed over.
    flow = _agreed(situation, decision)
    verdict = None if flow is None else decide_flow(situation, flow, Phase.PUBLISH, partner, None).verdict
    if isinstance(verdict, Refusal):
        return Receiver(partner, purpose, Reach.NOT_SHARED, tuple(verdict.reasons))
    return Receiver(partner, purpose, Reach.WAITS if flow is not None else Reach.WITHDRAWN)


def _agreed(situation: Situation, decision: Mapping[str, Any]) -> Flow | None:
    wanted = (decision["stroom"], decision["doel"])
    return next((flow for flow in situation.hub.agreement.flows if (flow.id, flow.purpose) == wanted), None)


def _refused(fact: Mapping[str, Any]) -> Told:
    said = fact["gegevens"]
    receivers = [
        Receiver(one["ontvanger"], one["doel"], Reach.NOT_SHARED, tuple(one["redenen"])) for one in said["besluiten"]
    ]
    at = datetime.fromisoformat(str(fact["tijdstip"]))
    return Told("", str(said["bericht"]), "", at, tuple(receivers), fact["soort"] == Happened.CORRECTED)
