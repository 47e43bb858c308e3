"""The agreement in plain sentences, the texts that residents are told, and what each version changed."""

from collections.abc import Callable, Mapping
from itertools import pairwise

from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from consent.notices import purposes
from consent.reviews import TextState
from consent.words import words as words_in
from hub.exchange import notices
from hub.policy import agreements
from hub.policy.compared import Change, Part, Sort, Value, compare
from hub.web.officer.pages import staff
from hub.web.staff.door import Sitting
from hub.web.staff.flows import flow_name_by_id, message_name, role_name
from hub.web.staff.layout import show
from schemas.agreement import Agreement, Basis, Flow, Role
from schemas.fields import LANGUAGES

FIELDS: Mapping[str, LazyString] = {
    "magWerken": _l("of iemand mag werken"),
    "geldigVan": _l("vanaf welke dag dat geldt"),
    "twvNodig": _l("of een werkvergunning (TWV) nodig is"),
    "gemeente": _l("de gemeente"),
    "ingangsdatum": _l("vanaf welke dag"),
    "status": _l("de stand"),
    "vNummer": _l("het V-nummer"),
    "naarLocatie": _l("de nieuwe opvanglocatie"),
    "soort": _l("welke aanvraag"),
    "datum": _l("sinds welke dag"),
    "werkt": _l("of iemand werkt"),
    "werkgever": _l("de naam van de werkgever"),
    "werkgemeente": _l("in welke gemeente het werk is"),
    "contracturenPerWeek": _l("de uren per week in het contract"),
    "einddatum": _l("de laatste werkdag"),
    "urendrempelGehaald": _l("of het contract groot genoeg is om mee te tellen"),
    "week": _l("de week"),
    "gewerkteUren": _l("de gewerkte uren"),
    "functie": _l("de functie van een medewerker"),
    "naam": _l("de naam van een medewerker"),
    "email": _l("het e-mailadres van een medewerker"),
    "telefoon": _l("het telefoonnummer van een medewerker"),
}
BASES: Mapping[str, LazyString] = {
    "toestemming": _l("de toestemming van de bewoner"),
    "publieke-taak": _l("een publieke taak"),
    "gerechtvaardigd-belang": _l("een gerechtvaardigd belang"),
}
ASPECTS: Mapping[str, LazyString] = {
    "name": _l("De naam van de afspraak"),
    "valid_from": _l("De eerste dag"),
    "valid_until": _l("De laatste dag"),
    "consent_days": _l("Hoeveel dagen een ja geldt"),
    "link_code_days": _l("Hoeveel dagen een koppelcode geldt"),
    "reconfirm_days": _l("Na hoeveel dagen COA opnieuw bevestigt"),
    "hours_threshold": _l("De urendrempel per week"),
    "forget_days": _l("Na hoeveel dagen iemand wordt vergeten"),
    "variant": _l("De soort"),
    "purpose": _l("Het doel"),
    "basis": _l("De grondslag"),
    "basis_confirmed": _l("Of de grondslag bevestigd is"),
    "hub_keeps_days": _l("Hoeveel dagen de hub het bewaart"),
    "recipient_keeps_days": _l("Hoeveel dagen de ontvanger het bewaart"),
    "title": _l("De naam"),
    "role": _l("De rol"),
    "oin": _l("Het OIN"),
}
STATES: Mapping[TextState, tuple[LazyString, str]] = {
    TextState.REVIEWED: (_l("beoordeeld"), "ok"),
    TextState.HUMAN: (_l("nog niet beoordeeld"), "wait"),
    TextState.MACHINE: (_l("machinevertaling"), "no"),
}


@staff.get("/afspraak")
def show_agreement(at: Sitting) -> ResponseReturnValue:
    """Who tells what to whom, why, and for how long; and how far each text for residents is."""
    agreement = at.hub.agreement
    texts = _texts(at)
    return show(
        at, "officer/agreement", _("Afspraak"), agreement=agreement,
        told=[_told(agreement, one) for one in agreement.flows],
        unconfirmed=sum(not one.basis_confirmed for one in agreement.flows), texts=texts, states=STATES,
        languages=[words_in(code).name for code in LANGUAGES], role_name=role_name,
    )  # fmt: skip


