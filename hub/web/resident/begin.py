"""The page behind the QR code, the same for everybody: a language, a field for the code, and a way out again."""

from flask import make_response, request
from flask.typing import ResponseReturnValue

from hub.exchange import window
from hub.exchange.window import Closed
from hub.identity.sources import network_of
from hub.web.desk import desk
from hub.web.doors import Visit
from hub.web.resident import cookies
from hub.web.resident.pages import BEGIN, OVERVIEW, anybody, go, show

LONGEST_CODE = 40


@anybody.get("")
def show_begin(visit: Visit) -> ResponseReturnValue:
    """Nothing personal is here, whoever looks."""
    return show(visit, "begin", "begin-kop", BEGIN, wrong="")


@anybody.post("")
def open_window(visit: Visit) -> ResponseReturnValue:
    """A code was typed. Whatever is wrong with it, the page says the same."""
    at = desk()
    network = network_of(request.remote_addr, request.headers.getlist("X-Forwarded-For"), at.proxies)
    code = request.form.get("code", "")[:LONGEST_CODE]
    opened = window.open_with(visit.hub, code, network, at.wall())
    if isinstance(opened, Closed):
        wrong = visit.words.say("venster.code-fout")
        return show(visit, "begin", "begin-kop", BEGIN, wrong=wrong), 400
    response = make_response(go(OVERVIEW))
    cookies.give(response, opened.secret)
    return response


@anybody.post("/sluiten")
def close_window(visit: Visit) -> ResponseReturnValue:
    """Whoever looked goes away: the next on this telephone sees nothing."""
    secret = cookies.secret()
    if secret is not None:
        window.close(visit.hub, secret)
    response = make_response(go(BEGIN, "weg"))
    cookies.take(response)
    return response
