"""Someone moves to another reception centre: where to and from which day. Never why."""

from schemas.base import Kind, MessageSchema, MessageType
from schemas.fields import Slug, StrictDate


class Relocation(MessageSchema):
    to_location = Slug(
        required=True,
        data_key="naarLocatie",
        metadata={"description": "Locatie waar de persoon naartoe verhuist.", "example": "azc-gilze"},
    )
    since = StrictDate(
        required=True,
        data_key="ingangsdatum",
        metadata={"description": "Dag van de verhuizing.", "example": "2023-09-14"},
    )


MESSAGE = MessageType(
    name="verplaatsing",
    collection="verplaatsingen",
    version=1,
    kind=Kind.EVENT,
    schema=Relocation,
    example={"naarLocatie": "azc-gilze", "ingangsdatum": "2023-09-14"},
)
