"""Take in what a resident asks: to see, correct, delete, object, or hold still. From this day the month runs."""

from collections.abc import Mapping

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hub.rights import requests
from hub.rights.requests import Sort
from hub.web.casemanager.pages import HOME, staff
from hub.web.staff.door import Sitting, go
from hub.web.staff.layout import show

SORT, DETAILS = "soort", "toelichting"
LONGEST = 1000
# Persian and Arabic cannot be written without these two, which show nothing themselves (ZWNJ, ZWJ).
JOINERS = "\u200c\u200d"
SORTS: Mapping[Sort, LazyString] = {
    Sort.ACCESS: _l("Inzage: de eigen gegevens zien"),
    Sort.CORRECTION: _l("Correctie: iets klopt niet"),
    Sort.ERASURE: _l("Wissen: vergeten worden"),
    Sort.OBJECTION: _l("Bezwaar tegen wat zonder toestemming gedeeld wordt. Dat stopt meteen."),
    Sort.RESTRICTION: _l("Beperking: de gegevens laten stilstaan"),
}


@staff.get("/<handle:handle>/verzoek")
def show_request_form(at: Sitting, handle: str) -> ResponseReturnValue:
    """What a resident can ask."""
    at.person(handle)
    return _form(at, handle)


@staff.post("/<handle:handle>/verzoek")
def take_in_request(at: Sitting, handle: str) -> ResponseReturnValue:
    """Written down; somebody decides, within a month."""
    link, sort = at.person(handle), request.form.get(SORT, "")
    details = "\n".join(line.strip() for line in request.form.get(DETAILS, "").strip().splitlines())
    mistakes = {}
    if sort not in tuple(Sort):
        mistakes[SORT] = _("Kies wat de bewoner vraagt.")
    if not _readable(details):
        mistakes[DETAILS] = _("Schrijf hooguit 1000 leesbare tekens, of laat dit leeg.")
    if mistakes:
        return _form(at, handle, sort, details, mistakes), 400
    asked = requests.ask(at.hub, at.by, link.subject_id, Sort(sort), details or None)
    day = at.words.date(asked.due_on)
    return go(
        f"{HOME}/{handle}", _("Het verzoek is vastgelegd. De bewoner krijgt antwoord voor of op %(dag)s.", dag=day)
    )


def _readable(text: str) -> bool:
    seen = "".join(letter for letter in text if letter not in JOINERS)
    return len(text) <= LONGEST and all(line.isprintable() for line in seen.split("\n"))


def _form(
    at: Sitting, handle: str, sort: str = "", details: str = "", mistakes: Mapping[str, str] | None = None
) -> str:
    return show(
        at, "casemanager/request", _("Verzoek van de bewoner"), person=f"{HOME}/{handle}", sort=sort, details=details,
        sorts=[(one.value, label) for one, label in SORTS.items()], longest=LONGEST, mistakes=dict(mistakes or {}),
    )  # fmt: skip
