"""
A source tells something about a person, once; the hub decides for every flow who may know it.

The road: checked whole, person locked, every flow decided, sealed once, routed, recorded, committed. A publication that
nobody may receive leaves an entry in the trail and nothing else. A correction takes the same road, and takes the wrong
message back on its way.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from audit.events import Kind
from audit.log import Entry
from hub.clock import stamp
from hub.db import new_id, table_of
from hub.errors import Forbidden
from hub.exchange import mend, move, remember, route, trail, withdraw
from hub.exchange.hub import Hub
from hub.exchange.mend import Mending
from hub.exchange.models import Message
from hub.exchange.move import Moved
from hub.exchange.remember import Request
from hub.exchange.route import Item, Offer, Outcome, Routed
from hub.exchange.situation import Situation, enter
from hub.identity.principals import Principal
from hub.people import subjects
from hub.people.models import Link
from hub.permit import Permit
from hub.vault.seal import Row, Sealed, dump, seal
from hub.vault.subject_keys import KeyClass
from schemas.agreement import Flow, Role
from schemas.base import Derivation, InvalidInput, Json, MessageType, Mistake

KINDS = (KeyClass.EXCHANGE, KeyClass.LINKING)
_STORE = insert(table_of(Message))
UNKNOWN_PERSON = Mistake("betrokkeneId", "U kent niemand met dit betrokkeneId. Kijk het na, of zoek met uw kenmerk.")


@dataclass(frozen=True, slots=True)
class Refused:
    """Nobody may receive it. Nothing was stored but the refusal; `body` is what this source may know of it."""

    body: dict[str, Json]


def publish(hub: Hub, message: MessageType, request: Request, wrong: str | None = None) -> dict[str, Json] | Refused:
    """
    Publish one message; gives the answer to the source, with a receipt. `wrong` is the message that it puts right.

    Raises InvalidInput with every mistake, Forbidden when this role never tells such things, Conflict when the
    Idempotency-Key belongs to another message. In all three, nothing was stored. For a correction also NotFound and
    Conflict (see `mend.begin`); one that nobody may receive still takes the wrong message back, and has no id.
    """
    # 1. The body says no more than its schema allows, about somebody whom this client knows.
    flows = flows_of(hub, message, request.by)
    fields, wanted = checked(hub, message, request, flows)
    return remember.once_more(lambda: _publish(hub, message, request, fields, wanted, wrong))


def _publish(
    hub: Hub, message: MessageType, request: Request, fields: Mapping[str, Json], wanted: Sequence[Flow],
    wrong: str | None,
) -> dict[str, Json] | Refused:  # fmt: skip
    with hub.database.writing() as session:
        # 2. One change about this person at a time; the same request again gets the same answer.
        entered = enter(hub, session, request.by, request.body.get("betrokkeneId"), *KINDS)
        given = remember.earlier(hub, session, request)
        if given is not None:
            return given
        if entered is None:
            raise InvalidInput(UNKNOWN_PERSON)
        situation, link = entered

        # 3. Each flow is decided; who may receive nothing, gets nothing. A koppeling moves the person to another
        #    municipality before anybody is told.
        plan = carry_out(session, situation, Draft(new_id(), message, fields, link), wanted, wrong)
        if not plan.permits:
            return _refuse(session, situation, request, plan)

        # 4. Sealed once, recorded, laid ready: together, or not at all.
        draft = plan.draft
        sealed = seal(plan.permits, all_fields(draft, situation), situation.key(KeyClass.EXCHANGE), draft.row)
        entry = _record(session, situation, request, plan)
        store(session, situation, request.by, draft, sealed, entry, plan.mending)
        route.store(session, situation, plan.items, entry.index)
        body = _answer(request.by, draft.id, situation.now, plan.routed, entry)
        remember.keep(session, situation, request, body)
        return body


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that was permitted and is not yet stored."""

    id: str
    message: MessageType
    fields: Mapping[str, Json]
    source: Link

    @property
    def row(self) -> Row:
        """Where its fields will stand, sealed."""
        return Row("messages", self.id)

    @property
    def variant(self) -> str:
        """The kind within the type (soort); empty for a type without kinds."""
        return str(self.fields[self.message.variant]) if self.message.variant else ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What comes of a message: who receives it, who does not and why, what moves with it, who is asked to delete."""

    draft: Draft
    routed: Sequence[Routed]
    permits: Sequence[Permit]
    moved: Moved
    mending: Mending
    offers: Sequence[Offer]
    asked: Sequence[Offer]

    @property
    def items(self) -> list[Offer]:
        """Everything that will lie ready, in the order in which it is offered."""
        return [*self.offers, *self.moved.offers, *self.asked]


def carry_out(session: Session, situation: Situation, draft: Draft, wanted: Sequence[Flow], wrong: str | None) -> Plan:
    """
    Decide each flow, take the wrong message back, move the person, and say who receives what.

    Changes links and earlier items in the caller's transaction; stores nothing of the message itself. Raises as
    `mend.begin` does.
    """
    mending = mend.begin(session, situation, draft.message, draft.source, wrong, draft.variant)
    towards = move.towards(draft.message, draft.fields)
    decisions = route.decide_all(situation, wanted, towards)
    permits = [decided.verdict for decided in decisions if isinstance(decided.verdict, Permit)]
    mend.take_back(session, situation, mending)
    # What nobody may know moves nobody; coa hears of the municipality that it wrote all the same.
    moved = move.apply(session, situation, draft.message, draft.fields) if permits else Moved(situation, absent=towards)
    routed = route.route(moved.situation, decisions, moved.absent)
    offers = [_offer(moved.situation, one, draft, mending) for one in routed if one.outcome is Outcome.OFFERED]
    asked = mend.ask_others_to_delete(session, situation, mending, offers)
    return Plan(draft, routed, permits, moved, mending, offers, asked)


def flows_of(hub: Hub, message: MessageType, by: Principal) -> Sequence[Flow]:
    """The flows by which this role tells this. Raises Forbidden when there is none."""
    flows = [flow for flow in hub.agreement.flows if flow.message == message.name and flow.source == by.role]
    if not flows:
        raise Forbidden(message.name)
    return flows


def checked(
    hub: Hub, message: MessageType, request: Request, flows: Sequence[Flow]
) -> tuple[dict[str, Json], list[Flow]]:
    """The fields of the body, and the flows that are about them. Raises InvalidInput with every mistake."""
    body = {name: value for name, value in request.body.items() if name != "betrokkeneId"}
    wrong = list(request.mistakes)
    fields: dict[str, Json] = {}
    try:
        fields = message.load(body, hub.today())
    except InvalidInput as invalid:
        wrong += invalid.mistakes
    wanted = _of_variant(message, flows, fields)
    if fields and not wanted:
        wrong.append(_other_variant(message, flows))
    if wrong:
        # Every mistake at once: an unknown person is one of them.
        raise InvalidInput(*_unknown(hub, request), *wrong)
    return fields, wanted


def _of_variant(message: MessageType, flows: Sequence[Flow], fields: Mapping[str, Json]) -> list[Flow]:
    return [flow for flow in flows if message.variant is None or flow.variant == fields.get(message.variant)]


def _other_variant(message: MessageType, flows: Sequence[Flow]) -> Mistake:
    said = " of ".join(sorted({str(flow.variant) for flow in flows}))
    return Mistake(message.variant or "", f"Uw rol meldt hier alleen: {said}.")


def _unknown(hub: Hub, request: Request) -> list[Mistake]:
    with hub.database.reading() as session:
        known = subjects.find(session, request.by, request.body.get("betrokkeneId"))
    return [] if known else [UNKNOWN_PERSON]


def all_fields(draft: Draft, situation: Situation) -> dict[str, Json]:
    """Every field of the message, those included that the hub derives."""
    own = subjects.reference_of(draft.source, situation.key(KeyClass.LINKING))
    derivation = Derivation(own, situation.hub.agreement.hours_threshold)
    # Every field of the type is sealed, absent ones as null: which ones are there would tell who works.
    every = dict.fromkeys(draft.message.wire_names)
    return {**every, **draft.fields, **draft.message.derive(draft.fields, derivation)}


def _offer(situation: Situation, routed: Routed, draft: Draft, mending: Mending) -> Offer:
    if routed.link is None:
        raise TypeError("an offer takes a recipient")
    return mend.marked(mending, route.offer(situation, routed.decided, routed.link, draft.id))


def store(
    session: Session, situation: Situation, by: Principal, draft: Draft, sealed: Sealed, entry: Entry, mending: Mending
) -> None:
    """Store a sealed message; it is the person's current fact from now on, when it is a fact."""
    row = {
        "id": draft.id, "subject_id": situation.subject, "type": draft.message.name, "variant": draft.variant,
        "source": by.partner, "source_role": by.role.value, "link_id": draft.source.id, "client_id": by.client_id,
        "at": situation.now, "agreement": situation.hub.agreement.hash, "revision": 1,
        "fields": dict(sealed.fields), "position": entry.index, "corrects": mending.wrong,
    }  # fmt: skip
    session.connection().execute(_STORE, [row])


