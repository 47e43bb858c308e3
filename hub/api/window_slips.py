"""Slips of the residents' own windows: made and printed by coa, which later sees that they were used."""

from flask import Response
from flask_smorest import Blueprint

from consent.words import words
from hub.api.answers import WindowSlipAnswer, WindowSlipList
from hub.api.describe import Road
from hub.api.door import Call, Door, answer
from hub.api.house import house
from hub.api.paper_page import POLICY, pages
from hub.api.requests import PersonBody
from hub.exchange import window
from hub.paper import square
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
    body = {"code": slip.code, "verlooptOp": slip.expires_on.isoformat(), "adres": _address(slip.language)}
    return answer(body, 201)


@Door("POST", "/vensterbriefjes/_afdruk", COA, PRINT, PersonBody)(window_slips)
def print_window_slip(call: Call) -> Response:
    """The same, as a page to print in the resident's language."""
    slip = window.issue(call.hub, call.by, call.fields["person"])
    address = _address(slip.language)
    page = pages.get_template("window_slip.html").render(
        words=words(slip.language), slip=slip, shown=_shown(address), square=square(address, house().base_url)
    )
    response = Response(page, 201, mimetype="text/html")
    response.headers["Content-Security-Policy"] = POLICY
    return response


@Door("POST", "/vensterbriefjes/_zoek", COA, LIST, PersonBody)(window_slips)
def list_window_slips(call: Call) -> Response:
    """coa sees that a window was used, and when last."""
    return answer({"resultaten": window.slips(call.hub, call.by, call.fields["person"])})


def _address(language: str) -> str:
    return f"{house().base_url}/venster?taal={language}"


def _shown(address: str) -> str:
    """The address as somebody types it: the language is chosen on the page."""
    return address.partition("://")[2].partition("?")[0]
