"""
What a casemanager must do: may-work to confirm anew, slips nobody used, copies not yet deleted, a yes that runs out.

Counts are of nobody. A list with V-numbers is a decision about each person on it, in their trail before it is shown.
Every question begins at the people of one's own vestigingen, so that it costs what these cost, whatever else is stored.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, Subquery, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased

from consent.models import ConsentEvent
from consent.standing import Choice
from hub.clock import OFFICE, day_of
from hub.exchange.hub import Hub
from hub.exchange.models import Delivery, Message
from hub.exchange.names import called
from hub.exchange.route import Item
from hub.identity.principals import Principal
from hub.people.models import Link, LinkBranch, LinkCode

PAGE = 25
# So many days beforehand a task is shown.
RECONFIRM_SOON, CHOICE_SOON = 14, 30


class Sort(StrEnum):
    """The sorts of tasks; the values stand in addresses."""

    RECONFIRM = "herbevestigen"
    SLIP = "briefjes"
    DELETION = "wissen"
    CHOICE = "keuzes"


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do about one person, and the day that counts. `what` is a purpose, `who` a partner, if any."""

    link_id: str
    name: str = field(repr=False)
    day: date
    what: str
    who: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the tasks of one sort, the most urgent first; pages count from 1."""

    tasks: Sequence[Task]
    number: int
    last: int
    total: int


Rows = Select[*tuple[Any, ...]]
"""Link, the day or instant that counts, what, who: the most urgent first."""


def counts(hub: Hub, by: Principal) -> dict[Sort, int]:
    """How many tasks there are of each sort. No person is named, and nothing is recorded."""
    return {sort: how_many(hub, rows, values_of(hub, by)) for sort, rows in _questions(hub).items()}


def listed(hub: Hub, by: Principal, sort: Sort, number: int) -> Page:
    """A page of tasks with the V-numbers that they are about. A number past the end is the last page."""
    return page_of(hub, by, _questions(hub)[sort], number, _later(hub, sort))


def page_of(hub: Hub, by: Principal, rows: Rows, number: int, later: int = 0) -> Page:
    """A page of what this statement finds; the day that counts is `later` days after the one that it gives."""
    values = values_of(hub, by)
    total = how_many(hub, rows, values)
    last = max(1, -(-total // PAGE))
    number = min(max(1, number), last)
    with hub.database.reading() as session:
        found = session.execute(rows.offset((number - 1) * PAGE).limit(PAGE), values).all()
        links = [session.get_one(Link, link) for link in dict.fromkeys(row[0] for row in found)]
    # Decided and recorded for each, and committed, before any number is opened.
    persons = called(hub, by, links)
    tasks = [
        Task(link, persons[link].name or "", _day(at) + timedelta(days=later), what, who)
        for link, at, what, who in found
        if persons[link].known
    ]  # fmt: skip
    return Page(tasks, number, last, total)


def how_many(hub: Hub, rows: Rows, values: Mapping[str, Any]) -> int:
    """How many rows this statement finds."""
    with hub.database.reading() as session:
        return session.scalar(select(func.count()).select_from(rows.order_by(None).subquery()), values) or 0


def values_of(hub: Hub, by: Principal) -> dict[str, Any]:
    """What these statements are given: whose people, and today."""
    return {"partner": by.partner, "branches": sorted(by.branches), "today": hub.today()}


def mine() -> Subquery:
    """The people of one's own vestigingen, now."""
    here = select(LinkBranch.link_id).where(LinkBranch.branch.in_(bindparam("branches", expanding=True)))
    known = (Link.partner == bindparam("partner"), Link.ended_at.is_(None), Link.id.in_(here))
    return select(Link.id, Link.subject_id).where(*known).subquery("mine")


def _questions(hub: Hub) -> Mapping[Sort, Rows]:
    return {
        Sort.RECONFIRM: _reconfirm(hub),
        Sort.SLIP: _slips(),
        Sort.DELETION: _deletions(),
        Sort.CHOICE: _choices(hub),
    }


def _later(hub: Hub, sort: Sort) -> int:
    # What was told or chosen on a day, and must be done so many days after it.
    return {Sort.RECONFIRM: hub.agreement.reconfirm_days, Sort.CHOICE: hub.agreement.consent_days}.get(sort, 0)


def _reconfirm(hub: Hub) -> Rows:
    """Current facts that get old: the newest of their type, told so long ago that they must be confirmed soon."""
    people, newer = mine(), aliased(Message)
    types = [name for name, message in hub.messages.items() if message.reconfirm is not None]
    soon = hub.today() - timedelta(days=hub.agreement.reconfirm_days - RECONFIRM_SOON - 1)
    told = (Message.type.in_(types), Message.source == bindparam("partner"), Message.withdrawn_at.is_(None))
    later = exists().where(
        newer.subject_id == Message.subject_id, newer.type == Message.type, newer.variant == Message.variant,
        newer.source == Message.source, newer.withdrawn_at.is_(None), newer.position > Message.position,
    )  # fmt: skip
    return (
        select(people.c.id, Message.at, Message.type, Message.source)
        .join(Message, Message.subject_id == people.c.subject_id)
        .where(*told, Message.at < _midnight(soon), ~later)
        .order_by(Message.at, people.c.id)
    )


def _slips() -> Rows:
    people = mine()
    usable = (LinkCode.redeemed_at.is_(None), LinkCode.voided_at.is_(None), LinkCode.expires_on > bindparam("today"))
    return (
        select(people.c.id, LinkCode.expires_on, LinkCode.partner, LinkCode.partner)
        .join(LinkCode, LinkCode.subject_id == people.c.subject_id)
        .where(*usable)
        .order_by(LinkCode.expires_on, people.c.id)
    )


def _deletions() -> Rows:
    people = mine()
    asked = (Delivery.kind == Item.DELETE.value, Delivery.acknowledged_at.is_(None))
    return (
        select(people.c.id, Delivery.at, Delivery.purpose, Delivery.recipient)
        .join(Delivery, Delivery.subject_id == people.c.subject_id)
        .where(*asked)
        .order_by(Delivery.at, Delivery.id)
    )


def _choices(hub: Hub) -> Rows:
    """A yes that is in force, and runs out soon."""
    people, later = mine(), aliased(ConsentEvent)
    first = hub.today() - timedelta(days=hub.agreement.consent_days - 1)
    soon = hub.today() - timedelta(days=hub.agreement.consent_days - CHOICE_SOON)
    terms = {purpose: hub.terms(purpose) for purpose in hub.agreement.consent_purposes}
    counting = or_(*(
        and_(ConsentEvent.purpose == purpose, ConsentEvent.notice == one.notice, ConsentEvent.facts == one.facts)
        for purpose, one in terms.items()
    ))  # fmt: skip
    newer = exists().where(
        later.subject == ConsentEvent.subject, later.purpose == ConsentEvent.purpose,
        later.sequence > ConsentEvent.sequence,
    )  # fmt: skip
    return (
        select(people.c.id, ConsentEvent.day, ConsentEvent.purpose, bindparam("partner"))
        .join(ConsentEvent, ConsentEvent.subject == people.c.subject_id)
        .where(ConsentEvent.choice == Choice.YES.value, ConsentEvent.day.between(first, soon), counting, ~newer)
        .order_by(ConsentEvent.day, people.c.id, ConsentEvent.purpose)
    )


def _day(at: date | datetime) -> date:
    return day_of(at) if isinstance(at, datetime) else at


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), OFFICE).astimezone(UTC)
