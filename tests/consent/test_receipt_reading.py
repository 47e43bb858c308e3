"""Whoever holds a receipt hears in plain words what it says; what is not written as one is refused."""

import json
from typing import Any

import pytest

from consent.errors import ReceiptMalformed
from consent.receipt_reading import BRIEF, WHOLE, Brief, check_value, grouped, in_words, whole_text
from consent.receipts import canonical, receipt
from consent.standing import Choice
from tests.consent.test_receipts import ABOUT, WORK, history

CHECK = "0123456789abcdef" * 4
SHORT = Brief("a" * 32, WORK, "ja", "2023-03-01", "2023-1", "2024-02-29", CHECK)


def whole(*choices: Choice) -> str:
    """As it is signed."""
    return whole_text(receipt(ABOUT, history(*choices)))


def test_a_yes_says_who_may_tell_what_to_whom_and_until_when() -> None:
    said = in_words(whole(Choice.YES))
    assert "yes, on 2023-03-01T09:12:44Z (gesprek, met tolk), until 2024-02-29" in said
    assert f"For: {WORK}, explained by notice 2023-1." in said
    assert "Centraal Orgaan opvang asielzoekers (COA) may tell Randstad: magWerken, geldigVan, twvNodig." in said


def test_after_a_no_nobody_tells_anything_and_the_yes_before_it_is_named() -> None:
    said = in_words(whole(Choice.YES, Choice.NO))
    assert "no, taken back by the resident, on 2023-03-02" in said
    assert "Before: yes, on 2023-03-01" in said
    assert "may tell" not in said
    assert "(COA) does not tell Randstad: magWerken" in said


@pytest.mark.parametrize("choice", list(Choice))
def test_every_state_has_words(choice: Choice) -> None:
    assert in_words(whole(choice)).startswith("Receipt 0")


def test_it_says_the_check_value_that_stands_on_paper() -> None:
    text = whole(Choice.YES)
    assert f"The check value is {grouped(check_value(text))}." in in_words(text)
    assert grouped(CHECK) == "0123 4567 89ab cdef"


def test_the_square_says_the_same_in_short() -> None:
    assert in_words(SHORT.text()) == (
        f"Receipt {'a' * 32}: yes (ja), on 2023-03-01, until 2024-02-29.\n"
        f"For: {WORK}, explained by notice 2023-1.\n"
        "The whole receipt has the check value 0123 4567 89ab cdef."
    )


@pytest.mark.parametrize("choice", list(Choice))
def test_every_choice_has_words_in_the_square(choice: Choice) -> None:
    assert f"({choice.value})" in in_words(Brief("a", WORK, choice.value, "2023-03-01", "2023-1", "", CHECK).text())


def lacking(name: str) -> str:
    """A whole receipt without this."""
    content: dict[str, Any] = json.loads(whole(Choice.YES).split("\n")[1])
    del content["dpv:hasRecordOfActivity"][name]
    return whole_text(content)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        f"{WHOLE}\n",
        f"{WHOLE}\nno json\n",
        f"{WHOLE}\n[]\n",
        f"{WHOLE}\n{{}}\n",
        f"{BRIEF}\n{{}}\n",
        f"{BRIEF}\n{canonical({'keuze': 'misschien', 'id': 'a', 'dag': 'a', 'doel': 'a', 'controle': 'a'})}\n",
        f"ketenhub/toestemmingsbewijs/2\n{SHORT.text().splitlines()[1]}\n",
        SHORT.text().replace('","', '", "'),
        SHORT.text() + "and more\n",
        f"{BRIEF}\n{'[' * 5000}\n",
        lacking("dpv:hasConsentStatus"),
        lacking("dpv:hasEntity"),
        lacking("dpv:hasDataSubject"),
    ],
)
def test_what_is_not_written_as_a_receipt_is_refused(text: str) -> None:
    with pytest.raises(ReceiptMalformed):
        in_words(text)
