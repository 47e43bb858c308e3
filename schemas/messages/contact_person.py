"""Whom to call at a partner: a member of staff, or the one contact point of a municipality. Never a resident."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, validates_schema

from schemas.base import Kind, MessageSchema, MessageType
from schemas.fields import Choice, EmailAddress, PlainName, TelephoneNumber

CONTACT_POINT = "contactpunt"
FUNCTIONS = ("casemanager", "consulent", "klantmanager", CONTACT_POINT)
REACHED_BY = ("email", "telefoon")


class ContactPerson(MessageSchema):
    function = Choice(
        FUNCTIONS,
        required=True,
        data_key="functie",
        metadata={"description": "Wat deze medewerker doet.", "example": "casemanager"},
    )
    name = PlainName(
        required=True,
        data_key="naam",
        metadata={"description": "Naam van de medewerker of van het team.", "example": "Noor Bakker"},
    )
    email = EmailAddress(
        data_key="email",
        metadata={
            "description": "E-mailadres van het werk. Nodig als er geen telefoon is.",
            "example": "noor.bakker@coa.example.nl",
        },
    )
    telephone = TelephoneNumber(
        data_key="telefoon",
        metadata={"description": "Telefoon van het werk. Nodig als er geen email is.", "example": "+31360000101"},
    )

    # Also when single fields are wrong: a sender gets every mistake in one answer.
    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _can_be_reached(self, _: Mapping[str, Any], original: Mapping[str, Any], **__: object) -> None:
        if not any(name in original for name in REACHED_BY):
            raise ValidationError({"email": ["Vul email of telefoon in, of allebei."]})


MESSAGE = MessageType(
    name="contactpersoon",
    collection="contactpersonen",
    version=1,
    kind=Kind.STAFF,
    schema=ContactPerson,
    example={
        "functie": "casemanager",
        "naam": "Noor Bakker",
        "email": "noor.bakker@coa.example.nl",
        "telefoon": "+31360000101",
    },
)
