"""What one can ask for: to correct, to be forgotten, to object, to hold still. Somebody decides, within a month."""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from hub.identity.principals import RESIDENT
from hub.rights import requests
from hub.rights.requests import OPEN, Sort
from hub.web.doors import Visit
from hub.web.resident.pages import OVERVIEW, go, inside, show

SORT, SURE, ABOUT, TEXT = "soort", "zeker", "wat", "tekst"
LONGEST_TEXT = 500
# Persian is written with them, and no reader sees them (Unicode 16.0, section 23.2).
JOINERS = "\u200c\u200d"
# In the order of the page; the names under which the words about them stand.
ASKED_FOR = {
    Sort.CORRECTION: "correctie",
    Sort.OBJECTION: "bezwaar",
    Sort.RESTRICTION: "beperking",
    Sort.ERASURE: "wissen-verzoek",
}


@inside.post("/vragen")
def ask(visit: Visit) -> ResponseReturnValue:
    """First says what it does and asks whether one is sure; then writes the request down."""
    sort = {one.value: one for one in ASKED_FOR}.get(request.form.get(SORT, ""))
    if sort is None:
        raise BadRequest
    if sort is Sort.CORRECTION:
        return _correct(visit)
    if _waits(visit, sort):
        return go(OVERVIEW, "al-gevraagd")
    if request.form.get(SURE) != "ja":
        return show(visit, "vragen", f"{ASKED_FOR[sort]}-kop", sort=sort.value, name=ASKED_FOR[sort])
    requests.ask(visit.hub, RESIDENT, visit.subject, sort)
    return go(OVERVIEW, "gevraagd")


def _correct(visit: Visit) -> ResponseReturnValue:
    told = (flow.message for flow in visit.hub.agreement.flows if visit.hub.messages[flow.message].about_a_person)
    messages = list(dict.fromkeys(told))
    about, text = request.form.get(ABOUT, ""), _readable(request.form.get(TEXT, ""))
    sent = request.form.get(SURE) == "ja"
    if sent and 0 < len(text) <= LONGEST_TEXT:
        # Sealed with the resident's own key: no column can be searched for it.
        requests.ask(visit.hub, RESIDENT, visit.subject, Sort.CORRECTION, _details(messages, about, text))
        return go(OVERVIEW, "gevraagd")
    form: dict[str, Any] = {"messages": messages, "about": about, "text": text, "longest": LONGEST_TEXT}
    wrong = visit.words.say("venster.correctie-fout") if sent else ""
    page = show(visit, "correctie", "correctie-kop", wrong=wrong, **form)
    return (page, 400) if wrong else page


def _readable(text: str) -> str:
    """What can be read of it, on one line: no control signs, and none that turn the line around."""
    return " ".join("".join(letter for letter in part if letter.isprintable() or letter in JOINERS)
                    for part in text.split())  # fmt: skip


def _details(messages: list[str], about: str, text: str) -> str:
    return f"{about}: {text}" if about in messages else text


def _waits(visit: Visit, sort: Sort) -> bool:
    return any(one.sort is sort and one.state == OPEN for one in requests.listed(visit.hub, visit.subject))
