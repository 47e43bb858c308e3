"""No number that is told is small, and none that is small can be computed from those that are told."""

from hypothesis import given
from hypothesis import strategies as st

from hub.exchange.few import FEW, STEP, Count, spread
from hub.figures.bounds import Sum
from hub.figures.protect import Rules, audit

RULES = Rules(FEW, STEP)
NAMES = ("a", "b", "c", "d")
parts_of_a_whole = st.dictionaries(st.sampled_from(NAMES), st.integers(0, 40), min_size=2)


def test_ten_messages_about_one_resident_are_few() -> None:
    assert Count(10, 1).told is None
    assert Count(12, 10).told == 10


def test_nobody_at_all_is_not_told_either() -> None:
    assert Count().told is None


@given(parts_of_a_whole)
def test_what_is_not_told_stays_as_open_as_less_than_ten_is(numbers: dict[str, int]) -> None:
    """Asked of the program that checks what is published every quarter: it knows nothing of how this one decides."""
    whole = Count(sum(numbers.values()), sum(numbers.values()))
    told = spread(whole, {name: Count(number, number) for name, number in numbers.items()}, sorted(numbers))
    ranges = audit({"whole": whole.told, **told}, [Sum("whole", tuple(numbers))], RULES)
    for name, number in numbers.items():
        assert told[name] in (None, RULES.rounded(number))
        if number < FEW:
            assert told[name] is None
            assert ranges[name].is_as_wide_as(RULES.width)


@given(parts_of_a_whole)
def test_where_nothing_is_small_everything_is_told(numbers: dict[str, int]) -> None:
    parts = {name: Count(number + FEW, number + FEW) for name, number in numbers.items()}
    whole = Count(sum(one.number for one in parts.values()), FEW)
    assert spread(whole, parts, ()) == {name: one.told for name, one in parts.items()}
