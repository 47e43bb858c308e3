"""What became of corrections: who received the right value, and who confirmed it."""

from flask import Response
from flask_smorest import Blueprint

from hub.api.answers import CorrectionList
from hub.api.describe import Road
from hub.api.door import Call, Door, answer
from hub.api.requests import PersonBody
from hub.exchange import mended
from schemas.agreement import Role

corrections = Blueprint("correcties", __name__, url_prefix="/api/v1")

LIST = Road(
    "Zie wie een correctie ontving", "Correcties", CorrectionList, 200,
    "Per ontvanger die de foute waarde had gezien.", name="zoekCorrecties",
)  # fmt: skip


@Door("POST", "/correcties/_zoek", frozenset({Role.COA}), LIST, PersonBody)(corrections)
def list_corrections(call: Call) -> Response:
    """Newest first; nothing for a person that this client does not know."""
    return answer({"resultaten": mended.corrections(call.hub, call.by, call.fields["person"])})
