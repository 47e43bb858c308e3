"""Requests of residents: which must be answered first, what was asked, and a decision after a second look."""

from collections.abc import Mapping
from datetime import timedelta

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from hub.errors import Conflict, NotFound
from hub.identity.handles import Target
from hub.rights import access
from hub.rights import desk as road
from hub.rights import requests as rights
from hub.rights.requests import Decision, Listed, Sort, Why
from hub.web.desk import desk
from hub.web.officer.pages import HOME, staff
from hub.web.officer.wording import DECISIONS, REASONS, SORTS, STATES, effect
from hub.web.staff.door import Sitting, go
from hub.web.staff.layout import show, title_of

LIST = f"{HOME}/verzoeken"
# Typed by hand before somebody is forgotten: no button is pressed by accident twice.
FORGET = "vergeten"
# Long enough to hand it over, also to somebody who is ill or has moved.
FILE_STAYS = timedelta(days=30)
DECIDED = "besloten"
MOST_PAGES = 1000


@staff.get("/verzoeken")
def show_requests(at: Sitting) -> ResponseReturnValue:
    """What must be answered, the first to be late on top; or what was decided."""
    decided, number = request.args.get("staat") == DECIDED, _page(request.args.get("blad", ""))
    listed = road.decided_requests if decided else road.open_requests
    page = listed(at.hub, at.staff.partner, number)
    handles = at.handles(Target(line.link_id, line.request.id) for line in page.lines)
    lines = [(line.request, handles[Target(line.link_id, line.request.id)]) for line in page.lines]
    return show(
        at, "officer/requests", _("Verzoeken van bewoners"), lines=lines, decided=decided, page=number, more=page.more,
        when=lambda one: _when(at, one), late=lambda one: _late(at, one), **_words(),
    )  # fmt: skip


@staff.get("/verzoek/<handle:handle>")
def show_request(at: Sitting, handle: str) -> ResponseReturnValue:
    """One request with what the resident wrote; that it was read is recorded first."""
    return _show(at, handle, {})


@staff.post("/verzoek/<handle:handle>/besluit")
def look_again(at: Sitting, handle: str) -> ResponseReturnValue:
    """What the decision brings about, before it is taken. Changes nothing."""
    _subject, one = at.request(handle)
    decision, why, mistakes = _chosen(at, one)
    if decision is None or mistakes:
        return _show(at, handle, mistakes), 400
    return _second_look(at, handle, one, decision, why)


@staff.post("/verzoek/<handle:handle>/doen")
def decide(at: Sitting, handle: str) -> ResponseReturnValue:
    """Take the decision that was looked at twice."""
    subject, one = at.request(handle)
    decision, why, mistakes = _chosen(at, one)
    if decision is None or mistakes:
        return _show(at, handle, mistakes), 400
    forgets = (one.sort, decision) == (Sort.ERASURE, Decision.GRANTED)
    if forgets and request.form.get("woord", "").strip().lower() != FORGET:
        wrong = {"woord": _("Typ het woord %(woord)s. Er is niets gewist.", woord=FORGET)}
        return _second_look(at, handle, one, decision, why, wrong), 400
    try:
        if forgets:
            rights.forget(at.hub, desk().ledger, at.author, subject, one.id)
            return go(LIST, _("De bewoner is vergeten. Wie iets zag, is gevraagd het te wissen."))
        rights.decide(at.hub, at.author, subject, one.id, decision, why)
    except Conflict as in_the_way:
        return _second_look(at, handle, one, decision, why, {"": in_the_way.detail}), 409
    to_file = (one.sort, decision) == (Sort.ACCESS, Decision.GRANTED)
    return go(f"{HOME}/verzoek/{handle}" if to_file else LIST, _("Uw besluit is vastgelegd en werkt nu."))


