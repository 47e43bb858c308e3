"""A resident hands over a slip: typed, or read by a hand scanner, which types the code and presses Enter."""

from collections.abc import Mapping

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hub.errors import TooMany
from hub.exchange import known, link
from hub.exchange.link import CodeRefused, Redemption
from hub.exchange.remember import Request
from hub.identity import handles
from hub.web.consultant.pages import HOME, staff
from hub.web.consultant.start import slip_form
from hub.web.staff.door import Sitting, go
from hub.web.staff.layout import show
from hub.web.staff.once import once
from schemas.base import InvalidInput
from schemas.fields import OwnReference

CODE, NUMBER, BRANCH = "code", "kenmerk", "vestiging"
LONGEST_CODE = 80
MINUTE_SECONDS = 60


@staff.post("/briefje")
def redeem_slip(at: Sitting) -> ResponseReturnValue:
    """Use the slip; the candidate's page comes next."""
    typed = {name: request.form.get(name, "").strip() for name in (CODE, NUMBER, BRANCH)}
    if typed[CODE] and not typed[NUMBER]:
        # A scanner pressed Enter after the code: nothing is wrong, one thing is still asked.
        return _form(at, typed, {}), 200
    mistakes = _mistakes(at, typed)
    if mistakes:
        return _form(at, typed, mistakes), 400
    return _redeem(at, typed)


def _redeem(at: Sitting, typed: Mapping[str, str]) -> ResponseReturnValue:
    branch = typed[BRANCH] or next(iter(at.by.branches))
    body = {"koppelcode": typed[CODE], "eigenKenmerk": typed[NUMBER], "vestiging": branch}
    wanted = Request(at.by, "/api/v1/koppelcodes/_verzilver", once(request), body)
    try:
        done = link.redeem(at.hub, wanted, Redemption(typed[CODE], typed[NUMBER], branch))
    except InvalidInput:
        return _form(at, typed, {BRANCH: _("Kies een vestiging van uzelf.")}), 400
    except TooMany as too_many:
        return _form(at, typed, {CODE: _too_many(too_many.seconds)}), 429
    if isinstance(done, CodeRefused):
        return _form(at, typed, {CODE: _refused()}), 400
    found = known.link_named(at.hub, at.by, done["betrokkeneId"])
    # A form that comes a second time gets the answer of the first; meanwhile the link may have ended.
    address = HOME if found is None else f"{HOME}/{at.handle(handles.person(found))}"
    return go(address, _("Het briefje is verzilverd. U kent deze bewoner nu als kandidaat."))


def _mistakes(at: Sitting, typed: Mapping[str, str]) -> dict[str, str]:
    mistakes = {}
    if not typed[CODE]:
        mistakes[CODE] = _("Vul de code van het briefje in.")
    elif len(typed[CODE]) > LONGEST_CODE:
        mistakes[CODE] = _refused()
    if not OwnReference().accepts(typed[NUMBER]):
        mistakes[NUMBER] = _("Vul uw eigen kandidaatnummer in: hooguit 40 letters, cijfers en tekens.")
    if len(at.by.branches) > 1 and typed[BRANCH] not in at.by.branches:
        mistakes[BRANCH] = _("Kies een vestiging van uzelf.")
    return mistakes


def _refused() -> str:
    # One sentence for unknown, used, void, expired, linked already, and a number that is taken.
    return str(_("Deze code werkt niet bij dit nummer. Kijk beide na, of vraag de bewoner om een nieuw briefje."))


def _too_many(seconds: int) -> str:
    minutes = -(-seconds // MINUTE_SECONDS)
    return str(_("Er zijn te veel codes geprobeerd. Probeer het over %(minuten)s minuten weer.", minuten=minutes))


def _form(at: Sitting, typed: Mapping[str, str], mistakes: Mapping[str, str]) -> str:
    return show(at, "consultant/slip", _("Briefje verzilveren"), mistakes=mistakes, **slip_form(at, typed))
