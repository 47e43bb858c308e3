"""Where a casemanager begins: find a resident by V-number, or register one who asks for help."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consent.words import words
from hub.exchange import register
from hub.exchange.register import Registration
from hub.web.casemanager.pages import address_of, azc, staff
from hub.web.casemanager.tasks import summary
from hub.web.layout import branch as branch_title
from hub.web.staff.door import Sitting, go
from hub.web.staff.layout import show
from schemas.base import InvalidInput
from schemas.fields import LANGUAGES, VNumber

NUMBER, LANGUAGE, BRANCH = "vnummer", "taal-bewoner", "vestiging"


@staff.get("")
def show_start(at: Sitting) -> ResponseReturnValue:
    """Where they begin."""
    return _start(at)


@staff.post("/zoek")
def search(at: Sitting) -> ResponseReturnValue:
    """The person with this V-number, or the question whether to register them."""
    number = _number()
    if not VNumber().accepts(number):
        return _start(at, number, _number_is_wrong()), 400
    names = register.find(at.hub, at.by, number)
    return go(address_of(at, names[0])) if names else _form(at, number, found=False)


@staff.post("/aanmelden")
def register_resident(at: Sitting) -> ResponseReturnValue:
    """A resident asks for help: from now on this azc knows them."""
    number, language, branch = _number(), request.form.get(LANGUAGE, ""), request.form.get(BRANCH, "")
    mistakes = {} if VNumber().accepts(number) else {NUMBER: _number_is_wrong()}
    if language not in LANGUAGES:
        mistakes[LANGUAGE] = _("Kies de taal waarin u met deze bewoner praat.")
    if mistakes:
        return _form(at, number, language=language, branch=branch, mistakes=mistakes), 400
    try:
        done = register.register(at.hub, at.by, Registration(number, language, branch))
    except InvalidInput:
        mistakes = {BRANCH: _("Kies een vestiging van uzelf.")}
        return _form(at, number, language=language, mistakes=mistakes), 400
    said = _("De bewoner is aangemeld. Bespreek nu de keuzes.") if done.new else _("Deze bewoner was al aangemeld.")
    return go(address_of(at, done.name), said)


def _start(at: Sitting, number: str = "", wrong: str = "") -> str:
    mistakes = {NUMBER: wrong} if wrong else {}
    return show(at, "casemanager/start", _("Vandaag"), number=number, mistakes=mistakes, todo=summary(at))


def _form(
    at: Sitting, number: str, *, found: bool = True, language: str = "", branch: str = "",
    mistakes: dict[str, str] | None = None,
) -> str:  # fmt: skip
    return show(
        at, "casemanager/register", _("Bewoner aanmelden"), number=number, found=found, language_chosen=language,
        languages_to_choose=[(code, words(code).name) for code in LANGUAGES],
        branch_options=[(one, branch_title(one)) for one in azc(at)], branch=branch,
        mistakes=mistakes or {},
    )  # fmt: skip


def _number() -> str:
    # As people write it: with spaces or dots between the digits.
    return "".join(request.form.get(NUMBER, "").replace(".", "").split())[:20]


def _number_is_wrong() -> str:
    return str(_("Schrijf het V-nummer: precies tien cijfers."))
