"""
The requests of all residents of a partner, for whoever watches over the deadlines: what was asked and until when.

A list names nobody and opens nothing. A request is found by the link by which the partner knows the person, and by
nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select

from hub.clock import day_of
from hub.errors import NotFound
from hub.exchange.hub import Hub
from hub.people.models import Link
from hub.rights.models import RightsRequest
from hub.rights.requests import OPEN, Decision, Listed, Sort, as_listed

PAGE = 25


@dataclass(frozen=True, slots=True)
class Line:
    """One request, and the partner's link to the person (not their name) by which it can be opened."""

    request: Listed
    link_id: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the list; `more`: there is a next page."""

    lines: Sequence[Line]
    more: bool


def open_requests(hub: Hub, partner: str, page: int = 1) -> Page:
    """What waits for a decision, and restrictions that stand: what must be answered first on top."""
    stands = (RightsRequest.kind == Sort.RESTRICTION.value) & (RightsRequest.state == Decision.GRANTED.value)
    return _page(hub, partner, page, (RightsRequest.state == OPEN) | stands, newest_first=False)


def decided_requests(hub: Hub, partner: str, page: int = 1) -> Page:
    """What was decided, the newest first. Granted erasures are not in it: they went with the person."""
    return _page(hub, partner, page, RightsRequest.decided_at.is_not(None), newest_first=True)


def behind(hub: Hub, partner: str, link_id: str, request: str) -> tuple[str, Listed]:
    """
    The person of a request, and the request as it stands. Raises NotFound unless this is a link of this partner, and
    the request is of the person whom it knows by it.
    """
    with hub.database.reading() as session:
        link, row = session.get(Link, link_id), session.get(RightsRequest, request)
        if link is None or row is None or link.partner != partner or row.subject_id != link.subject_id:
            raise NotFound("verzoek")
        return row.subject_id, as_listed(row)


def possible(one: Listed, today: date) -> list[Decision]:
    """What can be decided about it as it stands; `requests.decide` looks again, under the person's lock."""
    if one.state == OPEN:
        in_time = not one.extended and today <= one.due_on
        return [Decision.GRANTED, Decision.REJECTED, *([Decision.EXTENDED] if in_time else [])]
    standing = (one.sort, one.state) == (Sort.RESTRICTION, Decision.GRANTED.value)
    return [Decision.LIFTED] if standing else []


def days_left(one: Listed, hub: Hub) -> int:
    """Until the last day on which the answer is in time; less than nothing when that is over."""
    return (one.due_on - day_of(hub.now())).days


def _page(hub: Hub, partner: str, page: int, which: ColumnElement[bool], *, newest_first: bool) -> Page:
    order = (
        (RightsRequest.decided_at.desc(), RightsRequest.id)
        if newest_first
        else ((RightsRequest.state != OPEN), RightsRequest.due_on, RightsRequest.received_at, RightsRequest.id)
    )
    # Somebody can have been known before: the link of now, or else the last one.
    newest = (
        select(Link.id)
        .where(Link.subject_id == RightsRequest.subject_id, Link.partner == partner)
        .order_by(Link.ended_at.is_not(None), Link.since.desc(), Link.id)
        .limit(1)
        .scalar_subquery()
    )
    wanted = select(RightsRequest, newest).where(which, newest.is_not(None)).order_by(*order)
    with hub.database.reading() as session:
        found = session.execute(wanted.offset((page - 1) * PAGE).limit(PAGE + 1))
        lines = [Line(as_listed(row), str(link_id)) for row, link_id in found]
    return Page(lines[:PAGE], len(lines) > PAGE)
