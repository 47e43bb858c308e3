"""Slips: made by coa, redeemed once by a bemiddelaar."""

from flask import Response
from flask_smorest import Blueprint

from hub.api.answers import LinkCodeAnswer, LinkCodeList, RedemptionAnswer
from hub.api.describe import Road
from hub.api.door import Call, Door, answer
from hub.api.problems import problem
from hub.api.requests import LinkCodeBody, PersonBody, RedemptionBody
from hub.exchange import link
from hub.exchange.link import CodeRefused, Redemption
from schemas.agreement import Role

link_codes = Blueprint("koppelcodes", __name__, url_prefix="/api/v1")
TAG = "Koppelcodes"
COA, INTERMEDIARY = frozenset({Role.COA}), frozenset({Role.INTERMEDIARY})
REFUSED = "Deze code geeft geen koppeling. Vraag de bewoner om een nieuwe slip."

ISSUE = Road(
    "Maak een koppelcode", TAG, LinkCodeAnswer, 201, "Een nieuwe code maakt de oude ongeldig.", name="maakKoppelcode"
)
LIST = Road("Zie wat er met de codes gebeurde", TAG, LinkCodeList, 200, "De codes zelf niet.", name="zoekKoppelcodes")
REDEEM = Road(
    "Verzilver een koppelcode", TAG, RedemptionAnswer, 201,
    "Onbekend, gebruikt, vervallen, verlopen of al gekoppeld: altijd dezelfde 400 `koppelcode-ongeldig`.",
    problems=("409",), name="verzilverKoppelcode",
)  # fmt: skip


@Door("POST", "/koppelcodes", COA, ISSUE, LinkCodeBody)(link_codes)
def issue_code(call: Call) -> Response:
    """A slip for this person and this bemiddelaar."""
    slip = link.issue_code(call.hub, call.by, call.fields["person"], call.fields["partner"])
    return answer({"koppelcode": slip.code, "verlooptOp": slip.expires_on.isoformat()}, 201)


@Door("POST", "/koppelcodes/_zoek", COA, LIST, PersonBody)(link_codes)
def list_codes(call: Call) -> Response:
    """coa sees when a slip was redeemed."""
    return answer({"resultaten": link.codes(call.hub, call.by, call.fields["person"])})


@Door("POST", "/koppelcodes/_verzilver", INTERMEDIARY, REDEEM, RedemptionBody, keyed=True)(link_codes)
def redeem_code(call: Call) -> Response:
    """A resident handed over their slip."""
    fields = call.fields
    redemption = Redemption(fields["code"], fields["reference"], fields["branch"])
    done = link.redeem(call.hub, call.request(), redemption)
    if isinstance(done, CodeRefused):
        return problem(400, code="koppelcode-ongeldig", detail=REFUSED)
    return answer(done, 201)
