"""
What a consultant reports: work, hours, how far a TWV is; looked at before it is sent, and put right when it was wrong.

A source other than COA learns per purpose that it was taken, or that it was not shared: never by whom, never why.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hub.errors import Conflict
from hub.exchange import publish
from hub.exchange.publish import Refused
from hub.exchange.remember import Request
from hub.people.models import Link
from hub.web.consultant import labels
from hub.web.consultant.pages import HOME, staff
from hub.web.staff import message_form, reading
from hub.web.staff.door import Sitting, go
from hub.web.staff.layout import show
from hub.web.staff.once import once
from schemas.base import InvalidInput, Json, MessageType

STEP, LOOK, SEND = "stap", "kijk", "verstuur"


@dataclass(frozen=True, slots=True)
class Report:
    """One thing to report: where its form is, which message it becomes, and what is filled in for whoever reports."""

    path: str
    message: str
    title: LazyString
    fixed: Mapping[str, Json]


REPORTS: Mapping[str, Report] = {
    one.path: one
    for one in (
        Report("werk", "dienstverband", _l("Werk melden"), {}),
        Report("uren", "urenstaat", _l("Uren melden"), {}),
        # A BSN is COA's to report; which application it is, is not asked.
        Report("twv", "aanvraagstatus", _l("TWV melden"), {"soort": "TWV"}),
    )
}

CONFLICTS: Mapping[str, LazyString] = {
    "sleutel-hergebruikt": _l("Dit formulier is al eens verstuurd, met iets anders erin. Kijk eerst wat u meldde."),
    "niet-het-nieuwste": _l("Hierna is al iets nieuwers gemeld. Corrigeer dat, of meld iets nieuws."),
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A report that is being made: about whom, at which address, and which message it puts right, if any."""

    at: Sitting
    report: Report
    link: Link
    address: str
    candidate: str
    wrong: str | None = None

    @property
    def message(self) -> MessageType:
        """The message that it becomes."""
        return self.at.hub.messages[self.report.message]

    @property
    def title(self) -> str:
        """What the page is called."""
        return str(self.report.title) if self.wrong is None else str(_("Melding corrigeren"))

    @property
    def key(self) -> str:
        """A key for the form that sends it."""
        return str(uuid4())

    def body(self, typed: Mapping[str, str]) -> dict[str, Json]:
        """What was filled in, as a publication about this person."""
        return message_form.body_of(self.message, typed, **self.report.fixed)


@staff.get("/<handle:handle>/werk")
def show_work(at: Sitting, handle: str) -> ResponseReturnValue:
    """Report work: begun, changed or stopped."""
    return form(_draft(at, handle, "werk"))


@staff.post("/<handle:handle>/werk")
def report_work(at: Sitting, handle: str) -> ResponseReturnValue:
    """Look at it, then send it."""
    return take(_draft(at, handle, "werk"))


@staff.get("/<handle:handle>/uren")
def show_hours(at: Sitting, handle: str) -> ResponseReturnValue:
    """Report the hours of a week."""
    return form(_draft(at, handle, "uren"))


@staff.post("/<handle:handle>/uren")
def report_hours(at: Sitting, handle: str) -> ResponseReturnValue:
    """Look at it, then send it."""
    return take(_draft(at, handle, "uren"))


@staff.get("/<handle:handle>/twv")
def show_permit(at: Sitting, handle: str) -> ResponseReturnValue:
    """Report how far the work permit is."""
    return form(_draft(at, handle, "twv"))


@staff.post("/<handle:handle>/twv")
def report_permit(at: Sitting, handle: str) -> ResponseReturnValue:
    """Look at it, then send it."""
    return take(_draft(at, handle, "twv"))


def _draft(at: Sitting, handle: str, path: str) -> Draft:
    return Draft(at, REPORTS[path], at.person(handle), f"{HOME}/{handle}/{path}", f"{HOME}/{handle}")


def take(draft: Draft) -> ResponseReturnValue:
    """One press of a form: to look at, to change, or to send. Whatever comes back is checked whole, each time."""
    typed = {name: text for name, text in request.form.items() if name in draft.message.wire_names}
    step = request.form.get(STEP, LOOK)
    if step not in (LOOK, SEND):
        return form(draft, typed)
    try:
        fields = draft.message.load(draft.body(typed), draft.at.hub.today())
    except InvalidInput as invalid:
        return form(draft, typed, _sentences(draft, invalid)), 400
    if step == LOOK:
        return _look(draft, typed, fields)
    return _send(draft, typed)


def _send(draft: Draft, typed: Mapping[str, str]) -> ResponseReturnValue:
    at, message = draft.at, draft.message
    path = f"/api/v1/{message.collection}{'' if draft.wrong is None else f'/{draft.wrong}/_corrigeer'}"
    body = {**draft.body(typed), "betrokkeneId": draft.link.pseudonym}
    try:
        done = publish.publish(at.hub, message, Request(at.by, path, once(request), body), wrong=draft.wrong)
    except InvalidInput as invalid:
        return form(draft, typed, _sentences(draft, invalid)), 400
    except Conflict as conflict:
        return form(draft, typed, {"": str(CONFLICTS.get(conflict.code, conflict.detail))}), 409
    if isinstance(done, Refused):
        return show(at, "consultant/not_shared", _("Niet gedeeld"), back=draft.candidate), 403
    return go(draft.candidate, _outcome(at, done, corrected=draft.wrong is not None))


def _outcome(at: Sitting, done: Mapping[str, Any], *, corrected: bool) -> str:
    begin = _("Uw melding is gecorrigeerd.") if corrected else _("Uw melding is verstuurd.")
    said = {"aangenomen": _("aangenomen"), "niet-gedeeld": _("niet gedeeld")}
    told = [f"{reading.purpose_first(one['doel'])}: {said[one['uitkomst']]}." for one in done["doelen"]]
    return " ".join([str(begin), *told])


def _look(draft: Draft, typed: Mapping[str, str], fields: Mapping[str, Json]) -> str:
    lines = [(message_form.label_of(draft.report.message, name), reading.value_of(draft.at.words, name, value))
             for name, value in fields.items()]  # fmt: skip
    return show(
        draft.at, "consultant/look", _("Dit gaat u melden"), draft=draft, lines=lines, typed=typed,
        shares=_shares(draft, fields),
    )  # fmt: skip


def form(draft: Draft, typed: Mapping[str, str] | None = None, mistakes: Mapping[str, str] | None = None) -> str:
    fields = message_form.fields_of(draft.message, without=draft.report.fixed)
    return show(
        draft.at, "consultant/report", draft.title, draft=draft, fields=fields, typed=typed or {},
        mistakes=dict(mistakes or {}),
    )  # fmt: skip


def _sentences(draft: Draft, invalid: InvalidInput) -> dict[str, str]:
    return message_form.sentences(draft.message, invalid.mistakes)


def _shares(draft: Draft, fields: Mapping[str, Json]) -> list[tuple[str, str]]:
    """Per purpose, which fields may go: as the agreement has it for everybody, so it tells nothing of this person."""
    found: dict[str, dict[str, None]] = {}
    for flow in draft.at.hub.agreement.flows:
        variant = flow.variant in (None, fields.get(draft.message.variant or ""))
        if flow.message == draft.report.message and flow.source == draft.at.by.role and variant:
            names = [labels.field(draft.report.message, name) for name in flow.fields]
            found.setdefault(flow.purpose, {}).update(dict.fromkeys(names))
    return [(reading.purpose_first(purpose), draft.at.words.all_of(names)) for purpose, names in found.items()]
