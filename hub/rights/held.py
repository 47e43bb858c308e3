"""What the hub holds about a person now, shown to that person: every message with its fields, opened on record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from audit.events import Kind
from hub.exchange import trail
from hub.exchange.hub import Hub
from hub.exchange.situation import locked
from hub.identity.principals import RESIDENT
from hub.rights.gathered import gather, rows_of
from hub.rights.lines import title_of
from hub.vault.subject_keys import KeyClass
from schemas.base import Json


@dataclass(frozen=True, slots=True)
class Held:
    """One message: what it is about, by whom it was told and when, and its fields as they were told."""

    message: str
    title: str
    at: datetime
    fields: Mapping[str, Json]


def held_now(hub: Hub, subject: str) -> list[Held]:
    """Newest first. In the trail, committed, before anything is opened. Raises KeyDestroyed for who was erased."""
    with hub.database.writing() as session:
        situation = locked(hub, session, subject, *KeyClass)
        trail.write(session, situation, RESIDENT, Kind.ACCESSED, trail.YES, {})
    with hub.database.reading() as session:
        rows = list(rows_of(gather(hub, session, subject, situation.keys), "messages"))
    standing = [_held(hub, row) for row in rows if row["withdrawn_at"] is None]
    return sorted(standing, key=lambda one: one.at, reverse=True)


def _held(hub: Hub, row: Mapping[str, Any]) -> Held:
    # In the order in which the message has them; what the hub added itself comes last.
    own = [field.data_key or name for name, field in hub.messages[row["type"]].schema().fields.items()]
    opened: Mapping[str, Json] = row["fields"]
    fields = {name: opened[name] for name in [*own, *opened] if name in opened}
    return Held(row["type"], title_of(hub, row["source"]), datetime.fromisoformat(row["at"]), fields)
