"""Everything that is held about one person, opened for that person: every column that the register says they see."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.exchange.hub import Hub
from hub.policy.decide import decide_access
from hub.rights import requests
from hub.rights.holding import Holding, Use, table_of
from hub.rights.holdings import about_persons, theirs
from hub.vault.seal import Place, Row, load, open_for, open_value
from hub.vault.subject_keys import KeyClass, Keys
from schemas.base import Json

Stored = Mapping[str, Any]
TRAIL = "audit_entries"
"""Not gathered here: the entries stand in the file with their proofs (see hub.rights.proven)."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What opening takes: the person's keys, and the version of the agreement under which it is done."""

    hub: Hub
    subject: str
    keys: Keys

    def value(self, kind: KeyClass, place: Place, sealed: bytes) -> bytes:
        """One sealed value."""
        return open_value(self.keys[kind], place, sealed)

    def fields(self, row: Row, sealed: Mapping[str, str]) -> dict[str, Json]:
        """Every field of a message, or of a notice."""
        permit = decide_access(self.subject, tuple(sorted(sealed)), self.hub.agreement.hash)
        return open_for(permit, sealed, self.keys[KeyClass.EXCHANGE], row)


def gather(hub: Hub, session: Session, subject: str, keys: Keys) -> dict[str, Json]:
    """By table: the rows, and of each column that is not in them why not. Recorded by the caller, beforehand."""
    opening = Opening(hub, subject, keys)
    with hub.vault.subjects.store.reading() as keystore:
        sessions = {"main": session, "keys": keystore}
        return {
            holding.table: _gathered(opening, sessions[holding.store], holding)
            for holding in about_persons()
            if holding.table != TRAIL
        }


def _gathered(opening: Opening, session: Session, holding: Holding) -> dict[str, Json]:
    table = table_of(holding.table)
    whole = select(table).where(theirs(holding.table, opening.subject)).order_by(*table.primary_key.columns)
    return {
        "bijWissen": holding.erase.value,
        "waarom": holding.why,
        "nietGetoond": {name: use.value for name, use in sorted(holding.columns.items()) if not use.visible},
        "rijen": [_shown(opening, holding, dict(row)) for row in session.execute(whole).mappings()],
    }


def _shown(opening: Opening, holding: Holding, row: Stored) -> dict[str, Json]:
    return {
        name: _opened(opening, holding.table, name, row) if holding.columns[name] is Use.OPENED else plain(row[name])
        for name in holding.visible
    }


def plain(value: Any) -> Json:
    """A stored value as JSON: instants in UTC, days as they are, bytes in hexadecimal."""
    match value:
        case datetime():
            # SQLite keeps no zone where the type does not add it: what we wrote was UTC.
            aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
            return aware.isoformat()
        case date():
            return value.isoformat()
        case bytes():
            return value.hex()
    known: Json = value
    return known


def _opened(opening: Opening, table: str, column: str, row: Stored) -> Json:
    return None if row[column] is None else OPENERS[table, column](opening, row)


def _language(opening: Opening, row: Stored) -> Json:
    return opening.value(KeyClass.LINKING, Place("subjects", "language", row["id"]), row["language"]).decode()


def _reference(opening: Opening, row: Stored) -> Json:
    return opening.value(KeyClass.LINKING, Place("links", "reference", row["id"]), row["reference"]).decode()


def _message(opening: Opening, row: Stored) -> Json:
    return opening.fields(Row("messages", row["id"], row["revision"]), row["fields"])


def _notice(opening: Opening, row: Stored) -> Json:
    return opening.fields(Row("deliveries", row["id"]), row["notice"])


def _answer(opening: Opening, row: Stored) -> Json:
    name = "\n".join((row["client_id"], row["path"], row["key"]))
    return load(opening.value(KeyClass.EXCHANGE, Place("answers", "body", name), row["body"]))


def _choice(opening: Opening, row: Stored) -> Json:
    return load(opening.value(KeyClass.CONSENT, Place("consent_events", "sealed", row["id"]), row["sealed"]))


def _request(opening: Opening, row: Stored) -> Json:
    return opening.value(KeyClass.EXCHANGE, requests.place(row["id"]), row["details"]).decode()


OPENERS: Mapping[tuple[str, str], Callable[[Opening, Stored], Json]] = {
    ("subjects", "language"): _language,
    ("links", "reference"): _reference,
    ("messages", "fields"): _message,
    ("deliveries", "notice"): _notice,
    ("answers", "body"): _answer,
    ("consent_events", "sealed"): _choice,
    ("rights_requests", "details"): _request,
}
"""How each sealed column is opened. A rule sees to it that none is missing."""


def rows_of(gathered: Mapping[str, Json], table: str) -> Iterable[dict[str, Any]]:
    """The rows of one table, for whoever makes a page of them."""
    found: Any = gathered[table]
    rows: list[dict[str, Any]] = found["rijen"]
    return rows


def as_bytes(value: object) -> bytes:
    """JSON as a person can read it, always the same for the same value."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
