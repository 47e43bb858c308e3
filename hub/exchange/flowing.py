"""
Did it flow? How many messages came, were offered, opened and confirmed in a period that is over, and how long it took.

Counted from columns that are not sealed, and from nothing else: opens nothing, decides nothing, and no number that it
gives is about fewer than ten residents (`hub/exchange/few.py`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, case, distinct, exists, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from consent.models import ConsentEvent
from consent.standing import Choice
from hub.clock import OFFICE, day_of
from hub.exchange.few import Count, spread
from hub.exchange.hub import Hub
from hub.exchange.models import Delivery, Message
from hub.exchange.route import Item
from hub.people.models import Link
from schemas.agreement import Flow
from schemas.base import Kind

# Of how many residents there must be a waiting time, before the slow end of it is told.
MANY = 20


class Length(StrEnum):
    """How long a period is; the values stand in addresses."""

    WEEK = "week"
    MONTH = "maand"
    QUARTER = "kwartaal"


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days that are over: from the first up to and including the last."""

    first: date
    last: date

    @property
    def begin(self) -> datetime:
        """The first instant."""
        return datetime.combine(self.first, time(), OFFICE)

    @property
    def end(self) -> datetime:
        """The first instant after it."""
        return datetime.combine(self.last + timedelta(days=1), time(), OFFICE)


@dataclass(frozen=True, slots=True)
class Told:
    """
    One flow in one period, as it may be told; None: about too few residents, or a part that would give such a one away.

    `half` and `slow`: within so many days half, and nine of ten, of what was opened had been opened.
    """

    flow: Flow
    published: int | None
    offered: int | None
    waits: int | None
    not_shared: int | None
    confirmed: int | None
    opened: int | None
    unopened: int | None
    half: int | None
    slow: int | None


def period(length: Length, today: date) -> Period:
    """
    The last week, month or quarter that is over. A period that still runs is not told: two looks at it, a day apart,
    would tell what one day brought.
    """
    match length:
        case Length.WEEK:
            first = today - timedelta(days=today.weekday() + 7)
            return Period(first, first + timedelta(days=6))
        case Length.MONTH:
            last = today.replace(day=1) - timedelta(days=1)
            return Period(last.replace(day=1), last)
        case Length.QUARTER:
            last = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1) - timedelta(days=1)
            return Period(last.replace(month=last.month - 2, day=1), last)


def told(hub: Hub, length: Length) -> list[Told]:
    """Every flow of the agreement in this period, as things stood at its end."""
    today = hub.today()
    inner = period(length, today)
    with hub.database.reading() as session:
        counted = {flow: _counted(hub, session, flow, [inner], inner.end) for flow in _about_residents(hub)}
        # A longer period that holds this one is told too: what lies between them must not be small either.
        for outer in (period(longer, today) for longer in Length):
            if outer != inner and outer.first <= inner.first and inner.last <= outer.last:
                rest = _less(outer, inner)
                counted = {
                    flow: one.beside(_counted(hub, session, flow, rest, outer.end)) for flow, one in counted.items()
                }
        waits = {flow: _days_until_opened(session, flow, inner) for flow in counted}
    return [_tell(flow, counted, waits[flow]) for flow in counted]


def _about_residents(hub: Hub) -> list[Flow]:
    return [flow for flow in hub.agreement.flows if hub.messages[flow.message].kind is not Kind.STAFF]


@dataclass(frozen=True, slots=True)
class _Counted:
    """One flow: what was published, and what became of it; the parts make the whole. `safe`: may be told at all."""

    published: Count
    parts: Mapping[str, Count]
    states: Mapping[str, Count]

    @property
    def offered(self) -> Count:
        return self.parts["offered"]

    @property
    def whole(self) -> bool:
        """May everything that was published, and each part of it, be told?"""
        return not any(one.few for one in (self.published, *self.parts.values()))

    def beside(self, rest: "_Counted") -> "_Counted":
        """The same, but small wherever what a longer period has more is small."""
        return _Counted(
            _both(self.published, rest.published),
            {name: _both(one, rest.parts[name]) for name, one in self.parts.items()},
            {name: _both(one, rest.states[name]) for name, one in self.states.items()},
        )


def _both(one: Count, other: Count) -> Count:
    return Count(one.number, min(one.persons, other.persons))


def _tell(flow: Flow, counted: Mapping[Flow, _Counted], days: tuple[int | None, int | None]) -> Told:
    one = counted[flow]
    # Messages of one type go by several flows: what is untold in one must not stand in the sum of another.
    siblings = [other for it, other in counted.items() if (it.message, it.source) == (flow.message, flow.source)]
    whole = all(other.whole for other in siblings)
    states = spread(one.offered, one.states, ("opened", "confirmed", "unopened"))
    return Told(
        flow,
        published=one.published.told if whole else None,
        offered=one.offered.told,
        waits=one.parts["waits"].told if whole else None,
        not_shared=one.parts["not_shared"].told if whole else None,
        confirmed=states["confirmed"],
        opened=states["opened"],
        unopened=states["unopened"],
        half=days[0],
        slow=days[1],
    )


