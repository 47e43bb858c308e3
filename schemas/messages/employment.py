"""Whether someone works, where and for how many hours a week. Never what it pays."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, validates_schema

from schemas.base import Derivation, Json, Kind, MessageSchema, MessageType
from schemas.fields import MISSING, ContractHours, Municipality, PlainName, StrictBoolean, StrictDate

ASKED_OF_WORK = ("werkgever", "werkgemeente", "contracturenPerWeek")


class Employment(MessageSchema):
    works = StrictBoolean(
        required=True,
        data_key="werkt",
        metadata={"description": "Werkt deze persoon in dit dienstverband?", "example": True},
    )
    employer = PlainName(
        data_key="werkgever",
        metadata={
            "description": "Naam van de werkgever. Nodig als werkt true is.",
            "example": "Hotel Polderzicht",
        },
    )
    work_municipality = Municipality(
        data_key="werkgemeente",
        metadata={
            "description": "Gemeente waar het werk is, als CBS-code. Nodig als werkt true is.",
            "example": "GM0363",
        },
    )
    contract_hours_per_week = ContractHours(
        data_key="contracturenPerWeek",
        metadata={
            "description": "Uren per week volgens het contract, in kwartieren. Nodig als werkt true is.",
            "example": 24,
        },
    )
    since = StrictDate(
        required=True,
        data_key="ingangsdatum",
        metadata={"description": "Eerste dag van het dienstverband.", "example": "2023-04-03"},
    )
    until = StrictDate(
        data_key="einddatum",
        metadata={
            "description": "Laatste dag van het dienstverband, als die bekend is.",
            "example": "2023-09-30",
        },
    )

    # Also when single fields are wrong: a sender gets every mistake in one answer.
    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _fits_together(self, data: Mapping[str, Any], original: Mapping[str, Any], **_: object) -> None:
        mistakes = {}
        if data.get("works"):
            mistakes = {name: [MISSING] for name in ASKED_OF_WORK if name not in original}
        if "since" in data and "until" in data and data["until"] < data["since"]:
            mistakes["einddatum"] = ["Schrijf een datum die niet voor de ingangsdatum ligt."]
        if mistakes:
            raise ValidationError(mistakes)


def _threshold_reached(fields: Mapping[str, Json], derivation: Derivation) -> dict[str, Json]:
    """COA learns whether the contract is large enough to count when it links, and not how large it is."""
    hours = fields.get("contracturenPerWeek")
    enough = isinstance(hours, int | float) and hours >= derivation.hours_threshold
    return {"urendrempelGehaald": fields["werkt"] is True and enough}


MESSAGE = MessageType(
    name="dienstverband",
    collection="dienstverbanden",
    version=1,
    kind=Kind.FACT,
    schema=Employment,
    example={
        "werkt": True,
        "werkgever": "Hotel Polderzicht",
        "werkgemeente": "GM0363",
        "contracturenPerWeek": 24,
        "ingangsdatum": "2023-04-03",
    },
    derived=("urendrempelGehaald",),
    derive=_threshold_reached,
)
