"""A timecard is read for whose it is, which week and how many hours; everything else in it is dropped."""

import copy
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import Unreadable
from connectors.setu import Timecard, read_cards, read_timecard

NAME, REMARK, KLANT = "Kidane Tesfay", "ziek gemeld", "Hotel Polderzicht"
CARD: dict[str, Any] = {
    "documentId": {"value": "TC-K20730-2022-12-26", "schemeAgencyId": "Supplier"},
    "person": {"id": [{"value": "K20730", "schemeAgencyId": "Supplier"}], "name": {"formattedName": NAME}},
    "period": {"datePeriod": {"start": "2022-12-26", "end": "2023-01-01"}},
    "customer": {"name": KLANT},
    "timeInterval": [
        {"typeCode": {"value": "HT100"}, "timeTotal": "7.20", "remark": REMARK},
        {"typeCode": {"value": "HT100"}, "timeTotal": "5.60"},
    ],
}


def card(*totals: object, start: object = "2022-12-26") -> dict[str, Any]:
    made = copy.deepcopy(CARD)
    made["period"]["datePeriod"]["start"] = start
    made["timeInterval"] = [{"timeTotal": total} for total in totals]
    return made


def refusal(given: object) -> str:
    with pytest.raises(Unreadable) as refused:
        read_timecard(given)
    return str(refused.value)


def test_a_card_is_read() -> None:
    assert read_timecard(CARD) == Timecard("K20730", "2022-W52", 12.8)


def test_names_remarks_and_customers_go_nowhere() -> None:
    read = read_timecard(CARD)
    kept = json.dumps([read.candidate, read.week, read.hours])
    assert not [word for word in (NAME, REMARK, KLANT, "2022-12-26") if word in kept]
    assert not hasattr(read, "__dict__")


def test_a_card_that_was_read_does_not_show_whose_it_is_or_the_hours() -> None:
    assert repr(read_timecard(CARD)) == "Timecard(week='2022-W52')"


# Hours.


@pytest.mark.parametrize(
    ("totals", "hours"),
    [
        (["7.20"] * 5, 36),
        (["0.1", "0.2"], 0.3),
        (["5.60", "5.60", "5.60"], 16.8),
        ([7.2, 7.2, 7.2, 7.2, 7.2], 36),
        ([8, "0.50"], 8.5),
        ([], 0),
        (["0"], 0),
    ],
)
def test_hours_are_added_without_losing_a_hair(totals: list[object], hours: float) -> None:
    found = read_timecard(card(*totals)).hours
    assert found == hours
    assert type(found) is type(hours)


@given(st.lists(st.integers(0, 2400), max_size=31))
def test_any_hours_in_hundredths_add_up_exactly(hundredths: list[int]) -> None:
    totals = [f"{one // 100}.{one % 100:02}" for one in hundredths]
    found = read_timecard(card(*totals)).hours
    assert Decimal(repr(found)) * 100 == sum(hundredths)
    assert isinstance(found, int) == (sum(hundredths) % 100 == 0)


@pytest.mark.parametrize(
    "total",
    ["", "acht", "7,20", "NaN", "Infinity", "-inf", "sNaN", "7.2.0", None, True, [], {}, ["7"], float("nan"), "\x00"],
)
def test_what_is_no_number_is_refused_by_name(total: object) -> None:
    assert refusal(card("7.20", total)) == "timecard: timeTotal is geen getal"


@pytest.mark.parametrize("total", ["1e9999", "1e-9999", "9" * 5000, "1e99999999999", 1e300])
def test_a_number_that_nobody_can_work_is_refused_quickly(total: object) -> None:
    """One card must not keep the hub busy for minutes, or give a number that no JSON can carry."""
    assert refusal(card(total)) == "timecard: timeTotal is geen getal"


@pytest.mark.parametrize("total", ["1_0", " 7.20 ", "٧", "７"])
def test_a_number_is_written_in_one_way(total: str) -> None:
    assert refusal(card(total)) == "timecard: timeTotal is geen getal"


# The week.


@pytest.mark.parametrize(
    ("start", "week"),
    [
        ("2022-12-26", "2022-W52"),
        ("2023-01-01", "2022-W52"),
        ("2023-01-02", "2023-W01"),
        ("2020-12-28", "2020-W53"),
        ("2024-12-30", "2025-W01"),
        ("2023-07-24", "2023-W30"),
    ],
)
def test_the_week_is_that_in_which_the_period_begins(start: str, week: str) -> None:
    assert read_timecard(card("1", start=start)).week == week


