"""What goes in and comes out of the roads of requests, for the check of bodies and for the OpenAPI document."""

from marshmallow import Schema, fields

from hub.api.answers import IDENTIFIER, MOMENT, PARTNER, PURPOSE
from hub.api.requests import PersonBody
from hub.rights.requests import OPEN, Decision, Sort, Why
from schemas.base import MessageSchema
from schemas.fields import Choice, StrictText, one_of

SORT = {"description": "Wat de bewoner vraagt.", "enum": [sort.value for sort in Sort], "example": Sort.ACCESS.value}
DUE = {"description": "De laatste dag waarop een antwoord op tijd is.", "example": "2023-04-01"}
STATES = [OPEN, *(one.value for one in Decision if one is not Decision.EXTENDED)]
WHY = {
    "description": "Waarom het verzoek is afgewezen, als code.",
    "enum": [why.value for why in Why],
    "example": Why.CORRECT.value,
}


# Persian and Arabic cannot be written without these two, which show nothing themselves (ZWNJ, ZWJ).
_JOINERS = {0x200C: None, 0x200D: None}


class ResidentsWords(StrictText):
    """
    What the resident says, in their own words: 1 to 1000 characters, on lines.

    The one field of free text in the API. It is about this request, goes to no other partner, and is sealed.
    """

    longest = 1000
    write = "Schrijf hooguit 1000 leesbare tekens, of laat dit veld weg."

    def shape(self) -> dict[str, object]:
        return {"type": "string", "minLength": 1, "maxLength": self.longest}

    def accepts(self, value: str) -> bool:
        seen = value.translate(_JOINERS)
        return 1 <= len(value) <= self.longest and all(line.isprintable() for line in seen.split("\n"))


class RequestBody(PersonBody):
    """A request of a resident."""

    sort = Choice([sort.value for sort in Sort], required=True, data_key="soort", metadata=SORT)
    details = ResidentsWords(
        data_key="toelichting",
        metadata={"description": "In de woorden van de bewoner.", "example": "Ik werk sinds april bij een hotel."},
    )


class DecisionBody(MessageSchema):
    """What was decided about a request. A reason goes with a rejection, and with nothing else."""

    decision = Choice(
        [one.value for one in Decision],
        required=True,
        data_key="besluit",
        metadata={"description": "Verlengen geeft twee maanden erbij.", "example": Decision.GRANTED.value},
    )
    why = Choice(
        [why.value for why in Why],
        data_key="reden",
        metadata={"description": f"Alleen bij {Decision.REJECTED.value}, en dan verplicht.", "example": Why.CORRECT},
    )


class RequestAnswer(Schema):
    """The request was taken in."""

    id = fields.String(required=True, metadata=IDENTIFIER)
    due = fields.Date(required=True, data_key="uiterlijkOp", metadata=DUE)


class RequestLine(Schema):
    """One request as it stands."""

    id = fields.String(required=True, metadata=IDENTIFIER)
    sort = fields.String(required=True, data_key="soort", metadata=SORT)
    source = fields.String(
        required=True,
        data_key="ontvangenVan",
        metadata={"description": "`betrokkene` (door het eigen venster), of wie het opschreef.", "example": "coa"},
    )
    received = fields.DateTime(required=True, data_key="ontvangenOp", metadata=MOMENT)
    due = fields.Date(required=True, data_key="uiterlijkOp", metadata=DUE)
    extended = fields.Boolean(required=True, data_key="verlengd", metadata={"example": False})
    state = fields.String(
        required=True, data_key="status", metadata={"enum": STATES, "example": Decision.GRANTED.value}
    )
    decided = fields.DateTime(data_key="beslotenOp", metadata=MOMENT)
    why = fields.String(data_key="reden", metadata=WHY)


class RequestWhole(RequestLine):
    """One request with what the resident wrote."""

    details = fields.String(
        data_key="toelichting", metadata={"description": "In de woorden van de bewoner.", "example": "Ik verhuisde."}
    )


class RequestList(Schema):
    """The requests of one person, newest first."""

    results = fields.List(fields.Nested(RequestLine), required=True, data_key="resultaten")


class DeletionLine(Schema):
    """A partner that was asked to delete its copy of what it saw for a purpose."""

    partner = fields.String(required=True, data_key="ontvanger", metadata=PARTNER)
    purpose = fields.String(required=True, data_key="doel", metadata=PURPOSE)
    asked = fields.DateTime(required=True, data_key="gevraagdOp", metadata=MOMENT)
    confirmed = fields.DateTime(
        data_key="bevestigdOp", metadata={**MOMENT, "description": "Toen zei de ontvanger dat de kopie weg is."}
    )


class DeletionList(Schema):
    """Who was asked to delete its copy, and who confirmed; newest first."""

    results = fields.List(fields.Nested(DeletionLine), required=True, data_key="resultaten")


REASONS = one_of([why.value for why in Why])
