"""Explain each purpose in the resident's own language, and record what they chose: ja and nee of equal weight."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consent.notices import Notice
from consent.reviews import TextState
from consent.standing import Choice, State
from consent.words import words
from hub.exchange import choose, window
from hub.exchange.choose import Chosen
from hub.exchange.glance import language
from hub.exchange.notices import state_of, text_of
from hub.exchange.remember import Request
from hub.people.models import Link
from hub.web.casemanager import labels
from hub.web.casemanager.pages import HOME, staff
from hub.web.staff import reading
from hub.web.staff.door import Sitting, go
from hub.web.staff.layout import show
from hub.web.staff.once import once
from schemas.base import InvalidInput
from schemas.fields import LANGUAGES

ROAD = "/api/v1/toestemmingen"
SPOKEN, INTERPRETER, ABOUT = "gesproken", "tolk", "doel"
STEP, SPEAK = "stap", "taal"
NOT_DISCUSSED = "niet-besproken"
ANSWERS = {Choice.YES.value, Choice.NO.value, NOT_DISCUSSED}


@dataclass(frozen=True, slots=True)
class Explained:
    """One purpose: what is read aloud, beside the Dutch, how it stands, and whether a yes may rest on this text."""

    purpose: str
    text: Notice
    dutch: Notice
    state: State
    reviewed: bool


@staff.get("/<handle:handle>/keuzes")
def show_choices(at: Sitting, handle: str) -> ResponseReturnValue:
    """Everything to explain, and nothing chosen beforehand."""
    link = at.person(handle)
    return _form(at, handle, link, language(at.hub, at.by, link.pseudonym))


@staff.post("/<handle:handle>/keuzes")
def record_choices(at: Sitting, handle: str) -> ResponseReturnValue:
    """Record what was discussed. What was left out stays as it was."""
    link, spoken, typed = at.person(handle), request.form.get(SPOKEN, ""), dict(request.form.items())
    if spoken not in LANGUAGES:
        spoken = language(at.hub, at.by, link.pseudonym)
    if request.form.get(STEP) == SPEAK:
        # The language that somebody speaks is about them: it stands in no address.
        return _form(at, handle, link, spoken)
    chosen, mistakes = _read(at, spoken, typed)
    if mistakes:
        return _form(at, handle, link, spoken, typed, mistakes), 400
    key = once(request)
    try:
        for number, one in enumerate(chosen):
            choose.choose(at.hub, _request(at, link, key, number, one), one)
    except InvalidInput as invalid:
        return _form(at, handle, link, spoken, typed, {"": invalid.mistakes[0].message}), 400
    return go(f"{HOME}/{handle}", _("De keuzes zijn vastgelegd en werken nu. Druk de bewijzen af en geef ze mee."))


@staff.post("/<handle:handle>/intrekken")
def withdraw(at: Sitting, handle: str) -> ResponseReturnValue:
    """A yes is taken back: asks whether one is sure, and says what happens; then does it."""
    link, purpose = at.person(handle), request.form.get(ABOUT, "")
    if purpose not in at.hub.agreement.consent_purposes:
        return go(f"{HOME}/{handle}")
    if request.form.get("zeker") != "ja":
        return show(
            at, "casemanager/withdraw", _("Ja intrekken"), person=f"{HOME}/{handle}", purpose=purpose, labels=labels,
            key=str(uuid4()),
        )  # fmt: skip
    notice = at.hub.agreement.notices[purpose]
    taken = Chosen(purpose, Choice.WITHDRAWN, notice, language(at.hub, at.by, link.pseudonym), interpreter=False)
    choose.choose(at.hub, _request(at, link, once(request), 0, taken), taken)
    return go(f"{HOME}/{handle}", _("Het ja is ingetrokken. Wie iets zag, is gevraagd om het te wissen."))


def _request(at: Sitting, link: Link, key: str, number: int, one: Chosen) -> Request:
    body = {
        "betrokkeneId": link.pseudonym, "doel": one.purpose, "keuze": one.choice.value, "taal": one.language,
        "tolk": one.interpreter, "kennisgeving": one.notice,
    }  # fmt: skip
    return Request(at.by, ROAD, f"{key}-{number}", body)


def _read(at: Sitting, spoken: str, typed: Mapping[str, str]) -> tuple[list[Chosen], dict[str, str]]:
    mistakes: dict[str, str] = {}
    said = {one: typed.get(f"keuze-{one}", NOT_DISCUSSED) for one in at.hub.agreement.consent_purposes}
    given = {one: choice for one, choice in said.items() if choice != NOT_DISCUSSED}
    interpreter = {"ja": True, "nee": False}.get(typed.get(INTERPRETER, ""))
    if not given:
        mistakes["keuzes"] = _("Kies bij minstens één doel ja of nee.")
    if given and interpreter is None:
        mistakes[INTERPRETER] = _("Was er een tolk bij? Kies ja of nee.")
    chosen = []
    for one, choice in given.items():
        if choice not in ANSWERS:
            mistakes[f"keuze-{one}"] = _("Kies ja, nee of niet besproken.")
            continue
        notice = at.hub.agreement.notices[one]
        for wrong in choose.mistakes_in(at.hub, one, notice, choice, spoken):
            mistakes[f"keuze-{one}"] = f"{reading.purpose_first(one)}: {wrong.message}"
        chosen.append(Chosen(one, Choice(choice), notice, spoken, bool(interpreter)))
    return chosen, mistakes


def _form(
    at: Sitting, handle: str, link: Link, spoken: str, typed: Mapping[str, str] | None = None,
    mistakes: Mapping[str, str] | None = None,
) -> str:  # fmt: skip
    states = {one.purpose: one.state for one in window.choices(at.hub, link.subject_id)}
    return show(
        at, "casemanager/choices", _("Keuzes bespreken"), person=f"{HOME}/{handle}", spoken=words(spoken),
        explained=[_explained(at, one, spoken, states[one]) for one in at.hub.agreement.consent_purposes],
        languages_to_choose=[(code, words(code).name) for code in LANGUAGES], labels=labels,
        typed=typed or {}, key=str(uuid4()), mistakes=dict(mistakes or {}),
    )  # fmt: skip


def _explained(at: Sitting, purpose: str, spoken: str, state: State) -> Explained:
    text, dutch = text_of(at.hub, purpose, spoken), text_of(at.hub, purpose, "nl")
    if text is None or dutch is None:
        raise LookupError("a purpose without a notice: `ketenhub check` says what to write")
    return Explained(purpose, text, dutch, state, state_of(at.hub, text) is TextState.REVIEWED)
