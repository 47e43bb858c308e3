"""The resident chose: recorded once, and in effect before the casemanager has the answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import update
from sqlalchemy.orm import Session

from audit.events import Kind
from audit.log import Entry
from consent import records
from consent.records import Recorded
from consent.standing import Choice, Given, Standing, State, standing
from hub.clock import day_of, stamp
from hub.exchange import remember, route, trail, withdraw
from hub.exchange.hand_over import Handed, hand_over, offers_of
from hub.exchange.hub import Hub
from hub.exchange.models import Delivery
from hub.exchange.publish import UNKNOWN_PERSON
from hub.exchange.remember import Request
from hub.exchange.route import Item, Offer
from hub.exchange.situation import Situation, enter
from hub.identity.principals import Principal
from hub.people import subjects
from hub.vault.seal import Place, seal_value
from hub.vault.subject_keys import KeyClass
from schemas.agreement import Flow, Role
from schemas.base import InvalidInput, Json, Mistake


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the resident said about one purpose, and how it was asked."""

    purpose: str
    choice: Choice
    notice: str
    language: str
    interpreter: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """What a choice set in motion."""

    offers: Sequence[Offer] = ()
    handed: Sequence[Handed] = ()
    asked: Sequence[str] = ()


def choose(hub: Hub, request: Request, chosen: Chosen) -> dict[str, Json]:
    """
    Record one choice and let it work at once; gives the answer with a receipt.

    Raises InvalidInput for a person, purpose or notice that cannot be, with every mistake at once.
    """
    # 1. About somebody whom this client knows, a purpose that rests on consent, and the notice of today.
    mistakes = mistakes_in(hub, chosen.purpose, chosen.notice)
    return remember.once_more(lambda: _choose(hub, request, chosen, mistakes))


def _choose(hub: Hub, request: Request, chosen: Chosen, mistakes: Sequence[Mistake]) -> dict[str, Json]:
    with hub.database.writing() as session:
        # 2. One change about this person at a time; the same request again gets the same answer.
        kinds = (KeyClass.EXCHANGE, KeyClass.CONSENT)
        entered = enter(hub, session, request.by, request.body.get("betrokkeneId"), *kinds)
        given = remember.earlier(hub, session, request)
        if given is not None:
            return given
        if entered is None or mistakes:
            raise InvalidInput(*([] if entered else [UNKNOWN_PERSON]), *mistakes)
        situation, _ = entered

        # 3. Recorded, and in effect: a yes hands over, a no or a withdrawal takes back.
        before = _standing(situation, chosen.purpose)
        row, after = _record(session, situation, request.by, chosen)
        effect = _effect(session, after, before, chosen)
        entry = _write(session, after, request.by, chosen, row, effect)
        route.store(session, after, effect.offers, entry.index)
        body = _answer(after, chosen, row, entry)
        remember.keep(session, situation, request, body)
        return body


def choices(hub: Hub, by: Principal, name: object) -> list[Json]:
    """The newest choice of each purpose; nothing for a person that this client does not know."""
    with hub.database.reading() as session:
        link = subjects.find(session, by, name)
        kept = [] if link is None else records.choices_of(session, link.subject_id)
    given = [one.given for one in kept]
    newest = {choice.purpose: choice for choice in given}
    return [_listed(hub, given, choice) for choice in newest.values()]


def _listed(hub: Hub, given: Sequence[Given], choice: Given) -> Json:
    now = standing(given, choice.purpose, hub.today(), hub.terms(choice.purpose))
    listed: dict[str, Json] = {
        "doel": choice.purpose,
        "keuze": choice.choice.value,
        "datum": choice.day.isoformat(),
        "kennisgeving": choice.notice,
        "status": now.state.value,
    }
    return listed if now.until is None else {**listed, "verlooptOp": now.until.isoformat()}


