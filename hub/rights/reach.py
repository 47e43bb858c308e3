"""
What a partner's system could have seen of one person, and when: by asking, in its inbox, and of what it told itself.

Follows the rules by which the hub decides, over time: links that began and ended, choices, objections, restrictions.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import export
from audit.events import Kind
from consent.models import ConsentEvent
from consent.standing import Choice
from hub.clock import OFFICE
from hub.exchange import suspend, trail
from hub.exchange.hub import Hub
from hub.exchange.models import Delivery, Message
from hub.exchange.query import own_fields
from hub.exchange.route import Item
from hub.people.models import Link
from hub.policy.decide import NOTICE_FIELDS
from hub.rights.spans import FAR, Span, both, span, without
from schemas.agreement import Agreement, Flow, Role
from schemas.base import Kind as Sort

FILE = ("toestemmingen", "verzoeken", "koppelcodes")
"""What a casemanager can look up besides messages."""


class How(StrEnum):
    """By which road; the words on the wire."""

    ASKING = "vraag"
    INBOX = "postvak"
    OWN = "eigen-bericht"
    FILE = "dossier"


@dataclass(frozen=True, slots=True)
class Could:
    """These fields, by this road, for this purpose, could have been seen in this stretch of time."""

    message: str
    purpose: str
    how: How
    fields: tuple[str, ...]
    when: Span


@dataclass(frozen=True, slots=True)
class Asker:
    """Whose reach: the partner's links that the system sees, when it worked, under which agreements."""

    role: Role
    partner: str
    window: Sequence[Span]
    agreements: Sequence[Agreement]


@dataclass(frozen=True)
class _Person:
    """Everything about one person that a decision in the past depended on."""

    hub: Hub
    messages: Sequence[Message]
    deliveries: Sequence[Delivery]
    choices: Sequence[ConsentEvent]
    objected: Sequence[Span]
    restricted: Sequence[Span]

    def permitted(self, agreement: Agreement, flow: Flow) -> list[Span]:
        """When this flow to whoever was linked was permitted."""
        begin, end = _midnight(agreement.valid_from), agreement.valid_until
        valid = span(begin, None if end is None else _midnight(end + timedelta(days=1)))
        if flow.needs_consent:
            allowed = both(valid, self._consented(agreement, flow.purpose))
        else:
            allowed = without(valid, self.objected)
        return without(allowed, self.restricted)

    def _consented(self, agreement: Agreement, purpose: str) -> list[Span]:
        terms = (agreement.notices.get(purpose, ""), agreement.explained(purpose))
        of_purpose = [one for one in self.choices if one.purpose == purpose]
        found = []
        for one, following in zip(of_purpose, [*of_purpose[1:], None], strict=True):
            if one.choice == Choice.YES.value and (one.notice, one.facts) == terms:
                until = _midnight(one.day + timedelta(days=agreement.consent_days))
                found += span(_aware(one.at), until, None if following is None else _aware(following.at))
        return found

    def current(self, message: Message) -> list[Span]:
        """When this was the newest of its kind from its source."""
        same = (message.source, message.type, message.variant)
        later = [
            one.at
            for one in self.messages
            if one.position > message.position and (one.source, one.type, one.variant) == same
        ]
        return span(message.at, message.withdrawn_at, min(later, default=None))


def reach(hub: Hub, session: Session, asker: Asker, links: Sequence[Link], audit_key: str | None) -> list[Could]:
    """All that these links of one person opened to the asker. `audit_key`: the id of the person's key of the trail."""
    person = _look(hub, session, links[0].subject_id, audit_key)
    return [
        could
        for link in links
        for linked in [both(asker.window, span(link.since, link.ended_at))]
        for road in (_asking, _inbox, _own, _file)
        for could in road(person, asker, link, linked)
    ]


