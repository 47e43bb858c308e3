"""The trail: searched, one entry opened, the whole checked, and what outsiders check it with to take along."""

import csv
import io
import json
from collections.abc import Mapping
from datetime import date

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from audit.events import Kind
from hub.errors import NotFound
from hub.exchange import proof, watched
from hub.exchange.watched import MOST, MOST_EXPORTED, Line, Wanted
from hub.web.desk import desk
from hub.web.officer.pages import HOME, staff
from hub.web.staff.door import Sitting
from hub.web.staff.layout import show, title_of

TRAIL = f"{HOME}/spoor"
OTHERS = ("betrokkene", "hub", "beheer")
# More digits than any trail has entries.
MOST_DIGITS = 15
MOST_PAGES = 200
# No trail has an entry of a day outside these; at the very ends of the calendar a day has none before or after it.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2999, 12, 31)


@staff.get("/spoor")
def show_trail(at: Sitting) -> ResponseReturnValue:
    """The form; and what was found, once something was asked."""
    asked = "zoek" in request.args
    wanted, mistakes = _wanted(request.args)
    page = _number(request.args.get("blad", "")) or 1
    lines, more = (
        watched.search(at.hub, at.author, wanted, min(page, MOST_PAGES)) if asked and not mistakes else ([], False)
    )
    shown = _page(at, lines=lines, more=more, page=page, asked=asked, mistakes=mistakes)
    return shown, 400 if mistakes else 200


@staff.post("/spoor/openen")
def open_entry(at: Sitting) -> ResponseReturnValue:
    """One entry with its record; recorded first, where the person it is about can see it."""
    found = watched.open_entry(at.hub, at.author, _index())
    fact = None if found.fact is None else json.dumps(found.fact, ensure_ascii=False, indent=2)
    # Which entry it is stands on the page only: titles stay behind in the browser's history.
    heading = _("Regel %(index)s", index=found.index)
    return show(at, "officer/entry", _("Inhoud van de regel"), heading=heading, found=found, fact=fact, back_to=TRAIL)


@staff.post("/spoor/nakijken")
def check_trail(at: Sitting) -> ResponseReturnValue:
    """Check the whole trail now."""
    done = watched.check(at.hub, desk().keeper, at.author)
    title = _("Het auditspoor is nagekeken") if done else _("Het auditspoor is te lang voor deze pagina")
    return show(at, "officer/checked", title, done=done, most=MOST, back_to=TRAIL)


@staff.post("/spoor/bewijs")
def fetch_proof(at: Sitting) -> ResponseReturnValue:
    """The proof that an entry stands in the trail, for others' tools. Holds hashes only."""
    return _file(proof.inclusion_for_watcher(at.hub, desk().keeper, _index()), "bewijs.txt")


@staff.post("/spoor/controlepunt")
def fetch_checkpoint(at: Sitting) -> ResponseReturnValue:
    """The signed head of now. Kept, it proves a fraud later."""
    return _file(proof.signed_head(at.hub, desk().keeper), "controlepunt.txt")


@staff.post("/spoor/uitvoer")
def export_found(at: Sitting) -> ResponseReturnValue:
    """What was searched, in a file for a spreadsheet: the open columns, at most so many lines."""
    wanted, mistakes = _wanted(request.form)
    if mistakes:
        return _page(at, lines=[], more=False, page=1, asked=False, mistakes=mistakes), 400
    lines, _more = watched.search(at.hub, at.author, wanted, 1, MOST_EXPORTED)
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(["regel", "tijdstip", "soort", "partij", "uitkomst"])
    rows.writerows([one.index, "" if one.at is None else one.at.isoformat(), one.kind, one.partner, one.outcome]
                   for one in lines)  # fmt: skip
    return _file(written.getvalue(), "auditspoor.csv", "text/csv")


def _page(at: Sitting, *, lines: list[Line], more: bool, page: int, asked: bool, mistakes: Mapping[str, str]) -> str:
    partners = [
        *((name, one.title) for name, one in at.hub.agreement.partners.items()),
        *((one, one) for one in OTHERS),
    ]
    filters = {name: request.values.get(name, "") for name in ("soort", "partij", "uitkomst", "van", "tot")}
    return show(
        at, "officer/trail", _("Auditspoor"), lines=lines, more=more and page < MOST_PAGES, page=page, asked=asked,
        mistakes=mistakes, filters=filters, kinds=[(kind.value, kind.value) for kind in sorted(Kind)],
        partners=partners,
        title_of=title_of, size=watched.size(at.hub), most=MOST, trail_address=TRAIL,
    )  # fmt: skip


def _wanted(given: Mapping[str, str]) -> tuple[Wanted, dict[str, str]]:
    """What to look for; an odd code finds nothing, an odd day is a mistake."""
    mistakes, days = {}, {}
    for name in ("van", "tot"):
        try:
            days[name] = _day(given[name]) if given.get(name) else None
        except ValueError:
            mistakes[name] = _("Kies een bestaande dag.")
    kind = next((kind for kind in Kind if kind.value == given.get("soort")), None)
    partner, outcome = given.get("partij", "")[:40], given.get("uitkomst", "").strip()[:40]
    return Wanted(kind, partner, outcome, days.get("van"), days.get("tot")), mistakes


def _day(text: str) -> date:
    day = date.fromisoformat(text)
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError
    return day


def _index() -> int:
    number = _number(request.form.get("regel", ""))
    if number is None:
        raise NotFound("spoor")
    return number


def _number(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None


def _file(text: str, name: str, media: str = "text/plain") -> Response:
    return Response(text, mimetype=media, headers={"Content-Disposition": f'attachment; filename="{name}"'})
