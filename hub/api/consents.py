"""Choices of residents, as a casemanager records them."""

from collections.abc import Mapping

from flask import Response
from flask_smorest import Blueprint

from consent.standing import Choice
from hub.api.answers import ChoiceAnswer, ChoiceList
from hub.api.describe import Road
from hub.api.door import Call, Door, answer
from hub.api.requests import ChoiceBody, PersonBody
from hub.exchange import choose
from hub.exchange.choose import Chosen
from hub.exchange.hub import Hub
from schemas.agreement import Role
from schemas.base import Json, Mistake

consents = Blueprint("toestemmingen", __name__, url_prefix="/api/v1")
TAG = "Toestemmingen"
COA = frozenset({Role.COA})

RECORD = Road("Leg een keuze vast", TAG, ChoiceAnswer, 201, "Werkt meteen.", problems=("409",), name="legKeuzeVast")
LIST = Road("Zie de keuzes van een bewoner", TAG, ChoiceList, 200, "De nieuwste per doel.", name="zoekKeuzes")


def _not_agreed(hub: Hub, body: Mapping[str, Json]) -> list[Mistake]:
    return choose.mistakes_in(hub, body.get("doel"), body.get("kennisgeving"), body.get("keuze"), body.get("taal"))


@Door("POST", "/toestemmingen", COA, RECORD, ChoiceBody, keyed=True, also=_not_agreed)(consents)
def record_choice(call: Call) -> Response:
    """The resident said yes, no, or took an earlier yes back."""
    fields = call.fields
    chosen = Chosen(
        fields["purpose"], Choice(fields["choice"]), fields["notice"], fields["language"], fields["interpreter"]
    )
    return answer(choose.choose(call.hub, call.request(), chosen), 201)


@Door("POST", "/toestemmingen/_zoek", COA, LIST, PersonBody)(consents)
def list_choices(call: Call) -> Response:
    """The newest choice of each purpose, and what it means today."""
    return answer({"resultaten": choose.choices(call.hub, call.by, call.fields["person"])})
