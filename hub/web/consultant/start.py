"""Where a consultant begins: a slip, a candidate by their own number, and the list of their own candidates."""

from collections.abc import Mapping
from uuid import uuid4

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hub.exchange import known
from hub.identity import handles
from hub.web.consultant.pages import HOME, staff
from hub.web.staff.door import Sitting, go
from hub.web.staff.layout import show


@staff.get("")
def show_start(at: Sitting) -> ResponseReturnValue:
    """Where they begin."""
    page = known.list_known(at.hub, at.by, number_of(request.args.get("pagina", "1")))
    given = at.handles(handles.person(one.link_id) for one in page.people)
    rows = [(given[handles.person(one.link_id)], one) for one in page.people]
    return show(at, "consultant/start", _("Kandidaten"), rows=rows, page=page, **slip_form(at))


@staff.post("/zoek")
def find_candidate(at: Sitting) -> ResponseReturnValue:
    """A candidate by the number that their own vestiging gave them; it travels in the form, never in an address."""
    number = request.form.get("nummer", "").strip()
    link = known.called(at.hub, at.by, number) if number else None
    if link is not None:
        return go(f"{HOME}/{at.handle(handles.person(link.id))}")
    wrong = _("U kent niemand met dit nummer. Kijk het na, of verzilver het briefje van de bewoner.")
    mistakes = {"nummer": wrong if number else _("Vul het kandidaatnummer in.")}
    return show(at, "consultant/search", _("Zoek een kandidaat"), mistakes=mistakes, number=number[:40]), 400


def slip_form(at: Sitting, typed: Mapping[str, str] | None = None) -> dict[str, object]:
    """What the form for a slip needs; `typed` is what stood in it."""
    return {
        "typed": typed or {}, "branches": [(one, one) for one in sorted(at.by.branches)], "key": str(uuid4()),
        "again": bool(typed),
    }  # fmt: skip


def number_of(text: str) -> int:
    """Which page somebody asks for; the first, whatever else stands there."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
