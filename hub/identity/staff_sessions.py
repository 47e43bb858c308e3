"""Who is signed in: sessions on the server, which end by themselves, by signing out, or when somebody ends them."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from hub.identity.models import Handle, StaffSession
from hub.identity.staff import Function, Staff

Seal = Callable[[str, bytes], bytes]
"""Seals or opens a value that stands in the session with this id."""

# After so long without a press somebody is signed out; and after so long whatever happens. By the wall clock.
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=10)
# A page that is looked at again within this time writes nothing.
SEEN_AGAIN = timedelta(seconds=30)
ON_THE_WAY = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """
    A session that is open: its id, whose it is, who vouched for them, whether the last look was long ago.

    `fresh`: somebody signed in just now, and so may still be on the way back from their organisation's own site.
    """

    id: str
    staff: Staff
    provider: str
    stale: bool
    fresh: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """One open session, for an operator: nobody's name."""

    staff: str
    partner: str
    function: str
    begun_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Begun:
    """A new session. `secret` is for the cookie and is kept nowhere."""

    id: str
    secret: str = field(repr=False)


def begin(session: Session, seal: Seal, staff: Staff, provider: str, at: datetime) -> Begun:
    """Sign somebody in; sessions that are over go at the same time."""
    end_where(session, _over(at))
    secret = secrets.token_urlsafe(32)
    begun = Begun(name_of(secret), secret)
    row = {
        "id": begun.id, "staff": staff.id, "partner": staff.partner, "function": staff.function.value,
        "branches": sorted(staff.branches), "provider": provider, "begun_at": at, "seen_at": at,
        "name": seal(begun.id, staff.name.encode()),
    }  # fmt: skip
    session.execute(insert(StaffSession), [row])
    return begun


def behind(session: Session, opens: Seal, secret: str, at: datetime) -> SignedIn | None:
    """Who is signed in with this secret; None when nobody is, or not any more."""
    row = session.scalar(select(StaffSession).where(StaffSession.id == name_of(secret), ~_over(at)))
    if row is None:
        return None
    name = opens(row.id, row.name).decode()
    staff = Staff(row.staff, name, Function(row.function), row.partner, frozenset(row.branches))
    stale, fresh = row.seen_at <= at - SEEN_AGAIN, row.begun_at > at - ON_THE_WAY
    return SignedIn(row.id, staff, row.provider, stale, fresh)


def seen(session: Session, session_id: str, at: datetime) -> None:
    """Somebody looked: they stay signed in a while longer."""
    stale = (StaffSession.id == session_id, StaffSession.seen_at <= at - SEEN_AGAIN)
    session.execute(update(StaffSession).where(*stale).values(seen_at=at))


def listed(session: Session, at: datetime) -> list[Listed]:
    """Every open session, by partner, then by when it began."""
    rows = select(StaffSession).where(~_over(at)).order_by(StaffSession.partner, StaffSession.begun_at)
    return [Listed(row.staff, row.partner, row.function, row.begun_at, row.seen_at) for row in session.scalars(rows)]


def end(session: Session, session_id: str) -> None:
    """Sign out."""
    end_where(session, StaffSession.id == session_id)


def end_of(session: Session, *, staff: str | None = None, partner: str | None = None) -> int:
    """End every session of this person, or of this partner; gives how many there were."""
    theirs = StaffSession.staff == staff if partner is None else StaffSession.partner == partner
    return end_where(session, theirs)


def end_where(session: Session, *conditions: ColumnElement[bool]) -> int:
    """End these sessions, with every address that was good for them; gives how many there were."""
    ended = list(session.scalars(select(StaffSession.id).where(*conditions)))
    if ended:
        session.execute(delete(Handle).where(Handle.session_id.in_(ended)))
        session.execute(delete(StaffSession).where(StaffSession.id.in_(ended)))
    return len(ended)


def sweep(session: Session, at: datetime) -> int:
    """End what is over by itself."""
    return end_where(session, _over(at))


def name_of(secret: str) -> str:
    """Under which id the session of this cookie is kept."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _over(at: datetime) -> ColumnElement[bool]:
    return or_(StaffSession.seen_at <= at - IDLE, StaffSession.begun_at <= at - LONGEST)
