"""
A drill: the newest copies are put back in a temporary place and opened with the key from the safe, as after a fire.

It touches nothing of the running hub but its trail, where the outcome is written down.
"""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from audit import proofs
from audit import verify as trail_check
from audit.errors import DoesNotOpen, OutsideTrail
from audit.events import Kind
from audit.models import EntryRow
from hub.backup import manifest, postgres, put_back
from hub.backup.manifest import Copy
from hub.db import Database
from hub.errors import KeyDestroyed, SealBroken
from hub.exchange import trail
from hub.exchange.hub import Hub
from hub.exchange.models import Message
from hub.people.models import Subject
from hub.vault import epochs
from hub.vault.keyring import FileKeyring
from hub.vault.models import SubjectKey
from hub.vault.seal import Place, Row, from_text, open_value
from hub.vault.subject_keys import KeyClass
from hub.vault.vault import Vault, open_vault
from schemas.agreement import Agreement
from schemas.base import Json, discover

EVERY_DAYS = 31
SAMPLE = 100


@dataclass(frozen=True, slots=True)
class Drilled:
    """What opened and what did not, in counts; a drill went well when nothing stayed shut."""

    keys: int
    keys_shut: int
    persons: int
    persons_without_keys: int
    values: int
    values_shut: int
    entries: int
    trail_problems: int
    # Whether the running trail continues the copied one.
    continues: bool

    @property
    def well(self) -> bool:
        """Nothing stayed shut, nothing was missing."""
        shut = self.keys_shut + self.persons_without_keys + self.values_shut + self.trail_problems
        return self.continues and shut == 0

    @property
    def record(self) -> dict[str, Json]:
        """As the trail keeps it."""
        return {
            "sleutels": self.keys, "sleutelsDicht": self.keys_shut, "personen": self.persons,
            "personenZonderSleutel": self.persons_without_keys, "waarden": self.values,
            "waardenDicht": self.values_shut, "regels": self.entries, "spoorGebreken": self.trail_problems,
            "looptDoor": self.continues,
        }  # fmt: skip


def drill(data: Copy, keys: Copy, keyring: FileKeyring, agreement: Agreement, live: Database, spare: str) -> Drilled:
    """
    Put both copies back beside the hub, open everything, look, and throw the copies away.

    `spare`: a URL of the PostgreSQL server where temporary databases can be made. Raises NotReady.
    """
    for copy in (data, keys):
        manifest.check(copy)
    with _temporarily(data, spare) as main, _temporarily(keys, spare) as store:
        vault = open_vault(store, keyring)
        living, shut = epochs.check_opening(store, keyring)
        persons, without = _persons(main, store)
        values, values_shut = _sample(main, vault)
        size, problems = _trail(main, vault, agreement)
        continues = _continues(live, data.manifest.size, bytes.fromhex(data.manifest.root))
    return Drilled(living, shut, persons, without, values, values_shut, size, problems, continues)


def overdue(database: Database, now: datetime) -> bool:
    """No drill went well in the last 31 days, and the hub is older than that."""
    with database.reading() as session:
        went_well = (EntryRow.kind == Kind.DRILL.value, EntryRow.outcome == trail.YES)
        last = session.scalar(select(func.max(EntryRow.at)).where(*went_well))
        since = last or session.scalar(select(func.min(EntryRow.at)))
    # SQLite keeps no zone; what was written is UTC.
    return since is not None and now - since.replace(tzinfo=now.tzinfo) > timedelta(days=EVERY_DAYS)


@contextmanager
def _temporarily(copy: Copy, spare: str) -> Iterator[Database]:
    with ExitStack() as stack:
        if copy.manifest.dialect == "sqlite":
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            url = f"sqlite:///{Path(folder) / 'drill.sqlite'}"
        else:
            url = stack.enter_context(postgres.spare(spare, f"ketenhub_drill_{uuid4().hex[:12]}"))
        put_back.put_back(copy, url)
        database = Database(url)
        stack.callback(database.close)
        yield database


def _persons(main: Database, store: Database) -> tuple[int, int]:
    with main.reading() as session:
        persons = set(session.scalars(select(Subject.id)))
    with store.reading() as session:
        known = set(session.scalars(select(SubjectKey.subject).distinct()))
    return len(persons), len(persons - known)


def _sample(main: Database, vault: Vault) -> tuple[int, int]:
    """Values that are opened and forgotten: the secret of some persons, and every field of some messages."""
    with main.reading() as session:
        opened = [*_secrets(session, vault), *_fields(session, vault)]
    return len(opened), opened.count(False)


def _secrets(session: Session, vault: Vault) -> Iterator[bool]:
    for row in session.execute(select(Subject.id, Subject.secret).order_by(func.random()).limit(SAMPLE)):
        yield from _opens(vault, row.id, KeyClass.LINKING, {Place("subjects", "secret", row.id): row.secret})


def _fields(session: Session, vault: Vault) -> Iterator[bool]:
    for message in session.scalars(select(Message).order_by(func.random()).limit(SAMPLE)):
        where = Row("messages", message.id, message.revision)
        sealed = {where.place(name): from_text(value) for name, value in message.fields.items()}
        yield from _opens(vault, message.subject_id, KeyClass.EXCHANGE, sealed)


def _opens(vault: Vault, subject: str, kind: KeyClass, sealed: Mapping[Place, bytes]) -> Iterator[bool]:
    try:
        key = vault.subjects.of(subject, kind)[kind]
    except KeyDestroyed:
        # Erased, and rightly shut. Whoever has no key at all is counted among the persons.
        return
    except SealBroken:
        yield False
        return
    for place, value in sealed.items():
        try:
            open_value(key, place, value)
            yield True
        except SealBroken:
            yield False


def _trail(main: Database, vault: Vault, agreement: Agreement) -> tuple[int, int]:
    hub = Hub(main, vault, agreement, discover(), _never)
    with main.reading() as session:
        report = trail_check.verify(session, partial(_open_record, hub))
    return report.size, len(report.problems)


def _open_record(hub: Hub, key_id: str, entry_id: str, sealed: bytes) -> bytes | None:
    try:
        return trail.opener(hub, key_id, entry_id, sealed)
    except SealBroken as error:
        # Its key does not open with this master key: in a drill a fault to count, not the end of it.
        raise DoesNotOpen("the key of a record does not open") from error


def _never() -> datetime:
    raise TypeError("a drill decides nothing, and so needs no time")


def _continues(live: Database, size: int, root: bytes) -> bool:
    try:
        with live.reading() as session:
            return proofs.root_at(session, size) == root
    except OutsideTrail:
        return False
