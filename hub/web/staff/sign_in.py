"""The page where everybody at a desk begins: sign in, and sign out again."""

from flask import Blueprint, make_response, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hub.identity.demo_people import DEMO, PEOPLE
from hub.web.desk import desk
from hub.web.session import sign_in, sign_out, who_is_signed_in
from hub.web.staff.door import AWAY, SIGN_IN, Sitting, anybody, door, go
from hub.web.staff.layout import FUNCTIONS, HOME, show_anybody, title_of
from hub.web.staff.onward import show_onward

pages = Blueprint("personeel", __name__)
signed_in = door(pages)


@anybody(pages, "GET", "/")
def show_door() -> ResponseReturnValue:
    """Whoever knows only the address of the hub."""
    found = who_is_signed_in()
    return go(SIGN_IN if found is None else HOME[found.staff.function])


@anybody(pages, "GET", SIGN_IN)
def show_sign_in() -> ResponseReturnValue:
    """The ways in."""
    return _page()


@anybody(pages, "POST", SIGN_IN)
def sign_in_as() -> ResponseReturnValue:
    """A demo only: be one of its people. Everywhere else there is nobody to choose."""
    staff = PEOPLE.get(request.form.get("wie", "")) if desk().hub.practice else None
    if staff is None:
        return _page(wrong=_("Kies wie u bent.")), 400
    response = make_response(redirect(HOME[staff.function], 303))
    sign_in(response, staff, DEMO)
    return response


@signed_in.get("/start")
def show_start(at: Sitting) -> ResponseReturnValue:
    """The start page of whoever is signed in."""
    return go(HOME[at.staff.function])


@anybody(pages, "POST", "/uitloggen")
def leave() -> ResponseReturnValue:
    """Nobody is signed in here any more, what they looked at has no address any more, and on to sign out elsewhere."""
    response = make_response()
    found = sign_out(response)
    onward = None if found is None else desk().sign_in.goodbye(found.provider)
    if onward is None:
        response.status_code, response.location = 303, SIGN_IN
    else:
        response.set_data(show_onward(onward, _("Uitloggen"), _("U bent hier uitgelogd.")))
    return response


@anybody(pages, "GET", "/toegankelijkheid")
def show_accessibility() -> ResponseReturnValue:
    """The statement of accessibility."""
    return show_anybody("staff/accessibility", _("Toegankelijkheid"))


def _page(wrong: str = "") -> str:
    people = PEOPLE if desk().hub.practice else {}
    return show_anybody(
        "staff/sign_in", _("Inloggen"), wrong=wrong, away=AWAY in request.args,
        providers=desk().sign_in.providers.values(),
        people=[(key, one, FUNCTIONS[one.function], title_of(one.partner)) for key, one in people.items()],
    )  # fmt: skip
