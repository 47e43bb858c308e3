"""The tables of the evaluation: every cell is shown, and every sum that a reader could make is known to the audit."""

import json
from datetime import date

import pytest

from hub.figures.bounds import Sum
from hub.figures.protect import Rules, protect
from hub.figures.quarters import NoQuarter, Quarter, quarter
from hub.figures.shown import content, picture, share, told
from hub.figures.tables import Town, near, plan_for
from tests.hub.figures.counted import THE_PILOT

TOWNS = [Town("GM0034", "Gemeente Almere"), Town("GM0363", "Gemeente Amsterdam")]
PLAN = plan_for(TOWNS)
SHOWN = [(table, line) for table in PLAN.tables for line in table.lines]


def test_every_cell_is_shown_and_every_cell_that_is_shown_is_protected() -> None:
    shown = {cell for _, line in SHOWN for cell in line.cells}
    assert shown == set(PLAN.cells)
    assert len(PLAN.cells) == len(set(PLAN.cells))
    assert {cell for one in PLAN.sums for cell in one.cells} == shown


def test_every_row_of_waarvan_is_a_part_of_the_row_above_it() -> None:
    """Whoever adds up the rows under a row finds nothing that the audit did not know of."""
    for table in PLAN.tables:
        for column in range(len(table.columns)):
            for at, line in enumerate(table.lines):
                under = []
                for other in table.lines[at + 1 :]:
                    if other.level <= line.level:
                        break
                    if other.level == line.level + 1:
                        under.append(other.cells[column])
                if under:
                    wholes = [one for one in PLAN.sums if one.whole == line.cells[column]]
                    assert set(under) in [set(one.parts) for one in wholes], (table.number, line.label)


def test_every_row_of_two_columns_is_a_sum_too() -> None:
    for _, line in SHOWN:
        if len(line.cells) > 1:
            assert Sum(line.cells[0], line.cells[1:]) in PLAN.sums


def test_the_two_groups_of_waiting_are_parts_of_the_participants() -> None:
    """2.1 and 2.2 hang on 3.1 and 3.7 by how many participants there are: left out there, it must not be told here."""
    for table in PLAN.tables[:2]:
        wholes = tuple(line.cells[0] for line in table.lines if line.level == 0)
        assert Sum("alle/alle", wholes) in PLAN.sums


def test_an_agreement_with_other_municipalities_has_other_rows() -> None:
    labels = [line.label for line in plan_for([]).tables[-1].lines]
    assert labels == [
        "Alle deelnemers", "Gekoppeld", "Gemeente binnen een uur reizen", "Andere gemeente", "Niet gekoppeld",
    ]  # fmt: skip


def test_the_municipalities_within_an_hour_are_the_eleven_of_the_evaluation() -> None:
    assert len(near().towns) == 11
    assert "voetnoot 14" in near().source


@pytest.mark.parametrize(
    ("written", "ends"),
    [("2022-Q4", date(2022, 12, 31)), ("2023-Q1", date(2023, 3, 31)), ("2024-Q3", date(2024, 9, 30))],
)
def test_a_quarter_ends_on_its_last_day(written: str, ends: date) -> None:
    assert (str(quarter(written)), quarter(written).last_day) == (written, ends)


@pytest.mark.parametrize("written", ["2023", "2023-Q5", "2023-q1", "1999-Q1", "2023-Q1 ", "23-Q1", ""])
def test_what_is_no_quarter_is_refused(written: str) -> None:
    with pytest.raises(NoQuarter, match="2023-Q1"):
        quarter(written)


def test_quarters_stand_in_their_order() -> None:
    assert Quarter(2022, 4) < Quarter(2023, 1) < Quarter(2023, 2)


def test_counting_up_gives_every_cell_in_the_order_in_which_they_are_left_out() -> None:
    counts = PLAN.add_up(THE_PILOT)

    assert tuple(counts) == PLAN.cells
    assert all(counts[one.whole] == sum(counts[part] for part in one.parts) for one in PLAN.sums)
    assert (counts["aangemeld"], counts["alle/alle"], counts["alle/geplaatst"]) == (192, 169, 46)


def test_a_release_reads_the_same_when_it_comes_back_and_its_shares_are_of_published_numbers() -> None:
    published = protect(PLAN.add_up(THE_PILOT), PLAN.sums, Rules())
    shown = picture(json.loads(json.dumps(content(Quarter(2023, 4), PLAN, published, Rules()))))

    assert (shown.quarter, shown.reference_day) == ("2023-Q4", "2023-12-31")
    linkage = shown.tables[3]
    amsterdam = next(row for row in linkage.rows if row.label == "Gemeente Amsterdam")
    # 30 of 170, 10 of 45 and 15 of 125: not 28 of 169.
    assert [(cell.count, cell.percent) for cell in amsterdam.cells] == [(30, 18), (10, 22), (15, 12)]
    almere = next(row for row in linkage.rows if row.label == "Gemeente Almere")
    assert [(cell.count, cell.percent) for cell in almere.cells] == [(20, 12), (None, None), (None, None)]
    assert [told(shown, cell) for cell in almere.cells] == ["20", *["minder dan 10 of afgeschermd"] * 2]
    assert [share(cell) for cell in almere.cells] == ["12%", "–", "–"]
    assert len(shown.cannot_tell) == 8
