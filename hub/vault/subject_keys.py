"""One key per person and per class, in a store of its own. Destroying a key erases what it sealed; none comes back."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from hub.db import Database, new_id
from hub.errors import KeyDestroyed, NotReady
from hub.vault.keyring import KeyProvider
from hub.vault.models import PartnerKey, SubjectKey

KEY_BYTES = 32

_COLUMNS = (SubjectKey.key_id, SubjectKey.subject, SubjectKey.purpose, SubjectKey.epoch, SubjectKey.wrapped)
_OF_SUBJECT = select(*_COLUMNS).where(SubjectKey.subject == bindparam("subject"))
_BY_ID = select(*_COLUMNS).where(SubjectKey.key_id == bindparam("key_id"))


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


def _context(*parts: str) -> bytes:
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
            with self.store.writing() as session:
                session.execute(insert(SubjectKey), [self._row(key, now) for key in keys.values()])
        except IntegrityError:
            raise KeyDestroyed("this person has, or had, keys already") from None
        return keys

    def known(self, subject: str) -> bool:
        """Whether this person has, or ever had, keys here."""
        return bool(self.store.look_up(_OF_SUBJECT, subject=subject))

    def of(self, subject: str, *kinds: KeyClass) -> Keys:
        """The person's keys of these classes. Raises KeyDestroyed when one is gone."""
        rows = self.store.look_up(_OF_SUBJECT, subject=subject)
        keys = {KeyClass(row.purpose): self._unwrap(row) for row in rows if row.purpose in kinds}
        if len(keys) != len(kinds):
            raise KeyDestroyed("a key of this person is gone")
        return keys

    def by_id(self, key_id: str) -> DataKey | None:
        """The key with this id, or None when it was destroyed or never was."""
        row = next(iter(self.store.look_up(_BY_ID, key_id=key_id)), None)
        return self._unwrap(row) if row is not None and row.wrapped is not None else None

    def destroy(self, subject: str, now: datetime, *kinds: KeyClass) -> None:
        """End these keys. What they sealed can never be opened again from this store; the empty rows stay."""
        with self.store.writing() as session:
            session.execute(
                update(SubjectKey)
                .where(SubjectKey.subject == subject, SubjectKey.purpose.in_(kinds), SubjectKey.wrapped.is_not(None))
                .values(wrapped=None, destroyed_at=now)
            )

    def _row(self, key: DataKey, now: datetime) -> dict[str, object]:
        wrapped = self.provider.wrap(key.secret, _context(key.id, key.subject, key.purpose))
        epoch = self.provider.epoch
        return {
            "key_id": key.id, "subject": key.subject, "purpose": key.purpose.value,
            "epoch": epoch, "wrapped": wrapped, "created_at": now,
        }  # fmt: skip

    def _unwrap(self, row: Row[Any]) -> DataKey:
        if row.wrapped is None:
            raise KeyDestroyed("a key of this person was destroyed")
        kind = KeyClass(row.purpose)
        secret = self.provider.unwrap(row.wrapped, row.epoch, _context(row.key_id, row.subject, kind))
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
        wrapped = self.provider.wrap(secret, _context("partner", partner, purpose))
        row = {
            "partner": partner, "purpose": purpose, "epoch": self.provider.epoch,
            "wrapped": wrapped, "created_at": now,
        }  # fmt: skip
        try:
            with self.store.writing() as session:
                session.execute(insert(PartnerKey), [row])
        except IntegrityError:
            # Another process was first; its key is the one that counts.
            return

    def of(self, partner: str, purpose: str) -> bytes:
        """The key. Raises NotReady when it was never made."""
        secret = self._find(partner, purpose)
        if secret is None:
            raise NotReady("The keys of a partner are missing. Type: ketenhub init")
        return secret

    def _find(self, partner: str, purpose: str) -> bytes | None:
        if (partner, purpose) not in self._known:
            with self.store.reading() as session:
                row = session.get(PartnerKey, (partner, purpose))
            if row is None:
                return None
            context = _context("partner", partner, purpose)
            self._known[partner, purpose] = self.provider.unwrap(row.wrapped, row.epoch, context)
        return self._known[partner, purpose]
