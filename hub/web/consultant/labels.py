"""What may be shared, as a consultant reads it in a row of other fields."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

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


def field(message: str, name: str) -> str:
    """A field in a row of others."""
    return str(FIELDS.get(f"{message}.{name}") or FIELDS.get(name) or name)
