"""Stretches of time, held against counting every hour one by one."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hub.rights.spans import FAR, Span, both, span, without

START = datetime(2023, 3, 1, tzinfo=UTC)
HOURS = range(12)


def at(hour: int) -> datetime:
    return START + timedelta(hours=hour)


def hours(spans: list[Span]) -> list[int]:
    return [hour for hour in HOURS if any(one.begin <= at(hour) < one.end for one in spans)]


some = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 12)), max_size=4).map(
    lambda pairs: [one for begin, end in pairs for one in span(at(begin), at(end))]
)


@given(some, some)
def test_both_is_when_each_held(one: list[Span], other: list[Span]) -> None:
    assert hours(both(one, other)) == sorted(set(hours(one)) & set(hours(other)))


@given(some, some)
def test_without_is_when_the_first_held_and_no_hole_did(one: list[Span], holes: list[Span]) -> None:
    assert hours(without(one, holes)) == sorted(set(hours(one)) - set(hours(holes)))


def test_a_span_ends_at_the_first_end_that_there_is_or_never() -> None:
    assert span(START, None) == [Span(START, FAR)]
    assert span(START, at(3), None, at(2)) == [Span(START, at(2))]
    assert span(START, START) == []
