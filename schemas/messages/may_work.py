"""May this person work, yes or no. Never why: the reason (Dublin, medical) has no field here."""

from schemas.base import Kind, MessageSchema, MessageType
from schemas.fields import StrictBoolean, StrictDate


class MayWork(MessageSchema):
    may_work = StrictBoolean(
        required=True,
        data_key="magWerken",
        metadata={"description": "Mag deze persoon werken?", "example": True},
    )
    valid_from = StrictDate(
        today_when_missing=True,
        data_key="geldigVan",
        metadata={
            "description": "Vanaf welke dag dit geldt. Weggelaten: vandaag.",
            "example": "2023-03-01",
        },
    )
    twv_needed = StrictBoolean(
        required=True,
        data_key="twvNodig",
        metadata={
            "description": "Heeft de werkgever een tewerkstellingsvergunning (TWV) nodig?",
            "example": False,
        },
    )


MESSAGE = MessageType(
    name="werkmogelijkheid",
    collection="werkmogelijkheden",
    version=1,
    kind=Kind.FACT,
    schema=MayWork,
    example={"magWerken": True, "geldigVan": "2023-03-01", "twvNodig": False},
    reconfirm="magWerken",
)
