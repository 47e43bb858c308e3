"""Counts the codes that opened no window, by where they came from, without knowing where that is a day later."""

import hashlib
import hmac
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from hub.clock import day_of
from hub.people.models import WindowFailure
from hub.vault.vault import HUB, WINDOWS, Vault

# An azc may have one address for all; with 60 bits nobody guesses a code in any number of tries that fit in here.
FROM_ONE_NETWORK = 30
FROM_ALL = 2000
HOUR = timedelta(hours=1)


def count(session: Session, vault: Vault, network: str | None, at: datetime) -> None:
    """Remember one, and forget those of more than an hour ago. `at` is the wall clock; a network may be unknown."""
    session.execute(delete(WindowFailure).where(WindowFailure.at <= at - HOUR))
    session.execute(insert(WindowFailure), [{"source": _source(vault, network, day_of(at)), "at": at}])


def too_many(session: Session, vault: Vault, network: str | None, at: datetime) -> bool:
    """
    Did ten come from this network in the past hour, or two hundred from everywhere?

    One that cannot be known may be everybody's: nobody shuts another out there, and the two hundred remain.
    """
    # Around midnight the past hour has two keys.
    sources = {_source(vault, network, day) for day in (day_of(at), day_of(at - HOUR))}
    recent = WindowFailure.at > at - HOUR
    counted = select(func.count()).select_from(WindowFailure).where(recent)
    here = session.scalar(counted.where(WindowFailure.source.in_(sources))) or 0
    everywhere = session.scalar(counted) or 0
    return (network is not None and here >= FROM_ONE_NETWORK) or everywhere >= FROM_ALL


def _source(vault: Vault, network: str | None, day: date) -> str:
    key = hmac.digest(vault.partners.of(HUB, WINDOWS), f"afzender {day.isoformat()}".encode(), hashlib.sha256)
    return hmac.digest(key, (network or "").encode(), hashlib.sha256).hex()
