"""The slip with which a resident opens their own window, and how long the window then stays open."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from hub.clock import day_of
from hub.db import new_id
from hub.people.codes import clean, grouped, mac, new_code
from hub.people.link_codes import Slip
from hub.people.models import WindowSession, WindowSlip
from hub.vault.vault import WINDOWS, Vault

# After so long without a press the window closes; and after so long whatever happens. By the wall clock.
IDLE = timedelta(minutes=15)
LONGEST = timedelta(minutes=60)
# A page that is looked at again within this time writes nothing.
_SEEN_AGAIN = timedelta(seconds=30)


def issue(session: Session, vault: Vault, subject: str, now: datetime, valid_days: int) -> Slip:
    """A new code for this person's window. An earlier one is void from now on, and what it opened is closed."""
    void(session, subject, now)
    code = new_code()
    expires_on = day_of(now) + timedelta(days=valid_days)
    row = {
        "id": new_id(), "subject_id": subject, "mac": mac(vault, WINDOWS, code), "issued_at": now,
        "expires_on": expires_on,
    }  # fmt: skip
    session.execute(insert(WindowSlip), [row])
    return Slip(grouped(code), expires_on)


def void(session: Session, subject: str, now: datetime) -> None:
    """No code of this person opens anything any more, and no window of theirs stays open."""
    theirs = select(WindowSlip.id).where(WindowSlip.subject_id == subject)
    session.execute(delete(WindowSession).where(WindowSession.slip_id.in_(theirs)))
    standing = (WindowSlip.subject_id == subject, WindowSlip.voided_at.is_(None))
    session.execute(update(WindowSlip).where(*standing).values(voided_at=now))


def find(session: Session, vault: Vault, code: str) -> WindowSlip | None:
    """The slip with this code, whatever its state. Found by a keyed hash and compared in constant time."""
    wanted = mac(vault, WINDOWS, clean(code))
    slip = session.scalars(
        select(WindowSlip).where(WindowSlip.mac == wanted).execution_options(populate_existing=True)
    ).one_or_none()
    return slip if slip is not None and hmac.compare_digest(slip.mac, wanted) else None


def works(slip: WindowSlip, today: date) -> bool:
    """Does it still open the window?"""
    return slip.voided_at is None and today < slip.expires_on


def of_subject(session: Session, subject: str) -> Sequence[WindowSlip]:
    """Every slip of this person, newest first: when it was made, and when it was last used."""
    newest = (WindowSlip.voided_at.is_not(None), WindowSlip.issued_at.desc())
    return session.scalars(select(WindowSlip).where(WindowSlip.subject_id == subject).order_by(*newest)).all()


def begin(session: Session, slip: WindowSlip, now: datetime, at: datetime) -> str:
    """Open the window with this slip: gives the secret of the cookie. `at` is the wall clock, `now` the domain's."""
    session.execute(delete(WindowSession).where(_over(at)))
    session.execute(update(WindowSlip).where(WindowSlip.id == slip.id).values(used_at=now))
    secret = secrets.token_urlsafe(32)
    row = {"id": _hash(secret), "slip_id": slip.id, "begun_at": at, "seen_at": at}
    session.execute(insert(WindowSession), [row])
    return secret


def behind(session: Session, secret: str, today: date, at: datetime) -> WindowSlip | None:
    """The slip with which this window was opened; None when it is closed: in time, by hand, or by a newer slip."""
    found = session.execute(
        select(WindowSlip)
        .join(WindowSession, WindowSession.slip_id == WindowSlip.id)
        .where(WindowSession.id == _hash(secret), ~_over(at))
    ).scalar_one_or_none()
    return found if found is not None and works(found, today) else None


def seen(session: Session, secret: str, at: datetime) -> None:
    """Somebody looked: the window stays open a while longer."""
    stale = (WindowSession.id == _hash(secret), WindowSession.seen_at <= at - _SEEN_AGAIN)
    session.execute(update(WindowSession).where(*stale).values(seen_at=at))


def is_stale(session: Session, secret: str, at: datetime) -> bool:
    """Was the last look long enough ago to write it down?"""
    stale = (WindowSession.id == _hash(secret), WindowSession.seen_at <= at - _SEEN_AGAIN)
    return session.scalar(select(WindowSession.id).where(*stale)) is not None


def end(session: Session, secret: str) -> None:
    """Close the window."""
    session.execute(delete(WindowSession).where(WindowSession.id == _hash(secret)))


def _over(at: datetime) -> ColumnElement[bool]:
    return or_(WindowSession.seen_at <= at - IDLE, WindowSession.begun_at <= at - LONGEST)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
