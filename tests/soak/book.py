"""The driver's own book of what the hub answered, and the comparison with what the hub has."""

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from audit import export
from audit import verify as trail_check
from audit.events import Kind
from audit.export import Record
from audit.models import EntryRow
from consent.models import ConsentEvent
from hub.exchange import trail
from hub.exchange.hub import Hub
from hub.exchange.models import Answer, Delivery, Message
from hub.people.models import Link, LinkCode
from tests.soak.line import Call, Heard, Tally

# A road without a key leaves a line in the trail for every attempt that came through, answered or not.
Bounds = tuple[int, int]


@dataclass
class Book:
    """What was answered. Everything here is certain; what was lost on the way is in the tally."""

    published: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    choices: set[str] = field(default_factory=set)
    registered: set[str] = field(default_factory=set)
    redeemed: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    refused_keys: set[str] = field(default_factory=set)
    acknowledged: set[str] = field(default_factory=set)
    # Acknowledged by an attempt without an answer, and withdrawn before the next: nobody outside can know.
    perhaps: set[str] = field(default_factory=set)
    opened: set[str] = field(default_factory=set)
    roots: dict[int, bytes] = field(default_factory=dict)
    answered: Counter[tuple[str, int]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def writing(self, call: Call, heard: Heard) -> Iterator[None]:
        """Write down one answer; every one is counted."""
        with self.lock:
            self.answered[f"{call.method} {call.road}", heard.status] += 1
            yield

    def complain(self, what: str) -> None:
        """Something was answered that never may be."""
        with self.lock:
            self.wrong.append(what)

    def count(self, road: str, *statuses: int) -> int:
        """How often this road was answered so."""
        return sum(n for (name, status), n in self.answered.items() if name == road and status in statuses)


@dataclass
class Comparison:
    """The book beside the stores. `checks`: how many things were compared; `wrong`: each that differs."""

    hub: Hub
    book: Book
    tally: Tally
    checks: int = 0
    wrong: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Compare everything."""
        with self.hub.database.reading() as session:
            self._publications(session)
            self._keys(session)
            self._choices(session)
            self._links(session)
            self._items(session)
            self._trail_counts(session)
            self._trail(session)
        for complaint in self.book.wrong:
            self._same("while it ran", complaint, "")

    def _publications(self, session: Session) -> None:
        """Every answered publication is there once, at the place in the trail that its receipt says."""
        rows = session.execute(
            select(Message.id, Message.position, EntryRow.leaf_hash, EntryRow.kind)
            .outerjoin(EntryRow, EntryRow.position == Message.position)
        ).all()  # fmt: skip
        self._same("messages", Counter(row.id for row in rows), Counter(list(self.book.published)))
        for row in rows:
            receipt = self.book.published.get(row.id, {}).get("ontvangstbewijs")
            found = {"index": row.position, "bladhash": row.leaf_hash.hex()}
            self._same(f"receipt of {row.id}", found, receipt)
            self._same(f"entry of {row.id}", row.kind, Kind.PUBLISHED.value)

    def _keys(self, session: Session) -> None:
        """What was done stands under its key; what was refused stands nowhere."""
        kept = set(session.scalars(select(Answer.key)))
        self._same("keys", kept, self.book.keys)
        self._same("keys of refusals", kept & self.book.refused_keys, set())

    def _choices(self, session: Session) -> None:
        self._same("choices", set(session.scalars(select(ConsentEvent.id))), self.book.choices)

    def _links(self, session: Session) -> None:
        for partner, known in (("coa", self.book.registered), ("randstad", self.book.redeemed)):
            names = session.scalars(select(Link.pseudonym).where(Link.partner == partner))
            self._same(f"people of {partner}", Counter(names), Counter(list(known)))
        used = _count(session, LinkCode.id, LinkCode.redeemed_at.is_not(None))
        self._same("slips used", used, len(self.book.redeemed))

    def _items(self, session: Session) -> None:
        acknowledged = set(session.scalars(select(Delivery.id).where(Delivery.acknowledged_at.is_not(None))))
        self._same("acknowledged", acknowledged - self.book.perhaps, self.book.acknowledged - self.book.perhaps)
        opened = set(session.scalars(select(Delivery.id).where(Delivery.opened_at.is_not(None))))
        # One that was opened by an attempt that got no answer, and could not be opened again later, is in no book.
        self._same("opened, and not in the hub", self.book.opened - opened, set())
        both = _count(session, Delivery.id, Delivery.withdrawn_at.is_not(None), Delivery.opened_at.is_not(None))
        self._same("withdrawn unopened, yet opened", both, 0)

    def _trail_counts(self, session: Session) -> None:
        counted = select(EntryRow.kind, func.count()).group_by(EntryRow.kind)
        found: Counter[str] = Counter(dict(session.execute(counted).tuples().all()))  # type: ignore[arg-type]
        for kind, (least, most) in self._bounds(session).items():
            n = found.pop(kind.value, 0)
            self._same(f"entries {kind.value}: {n} of {least} to {most}", least <= n <= most, True)
        self._same("entries of other kinds", dict(found), {})

    def _bounds(self, session: Session) -> dict[Kind, Bounds]:
        book, exactly = self.book, _exactly
        publishing = [f"POST /{name}" for name in COLLECTIONS]
        return {
            Kind.PUBLISHED: exactly(len(book.published)),
            Kind.PUBLICATION_REFUSED: self._between(publishing, 403),
            Kind.CONSENT: exactly(len(book.choices)),
            Kind.LINKED: exactly(len(book.redeemed)),
            Kind.LINK_CODE_REFUSED: self._between([REDEEM], 400),
            Kind.LINK_CODE_ISSUED: self._between(["POST /koppelcodes"], 201),
            Kind.REGISTERED: self._between(["POST /betrokkenen"], 200, 201),
            Kind.QUERIED: self._between([f"POST /{name}/_zoek" for name in COLLECTIONS], 200),
            Kind.OPENED: self._between([OPEN], 200),
            Kind.OPENING_REFUSED: self._between([OPEN], 404),
            Kind.ACKNOWLEDGED: exactly(_count(session, Delivery.id, Delivery.acknowledged_at.is_not(None))),
        }

    def _between(self, roads: Iterable[str], *statuses: int) -> Bounds:
        least = sum(self.book.count(road, *statuses) for road in roads)
        return least, least + sum(self.tally.lost[road] for road in roads)

    def _trail(self, session: Session) -> None:
        """Whole, a continuation of every signed head that was fetched meanwhile, and equal to what lies ready."""
        opener = partial(trail.opener, self.hub)
        report = trail_check.verify(session, opener, known=self.book.roots)
        self._same("the trail", report.problems, ())
        said: Counter[str] = Counter()
        for entry in export.read(session, opener):
            said.update(_items_said(entry))
        kinds = select(Delivery.handed_over, func.count()).where(Delivery.kind == "bericht")
        stored = dict(session.execute(kinds.group_by(Delivery.handed_over)).tuples().all())
        self._same("items offered", stored.get(False, 0), said["aangeboden"])
        self._same("items handed over", stored.get(True, 0), said["nageleverd"])
        self._same("endings", _count(session, Delivery.id, Delivery.kind == "beeindigd"), said["beeindigd"])
        asked = _count(session, Delivery.id, Delivery.kind == "verwijderverzoek")
        self._same("requests to delete", asked, said["verwijderverzoek"])

    def _same(self, what: str, found: object, wanted: object) -> None:
        self.checks += 1
        if found != wanted:
            self.wrong.append(f"{what}: {_short(found)}, and in the book {_short(wanted)}")


COLLECTIONS = (
    "werkmogelijkheden", "dienstverbanden", "urenstaten", "koppelingen", "verplaatsingen", "aanvraagstatussen",
)  # fmt: skip
REDEEM = "POST /koppelcodes/_verzilver"
OPEN = "GET /postvak/*"


def _exactly(n: int) -> Bounds:
    return n, n


def _count(session: Session, column: InstrumentedAttribute[str], *which: Any) -> int:
    return session.scalar(select(func.count(column)).where(*which)) or 0


def _items_said(entry: Record) -> Iterator[str]:
    fact: Any = entry.fact or {}
    record = fact.get("gegevens", {})
    if fact.get("soort") == Kind.PUBLISHED.value:
        yield from (one["uitkomst"] for one in record["besluiten"])
    yield from (one["uitkomst"] for one in record.get("naleveringen", ()) if one["uitkomst"] == "nageleverd")
    yield from ("beeindigd" for _ in record.get("beeindigd", ()))
    yield from ("verwijderverzoek" for _ in record.get("verwijderverzoeken", ()))


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) < 300 else f"{text[:300]}… ({len(text)})"
