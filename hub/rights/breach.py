"""
The breach question: a key of a partner's system was stolen; what was seen with it, and what could have been?

What was seen comes from the trail, which holds every answer and opening. What could have been seen comes from the
stores and the trail, by the rules of those days. The answer names nobody, unless coa asks who they are.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from audit import export
from audit.events import Kind
from audit.export import Record
from hub.clock import stamp
from hub.errors import NotFound
from hub.exchange import trail
from hub.exchange.hub import Hub
from hub.exchange.models import Delivery, Message
from hub.exchange.query import own_fields
from hub.exchange.route import Item
from hub.identity import clients
from hub.identity.models import Client
from hub.identity.principals import Author
from hub.people.models import Link, LinkBranch
from hub.policy import agreements
from hub.policy.decide import NOTICE_FIELDS
from hub.rights.reach import FILE, Asker, Could, How, reach
from hub.rights.spans import FAR, Span, both
from hub.vault.models import SubjectKey
from hub.vault.subject_keys import KeyClass
from schemas.agreement import Agreement, Role
from schemas.base import Json

LOOKED = (Kind.QUERIED, Kind.OPENED, Kind.CONSULTED, Kind.LISTED)


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose key was stolen (None: any of the partner's), and between which moments it could have been used."""

    partner: str
    client: str | None
    period: Span


@dataclass(frozen=True, slots=True)
class Saw:
    """These fields were answered or opened, at this instant, to this system."""

    message: str
    purpose: str
    how: How
    fields: tuple[str, ...]
    at: datetime
    client: str


@dataclass(frozen=True)
class Exposed:
    """One person: what was seen of them, what could have been. `name` is coa's; nobody else learns it."""

    subject: str = field(repr=False)
    name: str | None = field(repr=False)
    saw: Sequence[Saw]
    could: Sequence[Could]


@dataclass(frozen=True)
class Breach:
    """The answer. `acts`: everything that the system did, by kind. `forgotten`: looks at persons erased since."""

    asked: Asked
    clients: Mapping[str, Sequence[Span]]
    persons: Sequence[Exposed]
    acts: Mapping[str, int]
    forgotten: int
    told_to: Sequence[str]

    @property
    def seen(self) -> int:
        """Of how many persons something was seen."""
        return sum(1 for person in self.persons if person.saw)


def ask(hub: Hub, by: Author, asked: Asked) -> Breach:
    """
    The answer, and a record of the question in the trail: who asked, never what came out about whom.

    Raises NotFound for a partner that is not in the agreement, or a system that the partner never had.
    """
    party = hub.agreement.partners.get(asked.partner)
    if party is None:
        raise NotFound("partij")
    with hub.database.reading() as session:
        systems = _systems(hub, session, asked)
        if not systems:
            raise NotFound("client")
        windows = {system.client_id: _worked(hub, session, system, asked.period) for system in systems}
        looks = list(_looks(hub, session, asked))
        seen, forgotten = _seen(hub, session, looks)
        persons = _persons(hub, session, asked, party.role, systems, windows, seen)
        found = Breach(asked, windows, persons, _acts(looks), forgotten, _told_to(session, asked, persons, party.role))
    record: dict[str, Json] = {
        "partij": asked.partner, "vanClient": asked.client, "van": stamp(asked.period.begin),
        "tot": stamp(asked.period.end), "personen": len(persons), "gezien": found.seen,
    }  # fmt: skip
    trail.write_about_nobody(hub, by, Kind.BREACH, trail.YES, record)
    return found


def _systems(hub: Hub, session: Session, asked: Asked) -> list[Client]:
    wanted = select(Client).where(Client.partner == asked.partner)
    if asked.client is not None:
        wanted = wanted.where(Client.client_id == asked.client)
    return list(session.scalars(wanted.order_by(Client.client_id)))


def _worked(hub: Hub, session: Session, system: Client, period: Span) -> list[Span]:
    """When this system was let in during the period: the trail knows when it was shut out, and let in again."""
    read = export.read(session, partial(trail.opener, hub), kinds=[Kind.CLIENT])
    told: list[Any] = [one.fact for one in read if one.fact is not None]
    changes = [
        (datetime.fromisoformat(fact["tijdstip"]), fact["uitkomst"])
        for fact in told
        if fact["gegevens"].get("client") == system.client_id
    ]
    found, since = [], period.begin
    for at, outcome in changes:
        if outcome == clients.SUSPENDED and since is not FAR:
            found += [Span(since, at)]
            since = FAR
        elif outcome == clients.RESUMED and since is FAR:
            since = at
    return both([*found, Span(since, FAR)] if since is not FAR else found, [period])


