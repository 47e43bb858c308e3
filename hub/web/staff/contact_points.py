"""
Whom others can call at one's own vestiging: the list that one's organisation keeps of its own staff, and its forms.

No resident is on these pages. An entry is named in the body of a form, never in an address, and is looked up in one's
own list each time: of another vestiging, or of another organisation, it is as if it were not there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import uuid4

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError

from hub.exchange import directory
from hub.exchange.directory import MOST, OWN_FUNCTION, Absence, Entry
from hub.exchange.remember import Request
from hub.identity.staff import Function
from hub.web.staff.door import Sitting, door, go
from hub.web.staff.layout import show
from hub.web.staff.message_form import FormField, body_of, fields_of, sentences
from hub.web.staff.once import once
from schemas.agreement import Role
from schemas.base import InvalidInput, Json, Mistake
from schemas.fields import StrictDate
from schemas.messages.contact_person import CONTACT_POINT, MESSAGE

HOME = "/contactpunten"
ROAD = f"/api/v1/{MESSAGE.collection}"
ENTRY, STEP, SEND = "contact", "stap", "verstuur"
BRANCH, FUNCTION = "vestiging", "functie"
SINCE, UNTIL, REPLACED_BY = "van", "totEnMet", "vervanger"

FUNCTIONS: Mapping[str, LazyString] = {
    "casemanager": _l("casemanager"),
    "consulent": _l("consulent"),
    "klantmanager": _l("klantmanager"),
    CONTACT_POINT: _l("contactpunt"),
}
GONE = _l("Deze contactpersoon staat niet (meer) op uw lijst.")
WRONG: Mapping[str, LazyString] = {
    SINCE: _l("Eerste dag: kies een bestaande dag."),
    UNTIL: _l("Laatste dag: kies een bestaande dag die niet voor de eerste dag ligt."),
    REPLACED_BY: _l("Vervanger: kies iemand anders van uw lijst."),
}

pages = Blueprint("contact_points", __name__, url_prefix=HOME)
staff = door(pages, Function.CASEMANAGER, Function.CONSULTANT, Function.CLIENT_MANAGER)


@staff.get("")
def show_contact_points(at: Sitting) -> ResponseReturnValue:
    """Everybody on the list of one's own vestigingen."""
    listed = sorted(directory.entries(at.hub, at.by), key=lambda one: (one.function == CONTACT_POINT, one.name))
    branches: list[str | None] = [*sorted(at.by.branches)] or [None]
    return show(
        at, "staff/contact_points", _("Contactpunten"), functions=FUNCTIONS, today=at.hub.today(),
        places=[(branch, [one for one in listed if one.branch == branch]) for branch in branches],
        names={one.id: one.name for one in listed}, municipality=_is_municipality(at),
    )  # fmt: skip


@staff.get("/toevoegen")
def show_new_contact(at: Sitting) -> ResponseReturnValue:
    """The empty form."""
    return _form(at, None, {FUNCTION: OWN_FUNCTION[at.by.role]})


@staff.post("/toevoegen")
def add_contact(at: Sitting) -> ResponseReturnValue:
    """Somebody more can be called; a new contact point takes the place of the old."""
    return _say(at, None)


@staff.post("/wijzigen")
def change_contact(at: Sitting) -> ResponseReturnValue:
    """The form with what stands there now; and when it is sent, the entry is said anew."""
    entry = _own(at)
    if entry is None:
        return go(HOME, str(GONE))
    return _say(at, entry) if request.form.get(STEP) == SEND else _form(at, entry, _as_typed(entry))


@staff.post("/afwezig")
def be_absent(at: Sitting) -> ResponseReturnValue:
    """From when to when somebody is away, and who stands in."""
    entry = _own(at)
    if entry is None:
        return go(HOME, str(GONE))
    if request.form.get(STEP) != SEND:
        return _absence_form(at, entry, {SINCE: at.hub.today().isoformat()})
    try:
        directory.be_absent(at.hub, at.by, entry.id, _absence(request.form))
    except InvalidInput as invalid:
        return _absence_form(
            at, entry, request.form, {one.field: str(WRONG[one.field]) for one in invalid.mistakes}
        ), 400
    return go(HOME, _("De afwezigheid is vastgelegd."))


@staff.post("/aanwezig")
def be_present(at: Sitting) -> ResponseReturnValue:
    """Somebody is there again."""
    entry = _own(at)
    if entry is None:
        return go(HOME, str(GONE))
    directory.be_absent(at.hub, at.by, entry.id, None)
    return go(HOME, _("Deze contactpersoon staat nu als aanwezig op de lijst."))


@staff.post("/verwijderen")
def remove_contact(at: Sitting) -> ResponseReturnValue:
    """Somebody left: asked once whether one is sure."""
    entry = _own(at)
    if entry is None:
        return go(HOME, str(GONE))
    if request.form.get(STEP) != SEND:
        return _page(at, "remove", _("Contactpersoon verwijderen"), entry=entry, functions=FUNCTIONS)
    directory.remove(at.hub, at.by, entry.id)
    return go(HOME, _("De contactpersoon is van de lijst."))


