"""Each field has one form; what it refuses, it refuses with the words to write."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from marshmallow import ValidationError

from schemas.fields import (
    LANGUAGES,
    NULL,
    Choice,
    ContractHours,
    IsoWeek,
    Language,
    Municipality,
    OwnReference,
    PlainName,
    PrintableText,
    Slug,
    StrictBoolean,
    StrictDate,
    StrictField,
    StrictHours,
    VNumber,
    WorkedHours,
    one_of,
)

FIELDS = [
    StrictBoolean(),
    StrictDate(),
    ContractHours(),
    WorkedHours(),
    IsoWeek(),
    Municipality(),
    PlainName(),
    OwnReference(),
    Slug(),
    VNumber(),
    Language(),
    Choice(("TWV", "BSN")),
]
ARABIC_DIGITS = "٠٠٣٤"

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def taken(field: StrictField[Any], value: object) -> object:
    """The canonical value that the field makes of it."""
    return field.canonical(field.deserialize(value))


def refusal(field: StrictField[Any], value: object) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        field.deserialize(value)
    return [str(message) for message in caught.value.messages]


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: type(field).__name__)
class TestEveryField:
    @given(value=anything)
    def test_takes_a_value_or_refuses_it_in_one_sentence(self, field: StrictField[Any], value: object) -> None:
        try:
            canonical = taken(field, value)
        except ValidationError:
            assert refusal(field, value) == [NULL if value is None else field.write]
        else:
            assert taken(field, canonical) == canonical

    def test_says_what_to_write(self, field: StrictField[Any]) -> None:
        assert field.write.startswith("Schrijf ")
        assert field.write.endswith(".")

    def test_has_a_sentence_of_its_own_for_null(self, field: StrictField[Any]) -> None:
        assert refusal(field, None) == [NULL]

    @pytest.mark.parametrize("value", [[], {}, [True], {"waarde": 1}, "", " "], ids=repr)
    def test_refuses_lists_objects_and_emptiness(self, field: StrictField[Any], value: object) -> None:
        assert refusal(field, value) == [field.write]

    def test_says_its_type_in_the_api_document(self, field: StrictField[Any]) -> None:
        assert field.metadata["type"] in {"boolean", "number", "string"}

    def test_keeps_its_own_description_beside_its_shape(self, field: StrictField[Any]) -> None:
        again = type(field)(*([field.options] if type(field) is Choice else []), metadata={"description": "Uitleg."})
        assert again.metadata == {**field.metadata, "description": "Uitleg."}


@pytest.mark.parametrize("value", ["ja", "true", "false", "True", 1, 0, 1.0, 0.0, "on", "yes"], ids=repr)
def test_only_true_and_false_are_booleans(value: object) -> None:
    assert refusal(StrictBoolean(), value) == ["Schrijf true of false, zonder aanhalingstekens."]


@pytest.mark.parametrize("value", [True, False])
def test_a_boolean_stays_what_it_is(value: object) -> None:
    assert taken(StrictBoolean(), value) is value


@given(st.dates())
def test_every_day_is_a_date(day: date) -> None:
    assert StrictDate().deserialize(day.isoformat()) == day
    assert taken(StrictDate(), day.isoformat()) == day.isoformat()


@pytest.mark.parametrize(
    "value",
    [
        "2023-02-30",
        "2023-02-29",
        "2023-13-01",
        "2023-00-10",
        "0000-01-01",
        "20230301",
        "2023-W09-3",
        "2023-3-1",
        "01-03-2023",
        "2023-03-01T00:00:00",
        "2023-03-01\n",
        " 2023-03-01",
        "٢٠٢٣-٠٣-٠١",
        20230301,
        date(2023, 3, 1),
    ],
    ids=repr,
)
def test_a_date_that_does_not_exist_or_has_another_form_is_refused(value: object) -> None:
    assert refusal(StrictDate(), value) == [StrictDate.write]


@pytest.mark.parametrize("field", [ContractHours(), WorkedHours()], ids=lambda field: type(field).__name__)
class TestHours:
    @given(data=st.data())
    def test_every_step_from_nothing_to_the_top_is_taken(self, field: StrictHours, data: st.DataObject) -> None:
        steps = data.draw(st.integers(0, int(field.top / field.step)))
        hours = steps * field.step
        assert taken(field, float(hours)) == float(hours)

    @given(value=st.integers() | st.floats())
    @example(value=12.7)
    @example(value=12.250000000000002)
    @example(value=5e-324)
    def test_what_is_taken_is_whole_steps_within_bounds_and_unchanged(self, field: StrictHours, value: object) -> None:
        try:
            hours = taken(field, value)
        except ValidationError:
            return
        assert hours == value
        assert 0 <= Decimal(str(hours)) <= field.top
        assert Decimal(str(hours)) % field.step == 0

    @pytest.mark.parametrize(
        "value",
        [
            -1, -0.25, 169, 200, 1e308, float("nan"), float("inf"), float("-inf"), 10**5000, True, False,
            "24", "5,5", 12.001,
        ],
        ids=lambda value: repr(value) if value != 10**5000 else "huge",
    )  # fmt: skip
    def test_other_numbers_and_other_things_are_refused(self, field: StrictHours, value: object) -> None:
        assert refusal(field, value) == [field.write]

    @pytest.mark.parametrize(("value", "canonical"), [(17, "17"), (17.0, "17"), (-0.0, "0"), (22.5, "22.5")])
    def test_one_number_has_one_form(self, field: StrictHours, value: object, canonical: str) -> None:
        assert repr(taken(field, value)) == canonical

    def test_the_top_belongs_to_it(self, field: StrictHours) -> None:
        assert taken(field, field.top) == field.top
        assert refusal(field, field.top + 1) == [field.write]


@pytest.mark.parametrize("value", [12.7, 12.1, 0.01, 59.99, 60.25])
def test_contract_hours_are_quarters(value: object) -> None:
    assert refusal(ContractHours(), value) == [ContractHours.write]


def test_worked_hours_are_hundredths() -> None:
    assert taken(WorkedHours(), 12.71) == 12.71
    assert refusal(WorkedHours(), 12.715) == [WorkedHours.write]


@given(st.dates(min_value=date(1, 1, 8), max_value=date(9999, 12, 1)))
def test_the_week_of_every_day_exists(day: date) -> None:
    year, week, _ = day.isocalendar()
    text = f"{year:04}-W{week:02}"
    assert taken(IsoWeek(), text) == text


@given(st.integers(1, 9998))
def test_a_year_has_a_week_53_when_its_last_thursday_says_so(year: int) -> None:
    last_week = (date(year + 1, 1, 4) - timedelta(days=7)).isocalendar().week
    text = f"{year:04}-W53"
    assert IsoWeek().accepts(text) is (last_week == 53)


@pytest.mark.parametrize(
    "value", ["2023-W53", "2023-W00", "2023-W54", "0000-W01", "2023W30", "2023-30", "2023-W3", "2023-w30",
              "2023-W30\n", 202330],
    ids=repr,
)  # fmt: skip
def test_a_week_that_does_not_exist_or_has_another_form_is_refused(value: object) -> None:
    assert refusal(IsoWeek(), value) == [IsoWeek.write]


@pytest.mark.parametrize("value", ["2023-W00", "2023-W54", "0000-W01"])
def test_a_document_too_says_that_no_year_has_such_a_week(value: str) -> None:
    """Which years have a week 53, no pattern says."""
    assert not re.search(str(IsoWeek().shape()["pattern"]), value)


def test_2020_has_a_week_53() -> None:
    assert taken(IsoWeek(), "2020-W53") == "2020-W53"


@pytest.mark.parametrize(
    "value", ["GM9999X", "gm0034", "GM034", "GM00345", "XGM0034", "GM0034\n", " GM0034", "GM" + ARABIC_DIGITS,
              "Almere", 34],
    ids=repr,
)  # fmt: skip
def test_a_municipality_is_gm_and_four_digits(value: object) -> None:
    assert refusal(Municipality(), value) == [Municipality.write]
    assert taken(Municipality(), "GM0034") == "GM0034"


@pytest.mark.parametrize("value", ["999000000", "99900000001", "V999000000", "9990000001\n", "٩" * 10, 9990000001])
def test_a_v_number_is_ten_digits(value: object) -> None:
    assert refusal(VNumber(), value) == [VNumber.write]
    assert taken(VNumber(), "9990000001") == "9990000001"


@pytest.mark.parametrize(
    "value",
    ["Azc-Gilze", "azc_gilze", "azc gilze", "-azc", "azc-", "azc--gilze", "azc-gilze\n", "ázc", "a" * 61],
)
def test_a_place_is_lower_case_with_hyphens(value: object) -> None:
    assert refusal(Slug(), value) == [Slug.write]
    assert taken(Slug(), "azc-almere-engelse-mijl") == "azc-almere-engelse-mijl"
    assert taken(Slug(), "a" * 60) == "a" * 60


@pytest.mark.parametrize("field", [PlainName(), OwnReference()], ids=lambda field: type(field).__name__)
class TestPrintableText:
    def test_has_a_longest_length(self, field: PrintableText) -> None:
        assert taken(field, "é" * field.longest) == "é" * field.longest
        assert refusal(field, "é" * (field.longest + 1)) == [field.write]

    @pytest.mark.parametrize(
        "hidden",
        ["\n", "\r", "\t", "\0", "\x7f", "\x85", "\u2028", "\u2029", "\u202e", "\ud800", "\u200b"],
        ids=ascii,
    )
    def test_holds_no_line_break_or_hidden_character(self, field: PrintableText, hidden: str) -> None:
        assert refusal(field, f"Hotel{hidden}Polder") == [field.write]

    @pytest.mark.parametrize("value", [" Hotel", "Hotel ", "   "])
    def test_neither_begins_nor_ends_with_a_space(self, field: PrintableText, value: object) -> None:
        assert refusal(field, value) == [field.write]

    @pytest.mark.parametrize("value", ["Bakkerij 't Hoekje & Zn. (Almere)", "Café Ñandú", "شركة", "K1"])
    def test_takes_a_name_as_people_write_it(self, field: PrintableText, value: object) -> None:
        assert taken(field, value) == value


def test_a_choice_names_its_options() -> None:
    assert refusal(Choice(("aangevraagd", "verleend", "niet-beschikbaar")), "afgewezen") == [
        "Schrijf aangevraagd, verleend of niet-beschikbaar."
    ]
    assert refusal(Choice(("TWV", "BSN")), "twv") == ["Schrijf TWV of BSN."]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_is_one_of_the_seven(language: str) -> None:
    assert taken(Language(), language) == language
    assert refusal(Language(), language.upper()) == ["Schrijf nl, en, ar, ti, fa, tr of so."]


def test_a_field_that_does_not_say_what_it_accepts_accepts_nothing() -> None:
    with pytest.raises(ValidationError):
        StrictField[str]().deserialize("wat dan ook")


def test_one_option_stands_alone_in_a_sentence() -> None:
    assert one_of(["coa"]) == "coa"
