"""One key per person and per class, in a store of its own. Destroying a key erases what it sealed; none comes back."""

import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import Row, bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hub.db import Database, new_id
from hub.errors import EpochGone, KeyDestroyed, NotReady
from hub.vault.keyring import KeyProvider
from hub.vault.models import Base, KeyEpoch, PartnerKey, SubjectKey

KEY_BYTES = 32

# Any fixed number does: who writes a key holds it shared, who begins an epoch holds it alone.
_TURN = 0x6B657973
_NEWEST_EPOCH = select(func.max(KeyEpoch.epoch))

Found = TypeVar("Found")

_COLUMNS = (SubjectKey.key_id, SubjectKey.subject, SubjectKey.purpose, SubjectKey.epoch, SubjectKey.wrapped)
_OF_SUBJECT = select(*_COLUMNS).where(SubjectKey.subject == bindparam("subject"))
_BY_ID = select(*_COLUMNS).where(SubjectKey.key_id == bindparam("key_id"))
_LIVING = (
    select(SubjectKey.subject)
    .where(SubjectKey.subject.in_(bindparam("subjects", expanding=True)), SubjectKey.wrapped.is_not(None))
    .distinct()
)
# A statement takes so many values on every database.
AT_ONCE = 500


class KeyClass(StrEnum):
    """What a key is for; each class has an end of life of its own."""

    EXCHANGE = "exchange"
    LINKING = "linking"
    CONSENT = "consent"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class DataKey:
    """A person's key of one class, unwrapped for the length of one request."""

    id: str
    subject: str
    purpose: KeyClass
    secret: bytes = field(repr=False)


Keys = Mapping[KeyClass, DataKey]


def key_context(*parts: str) -> bytes:
    """What a wrapped key is bound to: (key id, person, class), or ("partner", partner, purpose)."""
    return b"".join(len(part.encode()).to_bytes(2, "big") + part.encode() for part in ("ketenhub/key/1", *parts))


class SubjectKeys:
    """The door to the key store for persons' keys. Nothing is kept in memory between calls."""

    def __init__(self, store: Database, provider: KeyProvider) -> None:
        self.store = store
        self.provider = provider

    def create(self, subject: str, now: datetime) -> Keys:
        """
        Make all classes of keys of a new person, committed before any data needs them.

        Raises KeyDestroyed when this person ever had keys: a destroyed key is never made again.
        """
        keys = {kind: DataKey(new_id(), subject, kind, secrets.token_bytes(KEY_BYTES)) for kind in KeyClass}
        try:
            _insert(
                self.store, self.provider, SubjectKey, lambda epoch: [self._row(k, now, epoch) for k in keys.values()]
            )
        except IntegrityError:
            raise KeyDestroyed("this person has, or had, keys already") from None
        return keys

    def id_of(self, subject: str, kind: KeyClass) -> str | None:
        """The name of the person's key of this class, destroyed or not; nothing is unwrapped."""
        rows = self.store.look_up(_OF_SUBJECT, subject=subject)
        return next((row.key_id for row in rows if row.purpose == kind), None)

    def known(self, subject: str) -> bool:
        """Whether this person has, or ever had, keys here."""
        return bool(self.store.look_up(_OF_SUBJECT, subject=subject))

    def of(self, subject: str, *kinds: KeyClass) -> Keys:
        """The person's keys of these classes. Raises KeyDestroyed when one is gone."""
        keys = _twice(lambda: self._of(subject, kinds))
        if len(keys) != len(kinds):
            raise KeyDestroyed("a key of this person is gone")
        return keys

    def by_id(self, key_id: str) -> DataKey | None:
        """The key with this id, or None when it was destroyed or never was."""
        return _twice(lambda: self._by_id(key_id))

    def living(self, subjects: Sequence[str]) -> set[str]:
        """Those of these persons who still have a key: of somebody who was forgotten, an older copy was put back."""
        found: set[str] = set()
        for start in range(0, len(subjects), AT_ONCE):
            some = subjects[start : start + AT_ONCE]
            rows = self.store.look_up(_LIVING, subjects=some)
            found.update(row.subject for row in rows)
        return found

    def destroy(self, subject: str, now: datetime, *kinds: KeyClass) -> None:
        """End these keys. What they sealed can never be opened again from this store; the empty rows stay."""
        with self.store.writing() as session:
            session.execute(
                update(SubjectKey)
                .where(SubjectKey.subject == subject, SubjectKey.purpose.in_(kinds), SubjectKey.wrapped.is_not(None))
                .values(wrapped=None, destroyed_at=now)
            )

    def _of(self, subject: str, kinds: Sequence[KeyClass]) -> Keys:
        rows = self.store.look_up(_OF_SUBJECT, subject=subject)
        return {KeyClass(row.purpose): self._unwrap(row) for row in rows if row.purpose in kinds}

    def _by_id(self, key_id: str) -> DataKey | None:
        row = next(iter(self.store.look_up(_BY_ID, key_id=key_id)), None)
        return self._unwrap(row) if row is not None and row.wrapped is not None else None

    def _row(self, key: DataKey, now: datetime, epoch: int | None = None) -> dict[str, object]:
        epoch = self.provider.epoch if epoch is None else epoch
        wrapped = self.provider.wrap(key.secret, key_context(key.id, key.subject, key.purpose), epoch)
        return {
            "key_id": key.id, "subject": key.subject, "purpose": key.purpose.value,
            "epoch": epoch, "wrapped": wrapped, "created_at": now,
        }  # fmt: skip

    def _unwrap(self, row: Row[Any]) -> DataKey:
        if row.wrapped is None:
            raise KeyDestroyed("a key of this person was destroyed")
        kind = KeyClass(row.purpose)
        secret = self.provider.unwrap(row.wrapped, row.epoch, key_context(row.key_id, row.subject, kind))
        return DataKey(row.key_id, row.subject, kind, secret)


