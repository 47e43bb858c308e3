"""What must be done today: how much of each sort, and at one press about whom."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hub.exchange import tasks
from hub.exchange.tasks import Page, Sort, Task
from hub.identity import handles
from hub.rights import requests
from hub.web.casemanager import labels
from hub.web.casemanager.pages import staff
from hub.web.casemanager.requests import SORTS as ASKED
from hub.web.staff import reading
from hub.web.staff.door import Sitting
from hub.web.staff.layout import show

REQUESTS = "verzoeken"
SORT, PAGE = "soort", "bladzijde"


@dataclass(frozen=True, slots=True)
class Said:
    """What a sort of task is called, and what its day means."""

    title: LazyString
    day: LazyString


SAID: Mapping[str, Said] = {
    Sort.RECONFIRM: Said(_l("Opnieuw bevestigen of iemand mag werken"), _l("Voor")),
    Sort.SLIP: Said(_l("Briefje nog niet gebruikt"), _l("Werkt tot")),
    Sort.DELETION: Said(_l("Wissen nog niet bevestigd"), _l("Gevraagd op")),
    Sort.CHOICE: Said(_l("Toestemming die bijna afloopt"), _l("Loopt af op")),
    REQUESTS: Said(_l("Verzoek van een bewoner"), _l("Antwoord voor")),
}


def summary(at: Sitting) -> list[tuple[str, Said, int]]:
    """How many there are of each sort that there are any of; nobody is named."""
    found: list[tuple[str, int]] = [*tasks.counts(at.hub, at.by).items(), (REQUESTS, requests.waiting(at.hub, at.by))]
    return [(str(sort), SAID[sort], number) for sort, number in found if number]


@staff.get("/taken")
def show_tasks(at: Sitting) -> ResponseReturnValue:
    """About whom, the most urgent first: showing it is a decision about each of them."""
    sort = request.args.get(SORT, Sort.RECONFIRM.value)
    number = request.args.get(PAGE, "1")
    if sort not in SAID:
        sort = Sort.RECONFIRM.value
    page = _page(at, sort, int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1)
    links = {one.link_id for one in page.tasks}
    addresses = {target.link_id: handle for target, handle in at.handles(map(handles.person, links)).items()}
    return show(
        at, "casemanager/tasks", str(SAID[sort].title), said=SAID[sort], sort=sort, page=page, addresses=addresses,
        about=_ABOUT.get(sort, _nothing), today=at.hub.today(),
    )  # fmt: skip


def _page(at: Sitting, sort: str, number: int) -> Page:
    if sort == REQUESTS:
        return requests.waiting_page(at.hub, at.by, number)
    return tasks.listed(at.hub, at.by, Sort(sort), number)


def _nothing(one: Task) -> str:
    return ""


def _deletion(one: Task) -> str:
    return str(_("%(wie)s, %(doel)s", wie=labels.who(one.who), doel=reading.purpose_of(one.what)))


_ABOUT: Mapping[str, Callable[[Task], str]] = {
    Sort.SLIP: lambda one: labels.who(one.who),
    Sort.DELETION: _deletion,
    Sort.CHOICE: lambda one: reading.purpose_first(one.what),
    REQUESTS: lambda one: str({str(sort): words for sort, words in ASKED.items()}.get(one.what, one.what)),
}
