"""
The inbox as a page for somebody at a desk: who each item is about, what sort it is, and whether it was opened.

That is more than the list for systems tells, so showing it is a decision of its own, in the trail before it is shown.
The fields stay sealed. What may not be opened (any more) is not on the page: it looks like an item that never was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from audit.events import Kind
from hub.exchange import inbox, trail
from hub.exchange.hub import Hub
from hub.exchange.models import Delivery
from hub.exchange.names import Name, Person, name_of
from hub.exchange.route import Item
from hub.exchange.situation import Situation, locked_or_nobody
from hub.identity.principals import Principal
from hub.people.models import Link
from hub.permit import Permit
from hub.vault.subject_keys import KeyClass
from schemas.base import Json

PAGE = 25
"""Nothing goes in bulk: nobody sees more on one page."""

LAST_PAGE = 1000
ENDED, DELETE = Item.ENDED.value, Item.DELETE.value


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which items: the page (from 1), person by person or by date; only these sorts, of this link, opened or not."""

    page: int = 1
    by_person: bool = False
    sorts: tuple[str, ...] = ()
    link: str | None = None
    opened: bool | None = None
    # What was confirmed has left the inbox; the page of one person still shows it, the newest first.
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One item on the page. `sort` is a type of message, or that of a notice (beeindigd, verwijderverzoek)."""

    id: str
    person: Person
    sort: str
    purpose: str
    at: datetime
    opened_at: datetime | None
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Shown:
    """One page of the inbox."""

    lines: Sequence[Line]
    page: int
    more: bool


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one person's items came to, under lock: the items that may be shown, and what the trail says."""

    situation: Situation
    items: Sequence[Delivery]
    names: Sequence[Name]
    record: dict[str, Json]


def show(hub: Hub, by: Principal, wanted: Wanted) -> Shown:
    """One page of what lies ready for this client, at most `PAGE` items; recorded, and then shown."""
    # 1. Only where to look: what may be shown is decided below, under each person's lock.
    places, more = _places(hub, by, wanted)

    # 2. Person by person in the order of their ids, so that nobody waits for each other; recorded and committed.
    with hub.database.writing() as session:
        seen = [_look(hub, session, subject, items) for subject, items in sorted(_by_subject(places).items())]
        records = [(one.situation, trail.YES if one.items else trail.NO, one.record) for one in seen]
        trail.write_each(session, by, Kind.LISTED, records)

    # 3. Only now the names, and the page in the order in which it was asked for.
    lines = {line.id: line for one in seen for line in _lines(one)}
    return Shown([lines[item] for item, _ in places if item in lines], wanted.page, more)


def count(hub: Hub, by: Principal, wanted: Wanted) -> int:
    """How many items there are of these, of whomever: a bare number."""
    with hub.database.reading() as session:
        return session.scalar(_chosen(select(func.count(Delivery.id)), wanted), inbox.about(hub, by)) or 0


def _places(hub: Hub, by: Principal, wanted: Wanted) -> tuple[list[tuple[str, str]], bool]:
    start = (min(wanted.page, LAST_PAGE) - 1) * PAGE
    statement = _chosen(select(Delivery.id, Delivery.subject_id), wanted).order_by(*_order(wanted))
    with hub.database.reading() as session:
        rows = session.execute(statement.offset(start).limit(PAGE + 1), inbox.about(hub, by)).all()
    return [(row.id, row.subject_id) for row in rows[:PAGE]], len(rows) > PAGE


def _chosen(statement: Select[*tuple[Any, ...]], wanted: Wanted) -> Select[*tuple[Any, ...]]:
    statement = statement.where(*inbox.STILL_THERE)
    if not wanted.confirmed:
        statement = statement.where(Delivery.acknowledged_at.is_(None))
    if wanted.sorts:
        statement = statement.where(or_(*(_of_sort(sort) for sort in wanted.sorts)))
    if wanted.link is not None:
        statement = statement.where(Delivery.link_id == wanted.link)
    if wanted.opened is not None:
        statement = statement.where(Delivery.opened_at.is_not(None) == wanted.opened)
    return statement


def _of_sort(sort: str) -> ColumnElement[bool]:
    if sort in (ENDED, DELETE):
        return Delivery.kind == sort
    return and_(Delivery.kind == Item.MESSAGE.value, Delivery.flow.startswith(f"{sort}:", autoescape=True))


def _order(wanted: Wanted) -> tuple[ColumnElement[Any], ...]:
    # What waits longest comes first; of one person everything together, where their oldest item stands.
    if wanted.confirmed:
        return (Delivery.position.desc(), Delivery.id.desc())
    if not wanted.by_person:
        return (Delivery.position.expression, Delivery.id.expression)
    first = func.min(Delivery.position).over(partition_by=Delivery.link_id)
    return (first, Delivery.link_id.expression, Delivery.position.expression, Delivery.id.expression)


def _by_subject(places: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for item, subject in places:
        found.setdefault(subject, []).append(item)
    return found


def _look(hub: Hub, session: Session, subject: str, items: Sequence[str]) -> _Seen:
    situation = locked_or_nobody(hub, session, subject, KeyClass.EXCHANGE, KeyClass.LINKING)
    shown: list[Delivery] = []
    decisions: list[Json] = []
    for delivery in session.scalars(select(Delivery).where(Delivery.id.in_(items)).order_by(Delivery.position)):
        if not inbox.is_about(situation, delivery):
            continue
        message, link = inbox.behind(session, delivery)
        verdict, record = inbox.decide_item(situation, delivery, message, link)
        decisions.append({**record, "itemId": delivery.id, "velden": []})
        if isinstance(verdict, Permit):
            shown.append(delivery)
    names = [name_of(session, situation, link) for link in _links(session, shown)]
    decisions += [name.record for name in names if name.record is not None]
    return _Seen(situation, shown, names, {"items": [one.id for one in shown], "besluiten": decisions})


def _links(session: Session, shown: Sequence[Delivery]) -> list[Link]:
    return [session.get_one(Link, link) for link in dict.fromkeys(one.link_id for one in shown)]


def _lines(seen: _Seen) -> list[Line]:
    persons = {name.link.id: name.read() for name in seen.names}
    return [
        Line(one.id, persons[one.link_id], _sort(one), one.purpose, one.at, one.opened_at, one.acknowledged_at)
        for one in seen.items
    ]


def _sort(item: Delivery) -> str:
    return item.flow.partition(":")[0] if item.kind == Item.MESSAGE.value else item.kind
