"""The same key and the same body get the same answer for 24 hours: what a partner sends twice, happens once."""

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar, cast

from sqlalchemy import bindparam, delete, insert, select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hub.db import UNANSWERED, table_of
from hub.errors import Conflict, KeyDestroyed
from hub.exchange.hub import Hub
from hub.exchange.models import Answer
from hub.exchange.situation import Situation
from hub.identity.principals import Principal
from hub.vault.seal import Place, dump, load, open_value, seal_value
from hub.vault.subject_keys import DataKey, KeyClass
from hub.vault.vault import FINGERPRINTS, HUB
from schemas.base import Json, Mistake

Answered = TypeVar("Answered")

KEPT = timedelta(hours=24)
LONGEST = 64
# Plain characters, no space at the edges: HTTP itself drops those (RFC 9110, section 5.5). The document says the same.
KEY = re.compile(r"[!-~]([ -~]*[!-~])?")
# One in so many answers also sweeps away old ones, a few at a time: there is no busy hour for it.
SWEEP_EVERY = 20
SWEPT_AT_ONCE = 100

_TABLE = table_of(Answer)
_FIND = select(_TABLE).where(
    _TABLE.c.client_id == bindparam("client"), _TABLE.c.path == bindparam("path"), _TABLE.c.key == bindparam("key")
)
_REPLACE = delete(_TABLE).where(
    _TABLE.c.client_id == bindparam("client"), _TABLE.c.path == bindparam("path"), _TABLE.c.key == bindparam("key")
)
_ROW = tuple_(_TABLE.c.client_id, _TABLE.c.path, _TABLE.c.key)
_OLD = (
    select(_TABLE.c.client_id, _TABLE.c.path, _TABLE.c.key)
    .where(_TABLE.c.at <= bindparam("before"))
    .limit(SWEPT_AT_ONCE)
    .with_for_update(skip_locked=True)
)
_SWEEP = delete(_TABLE).where(_ROW.in_(_OLD)).execution_options(**{UNANSWERED: True})
_KEEP = insert(_TABLE)


@dataclass(frozen=True, slots=True)
class Request:
    """A request that must happen once: by whom, where, under which key, with which body; and what its headers lack."""

    by: Principal
    path: str
    key: str
    body: Mapping[str, Json]
    mistakes: tuple[Mistake, ...] = ()


def mistakes_in_key(key: str | None) -> list[Mistake]:
    """What is wrong with this Idempotency-Key, and what to send instead."""
    if key is None or not key.strip():
        return [Mistake("Idempotency-Key", "Stuur de kop Idempotency-Key mee, met een nieuwe waarde per bericht.")]
    if len(key) > LONGEST or not KEY.fullmatch(key):
        return [Mistake("Idempotency-Key", f"Gebruik hooguit {LONGEST} gewone tekens, bijvoorbeeld een UUID.")]
    return []


def earlier(hub: Hub, session: Session, request: Request) -> dict[str, Json] | None:
    """
    The answer given to this request before, or None when it is new; an answer of over 24 hours ago makes room.

    Raises Conflict when the key was used with another body: that is another request.
    """
    client, path, key_text = _row(request)
    answer = session.connection().execute(_FIND, {"client": client, "path": path, "key": key_text}).one_or_none()
    if answer is None:
        return None
    sealing = _sealing_key(hub, answer.subject_id)
    if sealing is None or answer.at <= hub.now() - KEPT:
        session.connection().execute(_REPLACE, {"client": client, "path": path, "key": key_text})
        return None
    if not hmac.compare_digest(answer.fingerprint, fingerprint(hub, request)):
        raise other_body()
    return cast("dict[str, Json]", load(open_value(sealing, _place(request), answer.body)))


def other_body() -> Conflict:
    """The key belongs to another request."""
    return Conflict("sleutel-hergebruikt", "Deze Idempotency-Key hoort bij een ander bericht. Gebruik een nieuwe.")


def once_more(act: Callable[[], Answered]) -> Answered:
    """
    Do it; and when another request with the same key won the race, do it again: now its answer is found.

    The loser's transaction was undone by the database, so nothing happens twice.
    """
    try:
        return act()
    except IntegrityError:
        return act()


def keep(session: Session, situation: Situation, request: Request, body: Mapping[str, Json]) -> None:
    """Keep this answer in the transaction that it answers for, sealed with the person's key."""
    client, path, key = _row(request)
    # In the order in which it is answered: the second answer is the first, to the byte.
    text = json.dumps(body, ensure_ascii=False).encode()
    row = {
        "client_id": client, "path": path, "key": key, "at": situation.now, "subject_id": situation.subject,
        "fingerprint": fingerprint(situation.hub, request),
        "body": seal_value(situation.key(KeyClass.EXCHANGE), _place(request), text),
    }  # fmt: skip
    session.connection().execute(_KEEP, [row])
    if secrets.randbelow(SWEEP_EVERY) == 0:
        sweep(session, situation.now)


def sweep(session: Session, now: datetime) -> None:
    """Delete some answers of over 24 hours ago; what somebody else is busy with waits for the next time."""
    session.connection().execute(_SWEEP, {"before": now - KEPT})


def _sealing_key(hub: Hub, subject: str) -> DataKey | None:
    try:
        return hub.vault.subjects.of(subject, KeyClass.EXCHANGE)[KeyClass.EXCHANGE]
    except KeyDestroyed:
        return None


def _row(request: Request) -> tuple[str, str, str]:
    return request.by.client_id, request.path, request.key


def _place(request: Request) -> Place:
    return Place("answers", "body", "\n".join(_row(request)))


def fingerprint(hub: Hub, request: Request) -> bytes:
    """What tells this body from another; without the hub's key it tells nothing."""
    # Keyed: the body of a may-work message has a handful of values, and a bare hash of it would tell which.
    return hmac.digest(hub.vault.partners.of(HUB, FINGERPRINTS), dump(request.body), hashlib.sha256)
