"""How many hours someone worked in one week: the sum, never the days, the times or the wage."""

from schemas.base import Kind, MessageSchema, MessageType
from schemas.fields import IsoWeek, WorkedHours


class Hours(MessageSchema):
    week = IsoWeek(
        required=True,
        data_key="week",
        metadata={"description": "Week volgens ISO 8601.", "example": "2023-W30"},
    )
    worked_hours = WorkedHours(
        required=True,
        data_key="gewerkteUren",
        metadata={"description": "Gewerkte uren in die week, in honderdsten.", "example": 22.5},
    )


MESSAGE = MessageType(
    name="urenstaat",
    collection="urenstaten",
    version=1,
    kind=Kind.EVENT,
    schema=Hours,
    example={"week": "2023-W30", "gewerkteUren": 22.5},
)
