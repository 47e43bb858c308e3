"""The trail, for outsiders: its signed head for everybody with a token, a proof for the parties to an entry."""

from flask import Response, request
from flask_smorest import Blueprint

from hub.api.answers import ProofAnswer
from hub.api.describe import Road
from hub.api.door import EVERY_ROLE, Call, Door, answer
from hub.api.house import house
from hub.api.parameters import INDEX_IN_PATH, SIZE
from hub.exchange import proof
from schemas.base import InvalidInput, Mistake

trail = Blueprint("audit", __name__, url_prefix="/api/v1")
TAG = "Auditspoor"
PLAIN = "text/plain"

HEAD = Road(
    "Lees het controlepunt", TAG, None, 200, "Ondertekend: C2SP tlog-checkpoint.", name="controlepunt", media=PLAIN
)
PROOF = Road(
    "Bewijs dat iets in het spoor staat", TAG, ProofAnswer, 200, problems=("404",), name="bewijs",
    parameters=(INDEX_IN_PATH, SIZE),
)  # fmt: skip


@Door("GET", "/audit/controlepunt", EVERY_ROLE, HEAD)(trail)
def show_checkpoint(call: Call) -> Response:
    """Keep it: a later one that does not continue this one proves a fraud."""
    at = house()
    return Response(proof.signed_head(call.hub, at.signer.name, at.signer), mimetype=PLAIN)


@Door("GET", "/audit/bewijzen/<int:index>", EVERY_ROLE, PROOF, query=("omvang",))(trail)
def prove(call: Call, index: int) -> Response:
    """For the parties to that entry; everybody else finds nothing."""
    return answer(proof.inclusion(call.hub, call.by, index, _size()))


def _size() -> int | None:
    given = request.args.get("omvang")
    if given is None:
        return None
    if not (given.isascii() and given.isdigit() and len(given) <= 18):
        raise InvalidInput(Mistake("omvang", "Schrijf een geheel getal, zonder punten."))
    return int(given)
