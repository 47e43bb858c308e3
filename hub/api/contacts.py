"""Contact persons: one's own list of staff, who is away, and who one's counterpart is for a person."""

from datetime import date

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from hub.api.answers import IDENTIFIER, MOMENT, PARTNER, Receipt
from hub.api.beat import says_no
from hub.api.describe import Road
from hub.api.door import EVERY_ROLE, Call, Door, answer
from hub.api.parameters import CONTACT_IN_PATH
from hub.api.requests import PersonBody
from hub.exchange import contact, directory
from hub.exchange.contact import Counterpart
from hub.exchange.directory import Absence, Entry
from hub.exchange.on_duty import There
from schemas.base import Json, MessageSchema
from schemas.fields import OwnReference, Slug, StrictDate
from schemas.messages.contact_person import FUNCTIONS, ContactPerson

contacts = Blueprint("contactpersonen", __name__, url_prefix="/api/v1")
TAG = "Contactpersonen"
PATH = "/contactpersonen/<contact_id>"
BRANCH = {"description": "De vestiging; een gemeente heeft er geen.", "example": "azc-almere-engelse-mijl"}
FUNCTION = {"description": "Wat deze medewerker doet.", "enum": list(FUNCTIONS), "example": "casemanager"}
NAME = {"description": "Naam van de medewerker of van het team.", "example": "Noor Bakker"}
EMAIL = {"description": "E-mailadres van het werk.", "example": "noor.bakker@coa.example.nl"}
TELEPHONE = {"description": "Telefoon van het werk.", "example": "+31360000101"}
ENTRY = {**IDENTIFIER, "description": "Het id in de eigen lijst."}


class EntryBody(ContactPerson):
    """Somebody on one's own list, and for which vestiging."""

    branch = Slug(
        data_key="vestiging", metadata={**BRANCH, "description": "Een eigen vestiging. Een gemeente laat dit weg."}
    )


class AbsenceBody(MessageSchema):
    """From when to when somebody is away, and who stands in."""

    since = StrictDate(required=True, data_key="van", metadata={"description": "Eerste dag.", "example": "2023-07-24"})
    until = StrictDate(
        data_key="totEnMet", metadata={"description": "Laatste dag, als die bekend is.", "example": "2023-08-11"}
    )
    replaced_by = OwnReference(
        data_key="vervanger",
        metadata={"description": "Het id van wie invalt. Weggelaten: het contactpunt.", "example": ENTRY["example"]},
    )


class ChangeAnswer(Schema):
    """The list was changed."""

    id = fields.String(required=True, metadata=ENTRY)
    at = fields.DateTime(required=True, data_key="tijdstip", metadata=MOMENT)
    receipt = fields.Nested(Receipt, required=True, data_key="ontvangstbewijs")


class EntryLine(Schema):
    """Somebody on one's own list."""

    id = fields.String(required=True, metadata=ENTRY)
    branch = fields.String(data_key="vestiging", metadata=BRANCH)
    function = fields.String(required=True, data_key="functie", metadata=FUNCTION)
    name = fields.String(required=True, data_key="naam", metadata=NAME)
    email = fields.String(metadata=EMAIL)
    telephone = fields.String(data_key="telefoon", metadata=TELEPHONE)
    absent_from = fields.Date(data_key="afwezigVan", metadata={"example": "2023-07-24"})
    absent_until = fields.Date(data_key="afwezigTotEnMet", metadata={"example": "2023-08-11"})
    replaced_by = fields.String(data_key="vervanger", metadata=ENTRY)
    ends_on = fields.Date(
        required=True,
        data_key="vervaltOp",
        metadata={"description": "Op deze dag is de regel weg, als u haar niet opnieuw zegt.", "example": "2024-04-04"},
    )


class EntryList(Schema):
    """One's own list."""

    results = fields.List(fields.Nested(EntryLine), required=True, data_key="resultaten")


class CounterpartLine(Schema):
    """Whom to call at one partner; without a name when the partner gave none."""

    partner = fields.String(required=True, data_key="partij", metadata={**PARTNER, "example": "coa"})
    branch = fields.String(data_key="vestiging", metadata=BRANCH)
    status = fields.String(
        required=True,
        metadata={
            "description": "Is er iemand te bereiken? Bij ontbreekt heeft deze partij niemand opgegeven.",
            "enum": [there.value for there in There],
            "example": There.PRESENT.value,
        },
    )
    function = fields.String(data_key="functie", metadata=FUNCTION)
    name = fields.String(data_key="naam", metadata=NAME)
    email = fields.String(metadata=EMAIL)
    telephone = fields.String(data_key="telefoon", metadata=TELEPHONE)


