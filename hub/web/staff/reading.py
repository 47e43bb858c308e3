"""How people at a desk read a message: what it is called, what each field says, and its value in words."""

from collections.abc import Mapping, Sequence
from datetime import date

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from consent.words import Words
from hub.web.staff.layout import title_of
from schemas.base import Json

FIELDS: Mapping[str, LazyString] = {
    "magWerken": _l("Mag werken"),
    "geldigVan": _l("Vanaf"),
    "twvNodig": _l("Werkvergunning (TWV) nodig"),
    "gemeente": _l("Gemeente"),
    "ingangsdatum": _l("Vanaf"),
    "beeindigd.ingangsdatum": _l("Gestopt op"),
    "dienstverband.ingangsdatum": _l("Eerste werkdag"),
    "verplaatsing.ingangsdatum": _l("Dag van de verhuizing"),
    "vNummer": _l("V-nummer"),
    "naarLocatie": _l("Naar opvanglocatie"),
    "soort": _l("Aanvraag"),
    "status": _l("Stand"),
    "datum": _l("Sinds"),
    "werkt": _l("Werkt"),
    "werkgever": _l("Werkgever"),
    "werkgemeente": _l("Gemeente van het werk"),
    "contracturenPerWeek": _l("Contracturen per week"),
    "einddatum": _l("Laatste werkdag"),
    "urendrempelGehaald": _l("Genoeg contracturen om mee te tellen"),
    "week": _l("Week"),
    "gewerkteUren": _l("Gewerkte uren"),
    "gepubliceerdOp": _l("Verteld op"),
    "herbevestigenVoor": _l("Opnieuw bevestigen voor"),
}
VALUES: Mapping[str, LazyString] = {
    "gekoppeld": _l("gekoppeld"),
    "beeindigd": _l("niet meer gekoppeld"),
    "aangevraagd": _l("aangevraagd"),
    "verleend": _l("verleend"),
    "niet-beschikbaar": _l("niet beschikbaar"),
    "TWV": _l("werkvergunning (TWV)"),
    "BSN": _l("burgerservicenummer (BSN)"),
}
PURPOSES: Mapping[str, LazyString] = {
    "toeleiding-naar-werk": _l("hulp bij het vinden van werk"),
    "behoud-van-werk": _l("werk houden bij een verhuizing"),
    "inburgering-planning": _l("lessen die passen bij het werk"),
    "kansrijke-koppeling": _l("een gemeente die past bij het werk"),
    "inburgering": _l("inburgering"),
}
PLACES = frozenset({"gemeente", "werkgemeente"})
# What somebody wrote stays as they wrote it, also where it happens to be one of our codes.
AS_WRITTEN = frozenset({"werkgever", "naarLocatie", "week"})


def purpose_of(code: str) -> str:
    """What a purpose is called, inside a sentence; a new one by its code until it has a name here."""
    return str(PURPOSES.get(code, code))


def purpose_first(code: str) -> str:
    """The same where it begins a sentence or stands by itself."""
    said = purpose_of(code)
    return said[:1].upper() + said[1:]


def label_of(message: str, name: str) -> str:
    """What a field of this message is called."""
    return str(FIELDS.get(f"{message}.{name}") or FIELDS.get(name) or name)


def value_of(words: Words, name: str, value: Json) -> str:
    """The value of a field in words; a municipality that is a partner by its name."""
    if name in PLACES:
        return title_of(str(value))
    if name in AS_WRITTEN:
        return str(value)
    return str(VALUES[value]) if isinstance(value, str) and value in VALUES else words.value(value)


def pairs(words: Words, message: str, fields: Mapping[str, Json]) -> Sequence[tuple[str, str]]:
    """Every field of a message: what it is called, and what it says."""
    return [(label_of(message, name), value_of(words, name, value)) for name, value in fields.items()]


def day(value: object) -> date:
    """A day as it goes over the wire."""
    return date.fromisoformat(str(value))