@given(st.dates())
def test_every_day_has_a_week(day: Any) -> None:
    year, number, _ = day.isocalendar()
    assert read_timecard(card("1", start=str(day))).week == f"{year:04}-W{number:02}"


@pytest.mark.parametrize(
    "start", ["", "2023-02-30", "26-12-2022", "2022-12-26T00:00", "maandag", None, 20221226, [], {}]
)
def test_a_day_that_does_not_exist_is_refused_by_name(start: object) -> None:
    assert refusal(card("1", start=start)) == "timecard: period begint niet op een bestaande datum"


# Cards that are no cards.


@pytest.mark.parametrize("given_", [None, [], "card", 5, True, {}])
def test_what_is_no_card_is_refused(given_: object) -> None:
    assert refusal(given_) == "timecard: person.id.0.value ontbreekt"


@pytest.mark.parametrize(
    ("path", "named"),
    [
        (("person",), "person.id.0.value"),
        (("person", "id"), "person.id.0.value"),
        (("person", "id", 0), "person.id.0.value"),
        (("person", "id", 0, "value"), "person.id.0.value"),
        (("period",), "period.datePeriod.start"),
        (("period", "datePeriod", "start"), "period.datePeriod.start"),
        (("timeInterval",), "timeInterval"),
        (("timeInterval", 1, "timeTotal"), "timeTotal"),
    ],
)
def test_a_part_that_is_missing_is_named(path: tuple[str | int, ...], named: str) -> None:
    given_: Any = copy.deepcopy(CARD)
    inside = given_
    for step in path[:-1]:
        inside = inside[step]
    del inside[path[-1]]
    assert refusal(given_) == f"timecard: {named} ontbreekt"


@pytest.mark.parametrize("value", [None, 20730, True, ["K20730"], {"value": "K20730"}])
def test_a_candidate_number_is_text(value: object) -> None:
    given_ = copy.deepcopy(CARD)
    given_["person"]["id"][0]["value"] = value
    assert refusal(given_) == "timecard: person.id is geen tekst"


@pytest.mark.parametrize("intervals", [None, {}, "7.20", 7.2])
def test_intervals_are_a_list(intervals: object) -> None:
    assert refusal({**CARD, "timeInterval": intervals}) == "timecard: timeInterval is geen lijst"


@pytest.mark.parametrize("interval", [None, [], "7.20", 7.2])
def test_an_interval_holds_a_total(interval: object) -> None:
    assert refusal({**CARD, "timeInterval": [interval]}) == "timecard: timeTotal ontbreekt"


@given(st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.just(NAME),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(
        st.sampled_from(["person", "id", "value", "period", "datePeriod", "start", "timeInterval", "timeTotal"]), inside
    ),
))  # fmt: skip
def test_any_other_card_is_refused_without_repeating_it(given_: object) -> None:
    try:
        read_timecard(given_)
    except Unreadable as refused:
        assert NAME not in str(refused)  # noqa: PT017 (a card may also be right by chance)


def test_a_refusal_repeats_nothing_of_the_card() -> None:
    for broken in (card(NAME), card("1", start=NAME), {**CARD, "timeInterval": NAME}):
        assert NAME not in refusal(broken)


# A file that somebody sent.


@pytest.mark.parametrize("form", ["one", "list", "lines"])
def test_cards_come_as_one_a_list_or_one_a_line_with_their_place(form: str) -> None:
    cards = [card("8"), card("9")]
    content = {"one": json.dumps(cards[0]), "list": json.dumps(cards), "lines": "\n".join(map(json.dumps, cards))}[form]
    found = list(read_cards(content.encode("utf-8-sig")))
    assert found == [(1, read_timecard(cards[0])), (2, read_timecard(cards[1]))][: len(found)]
    assert len(found) == (1 if form == "one" else 2)


def test_a_card_that_cannot_be_read_leaves_the_others_alone() -> None:
    content = f"{json.dumps(card('8'))}\n{{kapot\n\n{json.dumps(card('9'))}\n".encode()
    first, broken, last = read_cards(content)
    assert (first[0], broken[0], last[0]) == (1, 2, 4)
    assert isinstance(broken[1], Unreadable)


def test_what_is_no_text_is_no_file_of_cards() -> None:
    with pytest.raises(Unreadable):
        list(read_cards(b"\xff\xfe"))


@given(st.text(max_size=200) | st.text(alphabet='[]{}":,1e9truenl \n', max_size=80))
def test_any_text_gives_cards_or_what_is_wrong_with_them_and_where(text: str) -> None:
    content = text.encode("utf-8", "replace")
    assert all(place > 0 for place, _ in read_cards(content))
