"""The inbox: a list that tells nothing, items that are opened one by one, and confirmed."""

from flask import Response, request
from flask_smorest import Blueprint

from hub.api.answers import InboxItem, InboxPage
from hub.api.describe import Road
from hub.api.door import EVERY_ROLE, Call, Door, answer
from hub.api.parameters import AFTER, ITEM_IN_PATH, LIMIT
from hub.clock import stamp
from hub.exchange import inbox as exchange
from schemas.base import InvalidInput, Json, Mistake

inbox = Blueprint("postvak", __name__, url_prefix="/api/v1")
TAG = "Postvak"

LIST = Road(
    "Zie wat er klaarligt", TAG, InboxPage, 200, "Alleen dat er iets ligt.", name="lijst", parameters=(AFTER, LIMIT)
)
OPEN = Road("Open een item", TAG, InboxItem, 200, problems=("404",), name="open", parameters=(ITEM_IN_PATH,))
CONFIRM = Road(
    "Bevestig een item", TAG, None, 204, "Van een verwijderverzoek: de eigen kopie is weg.", problems=("404", "409"),
    name="bevestig", parameters=(ITEM_IN_PATH,),
)  # fmt: skip


@Door("GET", "/postvak", EVERY_ROLE, LIST, query=("na", "limiet"))(inbox)
def list_items(call: Call) -> Response:
    """Oldest first; acknowledged items are not in it."""
    page = exchange.list_items(call.hub, call.by, request.args.get("na"), _limit())
    items: list[Json] = [{"id": item.id, "tijdstip": stamp(item.at)} for item in page.items]
    return answer({"items": items, "volgende": page.after})


@Door("GET", "/postvak/<item_id>", EVERY_ROLE, OPEN)(inbox)
def open_item(call: Call, item_id: str) -> Response:
    """Decided at this moment, recorded, and only then opened."""
    return answer(exchange.open_item(call.hub, call.by, item_id))


@Door("POST", "/postvak/<item_id>/_bevestig", EVERY_ROLE, CONFIRM)(inbox)
def acknowledge(call: Call, item_id: str) -> Response:
    """The recipient has it."""
    exchange.acknowledge(call.hub, call.by, item_id)
    return Response(status=204)


def _limit() -> int:
    given = request.args.get("limiet", str(exchange.PAGE))
    if not (given.isascii() and given.isdigit() and len(given) <= 4 and 1 <= int(given) <= exchange.LARGEST_PAGE):
        raise InvalidInput(Mistake("limiet", f"Schrijf een getal van 1 tot en met {exchange.LARGEST_PAGE}."))
    return int(given)
