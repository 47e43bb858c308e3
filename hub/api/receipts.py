"""The receipt of a choice, for the casemanager to hand over: signed for machines, and as a page for paper."""

from flask import Response
from flask_smorest import Blueprint

from hub.api.answers import ConsentReceiptAnswer
from hub.api.consents import COA, TAG
from hub.api.describe import Road
from hub.api.door import Call, Door, answer
from hub.api.house import house
from hub.api.paper_page import on_paper
from hub.api.parameters import CHOICE_IN_PATH
from hub.exchange.receipts import hand_out
from hub.paper.draw import receipt_page

receipts = Blueprint("bewijzen", __name__, url_prefix="/api/v1")

RECEIPT = Road(
    "Haal het bewijs van een keuze", TAG, ConsentReceiptAnswer, 200,
    "Ondertekend, als JSON-LD (ISO/IEC TS 27560). Het kijken komt in het auditspoor.",
    problems=("404",), name="haalBewijs", parameters=(CHOICE_IN_PATH,),
)  # fmt: skip
PAGE = Road(
    "Druk het bewijs van een keuze af", TAG, None, 200,
    "Een bladzijde in de taal van de bewoner, om mee te geven. Het kijken komt in het auditspoor.",
    problems=("404",), name="afdruk", parameters=(CHOICE_IN_PATH,), media="text/html",
)  # fmt: skip


@Door("GET", "/toestemmingen/<keuze_id>/bewijs", COA, RECEIPT)(receipts)
def show_receipt(call: Call, keuze_id: str) -> Response:
    """Of one's own residents; of anybody else's there is nothing here."""
    found = hand_out(call.hub, call.by, house().base_url, keuze_id, "bewijs")
    return answer({
        "id": found.id,
        "controle": found.check,
        "ontvangstbewijs": found.content,
        "ondertekend": found.signed,
        "kort": found.signed_brief,
        "sleutel": found.signer.verifier.text,
    })  # fmt: skip


@Door("GET", "/toestemmingen/<keuze_id>/afdruk", COA, PAGE)(receipts)
def print_receipt(call: Call, keuze_id: str) -> Response:
    """The same receipt, on paper."""
    return on_paper(receipt_page(hand_out(call.hub, call.by, house().base_url, keuze_id, "afdruk")))
