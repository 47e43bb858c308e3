"""
Fills a store as years of use would: whole persons with real keys, copies of a real message, a trail that verifies.

What is sealed in messages has the right size and does not open; the records of the trail do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any, cast

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import DeclarativeBase, Session

from audit import log
from audit.events import Event, Kind
from audit.export import read
from consent.models import ConsentEvent
from hub.clock import wall
from hub.db import new_id
from hub.exchange import trail
from hub.exchange.hub import Hub
from hub.exchange.models import Delivery, Exposure, Message
from hub.people.models import Link, LinkBranch, LinkCode, Subject
from hub.vault.models import SubjectKey
from hub.vault.subject_keys import DataKey, KeyClass
from schemas.base import Json
from tests.chain import AZC, Chain

MESSAGES_A_PERSON = 20
PEOPLE_A_BATCH = 250
# So many of the items still wait; the others were opened and confirmed.
WAITING_ONE_IN = 50
# Those who came before are known to the two vestigingen in turn.
VESTIGINGEN = ("almere", "zwolle")

Row = dict[str, Any]


@dataclass(frozen=True)
class Pattern:
    """The rows that one real resident left behind, to be copied."""

    subject: str
    rows: Mapping[str, Sequence[Row]]
    published: Mapping[str, Json]
    opened: Mapping[str, Json]


def fill(chain: Chain, messages: int) -> None:
    """Store this many messages, each with its item and its two entries in the trail."""
    pattern = _pattern(chain.hub)
    people = messages // MESSAGES_A_PERSON
    for first in range(0, people, PEOPLE_A_BATCH):
        _batch(chain.hub, pattern, range(first, min(first + PEOPLE_A_BATCH, people)))


def _pattern(hub: Hub) -> Pattern:
    with hub.database.reading() as session:
        subject = session.scalars(select(Message.subject_id).limit(1)).one()
        rows = {model.__tablename__: _rows_of(session, model, subject) for model in (Subject, Link, LinkCode)}
        rows |= {model.__tablename__: _rows_of(session, model, subject) for model in (Message, Delivery, Exposure)}
        rows["consent_events"] = _rows_of(session, ConsentEvent, subject)
        entries = list(islice(read(session, partial(trail.opener, hub)), 2000))
    records = {entry.kind: entry.fact["gegevens"] for entry in entries if entry.fact is not None}
    published, opened = records[Kind.PUBLISHED.value], records[Kind.OPENED.value]
    assert isinstance(published, Mapping)
    assert isinstance(opened, Mapping)
    return Pattern(subject, rows, cast("Mapping[str, Json]", published), cast("Mapping[str, Json]", opened))


def _rows_of(session: Session, model: type[DeclarativeBase], subject: str) -> list[Row]:
    table = _table(model)
    column = next(table.c[name] for name in ("subject_id", "subject", "id") if name in table.c)
    return [dict(row._mapping) for row in session.execute(select(table).where(column == subject))]


def _table(model: type[DeclarativeBase]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


@dataclass(frozen=True)
class Newcomer:
    """A person made up for filling: real keys, and copies of the pattern's links."""

    number: int
    audit: DataKey
    links: Mapping[str, Row]

    @property
    def subject(self) -> str:
        """The person's id."""
        return self.audit.subject


def _batch(hub: Hub, pattern: Pattern, numbers: range) -> None:
    now = wall()
    newcomers = [_newcomer(pattern, number) for number in numbers]
    _keep_keys(hub, newcomers, now)
    with hub.database.writing() as session:
        _keep_people(session, pattern, newcomers)
        copies = [(newcomer, number) for newcomer in newcomers for number in range(MESSAGES_A_PERSON)]
        entries = log.append_all(session, [pair for newcomer, _ in copies for pair in _events(pattern, newcomer, now)])
        # Of each two entries, the first is the publication.
        placed = [(who, entry.index) for (who, _), entry in zip(copies, entries[::2], strict=True)]
        _keep_messages(session, pattern, placed)


def _newcomer(pattern: Pattern, number: int) -> Newcomer:
    subject, token = new_id(), new_id()
    links = {}
    for link in pattern.rows["links"]:
        reference = None if link["reference_index"] is None else bytes.fromhex(token + new_id())
        copy = {**link, "id": new_id(), "subject_id": subject, "pseudonym": token[:26], "reference_index": reference}
        links[link["id"]] = copy
    # The secret is made here and is no secret: whoever reads the key store of a bench finds nothing.
    return Newcomer(number, DataKey(new_id(), subject, KeyClass.AUDIT, bytes.fromhex(token + token)), links)


def _keep_keys(hub: Hub, newcomers: Sequence[Newcomer], now: datetime) -> None:
    keys = hub.vault.subjects
    made = [one.audit for one in newcomers]
    others = [kind for kind in KeyClass if kind is not KeyClass.AUDIT]
    made += [DataKey(new_id(), one.subject, kind, one.audit.secret) for one in newcomers for kind in others]
    with keys.store.writing() as session:
        session.execute(insert(SubjectKey), [keys._row(key, now) for key in made])


def _keep_people(session: Session, pattern: Pattern, newcomers: Sequence[Newcomer]) -> None:
    rows = pattern.rows
    person = rows["subjects"][0]
    session.execute(insert(_table(Subject)), [{**person, "id": one.subject} for one in newcomers])
    session.execute(insert(_table(Link)), [link for one in newcomers for link in one.links.values()])
    branches = [
        {"link_id": link["id"], "branch": VESTIGINGEN[one.number % 2] if link["partner"] == "randstad" else AZC}
        for one in newcomers for link in one.links.values()
    ]  # fmt: skip
    session.execute(insert(_table(LinkBranch)), branches)
    codes = [{"id": new_id(), "subject_id": one.subject, "mac": bytes.fromhex(new_id() * 2)} for one in newcomers]
    session.execute(insert(_table(LinkCode)), [{**rows["link_codes"][0], **code} for code in codes])
    choices = [{**row, "id": new_id(), "subject": one.subject} for one in newcomers for row in rows["consent_events"]]
    session.execute(insert(_table(ConsentEvent)), choices)
    seen = [
        {**row, "subject_id": one.subject, "link_id": one.links[row["link_id"]]["id"]}
        for one in newcomers for row in rows["exposures"]
    ]  # fmt: skip
    session.execute(insert(_table(Exposure)), seen)


def _events(pattern: Pattern, newcomer: Newcomer, now: datetime) -> list[tuple[Event, log.Sealer]]:
    seal = trail.sealer(newcomer.audit)
    published = Event(Kind.PUBLISHED, now, "coa", trail.YES, pattern.published)
    return [(published, seal), (Event(Kind.OPENED, now, "randstad", trail.YES, pattern.opened), seal)]


def _keep_messages(session: Session, pattern: Pattern, placed: Sequence[tuple[Newcomer, int]]) -> None:
    message, item = pattern.rows["messages"][0], pattern.rows["deliveries"][0]
    messages, items = [], []
    for newcomer, index in placed:
        about = {"id": new_id(), "subject_id": newcomer.subject, "position": index}
        messages.append({**message, **about, "link_id": newcomer.links[message["link_id"]]["id"]})
        waits = {"opened_at": None, "acknowledged_at": None} if index // 2 % WAITING_ONE_IN == 0 else {}
        link = newcomer.links[item["link_id"]]["id"]
        items.append({**item, **about, "id": new_id(), "link_id": link, "message_id": about["id"], **waits})
    session.execute(insert(_table(Message)), messages)
    session.execute(insert(_table(Delivery)), items)
