"""The least and the most that a count can be, and what is said when there is no table at all."""

import pytest

from hub.figures.bounds import Contradiction, NoWholeTable, Range, Sum, Tables, fits

TOTAL = Sum("t", ("a", "b"))


def test_a_part_lies_between_nothing_and_what_the_total_leaves() -> None:
    tables = Tables([TOTAL], {"t": Range(18, 22), "b": Range(13, 17)})

    assert tables.range_of("a") == Range(1, 9)
    assert tables.range_of("b") == Range(13, 17)
    # Asked in another order, and again: the same.
    assert tables.range_of("a") == Range(1, 9)


def test_what_nothing_bounds_has_no_end() -> None:
    tables = Tables([TOTAL], {"a": Range(10, 12)})

    assert (tables.range_of("t"), tables.range_of("b")) == (Range(10, None), Range(0, None))
    assert tables.range_of("b").is_as_wide_as(10**9)


def test_what_does_not_add_up_is_said_to() -> None:
    with pytest.raises(Contradiction, match="t does not add up"):
        Tables([TOTAL], {"t": Range(10, 12), "a": Range(13, 17)})


def test_a_bound_between_whole_numbers_is_not_believed() -> None:
    # a+b = b+c = a+c = 1 has one solution, in halves.
    odd = [Sum("one", pair) for pair in (("a", "b"), ("b", "c"), ("a", "c"))]

    with pytest.raises(NoWholeTable):
        Tables(odd, {"one": Range(1, 1)}).range_of("a")


def test_a_table_that_fits_is_told_from_one_that_does_not() -> None:
    ranges = {"a": Range(0, None), "b": Range(0, 5), "t": Range(10, 12)}

    assert fits({"a": 6, "b": 5, "t": 11}, [TOTAL], ranges)
    assert not fits({"a": 6, "b": 5, "t": 12}, [TOTAL], ranges)
    assert not fits({"a": 5, "b": 6, "t": 11}, [TOTAL], ranges)
    assert not fits({"a": -1, "b": 5, "t": 4}, [TOTAL], {"a": Range(0, None)})
