"""
What is over: whose time is up by the agreement, row by row. Days are counted in Amsterdam; on the last day it is over.

Asked twice: when a plan is made, and again, for each row under its person's lock, when the plan is carried out.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from consent.models import ConsentEvent
from hub.clock import day_of
from hub.exchange.hub import Hub
from hub.exchange.models import Delivery, Message
from hub.exchange.route import Item
from hub.people.models import Link, LinkCode, Subject, WindowSlip
from hub.policy import agreements
from hub.rights.models import RightsRequest
from hub.vault.subject_keys import AT_ONCE
from schemas.agreement import Flow, Role

# Not in the agreement, since no partner is concerned: how long a slip is shown after its last day, and how long it can
# be shown that a request was handled (two years, as complaints come late).
SLIP_DAYS = 90
REQUEST_DAYS = 730

# So many rows of one sort in a plan; the next plan takes the rest.
MOST = 10_000


class Sort(StrEnum):
    """What can be over, in the order in which it ends: a message first, while its items say by which flows it went."""

    MESSAGE = "bericht"
    ITEM = "postvakitem"
    CODE = "koppelcode"
    WINDOW = "venster"
    REQUEST = "verzoek"
    LEFT = "vertrek"
    FORGOTTEN = "bewaartermijn"


@dataclass(frozen=True, slots=True)
class Over:
    """One row whose time is up: whose it is, under which name it is counted, and since when it is here."""

    id: str
    subject: str
    group: str
    since: datetime


Ids = Sequence[str] | None
"""Only these rows; None: all."""


def over(session: Session, hub: Hub, sort: Sort, ids: Ids = None) -> list[Over]:
    """The rows of this sort that are over now, oldest first; at most MOST."""
    return _FINDERS[sort](session, hub, ids)[:MOST]


def _days_ago(hub: Hub, days: int) -> datetime:
    # A day wider than it is: the exact day is looked at afterwards.
    return hub.now() - timedelta(days=days - 1)


def _is_over(hub: Hub, since: datetime, days: int) -> bool:
    return hub.today() >= day_of(since) + timedelta(days=days)


def _only(column: InstrumentedAttribute[str], ids: Ids) -> list[ColumnElement[bool]]:
    return [] if ids is None else [column.in_(ids)]


def _items(session: Session, hub: Hub, ids: Ids) -> list[Over]:
    """Items by the term of their own flow, from the day of the message; notices only when they were confirmed."""
    since = func.coalesce(Message.at, Delivery.at).label("since")
    told = or_(Delivery.message_id.is_not(None), Delivery.acknowledged_at.is_not(None))
    shortest = _days_ago(hub, min(flow.hub_keeps_days for flow in hub.agreement.flows))
    rows = session.execute(
        select(
            Delivery.id, Delivery.subject_id, Delivery.kind, Delivery.flow, Delivery.purpose, Message.type,
            Message.variant, Message.agreement, Message.at, Delivery.at.label("laid"),
        )
        .join(Message, Message.id == Delivery.message_id, isouter=True)
        .where(told, since <= shortest, *_only(Delivery.id, ids))
        .order_by(since, Delivery.id)
    ).all()  # fmt: skip
    found = []
    for row in rows:
        at = row.at or row.laid
        days = _days_of_item(hub, row.kind, row.flow, row.purpose, row.variant, row.agreement)
        if days is not None and _is_over(hub, at, days):
            found.append(Over(row.id, row.subject_id, row.flow, at))
    return found


def _days_of_item(
    hub: Hub, kind: str, flow: str, purpose: str, variant: str | None, agreement: str | None
) -> int | None:
    if kind == Item.MESSAGE:
        return _days(hub, agreement or "", lambda one: one.id == flow and one.variant in (None, variant))
    if kind == Item.DELETE:
        return _days(hub, "", lambda one: one.purpose == purpose)
    return _days(hub, "", lambda one: one.id == flow)


def _messages(session: Session, hub: Hub, ids: Ids) -> list[Over]:
    """Messages past the terms of all flows under which they were shared; of one that waits: all that it could go by."""
    shortest = _days_ago(hub, min(flow.hub_keeps_days for flow in hub.agreement.flows))
    columns = (
        Message.id, Message.subject_id, Message.type, Message.variant, Message.source_role, Message.agreement,
        Message.at,
    )  # fmt: skip
    rows = session.execute(
        select(*columns).where(Message.at <= shortest, *_only(Message.id, ids)).order_by(Message.at, Message.id)
    ).all()
    shared = _shared(session, [row.id for row in rows])
    found = []
    for row in rows:
        fits = _flows_of(row.type, row.variant, row.source_role, shared.get(row.id, set()))
        days = _days(hub, row.agreement, fits)
        if days is not None and _is_over(hub, row.at, days):
            found.append(Over(row.id, row.subject_id, row.type, row.at))
    return found


def _shared(session: Session, ids: Sequence[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for some in batches(ids):
        rows = select(Delivery.message_id, Delivery.flow).where(Delivery.message_id.in_(some)).distinct()
        for message, flow in session.execute(rows):
            found.setdefault(str(message), set()).add(flow)
    return found


def _flows_of(message: str, variant: str, role: str, shared: set[str]) -> Callable[[Flow], bool]:
    def fits(flow: Flow) -> bool:
        same = (flow.message, flow.source.value) == (message, role) and flow.variant in (None, variant)
        return same and (not shared or flow.id in shared)

    return fits


def _days(hub: Hub, agreement: str, fits: Callable[[Flow], bool]) -> int | None:
    """The longest term of these flows as agreed now, or when the message was told; None when nobody can say."""
    now = [flow.hub_keeps_days for flow in hub.agreement.flows if fits(flow)]
    if now or not agreement:
        return max(now, default=None)
    then = agreements.version(hub.database, agreement)
    return None if then is None else max((flow.hub_keeps_days for flow in then.flows if fits(flow)), default=None)


def _codes(session: Session, hub: Hub, ids: Ids) -> list[Over]:
    last = hub.today() - timedelta(days=SLIP_DAYS)
    codes = select(LinkCode.id, LinkCode.subject_id, LinkCode.partner, LinkCode.issued_at)
    return _listed(session, codes.where(LinkCode.expires_on <= last, *_only(LinkCode.id, ids)), LinkCode.issued_at)


def _windows(session: Session, hub: Hub, ids: Ids) -> list[Over]:
    last = hub.today() - timedelta(days=SLIP_DAYS)
    slips = select(WindowSlip.id, WindowSlip.subject_id, literal("venster"), WindowSlip.issued_at)
    chosen = slips.where(WindowSlip.expires_on <= last, *_only(WindowSlip.id, ids))
    return _listed(session, chosen, WindowSlip.issued_at)


def _requests(session: Session, hub: Hub, ids: Ids) -> list[Over]:
    decided = RightsRequest.decided_at
    requests = select(RightsRequest.id, RightsRequest.subject_id, RightsRequest.kind, decided)
    chosen = requests.where(decided <= _days_ago(hub, REQUEST_DAYS), *_only(RightsRequest.id, ids))
    return [one for one in _listed(session, chosen, decided) if _is_over(hub, one.since, REQUEST_DAYS)]


def _left(session: Session, hub: Hub, ids: Ids) -> list[Over]:
    """Who left. Those whose rows are gone already have an empty secret, and wait for partners."""
    persons = select(Subject.id, Subject.id, literal(Sort.LEFT.value), Subject.closed_at)
    chosen = persons.where(Subject.closed_at.is_not(None), Subject.secret != b"", *_only(Subject.id, ids))
    return _listed(session, chosen, Subject.closed_at)


def _forgotten(session: Session, hub: Hub, ids: Ids) -> list[Over]:
    """Who is linked nowhere but at coa, and of whom nothing was told or chosen, for the agreed time."""
    elsewhere = exists().where(Link.subject_id == Subject.id, Link.role != Role.COA.value, Link.ended_at.is_(None))
    newest = {
        "ended": select(func.max(Link.ended_at)).where(Link.subject_id == Subject.id, Link.role != Role.COA.value),
        "told": select(func.max(Message.at)).where(Message.subject_id == Subject.id),
        "chose": select(func.max(ConsentEvent.at)).where(ConsentEvent.subject == Subject.id),
    }
    moments = [query.scalar_subquery().label(name) for name, query in newest.items()]
    days = hub.agreement.forget_days
    rows = session.execute(
        select(Subject.id, Subject.created_at, *moments)
        .where(Subject.closed_at.is_(None), Subject.secret != b"", ~elsewhere)
        .where(Subject.created_at <= _days_ago(hub, days), *_only(Subject.id, ids))
        .order_by(Subject.created_at, Subject.id)
    ).all()
    found = []
    for subject, created, *others in rows:
        since = max(_in_utc(at) for at in (created, *others) if at is not None)
        if _is_over(hub, since, days):
            found.append(Over(subject, subject, Sort.FORGOTTEN.value, since))
    return found


def _in_utc(at: datetime) -> datetime:
    # SQLite keeps no zone of a choice's instant; what was written was UTC.
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def _listed(session: Session, rows: Select[*tuple[Any, ...]], oldest: InstrumentedAttribute[Any]) -> list[Over]:
    return [Over(*row) for row in session.execute(rows.order_by(oldest).limit(MOST))]


def batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """So many at a time as a statement takes on every database."""
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


_FINDERS: Mapping[Sort, Callable[[Session, Hub, Ids], list[Over]]] = {
    Sort.ITEM: _items,
    Sort.MESSAGE: _messages,
    Sort.CODE: _codes,
    Sort.WINDOW: _windows,
    Sort.REQUEST: _requests,
    Sort.LEFT: _left,
    Sort.FORGOTTEN: _forgotten,
}