def _own(at: Sitting) -> Entry | None:
    wanted = request.form.get(ENTRY, "")
    return next((one for one in directory.entries(at.hub, at.by) if one.id == wanted), None)


def _say(at: Sitting, entry: Entry | None) -> ResponseReturnValue:
    road = ROAD if entry is None else f"{ROAD}/{entry.id}/_corrigeer"
    said = Request(at.by, road, once(request), _body(at, entry))
    try:
        directory.say(at.hub, said, None if entry is None else entry.id)
    except InvalidInput as invalid:
        return _form(at, entry, request.form, invalid.mistakes), 400
    return go(HOME, _("Opgeslagen. Anderen zien dit vanaf nu."))


def _body(at: Sitting, entry: Entry | None) -> dict[str, Json]:
    """What was filled in; of what leaves no choice, the form asks nothing and a forged one changes nothing."""
    fixed: dict[str, Json] = {}
    if at.by.branches:
        branches = sorted(at.by.branches)
        fixed[BRANCH] = branches[0] if len(branches) == 1 else request.form.get(BRANCH, "")
    functions = _functions(at, entry)
    if len(functions) == 1:
        fixed[FUNCTION] = functions[0]
    return body_of(MESSAGE, request.form, **fixed)


def _functions(at: Sitting, entry: Entry | None) -> Sequence[str]:
    # A municipality has one clear contact point. What its system said otherwise stays what it is.
    if _is_municipality(at):
        return (CONTACT_POINT if entry is None else entry.function,)
    return OWN_FUNCTION[at.by.role], CONTACT_POINT


def _is_municipality(at: Sitting) -> bool:
    return at.by.role is Role.MUNICIPALITY


def _form(at: Sitting, entry: Entry | None, typed: Mapping[str, str], mistakes: Iterable[Mistake] = ()) -> str:
    asked = _fields(at, entry)
    new = _("Contactpunt opgeven") if _is_municipality(at) else _("Contactpersoon toevoegen")
    return _page(
        at, "form", new if entry is None else _("Contactpersoon wijzigen"), entry=entry,
        fields=asked, typed=typed, key=str(uuid4()), municipality=_is_municipality(at),
        mistakes=_sentences(at, mistakes, {one.name for one in asked}, typed),
    )  # fmt: skip


def _fields(at: Sitting, entry: Entry | None) -> list[FormField]:
    branches, functions = sorted(at.by.branches), _functions(at, entry)
    place = FormField(BRANCH, _("Vestiging"), "place", required=True, options=tuple((one, one) for one in branches))
    options = tuple((code, FUNCTIONS[code]) for code in functions)
    asked = fields_of(MESSAGE, without=[FUNCTION] if len(functions) == 1 else [])
    asked = [replace(one, options=options) if one.name == FUNCTION else one for one in asked]
    return [place, *asked] if len(branches) > 1 else asked


def _sentences(
    at: Sitting, mistakes: Iterable[Mistake], asked: Iterable[str], typed: Mapping[str, str]
) -> dict[str, str]:
    said = sentences(MESSAGE, mistakes)
    if BRANCH not in said:
        return said
    chosen = BRANCH not in asked or typed.get(BRANCH) in at.by.branches
    full = _("Hier staan al %(aantal)s contactpersonen. Verwijder er eerst een.", aantal=MOST)
    said[BRANCH if BRANCH in asked else ""] = full if chosen else _("Vestiging: kies een van uw eigen vestigingen.")
    return {name: sentence for name, sentence in said.items() if name in asked or not name}


def _as_typed(entry: Entry) -> dict[str, str]:
    stands = {
        BRANCH: entry.branch, FUNCTION: entry.function, "naam": entry.name, "email": entry.email,
        "telefoon": entry.telephone,
    }  # fmt: skip
    return {name: value for name, value in stands.items() if value is not None}


def _absence_form(
    at: Sitting, entry: Entry, typed: Mapping[str, str], mistakes: Mapping[str, str] | None = None
) -> str:
    others = [(one.id, one.name) for one in directory.entries(at.hub, at.by) if one.id != entry.id]
    return _page(
        at, "absence", _("Afwezig melden"), entry=entry, others=others, typed=typed, mistakes=mistakes or {},
        municipality=_is_municipality(at),
    )  # fmt: skip


def _absence(form: Mapping[str, str]) -> Absence:
    """Raises InvalidInput for days that do not exist; which day comes first the exchange looks at."""
    typed = {name: form.get(name, "").strip() for name in (SINCE, UNTIL, REPLACED_BY)}
    days = {name: _day(typed[name]) for name in (SINCE, UNTIL)}
    wrong = [name for name, day in days.items() if day is None and (typed[name] or name == SINCE)]
    since = days[SINCE]
    if wrong or since is None:
        raise InvalidInput(*(Mistake(name, str(WRONG[name])) for name in wrong))
    return Absence(since, days[UNTIL], typed[REPLACED_BY] or None)


def _day(text: str) -> date | None:
    try:
        return StrictDate().accept(text)
    except ValidationError:
        return None


def _page(at: Sitting, template: str, title: str, **values: object) -> str:
    # Whoever changes the language here begins again at the list: these forms are reached by a press only.
    return show(at, f"staff/contact_points_{template}", title, **{"here": HOME, **values})