def _looks(hub: Hub, session: Session, asked: Asked) -> Iterator[Record]:
    """Every entry that the partner's system wrote in the period, opened where its key exists."""
    for entry in export.stored(session):
        told = (entry.partner in (None, asked.partner)) and (entry.at is None or _within(entry.at, asked.period))
        if not told:
            continue
        opened = export.opened(entry, partial(trail.opener, hub))
        if opened.fact is None:
            # Its person was erased: that it happened is all that is left.
            if entry.partner == asked.partner:
                yield opened
        elif _by_asked(opened.fact, asked):
            yield opened


def _by_asked(fact: Mapping[str, Any], asked: Asked) -> bool:
    within = _within(datetime.fromisoformat(fact["tijdstip"]), asked.period)
    same = asked.client in (None, fact["gegevens"].get("client"))
    return bool(fact["partij"] == asked.partner and same and within)


def _within(at: datetime, period: Span) -> bool:
    return period.begin <= at < period.end


def _acts(looks: Sequence[Record]) -> dict[str, int]:
    kinds = (str(look.fact["soort"]) if look.fact is not None else look.kind or "?" for look in looks)
    return dict(sorted(Counter(kinds).items()))


def _seen(hub: Hub, session: Session, looks: Sequence[Record]) -> tuple[dict[str, list[Saw]], int]:
    whose = {row.key_id: row.subject for row in _keys(hub, {look.key_id for look in looks if look.key_id is not None})}
    versions: dict[str, Agreement | None] = {}
    found: dict[str, list[Saw]] = {}
    for look in looks:
        if look.fact is not None and look.key_id in whose:
            found.setdefault(whose[look.key_id], []).extend(_read(hub, session, versions, look.fact))
    forgotten = sum(1 for look in looks if look.fact is None and look.kind in LOOKED and look.outcome == trail.YES)
    return found, forgotten


def _keys(hub: Hub, key_ids: set[str]) -> Sequence[Any]:
    found: list[Any] = []
    with hub.vault.subjects.store.reading() as session:
        for some in _some(sorted(key_ids)):
            found += session.execute(
                select(SubjectKey.key_id, SubjectKey.subject).where(SubjectKey.key_id.in_(some))
            ).all()
    return found


def _some(many: Sequence[str]) -> Iterator[Sequence[str]]:
    return (many[at : at + 500] for at in range(0, len(many), 500))


def _read(hub: Hub, session: Session, versions: dict[str, Agreement | None], fact: Mapping[str, Any]) -> Iterator[Saw]:
    """What one entry says that was seen; nothing when it is about something else, or was refused."""
    told = fact["gegevens"]
    if fact["uitkomst"] != trail.YES or fact["soort"] not in LOOKED:
        return
    at, client = datetime.fromisoformat(fact["tijdstip"]), str(told.get("client"))
    if fact["soort"] == Kind.CONSULTED:
        yield _consulted(hub, told, at, client)
    elif fact["soort"] == Kind.QUERIED:
        decided = {one["stroom"]: one for one in told["besluiten"]}
        for flow in dict.fromkeys(one["stroom"] for one in told["beantwoord"]):
            if flow not in decided:
                yield Saw(told["bericht"], How.OWN, How.OWN, own_fields(hub.messages[told["bericht"]]), at, client)
            else:
                fields = _fields(hub, versions, decided[flow])
                yield Saw(told["bericht"], decided[flow]["doel"], How.ASKING, fields, at, client)
    elif fact["soort"] == Kind.LISTED:
        # Whom it was about and what sort it was; of the name, which field.
        for one in told.get("besluiten", ()):
            if one.get("besluit") == "ja":
                yield Saw(one["stroom"].partition(":")[0], one["doel"], How.INBOX, tuple(one["velden"]), at, client)
    elif "kennisgeving" in told["besluit"]:
        notice = told["besluit"]
        fields = NOTICE_FIELDS if notice["kennisgeving"] == Item.ENDED.value else ()
        yield Saw(notice["kennisgeving"], notice["doel"], How.INBOX, fields, at, client)
    else:
        kind = str(told["besluit"]["stroom"]).partition(":")[0]
        yield Saw(kind, told["besluit"]["doel"], How.INBOX, _fields(hub, versions, told["besluit"]), at, client)


