"""Every message type has the same three roads: publish, read back one's own, ask what is true now."""

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from hub.api.answers import CorrectionAnswer, FactList, PublicationAnswer
from hub.api.beat import says_no
from hub.api.describe import Road
from hub.api.door import EVERY_ROLE, Call, Door, answer
from hub.api.parameters import MESSAGE_IN_PATH
from hub.api.problems import problem
from hub.api.requests import PersonBody
from hub.exchange import publish, query
from hub.exchange.publish import Refused
from schemas.base import MessageSchema, MessageType

NOT_SHARED = "Dit bericht mag nu met niemand worden gedeeld. Er is niets van bewaard."


def publications(message: MessageType) -> Blueprint:
    """The roads of one message type, made from its one file."""
    roads = Blueprint(message.collection, __name__, url_prefix="/api/v1")
    body = body_of(message)
    _publish(roads, message, body)
    _find(roads, message)
    _own(roads, message)
    _correct(roads, message, body)
    return roads


def _publish(roads: Blueprint, message: MessageType, body: type[MessageSchema]) -> None:
    road = Road(
        f"Publiceer: {message.name}", message.collection, PublicationAnswer, 201,
        "coa ziet per ontvanger de uitkomst, een andere bron per doel. Mag niemand het weten: 403.",
        problems=("409",), name=f"publiceer_{message.name}",
    )  # fmt: skip

    @Door("POST", f"/{message.collection}", EVERY_ROLE, road, body, keyed=True, whole=True)(roads)
    def publish_message(call: Call) -> Response:
        done = publish.publish(call.hub, message, call.request())
        if isinstance(done, Refused):
            return problem(403, code="niet-gedeeld", detail=NOT_SHARED, more=done.body)
        return answer(done, 201)


def _find(roads: Blueprint, message: MessageType) -> None:
    road = Road(
        f"Vraag het geldende feit: {message.name}", message.collection, FactList, 200,
        "Elk nee is hetzelfde lege antwoord, wat de oorzaak ook is.", name=f"zoek_{message.name}",
    )  # fmt: skip

    @Door("POST", f"/{message.collection}/_zoek", EVERY_ROLE, road, PersonBody)(roads)
    def find_fact(call: Call) -> Response:
        found = query.ask(call.hub, call.by, message, call.fields["person"])
        if not found:
            says_no()
        return answer({"resultaten": found})


def _own(roads: Blueprint, message: MessageType) -> None:
    road = Road(
        f"Lees een eigen publicatie terug: {message.name}", message.collection, own_of(message), 200,
        problems=("404",), name=f"lees_{message.name}", parameters=(MESSAGE_IN_PATH,),
    )  # fmt: skip

    @Door("GET", f"/{message.collection}/<bericht_id>", EVERY_ROLE, road)(roads)
    def read_own(call: Call, bericht_id: str) -> Response:
        return answer(query.own(call.hub, call.by, message, bericht_id))


def _correct(roads: Blueprint, message: MessageType, body: type[MessageSchema]) -> None:
    road = Road(
        f"Corrigeer: {message.name}", message.collection, CorrectionAnswer, 201,
        "Stuur het hele goede bericht. Het foute wordt ingetrokken; wie het zag, krijgt het goede of een"
        " verwijderverzoek. Mag niemand het goede ontvangen: 200, zonder id.",
        also=(200,), problems=("404", "409"), name=f"corrigeer_{message.name}", parameters=(MESSAGE_IN_PATH,),
    )  # fmt: skip
    path = f"/{message.collection}/<bericht_id>/_corrigeer"

    @Door("POST", path, EVERY_ROLE, road, body, keyed=True, whole=True)(roads)
    def correct_message(call: Call, bericht_id: str) -> Response:
        done = publish.publish(call.hub, message, call.request(), wrong=bericht_id)
        told = done.body if isinstance(done, Refused) else done
        return answer(told, 201 if "id" in told else 200)


def body_of(message: MessageType) -> type[MessageSchema]:
    """The body of a publication: the message's own fields, and about whom."""
    return type(f"{message.schema.__name__}Publication", (message.schema, PersonBody), {})


def own_of(message: MessageType) -> type[Schema]:
    """A publication read back."""
    extra = {
        "id": fields.String(required=True),
        "betrokkeneId": fields.String(required=True),
        "tijdstip": fields.DateTime(required=True),
    }
    return type(f"{message.schema.__name__}Own", (message.schema,), extra)
