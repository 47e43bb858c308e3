"""The resident chose: recorded once, and in effect before the casemanager has the answer."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import update
from sqlalchemy.orm import Session

from audit.events import Kind
from audit.log import Entry
from consent import records
from consent.records import Kept, Recorded
from consent.standing import BY_RESIDENT, Choice, Given, Standing, State, standing
from hub.clock import day_of, stamp
from hub.errors import KeyDestroyed
from hub.exchange import notices, remember, route, trail, withdraw
from hub.exchange.hand_over import Handed, hand_over, offers_of
from hub.exchange.hub import Hub
from hub.exchange.models import Delivery
from hub.exchange.publish import UNKNOWN_PERSON
from hub.exchange.remember import Request
from hub.exchange.route import Item, Offer
from hub.exchange.situation import Situation, enter, locked
from hub.identity.principals import HOUSE, RESIDENT, Author, Principal
from hub.people import subjects
from hub.vault.seal import Place, seal_value
from hub.vault.subject_keys import KeyClass
from schemas.agreement import Flow, Role
from schemas.base import InvalidInput, Json, Mistake


class Method(StrEnum):
    """How the choice came in."""

    CONVERSATION = "gesprek"
    TELEPHONE = "telefoon"
    WINDOW = "venster"
    # Not chosen by anybody: a yes that ended by itself, or by the controller.
    HOUSE = "hub"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the resident said about one purpose, and how it was asked."""

    purpose: str
    choice: Choice
    notice: str
    language: str
    interpreter: bool
    method: Method = Method.CONVERSATION


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
    # 1. About somebody whom this client knows, a purpose that rests on consent, and the notice of today. For a yes,
    #    somebody stands behind the text that was explained.
    mistakes = mistakes_in(hub, chosen.purpose, chosen.notice, chosen.choice.value, chosen.language)
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
        body = _apply(session, situation, request.by, chosen)
        remember.keep(session, situation, request, body)
        return body


def withdraw_as_resident(hub: Hub, subject: str, purpose: str, language: str) -> dict[str, Json]:
    """
    The resident takes a yes back, through their own window: the same effect at once; gives the answer with a receipt.

    A yes that is in force no longer is recorded as taken back all the same. Raises KeyDestroyed for who was erased,
    InvalidInput for a purpose that does not rest on consent.
    """
    return _as_resident(hub, subject, purpose, language, Choice.WITHDRAWN)


def refuse_as_resident(hub: Hub, subject: str, purpose: str, language: str) -> dict[str, Json]:
    """The resident says no before anybody asked, or after their yes ended, through their own window."""
    return _as_resident(hub, subject, purpose, language, Choice.NO)


def _as_resident(hub: Hub, subject: str, purpose: str, language: str, choice: Choice) -> dict[str, Json]:
    notice = hub.agreement.notices.get(purpose, "")
    wrong = mistakes_in(hub, purpose, notice)
    if wrong:
        raise InvalidInput(*wrong)
    with hub.database.writing() as session:
        situation = locked(hub, session, subject, KeyClass.EXCHANGE, KeyClass.CONSENT)
        chosen = Chosen(purpose, choice, notice, language, interpreter=False, method=Method.WINDOW)
        return _apply(session, situation, RESIDENT, chosen)


def revoke(hub: Hub, by: Author, subject: str, purpose: str) -> dict[str, Json]:
    """The controller takes a yes back that should not have been asked, or not so: with the effect of a withdrawal."""
    with hub.database.writing() as session:
        situation = locked(hub, session, subject, KeyClass.EXCHANGE, KeyClass.CONSENT)
        notice = hub.agreement.notices.get(purpose, "")
        return _apply(session, situation, by, Chosen(purpose, Choice.REVOKED, notice, "", False, Method.HOUSE))


def end_outdated(hub: Hub) -> int:
    """
    Record of every yes that it ended: its days are over, or the facts that were explained changed. Gives how many.

    Deciding does not wait for this: a yes stops counting on the day itself. It makes the record whole.
    """
    ended = 0
    for purpose in hub.agreement.consent_purposes:
        with hub.database.reading() as session:
            subjects_ = records.run_out(session, purpose, hub.terms(purpose), hub.today())
        for subject in subjects_:
            with suppress(KeyDestroyed):
                ended += _end_outdated(hub, subject, purpose)
    return ended


