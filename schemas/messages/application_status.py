"""How far the application for a TWV or a BSN is. Never that it was refused: that has no word here."""

from schemas.base import Kind, MessageSchema, MessageType
from schemas.fields import Choice, StrictDate


class ApplicationStatus(MessageSchema):
    sort = Choice(
        ("TWV", "BSN"),
        required=True,
        data_key="soort",
        metadata={
            "description": "Wat is aangevraagd: een tewerkstellingsvergunning (TWV) of een BSN.",
            "example": "TWV",
        },
    )
    status = Choice(
        ("aangevraagd", "verleend", "niet-beschikbaar"),
        required=True,
        data_key="status",
        metadata={"description": "Hoe ver de aanvraag is.", "example": "aangevraagd"},
    )
    on = StrictDate(
        required=True,
        data_key="datum",
        metadata={"description": "Dag waarop deze stand inging.", "example": "2023-04-01"},
    )


MESSAGE = MessageType(
    name="aanvraagstatus",
    collection="aanvraagstatussen",
    version=1,
    kind=Kind.FACT,
    schema=ApplicationStatus,
    example={"soort": "TWV", "status": "aangevraagd", "datum": "2023-04-01"},
    variant="soort",
)