class CounterpartList(Schema):
    """One's counterparts for one person; empty in every negative case."""

    results = fields.List(fields.Nested(CounterpartLine), required=True, data_key="resultaten")


ADD = Road(
    "Zet een contactpersoon op de eigen lijst", TAG, ChangeAnswer, 201,
    "Een vestiging of gemeente heeft één contactpunt: een nieuw komt in de plaats van het oude.",
    problems=("409",), name="voegContactpersoonToe",
)  # fmt: skip
LIST = Road("Zie de eigen lijst", TAG, EntryList, 200, "Van de eigen vestigingen.", name="lijstContactpersonen")
FIND = Road(
    "Vraag wie de tegenhanger is voor een persoon", TAG, CounterpartList, 200,
    "Alleen van partijen met wie nu ook een andere stroom over deze persoon mag lopen. Elk nee is hetzelfde lege"
    " antwoord, wat de oorzaak ook is.", name="zoekContactpersonen",
)  # fmt: skip


def _change(title: str, name: str, text: str = "", *problems: str) -> Road:
    return Road(
        title, TAG, ChangeAnswer, 200, text, problems=("404", *problems), name=name, parameters=(CONTACT_IN_PATH,)
    )


CORRECT = _change("Wijzig een regel van de eigen lijst", "wijzigContactpersoon", "Stuur de hele regel.", "409")
AWAY = _change("Meld iemand afwezig", "meldAfwezig", "Zonder laatste dag: tot nader bericht.")
BACK = _change("Meld iemand weer aanwezig", "meldAanwezig")
REMOVE = _change("Haal iemand van de eigen lijst", "verwijderContactpersoon", "Naam en adressen zijn dan weg.")


@Door("POST", "/contactpersonen", EVERY_ROLE, ADD, EntryBody, keyed=True, whole=True)(contacts)
def add_contact(call: Call) -> Response:
    """Whom others can call at one's own vestiging."""
    return answer(directory.say(call.hub, call.request()), 201)


@Door("GET", "/contactpersonen", EVERY_ROLE, LIST)(contacts)
def list_contacts(call: Call) -> Response:
    """One's own list."""
    return answer({"resultaten": [_line(entry) for entry in directory.entries(call.hub, call.by)]})


@Door("POST", "/contactpersonen/_zoek", EVERY_ROLE, FIND, PersonBody)(contacts)
def find_counterparts(call: Call) -> Response:
    """Whom to call about this person."""
    found = contact.counterparts(call.hub, call.by, call.fields["person"])
    if not found:
        says_no()
    return answer({"resultaten": [_counterpart(one) for one in found]})


@Door("POST", f"{PATH}/_corrigeer", EVERY_ROLE, CORRECT, EntryBody, keyed=True, whole=True)(contacts)
def correct_contact(call: Call, contact_id: str) -> Response:
    """The same entry, said anew."""
    return answer(directory.say(call.hub, call.request(), contact_id))


@Door("POST", f"{PATH}/_afwezig", EVERY_ROLE, AWAY, AbsenceBody)(contacts)
def be_away(call: Call, contact_id: str) -> Response:
    """Somebody is away for a while."""
    sent = call.fields
    absence = Absence(sent["since"], sent.get("until"), sent.get("replaced_by"))
    return answer(directory.be_absent(call.hub, call.by, contact_id, absence))


@Door("POST", f"{PATH}/_aanwezig", EVERY_ROLE, BACK)(contacts)
def be_back(call: Call, contact_id: str) -> Response:
    """Somebody is there again."""
    return answer(directory.be_absent(call.hub, call.by, contact_id, None))


@Door("POST", f"{PATH}/_verwijder", EVERY_ROLE, REMOVE)(contacts)
def remove_contact(call: Call, contact_id: str) -> Response:
    """Somebody left."""
    return answer(directory.remove(call.hub, call.by, contact_id))


def _line(entry: Entry) -> Json:
    return _without_none(
        {
            "id": entry.id, "vestiging": entry.branch, "functie": entry.function, "naam": entry.name,
            "email": entry.email, "telefoon": entry.telephone, "afwezigVan": _day(entry.absent_from),
            "afwezigTotEnMet": _day(entry.absent_until), "vervanger": entry.replaced_by,
            "vervaltOp": entry.ends_on.isoformat(),
        }
    )  # fmt: skip


def _counterpart(one: Counterpart) -> Json:
    return _without_none(
        {
            "partij": one.partner, "vestiging": one.branch, "status": one.there.value, "functie": one.function,
            "naam": one.name, "email": one.email, "telefoon": one.telephone,
        }
    )  # fmt: skip


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _without_none(line: dict[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in line.items() if value is not None}
