"""What purposes, fields and values are called to a consultant; the words for residents speak to the resident."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from consent.words import Words
from hub.web.staff.layout import title_of
from schemas.base import Json

PURPOSES: Mapping[str, LazyString] = {
    "toeleiding-naar-werk": _l("Hulp bij het vinden van werk"),
    "behoud-van-werk": _l("Werk houden bij een verhuizing"),
    "inburgering-planning": _l("Lessen die passen bij het werk"),
    "kansrijke-koppeling": _l("Een gemeente die past bij het werk"),
    "inburgering": _l("Inburgering"),
}
FIELDS: Mapping[str, LazyString] = {
    "magWerken": _l("of iemand mag werken"),
    "geldigVan": _l("vanaf welke dag"),
    "twvNodig": _l("of een TWV nodig is"),
    "gemeente": _l("gemeente"),
    "ingangsdatum": _l("vanaf welke dag"),
    "naarLocatie": _l("naar welke opvanglocatie"),
    "soort": _l("welke aanvraag"),
    "status": _l("hoe ver die is"),
    "datum": _l("sinds welke dag"),
    "werkt": _l("of iemand werkt"),
    "werkgever": _l("werkgever"),
    "werkgemeente": _l("gemeente van het werk"),
    "contracturenPerWeek": _l("contracturen per week"),
    "dienstverband.ingangsdatum": _l("eerste werkdag"),
    "einddatum": _l("laatste werkdag, als die bekend is"),
    "urendrempelGehaald": _l("of het contract groot genoeg is, niet hoeveel uur"),
    "week": _l("week"),
    "gewerkteUren": _l("gewerkte uren"),
}
VALUES: Mapping[str, LazyString] = {
    "aangevraagd": _l("aangevraagd"),
    "verleend": _l("verleend"),
    "niet-beschikbaar": _l("niet beschikbaar"),
    "gekoppeld": _l("gekoppeld"),
    "beeindigd": _l("beëindigd"),
    "TWV": _l("TWV"),
    "BSN": _l("BSN"),
}


def purpose(code: str) -> str:
    """A purpose; one that a new agreement brings is called by its code."""
    return str(PURPOSES.get(code, code))


def field(message: str, name: str) -> str:
    """A field in a row of others."""
    return str(FIELDS.get(f"{message}.{name}") or FIELDS.get(name) or name)


def value(words: Words, name: str, said: Json) -> str:
    """What a field says. What somebody wrote themselves stays as they wrote it."""
    if name in ("werkgemeente", "gemeente"):
        return title_of(str(said))
    if name in ("werkgever", "naarLocatie", "week"):
        return str(said)
    return str(VALUES[said]) if isinstance(said, str) and said in VALUES else words.value(said)