@staff.post("/verzoek/<handle:handle>/dossier")
def fetch_file(at: Sitting, handle: str) -> ResponseReturnValue:
    """The resident's file, to hand to the resident; after a request for it was granted. Recorded each time."""
    subject, one = at.request(handle)
    if not _has_file(at, one):
        raise NotFound("dossier")
    house = desk()
    made = access.file_of(
        at.hub, subject, None, at.author, keeper=house.keeper, base_url=house.base_url, request=one.id
    )
    # The name says nothing about anybody, as no name in the file does.
    headers = {"Content-Disposition": 'attachment; filename="dossier.zip"'}
    return Response(made, mimetype="application/zip", headers=headers)


def _show(at: Sitting, handle: str, mistakes: Mapping[str, str]) -> str:
    subject, one = at.request(handle)
    one = rights.read(at.hub, at.author, subject, one.id)
    possible = [(word.value, DECISIONS[word]) for word in road.possible(one, at.hub.today())]
    return show(
        at, "officer/request", str(SORTS[one.sort]), one=one, handle=handle, possible=possible, mistakes=mistakes,
        when=_when(at, one), late=_late(at, one), has_file=_has_file(at, one), chosen=request.form.get("besluit", ""),
        why=request.form.get("reden", ""), came_from=_came_from(one), **_words(),
    )  # fmt: skip


def _second_look(
    at: Sitting,
    handle: str,
    one: Listed,
    decision: Decision,
    why: Why | None,
    mistakes: Mapping[str, str] | None = None,
) -> str:
    forgets = (one.sort, decision) == (Sort.ERASURE, Decision.GRANTED)
    return show(
        at, "officer/decision", _("Kijk het nog één keer na"), one=one, handle=handle, decision=decision, why=why,
        effect=effect(one.sort, decision), word=FORGET if forgets else "", mistakes=mistakes or {}, **_words(),
    )  # fmt: skip


def _chosen(at: Sitting, one: Listed) -> tuple[Decision | None, Why | None, dict[str, str]]:
    """What was chosen in the form, as far as it can be decided now; and what is wrong with it."""
    word, reason = request.form.get("besluit", ""), request.form.get("reden", "")
    decision = next((found for found in road.possible(one, at.hub.today()) if found.value == word), None)
    if decision is None:
        return None, None, {"besluit": _("Kies een besluit dat nu kan.")}
    if decision is not Decision.REJECTED:
        return decision, None, {}
    why = next((found for found in Why if found.value == reason), None)
    # AVG art. 12(4): who is refused hears why.
    return decision, why, {} if why else {"reden": _("Kies waarom u het verzoek afwijst. De bewoner leest dat.")}


def _has_file(at: Sitting, one: Listed) -> bool:
    # An answer to this request, and no key to whatever comes later: that takes a new request.
    granted = (one.sort, one.state) == (Sort.ACCESS, Decision.GRANTED.value)
    return granted and one.decided_at is not None and at.hub.now() < one.decided_at + FILE_STAYS


def _came_from(one: Listed) -> str:
    return _("de bewoner zelf, in het venster") if one.received_from == "betrokkene" else title_of(one.received_from)


def _when(at: Sitting, one: Listed) -> str:
    """How much time there is, in words."""
    left = road.days_left(one, at.hub)
    if one.state != rights.OPEN:
        return str(STATES[one.state])
    if left < 0:
        return str(ngettext("%(num)s dag te laat", "%(num)s dagen te laat", -left))
    return str(ngettext("nog %(num)s dag", "nog %(num)s dagen", left)) if left else _("vandaag de laatste dag")


def _late(at: Sitting, one: Listed) -> str:
    """The colour beside those words."""
    if one.state != rights.OPEN:
        return "plain"
    left = road.days_left(one, at.hub)
    return "no" if left < 0 else "wait" if left <= rights.SOON.days else "plain"


def _page(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(MOST_PAGES)) else 1
    return min(max(number, 1), MOST_PAGES)


def _words() -> dict[str, object]:
    reasons = [(why.value, words) for why, words in REASONS.items()]
    return {"sorts": SORTS, "decisions": DECISIONS, "reasons": reasons, "reason_of": REASONS, "list_address": LIST}
