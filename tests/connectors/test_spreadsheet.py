"""A spreadsheet of a partner: semicolons, a header, «ja» and «nee», a decimal comma, and nothing guessed."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import Unreadable
from connectors.spreadsheet import LONGEST_CELL, Line, columns_of, number, read_bytes, read_lines

SECRET = "Kidane Tesfay"


def lines(tmp_path: Path, text: str | bytes) -> list[Line]:
    file = tmp_path / "export.csv"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return list(read_lines(file))


def refusal(line: Line, column: str, read: str = "text") -> str:
    with pytest.raises(Unreadable) as refused:
        getattr(line, read)(column)
    return str(refused.value)


def test_rows_come_in_their_order_with_the_line_that_they_stand_on(tmp_path: Path) -> None:
    found = lines(tmp_path, "datum;naam\n2023-03-01;a\n2023-03-02;b\n")
    assert [(line.number, line.text("datum"), line.text("naam")) for line in found] == [
        (2, "2023-03-01", "a"),
        (3, "2023-03-02", "b"),
    ]


def test_an_empty_line_counts_but_says_nothing(tmp_path: Path) -> None:
    assert [line.number for line in lines(tmp_path, "datum\n2023-03-01\n\n2023-03-02\n")] == [2, 4]


@pytest.mark.parametrize("text", ["", "datum;naam\n"])
def test_a_file_without_rows_has_none(tmp_path: Path, text: str) -> None:
    assert lines(tmp_path, text) == []


def test_columns_are_known_by_name_and_not_by_place(tmp_path: Path) -> None:
    (line,) = lines(tmp_path, "naam;datum\na;2023-03-01\n")
    assert (line.text("datum"), line.text("naam")) == ("2023-03-01", "a")


def test_accents_quotes_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    (line,) = lines(tmp_path, 'naam;plaats\r\n"Café ""Zoë""; en zoon";Almere\r\n')
    assert line.text("naam") == 'Café "Zoë"; en zoon'
    assert line.text("plaats") == "Almere"


def test_a_mark_that_excel_puts_before_the_header_does_not_matter(tmp_path: Path) -> None:
    (line,) = lines(tmp_path, b"\xef\xbb\xbfdatum;naam\n2023-03-01;a\n")
    assert line.text("datum") == "2023-03-01"


def test_a_row_in_another_encoding_is_not_guessed_at_and_the_rest_goes_on(tmp_path: Path) -> None:
    broken, whole = lines(tmp_path, b"naam\nCaf\xe9\nCaf\xc3\xa9\n")
    assert refusal(broken, "naam") == "kolom naam: hier staat niets leesbaars"
    assert whole.text("naam") == "Café"


def test_a_row_of_several_lines_stands_on_its_first(tmp_path: Path) -> None:
    found = lines(tmp_path, 'naam;plaats\n"a\nb";Almere\nc;Almere\n')
    assert [line.number for line in found] == [2, 4]


# Bad rows.


def test_a_row_that_is_too_short_lacks_its_last_columns(tmp_path: Path) -> None:
    (line,) = lines(tmp_path, "datum;naam\n2023-03-01\n")
    assert line.text("datum") == "2023-03-01"
    assert refusal(line, "naam") == "kolom naam: hier staat niets leesbaars"


def test_a_row_that_is_too_long_is_not_guessed_at(tmp_path: Path) -> None:
    """A semicolon in a name moves every cell after it one column on."""
    (line,) = lines(tmp_path, f"werkgever;uren\n{SECRET}; en zoon;24\n")
    assert SECRET not in refusal(line, "werkgever")


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    (line,) = lines(tmp_path, "datum\n2023-03-01\n")
    assert refusal(line, "naam") == "kolom naam: hier staat niets leesbaars"


def test_an_empty_cell_is_empty_text(tmp_path: Path) -> None:
    (line,) = lines(tmp_path, "datum;naam\n2023-03-01;\n")
    assert line.text("naam") == ""


def test_an_endless_cell_is_refused(tmp_path: Path) -> None:
    whole, endless = lines(tmp_path, f"naam\n{'a' * LONGEST_CELL}\n{'a' * (LONGEST_CELL + 1)}\n")
    assert len(whole.text("naam")) == LONGEST_CELL
    assert refusal(endless, "naam") == "kolom naam: hier staat niets leesbaars"


def test_a_cell_of_more_than_the_reader_holds_is_refused_like_the_rest(tmp_path: Path) -> None:
    first, *_ = lines(tmp_path, f"naam\n{'a' * 200_000}\n")
    assert refusal(first, "naam") == "kolom naam: hier staat niets leesbaars"


def test_a_row_does_not_show_what_stands_in_it(tmp_path: Path) -> None:
    (line,) = lines(tmp_path, f"naam\n{SECRET}\n")
    assert repr(line) == "Line(number=2)"


# Yes and no.


@pytest.mark.parametrize(("text", "means"), [("ja", True), ("nee", False)])
def test_ja_and_nee_are_true_and_false(text: str, means: bool) -> None:
    assert Line(2, {"werkt": text}).yes_no("werkt") is means


@pytest.mark.parametrize("text", ["", "Ja", "JA", "ja ", "yes", "1", "true", "j", "waar", "onbekend", SECRET])
def test_nothing_else_is_a_yes_or_a_no(text: str) -> None:
    assert refusal(Line(2, {"werkt": text}), "werkt", "yes_no") == "kolom werkt: schrijf ja of nee"


# Numbers.


@pytest.mark.parametrize(
    ("text", "found"), [("0", 0), ("24", 24), ("22,5", 22.5), ("24,0", 24), ("7,25", 7.25), ("007", 7)]
)
def test_a_number_has_a_decimal_comma(text: str, found: float) -> None:
    assert number(text, "uren") == found
    assert type(number(text, "uren")) is type(found)


@given(st.integers(0, 24000))
def test_any_number_in_hundredths_is_read_as_it_stands(hundredths: int) -> None:
    assert number(f"{hundredths // 100},{hundredths % 100:02}", "uren") == hundredths / 100


@pytest.mark.parametrize(
    "text",
    ["", " ", "-1", "+1", "1e5", "vier", "24 uur", "1,2,3", "1.000,5", ",", "٧", "１", "²", "nan", "inf", " 24", "1_0"],
)
def test_what_is_no_number_is_refused_by_name(text: str) -> None:
    line = Line(2, {"uren": text})
    assert refusal(line, "uren", "number_of") == "kolom uren: schrijf een getal, met een komma voor de decimalen"


@pytest.mark.parametrize("text", ["22.5", "1.000"])
def test_a_point_is_no_comma(text: str) -> None:
    """In Dutch, 1.000 is a thousand: not to be read as one."""
    assert "met een komma" in refusal(Line(2, {"uren": text}), "uren", "number_of")


def test_a_number_without_end_is_refused() -> None:
    assert "schrijf een getal" in refusal(Line(2, {"uren": "9" * 400}), "uren", "number_of")


@given(st.text(st.characters(codec="utf-8"), max_size=20))
def test_any_text_is_a_finite_number_or_refused_without_repeating_it(text: str) -> None:
    try:
        assert 0 <= number(text, "uren") < float("inf")
    except Unreadable as refused:
        assert str(refused) == "kolom uren: schrijf een getal, met een komma voor de decimalen"  # noqa: PT017 (either)


# A file that somebody sent.


def test_a_file_that_was_sent_reads_as_one_that_lies_on_a_disk(tmp_path: Path) -> None:
    content = "\N{ZERO WIDTH NO-BREAK SPACE}datum;naam\r\n2023-03-01;Zoë\r\n".encode()
    assert list(read_bytes(content)) == lines(tmp_path, content)
    assert columns_of(content) == ["datum", "naam"]
    assert columns_of(b"") == []


@given(st.binary(max_size=300))
def test_whatever_is_sent_gives_rows_and_no_mistake_of_ours(content: bytes) -> None:
    header = columns_of(content)
    for line in read_bytes(content):
        assert set(line.cells) <= set(header)
        assert line.number > 1
