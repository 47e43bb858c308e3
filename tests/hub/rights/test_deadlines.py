"""A request is answered within a month, by the calendar of the desks."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.clock import OFFICE, day_of
from hub.rights.deadlines import due_on, extended

INSTANTS = st.datetimes(datetime(1999, 1, 1), datetime(2101, 1, 1), timezones=st.just(OFFICE))  # noqa: DTZ001
DAYS = st.dates(date(1999, 1, 1), date(2101, 1, 1))


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T10:00:00+00:00")


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2023-03-01", "2023-04-01"),
        ("2023-01-28", "2023-02-28"),
        ("2023-01-29", "2023-02-28"),
        ("2023-01-31", "2023-02-28"),
        ("2024-01-31", "2024-02-29"),
        ("2100-01-31", "2100-02-28"),
        ("2000-01-31", "2000-02-29"),
        ("2023-02-28", "2023-03-28"),
        ("2024-02-29", "2024-03-29"),
        ("2023-08-31", "2023-09-30"),
        ("2023-12-31", "2024-01-31"),
        ("2023-11-30", "2023-12-30"),
    ],
)
def test_a_month_ends_on_the_same_date_or_on_the_last_day_of_the_month(received: str, due: str) -> None:
    assert due_on(at(received)) == date.fromisoformat(due)


def test_the_day_is_that_of_the_desks() -> None:
    # Half past eleven at night in UTC is the next day in Amsterdam, winter and summer.
    assert due_on(datetime(2023, 1, 30, 23, 30, tzinfo=UTC)) == date(2023, 2, 28)
    assert due_on(datetime(2023, 5, 31, 22, 30, tzinfo=UTC)) == date(2023, 7, 1)
    assert due_on(datetime(2023, 5, 31, 21, 30, tzinfo=UTC)) == date(2023, 6, 30)


def test_a_weekend_or_holiday_does_not_lengthen_it() -> None:
    assert due_on(at("2023-04-01")) == date(2023, 5, 1)
    # A Saturday, and Christmas.
    assert due_on(at("2023-03-15")) == date(2023, 4, 15)
    assert due_on(at("2023-11-25")) == date(2023, 12, 25)


@pytest.mark.parametrize(
    ("received", "due"),
    [("2023-03-01", "2023-06-01"), ("2023-01-31", "2023-04-28"), ("2022-11-30", "2023-02-28"),
     ("2023-11-30", "2024-02-29"), ("2023-10-31", "2024-01-30")],
)  # fmt: skip
def test_two_further_months_come_after_the_day_that_was_told(received: str, due: str) -> None:
    assert extended(due_on(at(received))) == date.fromisoformat(due)


@given(INSTANTS)
def test_the_due_day_lies_in_the_next_month(received: datetime) -> None:
    day, due = day_of(received), due_on(received)
    assert (due.year * 12 + due.month) - (day.year * 12 + day.month) == 1
    assert due.day == day.day or (due.day < day.day and (due + timedelta(days=1)).day == 1)


@given(INSTANTS, INSTANTS)
def test_who_asks_earlier_is_never_answered_later(one: datetime, other: datetime) -> None:
    first, second = sorted((one, other))
    assert due_on(first) <= due_on(second)


@given(DAYS)
def test_an_extension_is_two_months_and_never_more(due: date) -> None:
    later = extended(due)
    assert (later.year * 12 + later.month) - (due.year * 12 + due.month) == 2
    assert later.day <= due.day
    assert 59 <= (later - due).days <= 62
