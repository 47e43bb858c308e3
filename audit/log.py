"""The only writer of the trail: what happened is added at the end, in the same commit as the thing itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from sqlalchemy import Connection, bindparam, case, insert, select, update
from sqlalchemy.orm import Session

from audit import records
from audit.errors import TrailError
from audit.events import Event
from audit.models import Base
from audit.tree import Frontier

Sealer = Callable[[str, bytes], tuple[str, bytes]]
"""(entry id, plaintext) → (id of the key in hex, sealed bytes). Bind the sealed bytes to the entry id."""

_ENTRIES, _NODES, _HEAD = (Base.metadata.tables[f"audit_{name}"] for name in ("entries", "nodes", "head"))

# PostgreSQL: FOR UPDATE, writers take turns from here to their commit. SQLite has no such words: there the
# caller is the only writer already (BEGIN IMMEDIATE).
_LOCK = select(_HEAD.c.size, _HEAD.c.frontier).where(_HEAD.c.id == 1).with_for_update()
# Nobody can have moved it while we hold it. If somebody did, the size becomes NULL, which its column refuses, and
# nothing of this can be committed. Counting the rows would be a trip more, while everybody waits for the head.
_MOVE = (
    update(_HEAD)
    .where(_HEAD.c.id == 1)
    .values(size=case((_HEAD.c.size == bindparam("old_size"), bindparam("new_size"))), frontier=bindparam("frontier"))
    .execution_options(unanswered=True)
)
_ADD_ENTRIES, _ADD_NODES = insert(_ENTRIES), insert(_NODES)


@dataclass(frozen=True)
class Entry:
    """Where an event stands: its index from 0, and the leaf that a proof is about. A receipt holds both."""

    index: int
    leaf_hash: bytes


def begin(session: Session | Connection) -> None:
    """Make the head of an empty trail; nothing when there is one. For the migration, once."""
    if session.execute(select(_HEAD.c.id)).first() is None:
        session.execute(insert(_HEAD).values(id=1, size=0, frontier=b""))


def append(session: Session, event: Event, seal: Sealer) -> Entry:
    """
    Add one event in the caller's transaction: it stands when that commits; rolled back, it never stood.

    Locks the head until then, so do everything else first. May be called several times in one transaction;
    for events known together append_all is quicker. Raises TrailError when the head does not fit.
    """
    return append_all(session, [(event, seal)])[0]


def append_all(session: Session, events: Sequence[tuple[Event, Sealer]]) -> list[Entry]:
    """Add several events in this order, with one lock and three statements for all of them. See append."""
    if not events:
        return []
    # 1. All that takes time comes before the lock: salt, hash, seal, and what the caller still had to write.
    rows = [_sealed_row(event, seal) for event, seal in events]
    session.flush()
    connection = session.connection()

    # 2. One writer at a time from here: a position is given out once, and a rollback gives it back.
    found = connection.execute(_LOCK).first()
    if found is None:
        raise TrailError("The trail has no head. Run the migrations of this database.")
    before = after = Frontier.from_bytes(found.size, found.frontier)

    # 3. Give each its place, and complete the subtrees that it fills.
    nodes: list[dict[str, Any]] = []
    for row in rows:
        row["position"] = after.size
        after, completed = after.append(row["leaf_hash"])
        nodes += [{"level": level, "position": at, "hash": found} for (level, at), found in completed.items()]

    # 4. Entries, subtrees and head: the caller's commit makes them true together.
    connection.execute(_ADD_ENTRIES, rows)
    if nodes:
        connection.execute(_ADD_NODES, nodes)
    moved = {"old_size": before.size, "new_size": after.size, "frontier": after.to_bytes()}
    connection.execute(_MOVE, moved)
    return [Entry(row["position"], row["leaf_hash"]) for row in rows]


def _sealed_row(event: Event, seal: Sealer) -> dict[str, Any]:
    prepared = records.prepare(event)
    key_id, sealed = seal(prepared.entry_id, prepared.plaintext)
    searchable: Mapping[str, Any] = {
        "kind": event.kind.value,
        "at": event.at.astimezone(UTC),
        "partner": event.partner,
        "outcome": event.outcome,
    }
    return {
        "entry_id": prepared.entry_id,
        "version": records.VERSION,
        "commitment": prepared.commitment,
        "leaf_hash": prepared.leaf_hash,
        "key_id": key_id,
        "sealed": sealed,
        **searchable,
    }
