"""One client: what the municipality may know now, the weeks they worked, whom to call, and what lies ready."""

from collections.abc import Mapping

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hub.exchange import contact, inbox_list
from hub.exchange.inbox_list import Wanted
from hub.exchange.on_duty import There
from hub.web.client_manager.facts import HOURS, WORK, Facts, facts_of
from hub.web.client_manager.pages import staff
from hub.web.client_manager.start import INBOX
from hub.web.client_manager.weeks import drawing
from hub.web.staff import reading
from hub.web.staff.door import Sitting
from hub.web.staff.flows import message_name
from hub.web.staff.inbox_pages import groups_of, short
from hub.web.staff.layout import show, title_of
from schemas.base import Json


@staff.get("/client/<handle:handle>")
def show_client(at: Sitting, handle: str) -> ResponseReturnValue:
    """Opening the page is asking: each question is decided anew, and in the trail, before anything is shown."""
    link = at.person(handle)
    facts = facts_of(at, link)
    shown = inbox_list.show(at.hub, at.by, Wanted(link=link.id, confirmed=True))
    # Weeks that were read stand in the drawing.
    lines = [one for one in shown.lines if one.sort != HOURS or one.opened_at is None]
    groups = groups_of(at, INBOX, [(one.person, one.id, one) for one in lines])
    hours = contract_of(facts)
    words = {} if hours is None else {hours: at.words.value(hours)}
    # The heading in the tab stays behind in the browser's history: it names nobody.
    return show(
        at, "client_manager/client", _("Cliënt"), handle=handle, facts=facts, code=short(link.pseudonym),
        work=[reading.pairs(at.words, WORK, without_stamp(one)) for one in facts.work],
        chart=drawing(facts.weeks, hours, words), contract=hours, there=There, title_of=title_of,
        calls=contact.counterparts(at.hub, at.by, link.pseudonym),
        items=groups[0].items if groups else [], place=INBOX, sort_of=message_name,
    )  # fmt: skip


def contract_of(facts: Facts) -> float | None:
    """The hours a week in the contracts that run now; None when nobody works, or nothing may be known."""
    running = [one["contracturenPerWeek"] for one in facts.work if one.get("werkt") and "contracturenPerWeek" in one]
    return sum(running) if running else None


def without_stamp(fact: Mapping[str, Json]) -> dict[str, Json]:
    """The fields of a fact, without when it was published."""
    return {name: value for name, value in fact.items() if name != "gepubliceerdOp"}
