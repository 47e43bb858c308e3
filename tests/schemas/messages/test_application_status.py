"""Application status: of a TWV or a BSN, each a fact of its own, never a refusal."""

from datetime import date

import pytest

from schemas.base import InvalidInput
from schemas.messages.application_status import MESSAGE


def test_twv_and_bsn_are_facts_of_their_own() -> None:
    assert MESSAGE.variant == "soort"
    assert MESSAGE.variants == ("TWV", "BSN")


@pytest.mark.parametrize("status", ["afgewezen", "geweigerd", "ingetrokken", "Verleend"])
def test_a_refused_application_has_no_word(status: str) -> None:
    with pytest.raises(InvalidInput):
        MESSAGE.load({**MESSAGE.example, "status": status}, date(2023, 4, 1))
