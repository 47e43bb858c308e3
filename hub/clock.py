"""What time and which day it is, for the domain. Tokens and sessions use the wall clock, never this one."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
"""Gives the present instant, aware and in UTC."""

OFFICE = ZoneInfo("Europe/Amsterdam")


def wall() -> datetime:
    """The machine's clock, in UTC."""
    return datetime.now(UTC)


def day_of(instant: datetime) -> date:
    """The calendar day at the desks where the partners work. Terms in days (365, 14, 90) are counted in these."""
    return instant.astimezone(OFFICE).date()


def stamp(instant: datetime) -> str:
    """An instant as it leaves the hub: RFC 3339, UTC, whole seconds."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