@staff.get("/afspraak/verschillen")
def show_differences(at: Sitting) -> ResponseReturnValue:
    """What each version changed, the newest first."""
    kept = agreements.history(at.hub.database)
    steps = [
        (new, None if old.agreement is None or new.agreement is None else _sentences(old.agreement, new.agreement))
        for old, new in pairwise(kept)
    ]
    return show(at, "officer/differences", _("Wat er veranderde"), steps=steps[::-1], first=kept[0] if kept else None)


def _told(agreement: Agreement, flow: Flow) -> dict[str, object]:
    return {
        "what": message_name(flow.message, flow.variant), "source": _parties(agreement, flow.source),
        "recipient": _parties(agreement, flow.recipient), "fields": [field_name(name) for name in flow.fields],
        "purpose": purpose_name(flow.purpose), "basis": basis_name(flow.basis), "confirmed": flow.basis_confirmed,
        "hub": flow.hub_keeps_days, "receiver": flow.recipient_keeps_days,
    }  # fmt: skip


def _parties(agreement: Agreement, role: Role) -> str:
    return _(" of ").join(sorted(one.title for one in agreement.partners_with(role))) or role_name(role)


def _texts(at: Sitting) -> list[tuple[str, str, list[TextState | None]]]:
    """Per purpose: the version of its notice, and the state of the text in each language."""
    hub = at.hub
    rows = []
    for purpose in purposes(hub.agreement):
        found = {code: notices.text_of(hub, purpose, code) for code in LANGUAGES}
        with hub.database.reading() as session:
            states = notices.states_of(hub, session, [text for text in found.values() if text is not None])
        by_language = [None if text is None else states[text.hash] for text in found.values()]
        if any(by_language):
            rows.append((purpose_name(purpose), hub.agreement.notices.get(purpose, "–"), by_language))
    return rows


def _sentences(old: Agreement, new: Agreement) -> list[tuple[str, str]]:
    """Each difference as a sign and a sentence."""
    return [(one.sort.value, sentence(one)) for one in compare(old, new)]


def sentence(one: Change) -> str:
    """One difference, as one reads it."""
    return str(_form(one)) % {"wat": _label(one), "oud": said(one, one.before), "nieuw": said(one, one.after)}


def _form(one: Change) -> LazyString:
    if one.part is Part.NOTICE:
        return _l("%(wat)s: de uitleg was %(oud)s en is nu %(nieuw)s.")
    if one.sort is Sort.CHANGED:
        return _l("%(wat)s was %(oud)s en is nu %(nieuw)s.")
    if one.aspect:
        return _l("%(wat)s: erbij komt %(nieuw)s.") if one.sort is Sort.ADDED else _l("%(wat)s: weg gaat %(oud)s.")
    return _l("%(wat)s is erbij gekomen.") if one.sort is Sort.ADDED else _l("%(wat)s is vervallen.")


def _label(one: Change) -> str:
    about = _about(one)
    if one.sort is not Sort.CHANGED or not one.aspect:
        return about
    what = str(ASPECTS[one.aspect])
    return f"{about}: {what[:1].lower()}{what[1:]}" if about else what


def said(one: Change, value: Value) -> str:
    """A value as one reads it."""
    if value is None:
        return str(_("niets"))
    if isinstance(value, bool):
        return str(_("ja") if value else _("nee"))
    named = NAMES.get(one.aspect)
    return named(str(value)) if named else str(value)


def field_name(code: str) -> str:
    """A field of a message."""
    return str(FIELDS.get(code, code))


def purpose_name(code: str) -> str:
    """A purpose: the words of its code."""
    return code.replace("-", " ")


def basis_name(code: Basis | str) -> str:
    """A legal basis."""
    return str(BASES.get(str(code), code))


def _about(one: Change) -> str:
    if one.part is Part.FLOW:
        return flow_name_by_id(one.name)
    return purpose_name(one.name).capitalize() if one.part is Part.NOTICE else one.name


NAMES: Mapping[str, Callable[[str], str]] = {
    "fields": field_name, "purpose": purpose_name, "basis": basis_name, "role": role_name,
}  # fmt: skip
