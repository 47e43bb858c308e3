"""What tests of the trail share: keys with a memory, events, the plainest tree, and a way past the guards."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256, shake_256
from secrets import token_hex

from sqlalchemy import text
from sqlalchemy.orm import Session

from audit import log, tree
from audit.errors import DoesNotOpen
from audit.events import Event, Json, Kind
from audit.log import Entry
from hub.db import Database
from tests.stores import Stores

NOON = datetime(2023, 3, 1, 12, 0, tzinfo=UTC)


class Keys:
    """A vault in a few lines: it seals, it opens, and it can destroy. No protection whatever."""

    def __init__(self) -> None:
        self.current = token_hex(16)
        self.living = {self.current}

    def seal(self, entry_id: str, plaintext: bytes) -> tuple[str, bytes]:
        check = sha256(self.current.encode() + entry_id.encode() + plaintext).digest()
        return self.current, check + self._stream(self.current, plaintext)

    def open(self, key_id: str, entry_id: str, sealed: bytes) -> bytes | None:
        if key_id not in self.living:
            return None
        plaintext = self._stream(key_id, sealed[32:])
        if sha256(key_id.encode() + entry_id.encode() + plaintext).digest() != sealed[:32]:
            raise DoesNotOpen
        return plaintext

    def destroy(self) -> None:
        """The key so far is gone for ever; the next entry gets another."""
        self.living.remove(self.current)
        self.current = token_hex(16)
        self.living.add(self.current)

    def _stream(self, key_id: str, data: bytes) -> bytes:
        stream = shake_256(key_id.encode()).digest(len(data))
        return bytes(a ^ b for a, b in zip(data, stream, strict=True))


def an_event(
    kind: Kind = Kind.PUBLISHED,
    at: datetime = NOON,
    partner: str | None = "coa",
    outcome: str | None = "aangeboden",
    record: Mapping[str, Json] | None = None,
) -> Event:
    return Event(kind, at, partner, outcome, record if record is not None else {"stroom": "koppeling:coa>gemeente"})


def add(database: Database, keys: Keys, count: int = 1) -> list[Entry]:
    """So many entries, one after the other in one commit."""
    with database.writing() as session:
        return [log.append(session, an_event(record={"nummer": number}), keys.seal) for number in range(count)]


def naive_root(leaves: Sequence[bytes]) -> bytes:
    """MTH as RFC 6962, section 2.1 writes it down: slow, and hard to get wrong."""
    if len(leaves) < 2:
        return leaves[0] if leaves else tree.EMPTY_ROOT
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return tree.node_hash(naive_root(leaves[:split]), naive_root(leaves[split:]))


@contextmanager
def past_the_guards(stores: Stores) -> Iterator[Session]:
    """The owner of the database, with every trigger out of the way: an attacker who may do anything."""
    with stores.owner.writing() as session:
        if stores.dialect == "sqlite":
            triggers = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
            for trigger in triggers:
                session.execute(text(f'DROP TRIGGER "{trigger}"'))
        else:
            for table in ("audit_entries", "audit_nodes", "audit_head"):
                session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        yield session
