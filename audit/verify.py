"""
Check a whole trail: read every entry, build the tree anew, compare it with what is stored.

Who may rewrite the whole database can rewrite the tree as well; that shows only against a root that somebody
else kept: give those in `known`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from audit import export, records
from audit.errors import DoesNotOpen, RecordMismatch, TrailError
from audit.events import Json
from audit.export import BATCH, Opener, Record
from audit.models import EntryRow, HeadRow, NodeRow
from audit.tree import EMPTY_ROOT, Frontier, Node

# One wrong entry is worth a call; ten thousand lines of it help nobody.
MOST_PROBLEMS = 100


@dataclass(frozen=True)
class Report:
    """What was found: size and root of the entries as read; problems, which name positions, never content."""

    size: int
    root: bytes
    problems: tuple[str, ...]

    @property
    def valid(self) -> bool:
        """Nothing was found wrong."""
        return not self.problems


def verify(session: Session, opener: Opener | None = None, known: Mapping[int, bytes] = MappingProxyType({})) -> Report:
    """
    Read the trail from the first entry to its head, and say all that is wrong with it.

    With an opener, each record whose key exists is opened and compared with its commitment, and with the
    columns to search by that were not pruned. `known`: roots by size from signed checkpoints; a trail that
    is shorter or differs is reported. Others may append meanwhile: what comes after the head as first read
    is left for the next time. Holds one batch in memory; takes time in proportion to the trail.
    """
    findings = _Findings()
    # 1. How far should it go?
    size, packed = _head(session, findings)

    # 2. Every entry, in order, into a tree of our own.
    tree = _Rebuilt(session, findings, known)
    for entry in _entries(session, size, findings):
        if entry.index != tree.next_index:
            findings.add(_missing(tree.next_index, entry.index))
        tree.add(entry)
        _check_record(entry, opener, findings)
    if tree.next_index < size:
        findings.add(_missing(tree.next_index, size))
    tree.compare_nodes()

    # 3. Head, stray rows and known roots against that tree.
    if packed is not None and packed != tree.frontier.to_bytes():
        findings.add("The head is not that of the entries.")
    _check_strays(session, findings)
    for later in sorted(known):
        if later > size:
            findings.add(f"A checkpoint of {later} entries is known: the trail has been cut.")
    return Report(tree.frontier.size, tree.frontier.root, findings.told())


@dataclass
class _Findings:
    problems: list[str] = field(default_factory=list)
    untold: int = 0

    def add(self, problem: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)
        else:
            self.untold += 1

    def told(self) -> tuple[str, ...]:
        return (*self.problems, f"And {self.untold} more.") if self.untold else tuple(self.problems)


@dataclass
class _Rebuilt:
    """The tree as the entries give it, compared with the stored one as it grows."""

    session: Session
    findings: _Findings
    known: Mapping[int, bytes]
    frontier: Frontier = field(default_factory=Frontier)
    next_index: int = 0
    whole: bool = True
    completed: dict[Node, bytes] = field(default_factory=dict)

    def add(self, entry: Record) -> None:
        # After a gap every later place has shifted: one problem, not one for each subtree.
        self.whole = self.whole and entry.index == self.next_index
        self.frontier, completed = self.frontier.append(_recomputed_leaf(entry, self.findings))
        self.next_index = entry.index + 1
        if self.whole:
            self.completed.update(completed)
            if self.known.get(self.frontier.size, self.frontier.root) != self.frontier.root:
                self.findings.add(f"A checkpoint of {self.frontier.size} entries is known with another root.")
        if len(self.completed) >= BATCH:
            self.compare_nodes()

    def compare_nodes(self) -> None:
        """Look up the stored hashes of the subtrees completed since last time, and name those that differ."""
        if not self.completed:
            return
        stored = _stored_nodes(self.session, self.completed)
        for node, hash_ in self.completed.items():
            if stored.get(node) != hash_:
                first, end = node.position << node.level, node.position + 1 << node.level
                self.findings.add(f"The stored subtree over entries {first} to {end - 1} is not theirs.")
        self.completed.clear()


def _head(session: Session, findings: _Findings) -> tuple[int, bytes | None]:
    found = session.execute(select(HeadRow.size, HeadRow.frontier).where(HeadRow.id == 1)).first()
    if found is not None:
        try:
            return found.size, Frontier.from_bytes(found.size, found.frontier).to_bytes()
        except (TrailError, TypeError, AttributeError):
            findings.add("The head does not fit its own size.")
    else:
        findings.add("There is no head.")
    last = session.scalar(select(func.max(EntryRow.position)))
    return (0 if last is None else last + 1), None


def _entries(session: Session, size: int, findings: _Findings) -> Iterator[Record]:
    reached = 0
    try:
        for entry in export.stored(session, end=size):
            yield entry
            reached = entry.index + 1
    except (ValueError, TypeError):
        # SQLite stores anything in any column; what is no time cannot be read back as one.
        findings.add(f"The entries from {reached} on cannot be read.")


def _recomputed_leaf(entry: Record, findings: _Findings) -> bytes:
    try:
        leaf = records.leaf_hash(entry.version, entry.entry_id, entry.commitment)
    except (ValueError, TypeError):
        findings.add(f"Entry {entry.index}: its id, version or commitment is no such thing.")
        return EMPTY_ROOT
    if leaf != entry.leaf_hash:
        findings.add(f"Entry {entry.index}: its leaf is not made of its id, version and commitment.")
    if entry.version != records.VERSION:
        findings.add(f"Entry {entry.index}: version {entry.version} is not known.")
    return leaf


def _check_record(entry: Record, opener: Opener | None, findings: _Findings) -> None:
    if opener is None:
        return
    try:
        fact = export.opened(entry, opener).fact
    except RecordMismatch:
        findings.add(f"Entry {entry.index}: the record is not the one this entry was made for.")
    except (DoesNotOpen, TypeError):
        findings.add(f"Entry {entry.index}: the record does not open, though its key exists.")
    else:
        if fact is not None and not _columns_agree(entry, fact):
            findings.add(f"Entry {entry.index}: a column to search by says something else than the record.")


def _columns_agree(entry: Record, fact: Mapping[str, Json]) -> bool:
    at = None if entry.at is None else records.moment(entry.at)
    columns = {"soort": entry.kind, "tijdstip": at, "partij": entry.partner, "uitkomst": entry.outcome}
    return all(said is None or said == fact.get(name) for name, said in columns.items())


def _check_strays(session: Session, findings: _Findings) -> None:
    """Rows outside the trail. Each question is one statement: a writer in between does not disturb it."""
    size = select(HeadRow.size).where(HeadRow.id == 1).scalar_subquery()
    outside = or_(EntryRow.position < 0, EntryRow.position >= size)
    strays = session.scalar(select(func.count()).select_from(EntryRow).where(outside))
    if strays:
        findings.add(f"{strays} entries stand outside the trail.")
    count = select(func.count()).select_from(NodeRow).scalar_subquery()
    row = session.execute(select(size, count)).one()
    # A tree of n leaves has n minus (the ones in n written binary) complete subtrees above its leaves.
    if row[0] is not None and row[1] != row[0] - row[0].bit_count():
        findings.add("There are more, or fewer, stored subtrees than entries ask for.")


def _stored_nodes(session: Session, wanted: Mapping[Node, bytes]) -> dict[Node, bytes]:
    # On one level what was completed since the last time is one row of neighbours.
    levels: dict[int, list[int]] = {}
    for node in wanted:
        levels.setdefault(node.level, []).append(node.position)
    ranges = [
        and_(NodeRow.level == level, NodeRow.position.between(min(found), max(found)))
        for level, found in levels.items()
    ]
    rows = session.execute(select(NodeRow.level, NodeRow.position, NodeRow.hash).where(or_(*ranges)))
    return {Node(level, position): hash_ for level, position, hash_ in rows}


def _missing(first: int, end: int) -> str:
    return f"Entry {first} is missing." if end == first + 1 else f"Entries {first} to {end - 1} are missing."
