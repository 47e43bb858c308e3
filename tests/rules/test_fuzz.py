"""
Whoever knows only the API's document, and follows its links, never gets an answer that the document does not say.

The short run, with the same requests each time; `make soak` asks hundreds of times more.
"""

from dataclasses import replace

import pytest

from hub.api import problems
from tests.chain import Chain
from tests.soak import fuzz
from tests.soak.fuzz import DESKS, PHASES, Plan

SHORT = Plan(examples=2)
# Roads that a stranger to the house must have got through, not only up to.
REACHED = {
    "noor": {("POST /werkmogelijkheden", 201), ("POST /toestemmingen", 201), ("POST /koppelcodes", 201)},
    "rik": {("POST /dienstverbanden", 201), ("POST /koppelcodes/_verzilver", 201), ("GET /postvak/{item_id}", 200)},
    "samira": {("POST /dienstverbanden/_zoek", 200), ("GET /postvak/{item_id}", 200), ("POST /betrokkenen", 403)},
}


@pytest.mark.parametrize("dialect", ["sqlite"])
@pytest.mark.parametrize("desk", DESKS)
def test_no_answer_is_other_than_the_document_says(chain: Chain, desk: str) -> None:
    """When a new road refuses what its document allows: say it there, or in ONLY_THE_HUB_KNOWS why that cannot be."""
    figures = fuzz.fuzz(chain, desk, SHORT)

    assert list(figures.found.values()) == []
    assert REACHED[desk] <= set(figures.roads)
    assert {phase for phase, _ in figures.answered} == PHASES


@pytest.mark.parametrize("dialect", ["postgresql"])
def test_nor_on_the_other_database(chain: Chain) -> None:
    """What the borders of a field are, no database knows: that phase is left out."""
    figures = fuzz.fuzz(chain, "rik", replace(SHORT, phases=PHASES - {"coverage"}))

    assert list(figures.found.values()) == []
    assert figures.requests > 100


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_an_answer_that_the_document_does_not_say_is_found(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a 403 that has no words."""
    monkeypatch.setitem(problems.SENTENCES, 403, ("niet-toegestaan", None))

    figures = fuzz.fuzz(chain, "samira", Plan(examples=1, phases=frozenset({"examples"})))

    assert ("POST /betrokkenen", "response_schema_conformance Response violates schema") in figures.found
