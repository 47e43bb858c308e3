"""No small group can be found in what is published: held against counting every table that could be behind it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.figures.bounds import Range, Sum
from hub.figures.protect import NotProtected, Published, Rules, audit, check, protect
from tests.hub.figures.shapes import CROSS, LIST, SHAPES, TREE, TWINS, Shape, holds, spread, twins

RULES = Rules()
# The same rules on a smaller scale, where every table can be looked at.
SMALL = Rules(threshold=6, base=3)

shape = st.sampled_from(SHAPES)
counts = st.lists(st.one_of(st.integers(0, 12), st.integers(0, 80)), min_size=4, max_size=4)


def looks_the_same(table: Mapping[str, int], published: Published, rules: Rules) -> bool:
    """Could this table be behind what was published? Written out again, without a look at the code that is tested."""
    return all(
        told is None or (table[cell] >= rules.threshold and abs(table[cell] - told) <= rules.base // 2)
        for cell, told in published.items()
    )


# What stays is large, and near the truth.


@given(shape, counts)
def test_what_is_published_is_never_small_and_is_off_by_two_at_most(form: Shape, leaves: list[int]) -> None:
    table = form.table(leaves[: len(form.leaves)])

    for cell, told in protect(table, form.sums, RULES).items():
        if told is not None:
            assert table[cell] >= 10
            assert (told % 5, abs(told - table[cell]) <= 2) == (0, True)


@given(st.integers(10, 10_000))
def test_rounding_goes_as_far_up_as_down(count: int) -> None:
    five = [RULES.rounded(one) - one for one in range(count, count + 5)]
    assert sum(five) == 0


@given(st.integers(10, 500))
def test_what_may_be_behind_a_published_count_is_exactly_what_is_published_so(count: int) -> None:
    told = RULES.rounded(count)
    open_to = RULES.behind(told)

    assert [one for one in range(10, 600) if RULES.rounded(one) == told] == list(
        range(open_to.least, (open_to.most or 0) + 1)
    )


@given(shape, counts)
def test_nothing_that_is_left_out_stands_alone_in_a_sum(form: Shape, leaves: list[int]) -> None:
    published = protect(form.table(leaves[: len(form.leaves)]), form.sums, RULES)

    assert all(sum(published[cell] is None for cell in one.cells) != 1 for one in form.sums)


@pytest.mark.parametrize("count", range(10))
def test_a_count_below_ten_is_left_out_and_so_is_none_at_all(count: int) -> None:
    table = {"a": count, "b": 40, "c": 40, "t": 80 + count}
    assert protect(table, LIST.sums, RULES) == {"a": None, "b": None, "c": 40, "t": RULES.rounded(80 + count)}


def test_with_too_few_people_nothing_is_published_at_all() -> None:
    assert set(protect(LIST.table((3, 2, 4)), LIST.sums, RULES).values()) == {None}


def test_which_count_helps_depends_on_the_order_and_not_on_how_large_it_is() -> None:
    patterns = {
        tuple(told is None for told in protect(LIST.table((large, small, 3)), LIST.sums, RULES).values())
        for large, small in ((12, 60), (60, 12), (30, 30))
    }
    assert patterns == {(True, False, True, False)}


# What was left out stays open.


@given(shape, counts)
def test_what_is_left_out_stays_as_open_as_the_words_say(form: Shape, leaves: list[int]) -> None:
    table = form.table(leaves[: len(form.leaves)])

    for cell, open_to in audit(protect(table, form.sums, RULES), form.sums, RULES).items():
        assert open_to.most is None or open_to.most - open_to.least >= 9
        assert open_to.least <= table[cell]
        assert open_to.most is None or table[cell] <= open_to.most


@given(shape, counts)
def test_whoever_can_tell_the_small_ones_still_knows_them_less_well_than_what_is_published(
    form: Shape, leaves: list[int]
) -> None:
    table = form.table(leaves[: len(form.leaves)])
    published = protect(table, form.sums, RULES)
    if table["t"] >= 10:
        small = {cell for cell, count in table.items() if count < 10}
        ranges = audit(published, form.sums, RULES, small)
        assert all(one.is_as_wide_as(5) for one in ranges.values())


@settings(max_examples=40, deadline=None)
@given(shape, st.lists(st.integers(0, 6), min_size=4, max_size=4))
def test_the_audit_finds_exactly_what_counting_every_table_finds(form: Shape, leaves: list[int]) -> None:
    published = protect(form.table(leaves[: len(form.leaves)]), form.sums, SMALL)
    if published["t"] is None:
        return
    possible = [one for one in form.tables(published["t"] + 1) if looks_the_same(one, published, SMALL)]

    for cell, open_to in audit(published, form.sums, SMALL).items():
        found = {one[cell] for one in possible}
        assert open_to == Range(min(found), max(found))
        # One person more or less: every count between the least and the most can be.
        assert found == set(range(min(found), max(found) + 1))
        assert max(found) - min(found) >= SMALL.width


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 24))
def test_two_tables_with_one_total_are_protected_together(a: int, b: int, x: int) -> None:
    table = twins(a, b, x)
    published = protect(table, TWINS.sums, SMALL)
    possible = [
        one
        for first, second in spread(2, 28)
        for third in range(first + second + 1)
        if looks_the_same(one := twins(first, second, third), published, SMALL)
    ]

    assert holds(table, TWINS.sums)
    for cell in (cell for cell, told in published.items() if told is None):
        found = {one[cell] for one in possible}
        assert max(found) - min(found) >= SMALL.width


@pytest.mark.parametrize(("form", "most"), [(LIST, 24), (TREE, 13), (CROSS, 11)], ids=str)
def test_whoever_runs_this_program_over_every_table_finds_nobody(form: Shape, most: int) -> None:
    """The strongest reader: knows the rules and the order, and which tables would have looked the same."""
    behind: defaultdict[tuple[tuple[str, int | None], ...], list[Mapping[str, int]]] = defaultdict(list)
    for table in form.tables(most):
        behind[tuple(protect(table, form.sums, SMALL).items())].append(table)

    for published, tables in behind.items():
        # The largest ones could have neighbours that were not looked at.
        if (total := dict(published)["t"]) is not None and total + 1 <= most:
            for cell in (cell for cell, told in published if told is None):
                found = {table[cell] for table in tables}
                assert max(found) - min(found) >= SMALL.base - 1, (published, cell)


# The check stands by itself.


def told(**counts: int | None) -> Published:
    return counts


@pytest.mark.parametrize(
    ("published", "sums", "narrow"),
    [
        (told(a=None, b=40, x=20, y=25, t=45), TWINS.sums, {"a": Range(1, 9)}),
        (told(a=None, b=None, c=40, t=40), LIST.sums, {"a": Range(0, 4), "b": Range(0, 4)}),
        (told(a=None, b=40, x=20, y=20, t=None), TWINS.sums, {"a": Range(0, 6), "t": Range(38, 44)}),
    ],
    ids=["alone-in-its-sum", "too-little-together", "told-by-the-other-table"],
)
def test_what_says_too_much_is_not_let_through(
    published: Published, sums: Sequence[Sum], narrow: Mapping[str, Range]
) -> None:
    assert audit(published, sums, RULES) == narrow
    with pytest.raises(NotProtected, match="a can be narrowed down too far"):
        check(published, sums, RULES)


def test_counts_that_do_not_add_up_are_no_table() -> None:
    with pytest.raises(ValueError, match="t is not the sum of its parts"):
        protect({"a": 10, "b": 10, "c": 10, "t": 31}, LIST.sums, RULES)


def test_nothing_leaves_without_the_check_whatever_chose_what_to_leave_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.figures.protect._needed", lambda *_: None)

    with pytest.raises(NotProtected, match="a can be narrowed down too far"):
        protect({"a": 5, "b": 40, "x": 20, "y": 25, "t": 45}, TWINS.sums, RULES)