def _refuse(session: Session, situation: Situation, request: Request, plan: Plan) -> dict[str, Json] | Refused:
    record: dict[str, Json] = {
        "bericht": plan.draft.message.name,
        "inhoud": _digest(situation, plan.draft.fields),
        "besluiten": _decisions(plan.routed),
    }
    if plan.mending.wrong is None:
        trail.write(session, situation, request.by, Kind.PUBLICATION_REFUSED, trail.NO, record)
        # Only coa keeps the choices, so only coa may hear of them.
        return Refused({"ontvangers": _recipients(plan.routed)} if request.by.role is Role.COA else {})
    # The right value reaches nobody, and the wrong one must not stay where it is.
    record = {**record, **plan.mending.record, "verwijderverzoeken": list(withdraw.names(plan.asked))}
    entry = trail.write(session, situation, request.by, Kind.CORRECTED, trail.NO, record)
    route.store(session, situation, plan.asked, entry.index)
    body = _answer(request.by, None, situation.now, plan.routed, entry)
    remember.keep(session, situation, request, body)
    return body


def _record(session: Session, situation: Situation, request: Request, plan: Plan) -> Entry:
    draft, moved = plan.draft, plan.moved
    record: dict[str, Json] = {
        "bericht": draft.message.name,
        "soort": draft.variant,
        "berichtId": draft.id,
        "inhoud": _digest(situation, draft.fields),
        "besluiten": _decisions(plan.routed),
        "naleveringen": [one.record for one in moved.handed],
        "beeindigd": [offer.link.partner for offer in moved.offers if offer.item is Item.ENDED],
    }
    if plan.mending.wrong is None:
        return trail.write(session, situation, request.by, Kind.PUBLISHED, trail.YES, record)
    record = {**record, **plan.mending.record, "verwijderverzoeken": list(withdraw.names(plan.asked))}
    return trail.write(session, situation, request.by, Kind.CORRECTED, trail.YES, record)


