"""A municipality is found by its name, as people type it, or by its code."""

import pytest

from hub.web.staff.municipalities import by_code, code_of
from schemas.fields import Municipality


def test_every_code_in_the_list_is_one_that_a_message_takes() -> None:
    assert len(by_code()) > 300
    assert all(Municipality().accepts(code) for code in by_code())
    assert len(set(by_code().values())) == len(by_code())


@pytest.mark.parametrize("typed", ["Almere", "almere", "GM0034", "gm0034"])
def test_name_and_code_lead_to_the_same(typed: str) -> None:
    assert code_of(typed) == "GM0034"


def test_what_is_neither_stays_what_was_typed() -> None:
    assert code_of("Atlantis") == "Atlantis"
