"""Remembers what may not come again: a proof that was used, a token that was handed back."""

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session

from hub.db import Database
from hub.identity.models import RevokedToken, UsedAssertion

# Each new row takes along at most this many that ran out: the tables stay small, and no request pays for all.
SWEPT_AT_ONCE = 100
# Machines' clocks differ: what one still accepts, no other has forgotten.
MARGIN = timedelta(minutes=1)


def use_assertion(database: Database, client_id: str, jti: str, expires_at: datetime, now: datetime) -> bool:
    """
    True for the first to use this `jti` of this client; False for everyone after, also at the same moment.

    Committed before the answer: the unique key decides, not a look beforehand.
    """
    row = {"client_id": client_id, "jti_hash": sha256(jti.encode("utf-8", "surrogatepass")).hexdigest()}
    try:
        with database.writing() as session:
            session.execute(insert(UsedAssertion).values(**row, expires_at=expires_at))
            sweep(session, UsedAssertion.expires_at, now)
    except IntegrityError:
        return False
    return True


def revoke_token(database: Database, jti: str, expires_at: datetime, now: datetime) -> None:
    """From the commit on, no request comes in with this token. Twice is no mistake."""
    try:
        with database.writing() as session:
            session.execute(insert(RevokedToken).values(jti=jti, expires_at=expires_at))
            sweep(session, RevokedToken.expires_at, now)
    except IntegrityError:
        return


def sweep(session: Session, expires_at: InstrumentedAttribute[datetime], now: datetime) -> None:
    """Take along a few rows of this table that ran out."""
    table = expires_at.class_.__table__
    old = (
        select(*table.primary_key)
        .where(table.c.expires_at < now - MARGIN)
        .limit(SWEPT_AT_ONCE)
        # Two sweepers never wait for each other's rows (PostgreSQL; SQLite has one writer at a time).
        .with_for_update(skip_locked=True)
    )
    for key in session.execute(old).all():
        session.execute(
            delete(table).where(*(column == value for column, value in zip(table.primary_key, key, strict=True)))
        )
