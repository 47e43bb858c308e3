"""
What waits for a receiver: what nobody opened, and requests to delete that nobody confirmed. How many, never of whom.

Counted from columns that are not sealed, and from nothing else, as `hub/exchange/flowing.py` does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, case, distinct, func, or_, select
from sqlalchemy.orm import Session

from hub.clock import OFFICE
from hub.exchange import route
from hub.exchange.few import Count, Name, spread
from hub.exchange.hub import Hub
from hub.exchange.models import Delivery
from hub.exchange.route import Item
from schemas.base import Kind

AGES = (2, 7, 14)
"""Days after which something that nobody opened is counted."""


@dataclass(frozen=True, slots=True)
class Lying:
    """
    What waits for one receiver: `number` in all, None when that is about too few residents.

    That nothing waits is told, and for how long something does: longer than so many days (one of AGES, or 0). Both are
    about the receiver's whole inbox. `by_flow`, `by_age`: as far as they may be told, with a name for all that there
    can be: which names stand there tells nothing.
    """

    partner: str
    number: int | None
    oldest: int | None
    by_flow: Mapping[str, int | None]
    by_age: Mapping[int, int | None]


def unopened(hub: Hub) -> list[Lying]:
    """What nobody opened for more than two days, per receiver, now. Requests to delete are not in it."""
    listed = (
        Delivery.kind != Item.DELETE.value, Delivery.opened_at.is_(None), Delivery.suspended.is_(False),
        or_(Delivery.permitted_until.is_(None), Delivery.permitted_until > hub.today()),
        Delivery.terms.in_(route.terms_in_force(hub.agreement, hub.today())),
    )  # fmt: skip
    with hub.database.reading() as session:
        return [
            _lying(session, hub, partner, _flows(hub, partner), AGES, *listed, Delivery.at < _days_ago(hub, AGES[0]))
            for partner in hub.agreement.partners
        ]


def unconfirmed(hub: Hub) -> list[Lying]:
    """Who was asked to delete its copy and has not confirmed, per receiver, now; those of today as well."""
    with hub.database.reading() as session:
        return [
            _lying(session, hub, partner, [Item.DELETE.value], (0, *AGES), Delivery.kind == Item.DELETE.value)
            for partner in hub.agreement.partners
        ]


def _flows(hub: Hub, partner: str) -> list[str]:
    """Everything that can lie unopened with this receiver: what is told about residents, that it ended as well."""
    flows = hub.agreement.flows_to(hub.agreement.partners[partner].role)
    return sorted({flow.id for flow in flows if hub.messages[flow.message].kind is not Kind.STAFF})


def _lying(
    session: Session, hub: Hub, partner: str, flow_names: Sequence[str], age_names: Sequence[int],
    *which: ColumnElement[bool],
) -> Lying:  # fmt: skip
    there = (
        Delivery.recipient == partner, Delivery.acknowledged_at.is_(None), Delivery.withdrawn_at.is_(None),
        Delivery.closed_at.is_(None), *which,
    )  # fmt: skip
    age = case(*((Delivery.at < _days_ago(hub, days), days) for days in reversed(AGES)), else_=0)
    found = select(Delivery.flow, age.label("age"), Delivery.subject_id.label("person")).where(*there).subquery()
    much = (func.count(), func.count(distinct(found.c.person)))
    whole = Count(*session.execute(select(*much)).one())
    flows = _by(session, select(found.c.flow, *much).group_by(found.c.flow))
    ages = _by(session, select(found.c.age, *much).group_by(found.c.age))
    return Lying(
        partner,
        number=0 if whole.number == 0 else whole.told,
        oldest=max(ages, default=None),
        by_flow=_spread(whole, flow_names, flows),
        by_age=_spread(whole, age_names, ages),
    )


def _by(session: Session, wanted: Select[Name, int, int]) -> dict[Name, Count]:
    return {name: Count(number, persons) for name, number, persons in session.execute(wanted)}


def _spread(whole: Count, names: Sequence[Name], found: Mapping[Name, Count]) -> dict[Name, int | None]:
    # What nobody has is small too: left out, it would tell nought from few, and one resident would make it appear.
    parts = {**dict.fromkeys(names, Count()), **found}
    return spread(whole, parts, list(parts))


def _days_ago(hub: Hub, days: int) -> datetime:
    """What lies there from before this instant, lies there for more than so many whole days."""
    return datetime.combine(hub.today() - timedelta(days=days), time(), OFFICE)