def _asking(person: _Person, asker: Asker, link: Link, linked: Sequence[Span]) -> Iterator[Could]:
    for agreement in asker.agreements:
        for flow in agreement.flows_to(asker.role):
            if person.hub.messages[flow.message].kind is not Sort.FACT:
                continue
            allowed = both(linked, person.permitted(agreement, flow))
            for message in person.messages:
                if _flows(flow, message) and message.source != asker.partner:
                    yield from _each(flow, How.ASKING, flow.fields, both(allowed, person.current(message)))


def _inbox(person: _Person, asker: Asker, link: Link, linked: Sequence[Span]) -> Iterator[Could]:
    for item in (one for one in person.deliveries if one.link_id == link.id):
        lies = span(item.at, item.withdrawn_at, item.closed_at)
        if item.kind != Item.MESSAGE.value:
            # Notices may be read after the link ended, too.
            fields = NOTICE_FIELDS if item.kind == Item.ENDED.value else ()
            for when in both(lies, asker.window):
                yield Could(item.kind, item.purpose, How.INBOX, fields, when)
            continue
        for agreement in asker.agreements:
            for flow in agreement.flows:
                if (flow.id, flow.purpose) == (item.flow, item.purpose):
                    allowed = both(linked, person.permitted(agreement, flow))
                    yield from _each(flow, How.INBOX, flow.fields, both(allowed, lies))


def _own(person: _Person, asker: Asker, link: Link, linked: Sequence[Span]) -> Iterator[Could]:
    for message in (one for one in person.messages if one.link_id == link.id):
        fields = own_fields(person.hub.messages[message.type])
        for when in both(linked, span(message.at, message.withdrawn_at)):
            yield Could(message.type, How.OWN, How.OWN, fields, when)


def _file(person: _Person, asker: Asker, link: Link, linked: Sequence[Span]) -> Iterator[Could]:
    if asker.role is Role.COA:
        for when in linked:
            yield Could(How.FILE, How.FILE, How.FILE, FILE, when)


def _each(flow: Flow, how: How, fields: tuple[str, ...], spans: Sequence[Span]) -> Iterator[Could]:
    for when in spans:
        yield Could(flow.message, flow.purpose, how, fields, when)


def _flows(flow: Flow, message: Message) -> bool:
    same = (flow.message, flow.source.value) == (message.type, message.source_role)
    return same and flow.variant in (None, message.variant)


def _look(hub: Hub, session: Session, subject: str, audit_key: str | None) -> _Person:
    choices = select(ConsentEvent).where(ConsentEvent.subject == subject).order_by(ConsentEvent.sequence)
    held = [] if audit_key is None else _held(hub, session, audit_key)
    return _Person(
        hub,
        session.scalars(select(Message).where(Message.subject_id == subject).order_by(Message.position)).all(),
        session.scalars(select(Delivery).where(Delivery.subject_id == subject)).all(),
        session.scalars(choices).all(),
        _between(held, Kind.OBJECTION, suspend.REJECTED),
        _between(held, Kind.RESTRICTION, suspend.ENDED),
    )


def _held(hub: Hub, session: Session, audit_key: str) -> list[tuple[Kind, str, datetime]]:
    kinds = (Kind.OBJECTION, Kind.RESTRICTION)
    read = export.read(session, partial(trail.opener, hub), key_id=audit_key, kinds=kinds)
    facts = [one.fact for one in read if one.fact is not None]
    return [
        (Kind(str(fact["soort"])), str(fact["uitkomst"]), datetime.fromisoformat(str(fact["tijdstip"])))
        for fact in facts
    ]


def _between(held: Sequence[tuple[Kind, str, datetime]], kind: Kind, ending: str) -> list[Span]:
    """From each beginning to the first ending after it. An objection that was upheld does not end."""
    ends = [at for sort, outcome, at in held if sort is kind and outcome == ending]
    begins = [at for sort, outcome, at in held if sort is kind and outcome == suspend.BEGUN]
    return [Span(at, min((end for end in ends if end > at), default=FAR)) for at in begins]


def _aware(at: datetime) -> datetime:
    # Of consent's own table: SQLite keeps no zone, and what was written is UTC.
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), OFFICE).astimezone(UTC)
