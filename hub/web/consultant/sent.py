"""What a consultant's partner told about a candidate, and the form that puts one of those messages right."""

from collections.abc import Mapping

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hub.exchange import query, told
from hub.exchange.told import Told
from hub.identity import handles
from hub.identity.handles import Target
from hub.web.consultant.pages import HOME, staff
from hub.web.consultant.reports import REPORTS, Draft, form, take
from hub.web.consultant.start import number_of
from hub.web.staff import message_form, reading
from hub.web.staff.door import Sitting
from hub.web.staff.layout import show
from schemas.base import Json

OF_MESSAGE = {one.message: one for one in REPORTS.values()}


@staff.get("/<handle:handle>/meldingen")
def show_sent(at: Sitting, handle: str) -> ResponseReturnValue:
    """What was told, newest first."""
    link = at.person(handle)
    page = told.list_told(at.hub, at.by, link.pseudonym, number_of(request.args.get("pagina", "1")))
    given = at.handles(Target(link.id, one.id) for one in page.messages)
    rows = [(given[Target(link.id, one.id)], one, _title(one), _lines(at, one)) for one in page.messages]
    return show(at, "consultant/sent", _("Wat u meldde"), rows=rows, page=page, handle=handle)


@staff.get("/melding/<handle:handle>")
def show_correction(at: Sitting, handle: str) -> ResponseReturnValue:
    """The form with what was told, to put right. Reading one's own message back is recorded."""
    draft = _draft(at, handle)
    fields = query.own(at.hub, at.by, draft.message, str(draft.wrong))
    return form(draft, {name: _typed(value) for name, value in fields.items() if name in draft.message.wire_names})


@staff.post("/melding/<handle:handle>")
def correct(at: Sitting, handle: str) -> ResponseReturnValue:
    """Look at the right one, then send it; the wrong one is taken back."""
    return take(_draft(at, handle))


def _draft(at: Sitting, handle: str) -> Draft:
    link, target = at.person(handle), at.behind(handle)
    report = OF_MESSAGE[told.kind_of(at.hub, at.by, link.id, target.id)]
    candidate = f"{HOME}/{at.handle(handles.person(link.id))}"
    return Draft(at, report, link, f"{HOME}/melding/{handle}", candidate, wrong=target.id)


def _typed(value: Json) -> str:
    """A value as somebody would type it in the form."""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    return str(value).replace(".", ",") if isinstance(value, float) else str(value)


def _title(one: Told) -> str:
    names: Mapping[str, str] = {
        "dienstverband": _("Werk"), "urenstaat": _("Uren"), "aanvraagstatus": _("Aanvraag TWV"),
    }  # fmt: skip
    return names.get(one.message, one.message)


def _lines(at: Sitting, one: Told) -> list[tuple[object, str]]:
    shown = {name: value for name, value in one.fields.items() if name != "soort"}
    return [(message_form.label_of(one.message, name), reading.value_of(at.words, name, value))
            for name, value in shown.items()]  # fmt: skip
