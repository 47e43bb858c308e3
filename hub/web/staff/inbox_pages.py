"""
The inbox at a desk: what lies ready by person and by date, open it, and confirm it. Every function uses these pages.

`add_inbox(staff, HOME)` in a package of pages is all that it takes.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hub.errors import NotFound
from hub.exchange import inbox, inbox_list, inbox_open
from hub.exchange.inbox_list import PAGE, Line, Wanted
from hub.exchange.inbox_open import Read
from hub.exchange.names import Person
from hub.identity import handles
from hub.identity.handles import Target
from hub.web.staff import reading
from hub.web.staff.door import Sitting, StaffDoor, go
from hub.web.staff.flows import message_name
from hub.web.staff.layout import show

BY_PERSON, BY_DATE = "persoon", "datum"
DELETE = inbox_list.DELETE

Judge = Callable[[Sitting, Sequence[Line]], Collection[str]]


@dataclass(frozen=True)
class Filter:
    """
    A choice above the list: only items of these sorts.

    `judge` keeps some of them by what stands inside: it gets items that were opened before, and gives ids.
    """

    code: str
    label: LazyString
    sorts: tuple[str, ...]
    judge: Judge | None = None


@dataclass(frozen=True)
class Inbox:
    """Where these pages stand, and what goes with them: `person_page` is the address of a person, without handle."""

    home: str
    path: str = "/postvak"
    lead: LazyString = field(default_factory=lambda: _l("Wat anderen u vertelden, het oudste bovenaan."))
    empty: LazyString = field(default_factory=lambda: _l(
        "Zodra een ander u iets vertelt over iemand die u kent, ligt het hier. U hoeft er niet om te vragen."
    ))  # fmt: skip
    person_page: str | None = None
    filters: tuple[Filter, ...] = ()

    @property
    def address(self) -> str:
        """The list."""
        return f"{self.home}{self.path}"

    @property
    def items(self) -> str:
        """Where one item, and what one does with items, stands under."""
        return f"{self.home}/postvak"


@dataclass(frozen=True)
class Group:
    """What one person's items look like on the page: what they are called there, and where each leads."""

    person: Person
    title: str
    code: str
    address: str | None
    items: list[tuple[str, object]]


def add_inbox(staff: StaffDoor, place: Inbox) -> None:
    """The list, one item, open several, confirm, behind this door."""

    def show_inbox(at: Sitting) -> ResponseReturnValue:
        """What lies ready, by person or by date. That it was looked at is in the trail of everybody on the page."""
        return _list(at, place)

    def show_item(at: Sitting, handle: str) -> ResponseReturnValue:
        """Open one item."""
        return _opened(at, place, [at.behind(handle)])

    def open_items(at: Sitting) -> ResponseReturnValue:
        """Open several at one press: each is decided and recorded by itself."""
        return _opened(at, place, _pressed(at))

    def confirm_items(at: Sitting) -> ResponseReturnValue:
        """We have them; or, of a request to delete: our copy is gone."""
        return _confirmed(at, place, _pressed(at))

    staff.get(place.path)(show_inbox)
    staff.get("/postvak/<handle:handle>")(show_item)
    staff.post("/postvak/openen")(open_items)
    staff.post("/postvak/bevestigen")(confirm_items)


def groups_of(at: Sitting, place: Inbox, found: Sequence[tuple[Person, str, object]]) -> list[Group]:
    """Items (person, id, and what the page shows of it) by person, in the order in which they come."""
    given = at.handles(
        one for person, item, _shown in found for one in (Target(person.link_id, item), handles.person(person.link_id))
    )
    by_person: dict[str, Group] = {}
    for person, item, shown in found:
        if person.link_id not in by_person:
            number = sum(1 for one in by_person.values() if one.person.name is None) + 1
            address = f"{place.person_page}/{given[handles.person(person.link_id)]}"
            leads = person.known and place.person_page is not None
            title = title_of_person(person, number)
            by_person[person.link_id] = Group(person, title, short(person.code), address if leads else None, [])
        by_person[person.link_id].items.append((given[Target(person.link_id, item)], shown))
    return list(by_person.values())


def title_of_person(person: Person, number: int) -> str:
    """What somebody is called on a page: by one's own number or the V-number, or neutrally."""
    return person.name or _("Persoon %(nummer)s", nummer=number)


