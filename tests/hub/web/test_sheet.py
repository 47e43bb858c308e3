"""A file for a spreadsheet holds text that stays text, and numbers as they are written here."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.web.client_manager.sheet import BYTE_ORDER_MARK, cell, number, written


@given(st.lists(st.lists(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00")), min_size=1)))
def test_no_cell_begins_a_formula_and_every_cell_comes_back(rows: list[list[str]]) -> None:
    text = written(rows).decode("utf-8")
    assert text.startswith(BYTE_ORDER_MARK)
    read = list(csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline=""), delimiter=";"))
    assert [[one.removeprefix("'") for one in row] for row in read] == [
        [one.removeprefix("'") for one in row] for row in rows
    ]
    assert not [one for row in read for one in row if one.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]


@pytest.mark.parametrize("first", ["\n", *("=+-@".translate({ord(one): ord(one) + 0xFEE0 for one in "=+-@"}))])
def test_a_cell_that_begins_with_a_new_line_or_in_wide_letters_is_text_too(first: str) -> None:
    assert cell(f"{first}1+1") == f"'{first}1+1"


def test_an_employer_with_a_formula_for_a_name_is_text() -> None:
    assert cell('=HYPERLINK("x")') == '\'=HYPERLINK("x")'
    assert cell("Hotel Polderzicht") == "Hotel Polderzicht"


def test_numbers_have_a_decimal_comma_and_no_more_digits_than_there_are() -> None:
    assert [number(one) for one in (24, 22.5, 33.17, 0, 100)] == ["24", "22,5", "33,17", "0", "100"]
