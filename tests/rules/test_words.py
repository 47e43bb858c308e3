"""Every code that the hub can give a resident to read has words, in all seven languages; no word is left over."""

from enum import StrEnum

import pytest

from consent.standing import Choice, State
from consent.words import words
from hub.exchange.choose import Method
from hub.exchange.route import Item, Outcome
from hub.permit import Phase, Reason
from schemas.agreement import Basis, Role
from schemas.base import discover
from schemas.fields import LANGUAGES

# What happened to an item once it lay ready; these have no code of their own on the wire.
LATER = {
    "aangenomen", "geopend", "bevestigd", "ingetrokken", "afgesloten", "beantwoord", "geen-antwoord",
    "wissen-gevraagd", "wissen-bevestigd", "opgeschort", "verbeterd", "getoond", "meegenomen",
}  # fmt: skip
CODES: dict[str, set[str]] = {
    "grondslagen": set(Basis),
    "rollen": set(Role),
    "berichten": set(discover()) | (set(Item) - {Item.MESSAGE}),
    "uitkomsten": set(Outcome) | LATER,
    "redenen": set(Reason),
    "keuzes": set(Choice),
    "standen": set(State),
    "wijzen": set(Method),
    "momenten": set(Phase),
}


@pytest.mark.parametrize("section", CODES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_words_and_every_word_a_code(language: str, section: str) -> None:
    codes = {code.value if isinstance(code, StrEnum) else code for code in CODES[section]}

    assert set(words(language).section(section)) == codes


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_value_that_a_field_can_choose_has_words(language: str) -> None:
    fields = [field for message in discover().values() for field in message.schema().fields.values()]
    options = {option for field in fields for option in getattr(field, "options", ())}

    assert options | {"gekoppeld", "beeindigd", "actueel", "herbevestigen"} == set(words(language).section("waarden"))