def _counted(hub: Hub, session: Session, flow: Flow, spans: Sequence[Period], end: datetime) -> _Counted:
    """What was published in these days, and what had become of it at `end`."""
    offer = and_(Delivery.message_id == Message.id, Delivery.flow == flow.id, Delivery.at < end)
    offered = exists().where(offer)
    state = case(
        (exists().where(offer, Delivery.acknowledged_at < end), "confirmed"),
        (exists().where(offer, Delivery.opened_at < end), "opened"),
        (offered, "unopened"),
        (_waits(hub, flow, end), "waits"),
        else_="not_shared",
    )
    told = [Message.type == flow.message, Message.source_role == flow.source.value, _within(Message.at, spans)]
    if flow.variant is not None:
        told.append(Message.variant == flow.variant)
    rows = select(state.label("state"), Message.id.label("id"), Message.subject_id.label("person")).where(*told)
    found = rows.subquery()
    one = select(found.c.state, func.count(), func.count(distinct(found.c.person))).group_by(found.c.state)
    each = {name: Count(number, persons) for name, number, persons in session.execute(one)}
    states = {name: each.get(name, Count()) for name in ("confirmed", "opened", "unopened")}
    # The same resident can be in more than one: the sum is more than there are, so each total is counted by itself.
    persons = select(
        func.count(distinct(found.c.person)),
        func.count(distinct(case((found.c.state.in_(list(states)), found.c.person)))),
    )
    everybody, of_offered = session.execute(persons).one()
    number = sum(count.number for count in each.values())
    parts = {
        "offered": Count(sum(count.number for count in states.values()), of_offered),
        "waits": each.get("waits", Count()),
        "not_shared": each.get("not_shared", Count()),
    }
    return _Counted(Count(number, everybody), parts, states)


def _waits(hub: Hub, flow: Flow, end: datetime) -> ColumnElement[bool]:
    """A fact that nobody in the role could receive at that moment, though the resident did not say no to it."""
    if hub.messages[flow.message].kind is not Kind.FACT:
        return false()
    there = (Link.subject_id == Message.subject_id, Link.role == flow.recipient.value, Link.since < end)
    linked = exists().where(*there, or_(Link.ended_at.is_(None), Link.ended_at >= end))
    waiting = and_(~linked, or_(Message.withdrawn_at.is_(None), Message.withdrawn_at >= end))
    return and_(waiting, _said_yes(hub, flow, end)) if flow.needs_consent else waiting


def _said_yes(hub: Hub, flow: Flow, end: datetime) -> ColumnElement[bool]:
    asked = (ConsentEvent.subject == Message.subject_id, ConsentEvent.purpose == flow.purpose, ConsentEvent.at < end)
    newest = (
        select(case((ConsentEvent.day > day_of(end) - timedelta(days=hub.agreement.consent_days), ConsentEvent.choice)))
        .where(*asked)
        .order_by(ConsentEvent.sequence.desc())
        .limit(1)
        .scalar_subquery()
    )
    return newest == Choice.YES.value


def _days_until_opened(session: Session, flow: Flow, span: Period) -> tuple[int | None, int | None]:
    """Within how many days half, and nine of ten, had been opened, of what was offered in this period."""
    offered, opened = func.date(Delivery.at), func.date(Delivery.opened_at)
    wanted = (
        Delivery.flow == flow.id, Delivery.kind == Item.MESSAGE.value, _within(Delivery.at, [span]),
        Delivery.opened_at < span.end,
    )  # fmt: skip
    with_days = select(offered, opened, func.count()).where(*wanted).group_by(offered, opened)
    persons = session.scalar(select(func.count(distinct(Delivery.subject_id))).where(*wanted)) or 0
    if Count(0, persons).few:
        return None, None
    # By the day, and so no faster than the number of days squared, however many messages there are.
    days = sorted(((_day(to) - _day(since)).days, number) for since, to, number in session.execute(with_days))
    return _at_share(days, 0.5), _at_share(days, 0.9) if persons >= MANY else None


def _at_share(days: Sequence[tuple[int, int]], share: float) -> int:
    total, reached = sum(number for _, number in days), 0
    for day, number in days:
        reached += number
        if reached >= share * total:
            return day
    return 0


def _day(value: date | str) -> date:
    # PostgreSQL gives a day, SQLite its text.
    return value if isinstance(value, date) else date.fromisoformat(value)


def _within(column: InstrumentedAttribute[datetime], spans: Iterable[Period]) -> ColumnElement[bool]:
    return or_(false(), *(and_(column >= one.begin, column < one.end) for one in spans))


def _less(outer: Period, inner: Period) -> list[Period]:
    """The days of the longer period before and after the shorter one."""
    sides = (
        Period(outer.first, inner.first - timedelta(days=1)),
        Period(inner.last + timedelta(days=1), outer.last),
    )
    return [one for one in sides if one.first <= one.last]
