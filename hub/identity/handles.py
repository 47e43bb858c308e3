"""
Stands in an address for a person, an item or a message: random to everybody, and nothing outside one session.

So no address, history or log of a proxy tells who was looked at, nor that two looks were at the same person.
"""

import base64
import hmac
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Insert, select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from hub.db import table_of
from hub.identity.models import Handle

# 128 bits, in letters and digits that one can read aloud (RFC 4648, section 6).
FORM = "[a-z2-7]{26}"
_TABLE = table_of(Handle)
_ADD: Mapping[str, Insert] = {
    "postgresql": postgres_insert(_TABLE).on_conflict_do_nothing(),
    "sqlite": sqlite_insert(_TABLE).on_conflict_do_nothing(),
}


class Target(NamedTuple):
    """What an address stands for: a row's id, and the link by which this desk knows the person it is about."""

    link_id: str
    id: str


def person(link_id: str) -> Target:
    """The person behind a link."""
    return Target(link_id, link_id)


def give(session: Session, session_id: str, key: bytes, targets: Iterable[Target]) -> dict[Target, str]:
    """The handle of each target in this session, in a transaction that writes. Twice the same gives the same."""
    given = {target: _handle(session_id, key, target) for target in targets}
    if given:
        rows: list[dict[str, Any]] = [
            {"session_id": session_id, "handle": handle, "link_id": target.link_id, "target": target.id}
            for target, handle in given.items()
        ]
        connection = session.connection()
        connection.execute(_ADD[connection.dialect.name], rows)
    return given


def behind(session: Session, session_id: str, handle: str) -> Target | None:
    """What this handle stands for in this session; None in any other."""
    wanted = select(Handle.link_id, Handle.target).where(Handle.session_id == session_id, Handle.handle == handle)
    row = session.execute(wanted).one_or_none()
    return None if row is None else Target(row.link_id, row.target)


def _handle(session_id: str, key: bytes, target: Target) -> str:
    name = f"{session_id}\n{target.link_id}\n{target.id}".encode()
    return base64.b32encode(hmac.digest(key, name, "sha256")[:16]).decode().lower().rstrip("=")
