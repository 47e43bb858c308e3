"""Writes what happened into the trail, in the transaction in which it happens, sealed under the person's audit key."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from audit import log
from audit.errors import DoesNotOpen
from audit.events import Event, Kind
from audit.export import Opener
from audit.log import Entry, Sealer
from hub.errors import SealBroken
from hub.exchange.hub import Hub
from hub.exchange.situation import Situation
from hub.identity.principals import Author
from hub.vault.seal import Place, open_value, seal_value
from hub.vault.subject_keys import DataKey, KeyClass
from hub.vault.vault import NOBODY
from schemas.base import Json

YES, NO = "ja", "nee"


def write(
    session: Session, situation: Situation, by: Author, kind: Kind, outcome: str, record: Mapping[str, Json]
) -> Entry:
    """Record something about this person. The trail's head is locked here, so this comes last."""
    return _append(session, situation.key(KeyClass.AUDIT), by, kind, outcome, record, situation.now)


def write_each(
    session: Session, by: Author, kind: Kind, records: Sequence[tuple[Situation, str, Mapping[str, Json]]]
) -> None:
    """Record the same kind of thing about several persons, each sealed under their own key; the head is locked once."""
    log.append_all(session, [
        (_event(by, kind, outcome, record, situation.now), sealer(situation.key(KeyClass.AUDIT)))
        for situation, outcome, record in records
    ])  # fmt: skip


def write_about_nobody(hub: Hub, by: Author, kind: Kind, outcome: str, record: Mapping[str, Json]) -> Entry:
    """Record something about nobody in particular (a master key, a drill), in a transaction of its own."""
    with hub.database.writing() as session:
        return write_for_nobody(hub, session, by, kind, outcome, record)


def write_for_nobody(
    hub: Hub, session: Session, by: Author, kind: Kind, outcome: str, record: Mapping[str, Json]
) -> Entry:
    """The same in the caller's transaction; of somebody who is forgotten too: counts and opaque ids, no person."""
    key = hub.vault.subjects.of(NOBODY, KeyClass.AUDIT)[KeyClass.AUDIT]
    return _append(session, key, by, kind, outcome, record, hub.now())


def place(entry_id: str) -> Place:
    """Where the sealed record of an entry stands."""
    return Place("audit_entries", "sealed", entry_id)


def opener(hub: Hub, key_id: str, entry_id: str, sealed: bytes) -> bytes | None:
    """The record of an entry; None when its key was destroyed. Raises DoesNotOpen when it was moved or changed."""
    key = hub.vault.subjects.by_id(key_id)
    if key is None:
        return None
    try:
        return open_value(key, place(entry_id), sealed)
    except SealBroken as error:
        raise DoesNotOpen("a record does not open with its own key") from error


def opener_with(key: DataKey) -> Opener:
    """Opens the entries of one person, with their key in hand: one look in the key store for all of them."""

    def open_entry(key_id: str, entry_id: str, sealed: bytes) -> bytes | None:
        if key_id != key.id:
            return None
        try:
            return open_value(key, place(entry_id), sealed)
        except SealBroken as error:
            raise DoesNotOpen("a record does not open with its own key") from error

    return open_entry


def receipt(entry: Entry) -> dict[str, Json]:
    """What the partner keeps: with it, a proof can be asked that its message stands in the trail."""
    return {"index": entry.index, "bladhash": entry.leaf_hash.hex()}


def sealer(key: DataKey) -> Sealer:
    """Seals a record at its own place in the trail, with this audit key."""

    def seal(entry_id: str, plaintext: bytes) -> tuple[str, bytes]:
        return key.id, seal_value(key, place(entry_id), plaintext)

    return seal


def _append(
    session: Session, key: DataKey, by: Author, kind: Kind, outcome: str,
    record: Mapping[str, Json], now: datetime,
) -> Entry:  # fmt: skip
    return log.append(session, _event(by, kind, outcome, record, now), sealer(key))


def _event(by: Author, kind: Kind, outcome: str, record: Mapping[str, Json], now: datetime) -> Event:
    who = {"client": by.client_id, "vestigingen": sorted(by.branches)}
    return Event(kind=kind, at=now, partner=by.partner, outcome=outcome, record={**who, **record})