def _consulted(hub: Hub, told: Mapping[str, Any], at: datetime, client: str) -> Saw:
    if "bericht" in told:
        return Saw(told["bericht"], How.OWN, How.OWN, own_fields(hub.messages[told["bericht"]]), at, client)
    # A page, a paper, a request: what the file of a resident has besides messages.
    return Saw(How.FILE, How.FILE, How.FILE, FILE, at, client)


def _fields(hub: Hub, versions: dict[str, Agreement | None], decision: Mapping[str, Any]) -> tuple[str, ...]:
    """The fields of the flow, as the agreement had it that the decision names."""
    digest = decision["afspraak"]
    if digest not in versions:
        versions[digest] = hub.agreement if digest == hub.agreement.hash else agreements.version(hub.database, digest)
    kept = versions[digest]
    flows = () if kept is None else kept.flows
    named = (decision["stroom"], decision["doel"])
    return next((flow.fields for flow in flows if (flow.id, flow.purpose) == named), ())


def _persons(
    hub: Hub, session: Session, asked: Asked, role: Role, systems: Sequence[Client],
    windows: Mapping[str, Sequence[Span]], seen: Mapping[str, Sequence[Saw]],
) -> list[Exposed]:  # fmt: skip
    versions = agreements.worked_by(session, asked.period.begin, asked.period.end, hub.agreement)
    could: dict[str, dict[Could, None]] = {}
    for system in systems:
        asker = Asker(role, asked.partner, windows[system.client_id], versions)
        for subject, links in _links(session, asked, system).items():
            found = reach(hub, session, asker, links, hub.vault.subjects.id_of(subject, KeyClass.AUDIT))
            could.setdefault(subject, {}).update(dict.fromkeys(found))
    names = _names(hub, session, {*could, *seen})
    return [
        Exposed(subject, names.get(subject), seen.get(subject, ()), tuple(could.get(subject, {})))
        for subject in sorted({*could, *seen})
        if could.get(subject) or seen.get(subject)
    ]


def _links(session: Session, asked: Asked, system: Client) -> dict[str, list[Link]]:
    """The links that this system sees, by person. Ended ones too: their notices may still be read."""
    wanted = select(Link).where(Link.partner == asked.partner, Link.since < asked.period.end)
    if system.branches:
        known = select(LinkBranch.link_id).where(LinkBranch.branch.in_(system.branches))
        wanted = wanted.where(Link.id.in_(known))
    found: dict[str, list[Link]] = {}
    for link in session.scalars(wanted.order_by(Link.since, Link.id)):
        found.setdefault(link.subject_id, []).append(link)
    return found


def _names(hub: Hub, session: Session, subjects: set[str]) -> dict[str, str]:
    """The name by which coa knows each, its newest link first."""
    coa = [partner.name for partner in hub.agreement.partners_with(Role.COA)]
    found: dict[str, str] = {}
    for some in _some(sorted(subjects)):
        wanted = select(Link.subject_id, Link.pseudonym).where(Link.partner.in_(coa), Link.subject_id.in_(some))
        found |= {row.subject_id: row.pseudonym for row in session.execute(wanted.order_by(Link.since))}
    return found


def _told_to(session: Session, asked: Asked, persons: Sequence[Exposed], role: Role) -> list[str]:
    """coa sees who receives what it publishes: those partners are told about, too. Another source never learns it."""
    if role is not Role.COA:
        return []
    wanted = (
        select(Delivery.recipient, Delivery.subject_id)
        .join(Message, Message.id == Delivery.message_id)
        .where(Message.source == asked.partner, Delivery.at < asked.period.end)
        .where(or_(Message.withdrawn_at.is_(None), Message.withdrawn_at > asked.period.begin))
    )
    concerned = {person.subject for person in persons}
    return sorted({row.recipient for row in session.execute(wanted.distinct()) if row.subject_id in concerned})
