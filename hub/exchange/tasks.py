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

from sqlalchemy import Select, Subquery, bindparam, exists, func, select, tuple_
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


@dataclass(frozen=True, slots=True)
class Question:
    """What there is to do of one sort, and how much of it. Made once: putting it together costs more than asking it."""

    rows: Rows
    counted: Select[int]


def question(rows: Rows) -> Question:
    """The question behind these rows."""
    return Question(rows, select(func.count()).select_from(rows.order_by(None).subquery()))


def counts(hub: Hub, by: Principal) -> dict[Sort, int]:
    """How many tasks there are of each sort. No person is named, and nothing is recorded."""
    values = values_of(hub, by)
    with hub.database.reading() as session:
        return {sort: session.scalar(asked.counted, values) or 0 for sort, asked in QUESTIONS.items()}


def listed(hub: Hub, by: Principal, sort: Sort, number: int) -> Page:
    """A page of tasks with the V-numbers that they are about. A number past the end is the last page."""
    return page_of(hub, by, QUESTIONS[sort], number, _later(hub, sort))


def page_of(hub: Hub, by: Principal, asked: Question, number: int, later: int = 0) -> Page:
    """A page of what this question finds; the day that counts is `later` days after the one that it gives."""
    values = values_of(hub, by)
    with hub.database.reading() as session:
        total = session.scalar(asked.counted, values) or 0
        last = max(1, -(-total // PAGE))
        number = min(max(1, number), last)
        found = session.execute(asked.rows.offset((number - 1) * PAGE).limit(PAGE), values).all()
        links = [session.get_one(Link, link) for link in dict.fromkeys(row[0] for row in found)]
    # Decided and recorded for each, and committed, before any number is opened.
    persons = called(hub, by, links)
    tasks = [
        Task(link, persons[link].name or "", _day(at) + timedelta(days=later), what, who)
        for link, at, what, who in found
        if persons[link].known
    ]  # fmt: skip
    return Page(tasks, number, last, total)


def how_many(hub: Hub, by: Principal, asked: Question) -> int:
    """How many rows this question finds."""
    with hub.database.reading() as session:
        return session.scalar(asked.counted, values_of(hub, by)) or 0


def values_of(hub: Hub, by: Principal) -> dict[str, Any]:
    """What a question is given: whose people, today, and from when on the agreement calls something old."""
    agreement, today = hub.agreement, hub.today()
    old = today - timedelta(days=agreement.reconfirm_days - RECONFIRM_SOON - 1)
    terms = {purpose: hub.terms(purpose) for purpose in agreement.consent_purposes}
    return {
        "partner": by.partner, "branches": sorted(by.branches), "today": today,
        "types": [name for name, message in hub.messages.items() if message.reconfirm is not None],
        "before": _midnight(old),
        "first": today - timedelta(days=agreement.consent_days - 1),
        "soon": today - timedelta(days=agreement.consent_days - CHOICE_SOON),
        "terms": [(purpose, one.notice, one.facts) for purpose, one in terms.items()],
    }  # fmt: skip


def mine() -> Subquery:
    """The people of one's own vestigingen, now."""
    here = select(LinkBranch.link_id).where(LinkBranch.branch.in_(bindparam("branches", expanding=True)))
    known = (Link.partner == bindparam("partner"), Link.ended_at.is_(None), Link.id.in_(here))
    return select(Link.id, Link.subject_id).where(*known).subquery("mine")


def _later(hub: Hub, sort: Sort) -> int:
    # What was told or chosen on a day, and must be done so many days after it.
    return {Sort.RECONFIRM: hub.agreement.reconfirm_days, Sort.CHOICE: hub.agreement.consent_days}.get(sort, 0)


def _reconfirm() -> Rows:
    """Current facts that get old: the newest of their type, told so long ago that they must be confirmed soon."""
    people, newer = mine(), aliased(Message)
    of_types = Message.type.in_(bindparam("types", expanding=True))
    told = (of_types, Message.source == bindparam("partner"), Message.withdrawn_at.is_(None))
    later = exists().where(
        newer.subject_id == Message.subject_id, newer.type == Message.type, newer.variant == Message.variant,
        newer.source == Message.source, newer.withdrawn_at.is_(None), newer.position > Message.position,
    )  # fmt: skip
    return (
        select(people.c.id, Message.at, Message.type, Message.source)
        .join(Message, Message.subject_id == people.c.subject_id)
        .where(*told, Message.at < bindparam("before"), ~later)
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


def _choices() -> Rows:
    """A yes that is in force, and runs out soon."""
    people, later = mine(), aliased(ConsentEvent)
    chosen = tuple_(ConsentEvent.purpose, ConsentEvent.notice, ConsentEvent.facts)
    counting = chosen.in_(bindparam("terms", expanding=True))
    days = ConsentEvent.day.between(bindparam("first"), bindparam("soon"))
    newer = exists().where(
        later.subject == ConsentEvent.subject, later.purpose == ConsentEvent.purpose,
        later.sequence > ConsentEvent.sequence,
    )  # fmt: skip
    return (
        select(people.c.id, ConsentEvent.day, ConsentEvent.purpose, bindparam("partner"))
        .join(ConsentEvent, ConsentEvent.subject == people.c.subject_id)
        .where(ConsentEvent.choice == Choice.YES.value, days, counting, ~newer)
        .order_by(ConsentEvent.day, people.c.id, ConsentEvent.purpose)
    )


QUESTIONS: Mapping[Sort, Question] = {
    Sort.RECONFIRM: question(_reconfirm()),
    Sort.SLIP: question(_slips()),
    Sort.DELETION: question(_deletions()),
    Sort.CHOICE: question(_choices()),
}


def _day(at: date | datetime) -> date:
    return day_of(at) if isinstance(at, datetime) else at


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), OFFICE).astimezone(UTC)
