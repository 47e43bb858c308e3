"""`ketenhub figures`: released at the operator's desk, shown again, and in the trail."""

import json

import pytest

from audit.events import Kind
from tests.hub.cli.operator import Operator
from tests.hub.cli.trail_of import told_about_nobody


@pytest.fixture
def operator(operator: Operator) -> Operator:
    """An operator of a hub where nobody registered yet."""
    assert operator.types("init").code == 0
    return operator


def test_a_quarter_is_released_and_shown_again(operator: Operator) -> None:
    assert operator.types("figures", "list").out == "Nothing was released yet.\n"
    done = operator.types("figures", "release", "2023-Q1", "--by", "petra")

    assert (done.code, done.err) == (0, "")
    assert "2023-Q1, released " in done.out
    assert "Tabel 3.7: Koppeling aan een gemeente\n" in done.out
    assert "  Gekoppeld: Deelnemers minder dan 10 of afgeschermd (–); Geplaatst" in done.out
    assert "- Waarom iemand stopte" in done.out
    assert operator.types("figures", "show", "2023-Q1").out == done.out
    assert operator.types("figures", "release", "2023-Q1", "--by", "fatima").out == done.out
    assert operator.types("figures", "list").out == "2023-Q1\n"
    [told] = told_about_nobody(operator, Kind.FIGURES)
    assert (told["kwartaal"], str(told["hash"]) in done.out) == ("2023-Q1", True)


def test_it_is_one_json_document_when_asked(operator: Operator) -> None:
    told = json.loads(operator.types("figures", "release", "2023-Q1", "--by", "petra", "--json").out)

    assert (told["formaat"], told["kwartaal"], told["drempel"]) == ("ketenhub/cijfers/1", "2023-Q1", 10)
    assert json.loads(operator.types("figures", "show", "2023-Q1", "--json").out) == told


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("release", "2023-Q5", "--by", "petra"), "Write a quarter as 2023-Q1."),
        (("release", "2999-Q1", "--by", "petra"), "This quarter is not over yet."),
        (("release", "2021-Q1", "--by", "petra"), "The agreement was not in force"),
        (("show", "2023-Q1"), "Nothing was released of 2023-Q1. Type: ketenhub figures list"),
    ],
)
def test_what_cannot_be_released_is_told_and_nobody_is_counted(
    operator: Operator, words: tuple[str, ...], sentence: str
) -> None:
    shown = operator.types("figures", *words)

    assert (shown.code, sentence in shown.err) == (1, True), shown
    assert told_about_nobody(operator, Kind.FIGURES) == []
