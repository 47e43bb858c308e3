"""
What happened about a person, told to that person: who asked, who received which fields, what was refused, what waits.

Read from the trail, where every decision stands, and from what lies ready. Looking adds nothing to the trail: whoever
shows a story records that it was shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import export
from audit.events import Kind as Happened
from consent import records
from consent.standing import Given, Standing, standing
from hub.exchange import trail
from hub.exchange.hub import Hub
from hub.exchange.models import Delivery, Message
from hub.exchange.route import Item
from hub.people.models import Link, Subject
from hub.rights.lines import Line, Reader, title_of
from hub.vault.subject_keys import KeyClass
from schemas.agreement import Flow, Role
from schemas.base import Kind


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a choice for one purpose means today; `on` is the day of the newest choice, None when nobody asked."""

    purpose: str
    standing: Standing
    on: date | None


@dataclass(frozen=True, slots=True)
class Received:
    """
    A partner saw these fields: when, of what, for which purpose, on which basis; confirmed when, if it did.

    No fields: it saw in its list that something lay ready, of this sort, about this person.
    """

    at: datetime
    partner: str
    title: str
    message: str
    purpose: str
    basis: str
    fields: tuple[str, ...]
    # "ontvangen" (an item that was opened), "beantwoord" or "meegenomen" (an answer), "getoond" (in a list).
    how: str
    confirmed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What lies ready and was not opened; or a fact that nobody in this role could receive yet (`partner` a role)."""

    since: datetime
    partner: str
    title: str
    message: str
    purpose: str
    # Held up by an objection or a restriction.
    held: bool = False


@dataclass(frozen=True, slots=True)
class Deletion:
    """A partner was asked to delete its copy of what it saw for a purpose, and confirmed that it is gone, or not."""

    partner: str
    title: str
    purpose: str
    asked_at: datetime
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Counted:
    """For the figures of this quarter the person was counted, or not (`yes`), on this instant."""

    quarter: str
    at: datetime
    yes: bool


@dataclass(frozen=True, slots=True)
class Story:
    """Everything that happened about one person; lists are newest first."""

    lines: Sequence[Line]
    chosen: Sequence[Chosen]
    received: Sequence[Received]
    waiting: Sequence[Waiting]
    deletions: Sequence[Deletion]
    counted: Sequence[Counted]
    objected_at: datetime | None
    restricted_at: datetime | None
    closed_at: datetime | None


def story(hub: Hub, subject: str) -> Story:
    """The story of this person as it is now. Raises KeyDestroyed for who was erased."""
    key = hub.vault.subjects.of(subject, KeyClass.AUDIT)[KeyClass.AUDIT]
    with hub.database.reading() as session:
        entries = export.read(session, trail.opener_with(key), key_id=key.id)
        reader = Reader(hub)
        lines = [line for entry in entries if (line := reader.line(entry)) is not None]
        given = [one.given for one in records.choices_of(session, subject)]
        person = session.get_one(Subject, subject)
        return Story(
            lines=lines[::-1],
            chosen=[_chosen(hub, given, purpose) for purpose in hub.agreement.consent_purposes],
            received=_received(lines)[::-1],
            waiting=_waiting(hub, session, subject, given),
            deletions=deletions(hub, session, subject),
            counted=_counted(lines)[::-1],
            objected_at=person.objected_at,
            restricted_at=person.restricted_at,
            closed_at=person.closed_at,
        )


def deletions(hub: Hub, session: Session, subject: str) -> list[Deletion]:
    """Who was asked to delete its copy, for which purpose, and who confirmed; newest first."""
    asked = (Delivery.subject_id == subject, Delivery.kind == Item.DELETE.value)
    newest = (Delivery.at.desc(), Delivery.recipient, Delivery.purpose)
    return [
        Deletion(one.recipient, title_of(hub, one.recipient), one.purpose, one.at, one.acknowledged_at)
        for one in session.scalars(select(Delivery).where(*asked).order_by(*newest))
    ]


def asked_to_delete(hub: Hub, subject: str | None) -> list[Deletion]:
    """The same, by itself: for whoever may know who receives what of this person. None: of nobody."""
    if subject is None:
        return []
    with hub.database.reading() as session:
        return deletions(hub, session, subject)


def _chosen(hub: Hub, given: Sequence[Given], purpose: str) -> Chosen:
    newest = next((one for one in reversed(given) if one.purpose == purpose), None)
    now = standing(given, purpose, hub.today(), hub.terms(purpose))
    return Chosen(purpose, now, None if newest is None else newest.day)


def _received(lines: Sequence[Line]) -> list[Received]:
    confirmed = {line.item: line.at for line in lines if line.kind is Happened.ACKNOWLEDGED}
    return [
        Received(
            line.at, share.partner, share.title, share.message, share.purpose, share.basis, share.fields,
            share.outcome, confirmed.get(line.item),
        )
        for line in lines
        if line.kind in (Happened.OPENED, Happened.QUERIED, Happened.LISTED)
        for share in line.shares
        if share.received
    ]  # fmt: skip


def _counted(lines: Sequence[Line]) -> list[Counted]:
    # A count that stopped halfway is done again: the last time stands.
    counts = {line.detail: line for line in lines if line.kind is Happened.COUNTED}
    return [Counted(quarter, line.at, line.outcome == trail.YES) for quarter, line in sorted(counts.items())]


def _waiting(hub: Hub, session: Session, subject: str, given: Sequence[Given]) -> list[Waiting]:
    found = [*_ready(hub, session, subject), *_for_nobody_yet(hub, session, subject, given)]
    return sorted(found, key=lambda one: one.since, reverse=True)


def _ready(hub: Hub, session: Session, subject: str) -> list[Waiting]:
    unopened = (Delivery.opened_at.is_(None), Delivery.withdrawn_at.is_(None), Delivery.closed_at.is_(None))
    in_force = Delivery.permitted_until.is_(None) | (Delivery.permitted_until > hub.today())
    rows = session.scalars(select(Delivery).where(Delivery.subject_id == subject, *unopened, in_force))
    return [
        Waiting(one.at, one.recipient, title_of(hub, one.recipient), _said(one), one.purpose, one.suspended)
        for one in rows
    ]


def _for_nobody_yet(hub: Hub, session: Session, subject: str, given: Sequence[Given]) -> list[Waiting]:
    """Current facts for a role in which nobody knows this person, if the person's choice lets them flow."""
    links = session.scalars(select(Link.role).where(Link.subject_id == subject, Link.ended_at.is_(None)))
    there = set(links)
    return [
        Waiting(fact.at, flow.recipient.value, flow.recipient.value, fact.type, flow.purpose)
        for fact in _current(hub, session, subject)
        for flow in hub.agreement.flows_from(Role(fact.source_role), fact.type, fact.variant or None)
        if flow.recipient.value not in there and _may_flow(hub, given, flow)
    ]


def _current(hub: Hub, session: Session, subject: str) -> list[Message]:
    told = select(Message).where(Message.subject_id == subject, Message.withdrawn_at.is_(None))
    newest = {
        (one.type, one.variant, one.source): one
        for one in session.scalars(told.order_by(Message.position))
        if hub.messages[one.type].kind is Kind.FACT
    }
    return list(newest.values())


def _may_flow(hub: Hub, given: Sequence[Given], flow: Flow) -> bool:
    if not flow.needs_consent:
        return True
    return standing(given, flow.purpose, hub.today(), hub.terms(flow.purpose)).until is not None


def _said(item: Delivery) -> str:
    return item.flow.partition(":")[0] if item.kind == Item.MESSAGE.value else item.kind