class PartnerKeys:
    """Keys that belong to a partner or to the hub, not to a person; made once, kept in memory while we run."""

    def __init__(self, store: Database, provider: KeyProvider) -> None:
        self.store = store
        self.provider = provider
        self._known: dict[tuple[str, str], bytes] = {}

    def ensure(self, partner: str, purpose: str, now: datetime) -> None:
        """Make the key if it is not there yet; two that start at the same time agree on one."""
        if self._find(partner, purpose) is not None:
            return
        secret = secrets.token_bytes(KEY_BYTES)
        context = key_context("partner", partner, purpose)

        def rows(epoch: int) -> list[dict[str, object]]:
            wrapped = self.provider.wrap(secret, context, epoch)
            row = {"partner": partner, "purpose": purpose, "epoch": epoch, "wrapped": wrapped, "created_at": now}
            return [row]

        try:
            _insert(self.store, self.provider, PartnerKey, rows)
        except IntegrityError:
            # Another process was first; its key is the one that counts.
            return

    def of(self, partner: str, purpose: str) -> bytes:
        """The key. Raises NotReady when it was never made."""
        secret = self._find(partner, purpose)
        if secret is None:
            raise NotReady("The keys of a partner are missing. Type: ketenhub init")
        return secret

    def sealing(self, partner: str, purpose: str) -> DataKey:
        """The same key to seal what is the partner's own and about no person of theirs. Raises NotReady as `of`."""
        secret = self.of(partner, purpose)
        name = hashlib.sha256(key_context("sealing", partner, purpose)).hexdigest()[:32]
        return DataKey(name, partner, KeyClass.EXCHANGE, secret)

    def _find(self, partner: str, purpose: str) -> bytes | None:
        if (partner, purpose) not in self._known:
            secret = _twice(lambda: self._read(partner, purpose))
            if secret is None:
                return None
            self._known[partner, purpose] = secret
        return self._known[partner, purpose]

    def _read(self, partner: str, purpose: str) -> bytes | None:
        with self.store.reading() as session:
            row = session.get(PartnerKey, (partner, purpose))
        if row is None:
            return None
        return self.provider.unwrap(row.wrapped, row.epoch, key_context("partner", partner, purpose))


def epoch_for_new_keys(session: Session, *, alone: bool = False) -> int | None:
    """
    Under which epoch a key that is written in this transaction must be wrapped; None: nobody said, take the newest.

    It does not change until this transaction ends. `alone`: to change it, when nobody writes a key.
    """
    connection = session.connection()
    # On SQLite the transaction began as the only writer: everybody waits already.
    if connection.dialect.name != "sqlite":
        lock = func.pg_advisory_xact_lock if alone else func.pg_advisory_xact_lock_shared
        connection.execute(select(lock(_TURN)))
    return connection.scalar(_NEWEST_EPOCH)


def _insert(
    store: Database, provider: KeyProvider, table: type[Base], rows: Callable[[int], list[dict[str, object]]]
) -> None:
    # Wrapped before the lock, under the epoch that we know; once more when the store is at another by now. What is
    # committed is never under an epoch that ended meanwhile: its master key may be destroyed in the next second.
    epoch = provider.epoch
    while True:
        wrapped = rows(epoch)
        with store.writing() as session:
            present = epoch_for_new_keys(session)
            if present in (None, epoch):
                session.execute(insert(table), wrapped)
                return
        epoch = present


def _twice(read: Callable[[], Found]) -> Found:
    # The row was read, then wrapped anew under the next epoch, then the old master key was destroyed: read it again.
    try:
        return read()
    except EpochGone:
        return read()
