"""The people of one municipality: who was linked last comes first. Seeing the list is in the trail of each of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hub.exchange.inbox_list import PAGE
from hub.exchange.names import called
from hub.identity import handles
from hub.people import subjects
from hub.people.models import Link
from hub.web.client_manager.pages import staff
from hub.web.staff.door import Sitting
from hub.web.staff.inbox_pages import page_asked, short, title_of_person
from hub.web.staff.layout import show


@dataclass(frozen=True)
class Page:
    """Some clients: the links by which the municipality knows them now."""

    links: Sequence[Link]
    number: int
    more: bool


@staff.get("/clienten")
def show_clients(at: Sitting) -> ResponseReturnValue:
    """At most 25 at once, by V-number where that was read before."""
    page = clients_on(at, page_asked())
    persons = called(at.hub, at.by, page.links)
    given = at.handles([handles.person(link.id) for link in page.links])
    rows, nameless = [], 0
    for link in page.links:
        person = persons[link.id]
        nameless += person.name is None
        title = title_of_person(person, nameless)
        rows.append((given[handles.person(link.id)], title, short(person.code), link.since))
    return show(at, "client_manager/clients", _("Cliënten"), rows=rows, page=page)


def clients_on(at: Sitting, number: int) -> Page:
    """The clients on this page; only where to look: nothing about them is read yet."""
    with at.hub.database.reading() as session:
        found = subjects.page_of(session, at.by, (number - 1) * PAGE, PAGE + 1)
        links = [session.get_one(Link, one.id) for one in found[:PAGE]]
    return Page(links, number, len(found) > PAGE)
