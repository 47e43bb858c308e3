"""A drawing of weeks has a place for each week, empty ones too, and stays within its frame."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hub.web.client_manager.weeks import HEIGHT, MOST, TOP, WIDTH, drawing


def week_of(number: int) -> str:
    year, week, _ = (date(2020, 12, 28) + timedelta(weeks=number)).isocalendar()
    return f"{year:04}-W{week:02}"


@given(
    st.dictionaries(st.integers(0, 80).map(week_of), st.floats(0, 168), min_size=1),
    st.none() | st.floats(0, 60),
)
def test_it_stays_within_its_frame(weeks: dict[str, float], contract: float | None) -> None:
    drawn = drawing(weeks, contract, {} if contract is None else {contract: "contract"})
    assert drawn is not None
    assert len(drawn.columns) <= MOST
    for one in drawn.columns:
        assert one.x >= 0
        assert one.x + one.width <= WIDTH
        assert TOP - 0.1 <= one.y <= HEIGHT
        assert one.height >= 0
    assert contract is None or (drawn.contract is not None and TOP - 0.1 <= drawn.contract.y <= HEIGHT)


def test_a_week_about_which_nothing_was_told_is_an_empty_place_over_new_year_too() -> None:
    drawn = drawing({"2020-W52": 20, "2021-W01": 24}, 24, {24: "24"})
    assert drawn is not None
    assert [(one.told, one.label) for one in drawn.columns] == [(True, "W52"), (False, "W53"), (True, "W1")]


def test_without_weeks_there_is_no_drawing() -> None:
    assert drawing({}, 24, {24: "24"}) is None
