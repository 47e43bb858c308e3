"""What stands around every page of staff: who is signed in, where they can go, and what was just done."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from flask import render_template, request, session
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from hub.clock import day_of
from hub.identity.staff import Function, Staff
from hub.web.desk import desk
from hub.web.session import SAID
from hub.web.staff.language import LANGUAGES, chosen
from hub.web.staff.municipalities import by_code

if TYPE_CHECKING:
    # The door shows pages, and pages are shown to who came through the door.
    from hub.web.staff.door import Sitting


class Place(NamedTuple):
    """One place in the menu."""

    address: str
    label: LazyString


HOME: Mapping[Function, str] = {
    Function.CASEMANAGER: "/coa",
    Function.CONSULTANT: "/bemiddelaar",
    Function.CLIENT_MANAGER: "/gemeente",
    Function.SECRETARY: "/project",
    Function.OFFICER: "/privacy",
}
"""Where somebody begins, by their function."""

CONTACT_POINTS = Place("/contactpunten", _l("Contactpunten"))
MENU: Mapping[Function, Sequence[Place]] = {
    Function.CASEMANAGER: (Place("/coa", _l("Vandaag")), Place("/coa/postvak", _l("Postvak")), CONTACT_POINTS),
    Function.CONSULTANT: (
        Place("/bemiddelaar", _l("Kandidaten")),
        Place("/bemiddelaar/postvak", _l("Postvak")),
        Place("/bemiddelaar/bestand", _l("Bestand versturen")),
        CONTACT_POINTS,
    ),
    Function.CLIENT_MANAGER: (
        Place("/gemeente", _l("Postvak")),
        Place("/gemeente/clienten", _l("Cliënten")),
        CONTACT_POINTS,
    ),
    Function.SECRETARY: (Place("/project", _l("Loopt het?")), Place("/project/cijfers", _l("Cijfers"))),
    Function.OFFICER: (
        Place("/privacy", _l("Overzicht")),
        Place("/privacy/verzoeken", _l("Verzoeken")),
        Place("/privacy/afspraak", _l("Afspraak")),
        Place("/privacy/spoor", _l("Auditspoor")),
        Place("/privacy/cijfers", _l("Cijfers")),
    ),
}
"""Where somebody can go from every page, by their function."""

FUNCTIONS: Mapping[Function, LazyString] = {
    Function.CASEMANAGER: _l("casemanager"),
    Function.CONSULTANT: _l("consulent"),
    Function.CLIENT_MANAGER: _l("klantmanager"),
    Function.SECRETARY: _l("projectsecretaris"),
    Function.OFFICER: _l("privacy-officer"),
}
"""What a function is called on screen."""


def show(at: "Sitting", template: str, title: str, **values: object) -> str:
    """
    A page of somebody who is signed in. `title` stands in the tab, and so in the history of the browser.

    Whom a page is about stands in its heading, never in its title.
    """
    return _page(template, title, **{"at": at, "words": at.words, **_around(at.staff), **values})


def show_anybody(template: str, title: str, **values: object) -> str:
    """A page for whoever looks: nobody is named on it, also when somebody is signed in."""
    return _page(template, title, **{"at": None, **_around(None), **values})


def title_of(partner: str) -> str:
    """What people call a partner, or a municipality that is none; the code of one that nobody knows by name."""
    known = desk().hub.agreement.partners.get(partner)
    return by_code().get(partner, partner) if known is None else known.title


def _page(template: str, title: str, **values: object) -> str:
    return render_template(f"{template}.html", title=title, day_of=day_of, **values)


def _around(staff: Staff | None) -> dict[str, object]:
    return {
        "demo": desk().hub.practice,
        "language": chosen(),
        "other_languages": [one for one in LANGUAGES if one != chosen()],
        "here": request.path,
        "mistakes": {},
        "message": None if staff is None else session.pop(SAID, None),
        "menu": () if staff is None else MENU[staff.function],
        "home": "/" if staff is None else HOME[staff.function],
        "function": "" if staff is None else FUNCTIONS[staff.function],
        "organisation": "" if staff is None else title_of(staff.partner),
    }
