"""Days are those at the desks in Amsterdam; instants are in UTC."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.clock import day_of, stamp, wall

instants = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(lambda one: one.replace(tzinfo=UTC))  # noqa: DTZ001 (made aware)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        # Winter: one hour ahead of UTC.
        (datetime(2023, 3, 1, 22, 59, 59, tzinfo=UTC), date(2023, 3, 1)),
        (datetime(2023, 3, 1, 23, 0, tzinfo=UTC), date(2023, 3, 2)),
        # Summer: two.
        (datetime(2023, 7, 1, 21, 59, 59, tzinfo=UTC), date(2023, 7, 1)),
        (datetime(2023, 7, 1, 22, 0, tzinfo=UTC), date(2023, 7, 2)),
        # The nights in which the clock moves, and the last of the year.
        (datetime(2023, 3, 25, 23, 0, tzinfo=UTC), date(2023, 3, 26)),
        (datetime(2023, 10, 28, 22, 0, tzinfo=UTC), date(2023, 10, 29)),
        (datetime(2023, 12, 31, 23, 0, tzinfo=UTC), date(2024, 1, 1)),
    ],
)
def test_a_day_begins_at_midnight_in_amsterdam(instant: datetime, day: date) -> None:
    assert day_of(instant) == day


@given(instants, st.integers(-12, 14))
def test_a_day_does_not_depend_on_how_the_instant_was_written(instant: datetime, hours: int) -> None:
    elsewhere = instant.astimezone(timezone(timedelta(hours=hours)))
    assert day_of(elsewhere) == day_of(instant)
    assert stamp(elsewhere) == stamp(instant)


@given(instants, st.integers(0, 10**7))
def test_days_never_go_back(instant: datetime, seconds: int) -> None:
    assert day_of(instant) <= day_of(instant + timedelta(seconds=seconds))


def test_an_instant_leaves_in_utc_and_whole_seconds() -> None:
    assert stamp(datetime(2023, 3, 1, 9, 12, 44, 999999, tzinfo=UTC)) == "2023-03-01T09:12:44Z"
    assert stamp(datetime(2023, 3, 1, 9, 12, 44, tzinfo=timezone(timedelta(hours=1)))) == "2023-03-01T08:12:44Z"


@given(instants)
def test_an_instant_that_left_can_be_read_back(instant: datetime) -> None:
    assert datetime.fromisoformat(stamp(instant)) == instant.replace(microsecond=0)


def test_the_machines_clock_is_aware_and_in_utc() -> None:
    assert wall().utcoffset() == timedelta(0)
    assert abs(wall() - datetime.now(UTC)) < timedelta(minutes=1)
