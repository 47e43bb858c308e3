"""The window's two doors: one that everybody may open, and one for whoever came in with a code."""

from flask import Blueprint, redirect, render_template, session
from flask.typing import ResponseReturnValue

from hub.exchange import window
from hub.exchange.hub import Hub
from hub.web.desk import desk
from hub.web.doors import Door, Visit
from hub.web.resident import cookies
from hub.web.who import Who

BEGIN, OVERVIEW = "/venster", "/venster/overzicht"
SAID = "gezegd"

pages = Blueprint("venster", __name__, template_folder="../templates", url_prefix=BEGIN)


def _who_looks(hub: Hub) -> str | None:
    secret = cookies.secret()
    return None if secret is None else window.who_looks(hub, secret, desk().wall())


def _turned_away() -> ResponseReturnValue:
    return go(BEGIN, "gesloten")


anybody = Door(pages, Who.ANYBODY)
inside = Door(pages, Who.RESIDENT, _who_looks, _turned_away)


def show(visit: Visit, template: str, title: str, here: str = OVERVIEW, **values: object) -> str:
    """A page of the window. `here`: where one stays when one chooses another language."""
    said = session.pop(SAID, None)
    message = visit.words.say(f"venster.{said}") if said else ""
    heading = visit.words.say(f"venster.{title}")
    return render_template(
        f"venster/{template}.html", words=visit.words, title=heading, here=here, message=message, **values
    )


def go(address: str, said: str = "") -> ResponseReturnValue:
    """On to another page, which says this once: the name of a sentence among the window's words."""
    if said:
        session[SAID] = said
    return redirect(address, 303)