def _end_outdated(hub: Hub, subject: str, purpose: str) -> int:
    with hub.database.writing() as session:
        situation = locked(hub, session, subject, KeyClass.EXCHANGE, KeyClass.CONSENT)
        newest = next((one for one in reversed(situation.given) if one.purpose == purpose), None)
        if newest is None or newest.choice is not Choice.YES or _standing(situation, purpose).state is State.IN_FORCE:
            return 0
        terms = hub.terms(purpose)
        changed = (newest.notice, newest.facts) != (terms.notice, terms.facts)
        ended = Choice.INVALIDATED if changed else Choice.EXPIRED
        _apply(session, situation, HOUSE, Chosen(purpose, ended, newest.notice, "", False, Method.HOUSE))
        return 1


def _apply(session: Session, situation: Situation, by: Author, chosen: Chosen) -> dict[str, Json]:
    before = _standing(situation, chosen.purpose)
    kept, after = _record(session, situation, by, chosen)
    effect = _effect(session, after, before, chosen)
    entry = _write(session, after, by, chosen, kept, effect)
    route.store(session, after, effect.offers, entry.index)
    return _answer(after, chosen, kept.row, entry)


def choices(hub: Hub, by: Principal, name: object) -> list[Json]:
    """The newest choice of each purpose; nothing for a person that this client does not know."""
    with hub.database.reading() as session:
        link = subjects.find(session, by, name)
        kept = [] if link is None else records.choices_of(session, link.subject_id)
    given = [one.given for one in kept]
    newest = {choice.purpose: choice for choice in given if choice.choice in BY_RESIDENT}
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


def mistakes_in(
    hub: Hub, purpose: object, given_notice: object, choice: object = None, language: object = None
) -> list[Mistake]:
    """
    What stands against this choice: its purpose, the version of the notice, or a text that nobody stands behind.

    Only a yes needs a reviewed text: no and withdrawn are always possible, in every language.
    """
    purposes = sorted(hub.agreement.consent_purposes)
    if not isinstance(purpose, str) or purpose not in purposes:
        return [Mistake("doel", f"Kies een doel waarvoor toestemming nodig is: {', '.join(purposes)}.")]
    notice = hub.agreement.notices[purpose]
    if given_notice != notice:
        return [Mistake("kennisgeving", f"Leg de kennisgeving van nu uit: versie {notice}.")]
    return notices.mistakes_in_yes(hub, purpose, language) if choice == Choice.YES else []


def _standing(situation: Situation, purpose: str) -> Standing:
    return standing(situation.given, purpose, day_of(situation.now), situation.hub.terms(purpose))


def _record(session: Session, situation: Situation, by: Author, chosen: Chosen) -> tuple[Kept, Situation]:
    facts = situation.hub.terms(chosen.purpose).facts
    given = Given(chosen.purpose, chosen.choice, chosen.notice, day_of(situation.now), facts)
    key = situation.key(KeyClass.CONSENT)

    def seal(row: str, plaintext: bytes) -> bytes:
        return seal_value(key, Place("consent_events", "sealed", row), plaintext)

    recorded = Recorded(by.client_id, situation.now, _how(session, situation, chosen))
    kept = records.record(session, situation.subject, given, recorded, seal)
    return kept, replace(situation, given=[*situation.given, given])


def _how(session: Session, situation: Situation, chosen: Chosen) -> dict[str, str | bool]:
    explained = notices.text_of(situation.hub, chosen.purpose, chosen.language)
    return {
        "taal": chosen.language,
        # The very words: whoever wants to know what was said yes to, finds the text with this hash.
        "tekst": "" if explained is None else explained.hash,
        "tolk": chosen.interpreter,
        "wijze": chosen.method.value,
        # The request for help that it answers: nobody is asked who did not come with one.
        "hulpvraag": day_of(subjects.registered_at(session, situation.subject)).isoformat(),
        "zonderGevolgen": True,
    }


def _effect(session: Session, situation: Situation, before: Standing, chosen: Chosen) -> Effect:
    if chosen.choice in (Choice.INVALIDATED, Choice.EXPIRED):
        # It ended by itself: what was received under it was received rightly, and has its own term.
        return Effect()
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


def _write(session: Session, situation: Situation, by: Author, chosen: Chosen, kept: Kept, effect: Effect) -> Entry:
    record: dict[str, Json] = {
        "doel": chosen.purpose,
        "keuze": chosen.choice.value,
        "kennisgeving": chosen.notice,
        "keuzeId": kept.row,
        # The chain up to here: who takes the newest choice away takes it from two places.
        "keten": (kept.chain or b"").hex(),
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