def _decisions(routed: Sequence[Routed]) -> list[Json]:
    return [
        {**one.decided.record, "ontvanger": one.recipient, "uitkomst": one.outcome.value, "reden": one.reason}
        for one in routed
    ]


def _digest(situation: Situation, fields: Mapping[str, Json]) -> str:
    # Keyed with the exchange key: when that ends, nobody can guess from the trail what the message said.
    return hmac.digest(situation.key(KeyClass.EXCHANGE).secret, dump(dict(fields)), hashlib.sha256).hex()


def _answer(
    by: Principal, stored: str | None, now: datetime, routed: Sequence[Routed], entry: Entry
) -> dict[str, Json]:
    heard: dict[str, Json] = (
        {"ontvangers": _recipients(routed)} if by.role is Role.COA else {"doelen": _purposes(routed)}
    )
    name: dict[str, Json] = {} if stored is None else {"id": stored}
    return {**name, "tijdstip": stamp(now), **heard, "ontvangstbewijs": trail.receipt(entry)}


def _recipients(routed: Sequence[Routed]) -> list[Json]:
    return [
        {
            "ontvanger": one.recipient,
            "doel": one.decided.flow.purpose,
            "uitkomst": one.outcome.value,
            **({} if one.reason is None else {"reden": one.reason}),
        }
        for one in routed
    ]


def _purposes(routed: Sequence[Routed]) -> list[Json]:
    # Never who or why: a source would learn by publishing what it may not ask.
    accepted = {one.decided.flow.purpose for one in routed if one.outcome is not Outcome.NOT_SHARED}
    named = dict.fromkeys(one.decided.flow.purpose for one in routed)
    return [{"doel": purpose, "uitkomst": "aangenomen" if purpose in accepted else "niet-gedeeld"} for purpose in named]
