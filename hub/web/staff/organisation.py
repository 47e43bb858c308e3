"""Sign in at one's own organisation: there with a button, back with an answer, and then in or told why not."""

from flask import Blueprint, make_response, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from hub.identity import flows
from hub.identity.oidc import CALLBACK, Back
from hub.identity.refusals import Refused
from hub.identity.sources import network_of
from hub.web.desk import desk
from hub.web.session import sign_in
from hub.web.staff.door import SIGN_IN, anybody
from hub.web.staff.layout import HOME, show_anybody
from hub.web.staff.onward import show_onward
from hub.web.staff.refused import SAID

NAME = "aanmelding"
FAILED = f"{SIGN_IN}/mislukt"
REASON = "reden"

pages = Blueprint("organisatie", __name__)


@anybody(pages, "POST", f"{SIGN_IN}/organisatie")
def go_there() -> ResponseReturnValue:
    """Somebody chose their organisation."""
    gone = desk().sign_in.leave(request.form.get("aanbieder", ""), _network())
    if isinstance(gone, Refused):
        return _not_signed_in(gone)
    text = _("U gaat naar de inlogpagina van uw organisatie.")
    response = make_response(show_onward(gone.address, _("Inloggen"), text))
    at = desk()
    # Lax: it must come along when another site sends the browser back to us; a Strict cookie would stay behind.
    response.set_cookie(
        at.cookie(NAME), gone.secret, max_age=flows.LONGEST, path="/", secure=at.secure, httponly=True, samesite="Lax"
    )
    return response


@anybody(pages, "GET", CALLBACK)
def come_back() -> ResponseReturnValue:
    """
    The browser comes back from there. Always onward, so that no code stays in an address that somebody sees or keeps.
    """
    arrived = desk().sign_in.arrive(_brought(), _network())
    if isinstance(arrived, Refused):
        return _not_signed_in(arrived)
    response = make_response(redirect(HOME[arrived.staff.function], 303))
    sign_in(response, arrived.staff, arrived.provider)
    at = desk()
    response.delete_cookie(at.cookie(NAME), path="/", secure=at.secure, httponly=True, samesite="Lax")
    return response


@anybody(pages, "GET", FAILED)
def show_reason() -> ResponseReturnValue:
    """Why nobody was signed in, and what to do. Whoever made up the address reads a fixed sentence too."""
    said = SAID.get(request.args.get(REASON, ""))
    if said is None:
        raise NotFound
    return show_anybody("staff/not_signed_in", str(said.title), text=said.text, here=SIGN_IN), said.status


def _brought() -> Back:
    given = request.args
    # RFC 6749, section 3.1: no parameter more than once. Which of two was meant is nobody's guess.
    if any(len(values) > 1 for _name, values in given.lists()):
        return Back()
    return Back(
        secret=request.cookies.get(desk().cookie(NAME), ""), state=given.get("state", ""), issuer=given.get("iss"),
        code=given.get("code", ""), error=given.get("error", ""),
    )  # fmt: skip


def _not_signed_in(why: Refused) -> ResponseReturnValue:
    # The cookie stays: another site can send a browser here, and must not take away what it still needs.
    return redirect(f"{FAILED}?{REASON}={why.value}", 303)


def _network() -> str | None:
    return network_of(request.remote_addr, request.headers.getlist("X-Forwarded-For"), desk().proxies)
