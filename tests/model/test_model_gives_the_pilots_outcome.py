"""The model plays the pilot's year of exports and comes to the outcome of an independent simulation."""

import json
from pathlib import Path

import pytest

from tests.model.counts import without_zeros
from tests.model.replay_model import Replay

PILOT = Path(__file__).parents[2] / "hub" / "practice" / "pilot"


@pytest.fixture(scope="module")
def outcome() -> dict[str, object]:
    return Replay().run(PILOT)


@pytest.fixture(scope="module")
def expected() -> dict[str, object]:
    told: dict[str, object] = json.loads((PILOT / "verwacht.json").read_text(encoding="utf-8"))
    told.pop("audit", None)
    return told


@pytest.mark.parametrize("part", ["afgekeurd", "publicaties", "stromen", "antwoorden", "postvak", "intrekkingen"])
def test_the_model_gives_the_pilots(part: str, outcome: dict[str, object], expected: dict[str, object]) -> None:
    assert without_zeros(outcome[part]) == without_zeros(expected[part])


def test_nothing_else_is_expected(outcome: dict[str, object], expected: dict[str, object]) -> None:
    assert outcome.keys() == expected.keys()
