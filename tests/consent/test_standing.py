"""What a resident's choices mean today: the newest for a purpose decides, and a yes does not last for ever."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.standing import Choice, Given, Standing, State, Terms, standing

WORK, STAY = "toeleiding-naar-werk", "behoud-van-werk"
DAY = date(2023, 3, 1)
TERMS = Terms(valid_days=365, notice="2023-1")
YES = Given(WORK, Choice.YES, "2023-1", DAY)
NO = Given(WORK, Choice.NO, "2023-1", DAY)
WITHDRAWN = Given(WORK, Choice.WITHDRAWN, "2023-1", DAY)

choices = st.builds(
    Given,
    purpose=st.sampled_from([WORK, STAY]),
    choice=st.sampled_from(Choice),
    notice=st.sampled_from(["2023-1", "2022-1"]),
    day=st.dates(date(2022, 1, 1), date(2024, 12, 31)),
)
days = st.dates(date(2022, 1, 1), date(2025, 12, 31))


def state(*given: Given, today: date = DAY, terms: Terms = TERMS) -> State:
    return standing(given, WORK, today, terms).state


def test_who_was_never_asked_has_not_said_yes() -> None:
    assert standing([], WORK, DAY, TERMS) == Standing(State.NOT_ASKED, None)


@pytest.mark.parametrize(
    ("given_", "means"),
    [(YES, State.IN_FORCE), (NO, State.REFUSED), (WITHDRAWN, State.WITHDRAWN)],
    ids=["ja", "nee", "ingetrokken"],
)
def test_a_choice_counts_at_once(given_: Given, means: State) -> None:
    assert state(given_) is means


@pytest.mark.parametrize(
    ("day", "means"),
    [(0, State.IN_FORCE), (364, State.IN_FORCE), (365, State.EXPIRED), (366, State.EXPIRED), (3650, State.EXPIRED)],
)
def test_a_yes_is_in_force_on_day_364_and_has_expired_on_day_365(day: int, means: State) -> None:
    assert state(YES, today=DAY + timedelta(days=day)) is means


def test_a_standing_says_the_first_day_on_which_it_no_longer_counts() -> None:
    assert standing([YES], WORK, DAY, TERMS).until == date(2024, 2, 29)
    assert standing([YES], WORK, date(2024, 2, 28), TERMS).state is State.IN_FORCE
    assert standing([YES], WORK, date(2024, 2, 29), TERMS) == Standing(State.EXPIRED)


@pytest.mark.parametrize("given_", [NO, WITHDRAWN])
def test_a_no_and_a_withdrawal_do_not_expire(given_: Given) -> None:
    assert state(given_, today=DAY + timedelta(days=5000)) is state(given_)


@given(st.lists(choices, max_size=6), st.sampled_from(Choice), days)
def test_the_newest_choice_for_the_purpose_decides(earlier: list[Given], newest: Choice, today: date) -> None:
    last = Given(WORK, newest, "2023-1", DAY)
    assert standing([*earlier, last], WORK, today, TERMS) == standing([last], WORK, today, TERMS)


@given(st.lists(choices, max_size=8), days)
def test_choices_for_another_purpose_do_not_matter(given_: list[Given], today: date) -> None:
    mine = [one for one in given_ if one.purpose == WORK]
    assert standing(given_, WORK, today, TERMS) == standing(mine, WORK, today, TERMS)


def test_a_yes_to_one_purpose_is_no_yes_to_another() -> None:
    assert standing([YES], STAY, DAY, TERMS).state is State.NOT_ASKED


def test_the_order_of_recording_decides_and_not_the_day() -> None:
    """A choice can be written down on the same day as the one that it takes back."""
    assert state(YES, WITHDRAWN) is State.WITHDRAWN
    assert state(WITHDRAWN, YES) is State.IN_FORCE
    assert state(YES, Given(WORK, Choice.NO, "2023-1", DAY - timedelta(days=1))) is State.REFUSED


def test_a_yes_to_another_text_is_no_yes_to_this_one() -> None:
    assert state(YES, terms=Terms(365, "2023-2")) is State.EXPIRED
    assert state(NO, terms=Terms(365, "2023-2")) is State.REFUSED


def test_a_yes_after_a_new_text_counts() -> None:
    again = Given(WORK, Choice.YES, "2023-2", DAY)
    assert state(YES, again, terms=Terms(365, "2023-2")) is State.IN_FORCE


def test_a_new_yes_begins_a_new_year() -> None:
    again = Given(WORK, Choice.YES, "2023-1", DAY + timedelta(days=300))
    assert state(YES, again, today=DAY + timedelta(days=400)) is State.IN_FORCE


@given(st.lists(choices, max_size=6), days, st.integers(1, 400))
def test_nothing_is_in_force_without_a_yes_to_this_text_within_its_days(
    given_: list[Given], today: date, valid_days: int
) -> None:
    found = standing(given_, WORK, today, Terms(valid_days, "2023-1"))
    if found.state is State.IN_FORCE:
        newest = [one for one in given_ if one.purpose == WORK][-1]
        assert (newest.choice, newest.notice) == (Choice.YES, "2023-1")
        assert found.until is not None
        assert today < found.until == newest.day + timedelta(days=valid_days)
    else:
        assert found.until is None


@given(st.lists(choices, max_size=6), days, st.integers(0, 400))
def test_time_alone_never_makes_a_yes(given_: list[Given], today: date, later: int) -> None:
    if state(*given_, today=today) is not State.IN_FORCE:
        assert state(*given_, today=today + timedelta(days=later)) is not State.IN_FORCE


@given(st.lists(choices, max_size=6), days)
def test_it_is_the_same_every_time_it_is_asked(given_: list[Given], today: date) -> None:
    before = list(given_)
    assert standing(given_, WORK, today, TERMS) == standing(tuple(given_), WORK, today, TERMS)
    assert given_ == before
