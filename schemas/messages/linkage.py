"""A status holder is linked to a municipality (koppeling). That it ended, only the hub says."""

from collections.abc import Mapping

from schemas.base import Derivation, Json, Kind, MessageSchema, MessageType
from schemas.fields import Municipality, StrictDate


class Linkage(MessageSchema):
    municipality = Municipality(
        required=True,
        data_key="gemeente",
        metadata={
            "description": "Gemeente waaraan de persoon gekoppeld is, als CBS-code.",
            "example": "GM0034",
        },
    )
    since = StrictDate(
        required=True,
        data_key="ingangsdatum",
        metadata={"description": "Dag waarop de koppeling ingaat.", "example": "2023-06-01"},
    )


def _status_and_reference(_: Mapping[str, Json], derivation: Derivation) -> dict[str, Json]:
    """The municipality knows the person by COA's number; who else sees it, is for the agreement to say."""
    return {"status": "gekoppeld", "vNummer": derivation.own_reference}


MESSAGE = MessageType(
    name="koppeling",
    collection="koppelingen",
    version=1,
    kind=Kind.FACT,
    schema=Linkage,
    example={"gemeente": "GM0034", "ingangsdatum": "2023-06-01"},
    derived=("status", "vNummer"),
    derive=_status_and_reference,
)
