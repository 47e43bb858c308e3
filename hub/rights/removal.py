"""Takes away a person's rows, as the register of what we hold says; what partners must still be told stays a while."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.orm import Session

from hub.people.models import Link, LinkBranch, Subject
from hub.rights.holding import table_of
from hub.rights.holdings import removed, theirs

Counts = dict[str, int]
"""Rows per table."""

# Of the person themselves, and of the partners that must still hear of it.
_LAST = frozenset({"subjects", "links", "link_branches"})


def remove_rows(session: Session, subject: str) -> Counts:
    """Everything that the hub holds about this person, but for the person's own row and the links to partners."""
    return {
        holding.table: _delete(session, holding.table, subject) for holding in removed() if holding.table not in _LAST
    }


def remove_last_rows(session: Session, subject: str) -> Counts:
    """What was kept until every partner had confirmed, requests to delete included."""
    return {holding.table: _delete(session, holding.table, subject) for holding in removed()}


def close(session: Session, subject: str, needed: Collection[str], now: datetime) -> Counts:
    """
    Nobody knows this person any more; only the links in `needed` stay, with the name that a request to delete uses.

    What is left of the person is an empty row: no secret, no language.
    """
    others = (Link.subject_id == subject, Link.id.not_in(needed))
    ended = {"ended_at": func.coalesce(Link.ended_at, now), "reference": None, "reference_index": None}
    session.execute(update(table_of("links")).where(Link.subject_id == subject, Link.id.in_(needed)).values(ended))
    ids = select(Link.id).where(*others)
    branches = session.execute(delete(table_of("link_branches")).where(LinkBranch.link_id.in_(ids)))
    gone = session.execute(delete(table_of("links")).where(*others))
    emptied = {"secret": b"", "language": b"", "objected_at": None, "restricted_at": None}
    closed = {"closed_at": func.coalesce(Subject.closed_at, now)}
    session.execute(update(table_of("subjects")).where(Subject.id == subject).values({**emptied, **closed}))
    return {"link_branches": _count(branches), "links": _count(gone)}


def _delete(session: Session, table: str, subject: str) -> int:
    return _count(session.execute(delete(table_of(table)).where(theirs(table, subject))))


def _count(result: object) -> int:
    return int(cast("CursorResult[Any]", result).rowcount)
