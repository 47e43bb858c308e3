"""A receipt is written and signed as it always was: paper that was handed out once stays true."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from audit import note
from audit.note import Signer, Verifier
from consent.receipt_reading import check_value
from consent.receipts import About, Moment
from consent.standing import Choice, Given
from hub.exchange.receipts import Receipt
from schemas.agreement import parse_agreement

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[2] / "vectors" / "receipts.json").read_text())
SIGNER = Signer("hub.example.nl/bewijzen", bytes.fromhex(VECTORS["seed"]))
HOW: dict[str, str | bool] = {
    "taal": "ti",
    "tolk": True,
    "wijze": "gesprek",
    "hulpvraag": "2023-02-27",
    "zonderGevolgen": True,
}


@pytest.fixture
def receipt() -> Receipt:
    """A yes, and two months later a no, under the agreement of the vectors."""
    about = About(
        VECTORS["subject"], parse_agreement(VECTORS["agreement"], "proef"), "https://hub.example.nl", SIGNER.name
    )
    said = [
        ("a" * 32, Choice.YES, datetime(2023, 3, 1, 9, 12, 44, tzinfo=UTC)),
        ("b" * 32, Choice.NO, datetime(2023, 5, 2, 7, 0, tzinfo=UTC)),
    ]
    history = [
        Moment(row, Given("toeleiding-naar-werk", choice, "2023-1", date(at.year, at.month, at.day), VECTORS["facts"]),
               at, HOW)
        for row, choice, at in said
    ]  # fmt: skip
    return Receipt(about, history, SIGNER)


def test_the_key_is_written_as_it_always_was() -> None:
    assert SIGNER.verifier.text == VECTORS["key"]


def test_a_whole_receipt_is_what_it_always_was(receipt: Receipt) -> None:
    assert receipt.signed == VECTORS["whole"]


def test_what_stands_in_the_square_is_what_it_always_was(receipt: Receipt) -> None:
    assert receipt.signed_brief == VECTORS["brief"]


def test_paper_and_file_have_the_same_check_value(receipt: Receipt) -> None:
    whole = note.verify(VECTORS["whole"], [Verifier.from_text(VECTORS["key"])])
    assert receipt.check == check_value(whole) == VECTORS["check"]
    assert VECTORS["check"] in VECTORS["brief"]


def test_the_square_has_room_for_it(receipt: Receipt) -> None:
    assert len(receipt.signed_brief.encode()) < 500