def mistakes_in(hub: Hub, purpose: object, given_notice: object) -> list[Mistake]:
    """What the agreement says against this purpose, or this version of its notice."""
    purposes = sorted(hub.agreement.consent_purposes)
    if not isinstance(purpose, str) or purpose not in purposes:
        return [Mistake("doel", f"Kies een doel waarvoor toestemming nodig is: {', '.join(purposes)}.")]
    notice = hub.agreement.notices[purpose]
    if given_notice != notice:
        return [Mistake("kennisgeving", f"Leg de kennisgeving van nu uit: versie {notice}.")]
    return []


def _standing(situation: Situation, purpose: str) -> Standing:
    return standing(situation.given, purpose, day_of(situation.now), situation.hub.terms(purpose))


def _record(session: Session, situation: Situation, by: Principal, chosen: Chosen) -> tuple[str, Situation]:
    given = Given(chosen.purpose, chosen.choice, chosen.notice, day_of(situation.now))
    how: dict[str, str | bool] = {"taal": chosen.language, "tolk": chosen.interpreter}
    key = situation.key(KeyClass.CONSENT)

    def seal(row: str, plaintext: bytes) -> bytes:
        return seal_value(key, Place("consent_events", "sealed", row), plaintext)

    row = records.record(session, situation.subject, given, Recorded(by.client_id, situation.now, how), seal)
    return row, replace(situation, given=[*situation.given, given])


def _effect(session: Session, situation: Situation, before: Standing, chosen: Chosen) -> Effect:
    if chosen.choice is not Choice.YES:
        withdraw.fence(session, situation, withdraw.for_purpose(chosen.purpose))
        asked = withdraw.ask_to_delete(session, situation, withdraw.seen_for(chosen.purpose))
        return Effect(asked, asked=withdraw.names(asked))
    _renew(session, situation, chosen.purpose)
    if before.state is State.IN_FORCE:
        return Effect()
    return _hand_over(session, situation, chosen.purpose)


def _hand_over(session: Session, situation: Situation, purpose: str) -> Effect:
    flows = _flows_for(situation, purpose)
    linked = [link for role in Role for link in situation.linked(role)]
    handed = hand_over(session, situation, flows, linked)
    return Effect(offers_of(handed), handed)


def _renew(session: Session, situation: Situation, purpose: str) -> None:
    """What lies ready for this purpose may be listed again, under the terms of now, until the new yes runs out."""
    until = _standing(situation, purpose).until
    for flow in _flows_for(situation, purpose):
        these = (Delivery.subject_id == situation.subject, Delivery.flow == flow.id, Delivery.purpose == purpose)
        ours = (*these, Delivery.kind == Item.MESSAGE.value)
        terms = route.terms_of(situation.hub.agreement, flow)
        session.execute(update(Delivery).where(*ours).values(permitted_until=until, terms=terms))


def _flows_for(situation: Situation, purpose: str) -> list[Flow]:
    return [flow for flow in situation.hub.agreement.flows if flow.purpose == purpose and flow.needs_consent]


def _write(session: Session, situation: Situation, by: Principal, chosen: Chosen, row: str, effect: Effect) -> Entry:
    record: dict[str, Json] = {
        "doel": chosen.purpose,
        "keuze": chosen.choice.value,
        "kennisgeving": chosen.notice,
        "keuzeId": row,
        "naleveringen": [one.record for one in effect.handed],
        "verwijderverzoeken": list(effect.asked),
    }
    return trail.write(session, situation, by, Kind.CONSENT, chosen.choice.value, record)


def _answer(situation: Situation, chosen: Chosen, row: str, entry: Entry) -> dict[str, Json]:
    until = _standing(situation, chosen.purpose).until
    return {
        "id": row,
        "tijdstip": stamp(situation.now),
        "doel": chosen.purpose,
        "keuze": chosen.choice.value,
        **({} if until is None else {"verlooptOp": until.isoformat()}),
        "ontvangstbewijs": trail.receipt(entry),
    }
