"""The agreement, as far as one's own role goes."""

from flask import Response
from flask_smorest import Blueprint

from hub.api.answers import AgreementAnswer
from hub.api.describe import Road
from hub.api.door import EVERY_ROLE, Call, Door, answer
from schemas.agreement import Flow, Role
from schemas.base import Json

agreements = Blueprint("afspraken", __name__, url_prefix="/api/v1")
SHOW = Road("Lees de afspraak", "Afspraken", AgreementAnswer, 200, "De stromen van de eigen rol.", name="leesAfspraak")


@Door("GET", "/afspraken", EVERY_ROLE, SHOW)(agreements)
def show_agreement(call: Call) -> Response:
    """Which flows one's own role gives and gets, with the hash that stands in every decision."""
    agreement = call.hub.agreement
    mine = [_shown(flow) for flow in agreement.flows if call.by.role in (flow.source, flow.recipient)]
    shown: dict[str, Json] = {
        "naam": agreement.name,
        "hash": agreement.hash,
        "geldigVan": agreement.valid_from.isoformat(),
        "stromen": mine,
    }
    # Whoever records the choices must know which notice to explain.
    notices: dict[str, Json] = {"kennisgevingen": dict(agreement.notices)} if call.by.role is Role.COA else {}
    return answer({**shown, **notices})


def _shown(flow: Flow) -> Json:
    return {
        "bericht": flow.message,
        **({} if flow.variant is None else {"soort": flow.variant}),
        "van": flow.source.value,
        "naar": flow.recipient.value,
        "doel": flow.purpose,
        "grondslag": flow.basis.value,
        "velden": list(flow.fields),
        "bewarenHubDagen": flow.hub_keeps_days,
        "bewarenOntvangerDagen": flow.recipient_keeps_days,
    }
