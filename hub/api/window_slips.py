"""Slips of the residents' own windows: made and printed by coa, which later sees that they were used."""

from flask import Response
from flask_smorest import Blueprint

from hub.api.answers import WindowSlipAnswer, WindowSlipList
from hub.api.describe import Road
from hub.api.door import Call, Door, answer
from hub.api.house import house
from hub.api.paper_page import on_paper
from hub.api.requests import PersonBody
from hub.exchange import window
from hub.paper.draw import window_address, window_slip
from schemas.agreement import Role

window_slips = Blueprint("vensterbriefjes", __name__, url_prefix="/api/v1")
TAG = "Vensterbriefjes"
COA = frozenset({Role.COA})

ISSUE = Road(
    "Maak een vensterbriefje", TAG, WindowSlipAnswer, 201,
    "Een nieuw briefje maakt het oude ongeldig en sluit wat ermee openstond.", name="maakVensterbriefje",
)  # fmt: skip
PRINT = Road(
    "Maak een vensterbriefje en druk het af", TAG, None, 201,
    "Een pagina in de taal van de bewoner, met de QR-code. De code staat alleen hierop: wie een afdruk wil, maakt een "
    "nieuw briefje.", name="drukVensterbriefjeAf", media="text/html",
)  # fmt: skip
LIST = Road(
    "Zie wat er met de vensterbriefjes gebeurde", TAG, WindowSlipList, 200,
    "Wel dat het venster gebruikt is, niet wat er bekeken werd. De codes zelf niet.", name="zoekVensterbriefjes",
)  # fmt: skip


@Door("POST", "/vensterbriefjes", COA, ISSUE, PersonBody)(window_slips)
def issue_window_slip(call: Call) -> Response:
    """A slip for this person's own window."""
    slip = window.issue(call.hub, call.by, call.fields["person"])
    body = {
        "code": slip.code,
        "verlooptOp": slip.expires_on.isoformat(),
        "adres": window_address(house().base_url, slip.language),
    }
    return answer(body, 201)


@Door("POST", "/vensterbriefjes/_afdruk", COA, PRINT, PersonBody)(window_slips)
def print_window_slip(call: Call) -> Response:
    """The same, as a page to print in the resident's language."""
    slip = window.issue(call.hub, call.by, call.fields["person"])
    return on_paper(window_slip(slip, house().base_url), 201)


@Door("POST", "/vensterbriefjes/_zoek", COA, LIST, PersonBody)(window_slips)
def list_window_slips(call: Call) -> Response:
    """coa sees that a window was used, and when last."""
    return answer({"resultaten": window.slips(call.hub, call.by, call.fields["person"])})
