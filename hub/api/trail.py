"""The trail, for outsiders: its signed head for everybody with a token, a proof for the parties to an entry."""

from flask import Response
from flask_smorest import Blueprint

from hub.api.describe import Road
from hub.api.door import EVERY_ROLE, Call, Door
from hub.api.house import house
from hub.api.parameters import INDEX_IN_PATH, SIZE_IN_PATH
from hub.errors import NotFound
from hub.exchange import proof

trail = Blueprint("audit", __name__, url_prefix="/api/v1")
TAG = "Auditspoor"
PLAIN = "text/plain"
# More digits than any trail has entries; a database counts no further.
MOST_DIGITS = 18

KEY = Road("Lees de openbare sleutel", TAG, None, 200, "Waarmee controlepunten zijn ondertekend: naam+hash+base64.",
           name="sleutel", media=PLAIN)  # fmt: skip
HEAD = Road(
    "Lees het controlepunt", TAG, None, 200, "Ondertekend: C2SP tlog-checkpoint.", name="controlepunt", media=PLAIN
)
PROOF = Road(
    "Bewijs dat iets in het spoor staat", TAG, None, 200, "C2SP tlog-proof; alleen voor partijen bij dat bericht.",
    problems=("404",), name="bewijs", parameters=(INDEX_IN_PATH,), media=PLAIN,
)  # fmt: skip
GROWTH = Road(
    "Bewijs dat het spoor alleen groeide", TAG, None, 200, "Sinds het zoveel regels had; regels van C2SP tlog-witness.",
    problems=("404",), name="groei", parameters=(SIZE_IN_PATH,), media=PLAIN,
)  # fmt: skip


@Door("GET", "/audit/sleutel", EVERY_ROLE, KEY)(trail)
def show_key(call: Call) -> Response:
    """Keep it apart from what it signs: it is what checkpoints are checked with."""
    return _text(house().keeper.signer.verifier.text + "\n")


@Door("GET", "/audit/controlepunt", EVERY_ROLE, HEAD)(trail)
def show_checkpoint(call: Call) -> Response:
    """Keep it: a later one that does not continue this one proves a fraud."""
    return _text(proof.signed_head(call.hub, house().keeper))


@Door("GET", "/audit/bewijzen/<index>", EVERY_ROLE, PROOF)(trail)
def prove(call: Call, index: str) -> Response:
    """For the parties to that entry; everybody else finds nothing."""
    return _text(proof.inclusion(call.hub, house().keeper, call.by, _number(index)))


@Door("GET", "/audit/groei/<omvang>", EVERY_ROLE, GROWTH)(trail)
def prove_growth(call: Call, omvang: str) -> Response:
    """From an earlier checkpoint of this size to the one of now."""
    return _text(proof.growth(call.hub, house().keeper, _number(omvang)))


def _number(given: str) -> int:
    if not (given.isascii() and given.isdigit() and len(given) <= MOST_DIGITS):
        raise NotFound("audit")
    return int(given)


def _text(body: str) -> Response:
    return Response(body, mimetype=PLAIN)