def short(code: str) -> str:
    """The hub's code for a person as one reads it aloud: 40 bits of it, far more than there are people."""
    return f"{code[:4]} {code[4:8]}".upper()


def page_asked() -> int:
    """The page in the address."""
    return page_of(request.args.get("pagina", "1"))


def page_of(asked: str) -> int:
    """The page that somebody asks for; the first when it is none."""
    return max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) <= 4 else 1


def _list(at: Sitting, place: Inbox) -> ResponseReturnValue:
    by_date = request.args.get("per") == BY_DATE
    chosen = next((one for one in place.filters if one.code == request.args.get("filter")), None)
    sorts, judge = ((), None) if chosen is None else (chosen.sorts, chosen.judge)
    wanted = Wanted(page_asked(), not by_date, sorts, opened=None if judge is None else True)
    shown = inbox_list.show(at.hub, at.by, wanted)
    kept = {one.id for one in shown.lines} if judge is None else set(judge(at, shown.lines))
    lines = [one for one in shown.lines if one.id in kept]
    groups = groups_of(at, place, [(one.person, one.id, one) for one in lines])
    return show(
        at, "staff/inbox", _("Postvak"), place=place, chosen=chosen, by_date=by_date, shown=shown, lines=lines,
        groups=groups, rows=_by_date(groups, lines), unopened=_unopened(groups),
        not_judged=0 if judge is None else inbox_list.count(at.hub, at.by, Wanted(sorts=sorts, opened=False)),
        sort_of=message_name, query=_query(by_date, chosen),
    )  # fmt: skip


def _by_date(groups: Sequence[Group], lines: Sequence[Line]) -> list[tuple[Group, str, Line]]:
    at_line = {line.id: (group, handle) for group in groups for handle, line in group.items if isinstance(line, Line)}
    return [(*at_line[line.id], line) for line in lines]


def _unopened(groups: Sequence[Group]) -> list[str]:
    return [
        handle for group in groups for handle, line in group.items if isinstance(line, Line) and line.opened_at is None
    ]


def _query(by_date: bool, chosen: Filter | None) -> str:
    parts = [f"per={BY_DATE}"] if by_date else []
    return "&".join([*parts, *([f"filter={chosen.code}"] if chosen else [])])


def _pressed(at: Sitting) -> list[Target]:
    # Every address is looked up before anything is done: one that is not of this session, and nothing is.
    found = [at.behind(handle) for handle in request.form.getlist("bericht")[:PAGE]]
    if not found:
        raise NotFound("postvak")
    return found


def _opened(at: Sitting, place: Inbox, targets: Sequence[Target]) -> ResponseReturnValue:
    read = inbox_open.open_items(at.hub, at.by, [one.id for one in targets])
    if not read:
        raise NotFound("postvak")
    groups = groups_of(at, place, [(one.person, one.id, one) for one in read])
    title = message_name(read[0].sort) if len(read) == 1 else _("Geopende berichten")
    return show(
        at, "staff/item", title, place=place, groups=groups, gone=len(targets) - len(read),
        to_confirm=[
            handle
            for group in groups
            for handle, one in group.items
            if isinstance(one, Read) and one.sort != DELETE and one.confirmed_at is None
        ],
        sort_of=message_name, purpose_of=reading.purpose_of, pairs=reading.pairs,
        to_delete=lambda one: to_delete(at, str(one.body["doel"])),
    )  # fmt: skip


def to_delete(at: Sitting, purpose: str) -> list[str]:
    """What a partner in this role may have received for a purpose: that is what it must delete."""
    flows = at.hub.agreement.flows_to(at.by.role)
    return [message_name(name) for name in dict.fromkeys(one.message for one in flows if one.purpose == purpose)]


def _confirmed(at: Sitting, place: Inbox, targets: Sequence[Target]) -> ResponseReturnValue:
    done = sum(_confirm(at, one) for one in targets)
    if not done:
        raise NotFound("postvak")
    return go(place.address, ngettext("%(num)d bericht is bevestigd.", "%(num)d berichten zijn bevestigd.", done))


def _confirm(at: Sitting, target: Target) -> bool:
    try:
        inbox.acknowledge(at.hub, at.by, target.id)
    except NotFound:
        return False
    return True
