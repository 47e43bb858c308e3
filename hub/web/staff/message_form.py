"""The form of a message, made from its schema: a new message type needs labels here, and no form of its own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l
from marshmallow import fields as marshmallow_fields

from hub.web.staff.municipalities import by_code, code_of
from schemas.base import Json, MessageType, Mistake
from schemas.fields import Choice, IsoWeek, Municipality, StrictBoolean, StrictDate, StrictHours

ONCE = "eenmalig"
"""The field with the key under which a form happens once."""

LABELS: Mapping[str, LazyString] = {
    "magWerken": _l("Mag deze persoon werken?"),
    "geldigVan": _l("Vanaf welke dag"),
    "twvNodig": _l("Is een werkvergunning (TWV) nodig?"),
    "gemeente": _l("Gemeente"),
    "koppeling.ingangsdatum": _l("Gekoppeld vanaf"),
    "verplaatsing.ingangsdatum": _l("Dag van de verhuizing"),
    "dienstverband.ingangsdatum": _l("Eerste werkdag"),
    "naarLocatie": _l("Naar welke opvanglocatie"),
    "soort": _l("Welke aanvraag"),
    "status": _l("Hoe ver is de aanvraag?"),
    "datum": _l("Sinds welke dag"),
    "werkt": _l("Werkt deze persoon?"),
    "werkgever": _l("Naam van de werkgever"),
    "werkgemeente": _l("Gemeente waar het werk is"),
    "contracturenPerWeek": _l("Uren per week volgens het contract"),
    "einddatum": _l("Laatste werkdag"),
    "week": _l("Week"),
    "gewerkteUren": _l("Gewerkte uren in die week"),
    "functie": _l("Functie"),
    "naam": _l("Naam"),
    "email": _l("E-mailadres"),
    "telefoon": _l("Telefoon"),
}
HELP: Mapping[str, LazyString] = {
    "geldigVan": _l("Leeg is vandaag."),
    "einddatum": _l("Alleen als die bekend is."),
    "contracturenPerWeek": _l("Bijvoorbeeld 24 of 22,75. Alleen als deze persoon werkt."),
    "gewerkteUren": _l("Bijvoorbeeld 22,5."),
    "week": _l("Bijvoorbeeld 2026-W48."),
    "gemeente": _l("Typ de naam en kies."),
    "naarLocatie": _l("In kleine letters met streepjes, bijvoorbeeld azc-gilze."),
    "werkgever": _l("Alleen als deze persoon werkt."),
    "werkgemeente": _l("Typ de naam en kies. Alleen als deze persoon werkt."),
    "naam": _l("Van een medewerker of van een team."),
    "email": _l("Van het werk. Nodig als er geen telefoon is."),
    "telefoon": _l("Van het werk, met landnummer en zonder spaties, bijvoorbeeld +31360000101."),
}
# The schema speaks to software: how a mistake reads to somebody with a form in front of them.
ASIDE: Mapping[type, LazyString] = {
    StrictBoolean: _l("kies ja of nee."),
    StrictDate: _l("kies een bestaande dag."),
    Municipality: _l("kies een gemeente uit de lijst, of schrijf haar CBS-code, bijvoorbeeld GM0034."),
    Choice: _l("kies een van de mogelijkheden."),
    StrictHours: _l("schrijf een getal, bijvoorbeeld 24 of 22,5."),
    IsoWeek: _l("kies een bestaande week, bijvoorbeeld 2026-W48."),
}


# What schemas say that can stand at a field here: so that it has its English too.
FROM_SCHEMAS = (
    _l("Vul dit veld in."),
    _l("Schrijf een datum die niet voor de ingangsdatum ligt."),
    _l("Schrijf een naam van 1 tot en met 80 tekens op één regel, zonder spatie aan het begin of eind."),
    _l('Schrijf kleine letters, cijfers en streepjes, hooguit 60 tekens, bijvoorbeeld "azc-gilze".'),
    _l('Schrijf een e-mailadres in kleine letters, bijvoorbeeld "n.bakker@voorbeeld.nl".'),
    _l('Schrijf een telefoonnummer met landnummer en zonder spaties, bijvoorbeeld "+31360000101".'),
    _l("Vul email of telefoon in, of allebei."),
)


@dataclass(frozen=True)
class FormField:
    """One field on screen: its wire name, what it is called, and how it is filled in."""

    name: str
    label: object
    sort: str
    required: bool = False
    help: object = ""
    options: tuple[tuple[str, object], ...] = field(default=())


def fields_of(message: MessageType, *, without: Iterable[str] = ()) -> list[FormField]:
    """The fields of a message in the order of its schema."""
    known = [one for one in message.schema().fields.values() if one.data_key not in set(without)]
    return [_field(message, one) for one in known]


def body_of(message: MessageType, form: Mapping[str, str], **more: Json) -> dict[str, Json]:
    """What somebody filled in, as the body of a publication: what was left empty is left out; nothing is guessed."""
    read = {str(one.data_key): _read(one, form.get(str(one.data_key), "")) for one in message.schema().fields.values()}
    return {**{name: value for name, value in read.items() if value is not None}, **more}


def sentences(message: MessageType, mistakes: Iterable[Mistake]) -> dict[str, str]:
    """Every mistake by the name of its field, as a sentence that names the field as the form does."""
    known = {str(one.data_key): one for one in message.schema().fields.values()}
    return {wrong.field: _sentence(message, known.get(wrong.field), wrong) for wrong in mistakes}


def label_of(message: str, name: str) -> object:
    """What a field is called in the form of this message."""
    return LABELS.get(f"{message}.{name}") or LABELS.get(name) or name


def _field(message: MessageType, one: marshmallow_fields.Field[Any]) -> FormField:
    name = str(one.data_key)
    return FormField(name, label_of(message.name, name), _sort(one), one.required, HELP.get(name, ""), _options(one))


def _options(one: marshmallow_fields.Field[Any]) -> tuple[tuple[str, str], ...]:
    if isinstance(one, Municipality):
        return tuple((name, code) for code, name in by_code().items())
    return tuple((option, option) for option in one.options) if isinstance(one, Choice) else ()


def _sort(one: marshmallow_fields.Field[Any]) -> str:
    for kind, sort in ((StrictBoolean, "yes-no"), (StrictDate, "date"), (Choice, "choice"), (StrictHours, "number")):
        if isinstance(one, kind):
            return sort
    return "week" if isinstance(one, IsoWeek) else "text"


def _read(one: marshmallow_fields.Field[Any], text: str) -> Json:
    text = text.strip()
    if not text:
        return None
    if isinstance(one, StrictBoolean):
        return {"ja": True, "nee": False}.get(text, text)
    if isinstance(one, StrictHours):
        return _number(text)
    if isinstance(one, Municipality):
        return code_of(text)
    return text


def _number(text: str) -> Json:
    # A comma for decimals, as people write it here; what is no number stays text, and is refused by the schema.
    whole, _, part = text.replace(".", ",").partition(",")
    if not (whole.isascii() and whole.isdigit() and len(text) <= 8) or (
        part and not (part.isascii() and part.isdigit())
    ):
        return text
    return float(f"{whole}.{part}") if part else int(whole)


def _sentence(message: MessageType, one: marshmallow_fields.Field[Any] | None, wrong: Mistake) -> str:
    aside = next((words for kind, words in ASIDE.items() if isinstance(one, kind)), None)
    if one is None:
        return wrong.message
    # A label that is a question ends in its own sign.
    label = f"{label_of(message.name, wrong.field)}:".replace("?:", "?")
    said = str(aside) if aside and wrong.message.startswith("Schrijf") else gettext(wrong.message)
    return f"{label} {said[0].upper() if label.endswith('?') else said[0].lower()}{said[1:]}"
