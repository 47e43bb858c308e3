"""What a resident can read is there in every language, whole, and nothing else is hidden in it."""

import unicodedata
from datetime import date

import pytest

from consent.errors import UnknownLanguage, WordMissing
from consent.standing import Choice, State
from consent.words import END_ISOLATE, FOLDER, ISOLATE, Direction, Words, Written, placeholders, words
from schemas.agreement import SHIPPED, Basis, Role, read_agreement
from schemas.base import MessageType, discover
from schemas.fields import LANGUAGES

DUTCH = words("nl")
SHIPPED_FLOWS = [flow for file in sorted(SHIPPED.glob("*.toml")) for flow in read_agreement(file).flows]
# Persian joins and parts letters with this one; nothing else that cannot be seen belongs in a text.
NON_JOINER = "\u200c"
LETTERS = {"ar": "ARABIC", "fa": "ARABIC", "ti": "ETHIOPIC"}


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Words:
    """Each language in turn."""
    return words(request.param)


def test_there_is_a_file_for_each_language_and_for_no_other() -> None:
    assert {file.stem for file in FOLDER.glob("*.toml")} == set(LANGUAGES)


def test_every_language_has_the_same_texts(language: Words) -> None:
    assert set(language.texts) == set(DUTCH.texts)


def test_every_language_fills_in_the_same_values(language: Words) -> None:
    asked = {key: placeholders(text) for key, text in language.texts.items()}

    assert asked == {key: placeholders(text) for key, text in DUTCH.texts.items()}


def test_no_text_is_empty_or_has_spaces_around_it(language: Words) -> None:
    assert {key for key, text in language.texts.items() if not text or text != text.strip()} == set()


def test_nothing_invisible_hides_in_a_text(language: Words) -> None:
    hidden = {
        key
        for key, text in language.texts.items()
        for character in text
        if character != NON_JOINER and unicodedata.category(character) in ("Cc", "Cf", "Co", "Cn", "Cs")
    }

    assert hidden == set()


@pytest.mark.parametrize("code", LETTERS)
def test_a_text_is_written_in_the_letters_of_its_language(code: str) -> None:
    strange = {
        key
        for key, text in words(code).texts.items()
        if not any(unicodedata.name(character, "").startswith(LETTERS[code]) for character in text)
    }

    assert strange == set()


def test_arabic_and_persian_are_read_from_right_to_left() -> None:
    turned = {code for code in LANGUAGES if words(code).direction is Direction.RIGHT_TO_LEFT}

    assert turned == {"ar", "fa"}


def test_people_wrote_the_dutch_and_the_english() -> None:
    assert {code for code in LANGUAGES if words(code).written is Written.HUMAN} == {"nl", "en"}


def test_a_language_without_words_is_refused_by_name() -> None:
    with pytest.raises(UnknownLanguage, match="nl, en, ar, ti, fa, tr, so"):
        words("de")


@pytest.mark.parametrize("message", discover().values(), ids=lambda message: message.name)
def test_every_field_of_every_message_has_words(language: Words, message: MessageType) -> None:
    assert all(language.field(name, message.name) for name in message.wire_names)


def test_every_message_role_basis_choice_and_state_has_words(language: Words) -> None:
    assert all(language.message(name) for name in discover())
    assert all(language.role(role) for role in Role)
    assert all(language.basis(basis) for basis in Basis)
    assert all(language.choice(choice) for choice in Choice)
    assert all(language.state(state) for state in State)


@pytest.mark.parametrize("purpose", sorted({flow.purpose for flow in SHIPPED_FLOWS}))
def test_every_purpose_of_a_shipped_agreement_has_words(language: Words, purpose: str) -> None:
    assert language.purpose(purpose) != purpose


def test_a_field_is_named_as_its_message_means_it() -> None:
    assert DUTCH.field("ingangsdatum", "verplaatsing") == "op welke dag u verhuist"
    assert DUTCH.field("ingangsdatum", "een-nieuw-bericht") == "vanaf welke dag"


def test_a_word_that_is_not_there_is_missed_aloud() -> None:
    with pytest.raises(WordMissing, match=r"consent/words/nl.toml has no velden.loon"):
        DUTCH.field("loon")


def test_a_sentence_that_lacks_a_value_is_not_said() -> None:
    greeting = Words("nl", "Nederlands", Direction.LEFT_TO_RIGHT, Written.HUMAN, "d MMMM y", {"a.b": "Dag {naam}."})

    with pytest.raises(WordMissing, match="asks for naam"):
        greeting.say("a.b")
    with pytest.raises(WordMissing, match="asks for naam"):
        greeting.say("a.b", naam="Sara", leeftijd=3)
    assert greeting.say("a.b", naam="Sara") == "Dag Sara."


def test_a_dutch_name_does_not_turn_an_arabic_line_around() -> None:
    greeting = Words("ar", "", Direction.RIGHT_TO_LEFT, Written.MACHINE, "d MMMM y", {"a.b": "مرحبا {naam}"})

    assert greeting.say("a.b", naam="Randstad") == f"مرحبا {ISOLATE}Randstad{END_ISOLATE}"
    assert greeting.say("a.b", naam="سارة") == "مرحبا سارة"


@pytest.mark.parametrize(
    ("code", "day"),
    [
        ("nl", "4 september 2023"), ("en", "4 September 2023"), ("ar", "4 سبتمبر 2023"),
        ("ti", "4 መስከረም 2023 (04-09-2023)"), ("fa", "4 سپتامبر 2023"), ("tr", "4 Eylül 2023"),
        ("so", "4 Sebtembar 2023"),
    ],
)  # fmt: skip
def test_a_day_has_its_month_in_words(code: str, day: str) -> None:
    assert words(code).date(date(2023, 9, 4)) == day


def test_days_are_counted_in_days() -> None:
    assert [DUTCH.days(number) for number in (1, 14, 1095)] == ["1 dag", "14 dagen", "1095 dagen"]
    assert len({words("ar").days(number) for number in range(1, 40)}) == 39


def test_a_value_is_said_in_words() -> None:
    said = [DUTCH.value(value) for value in (True, False, None, "2023-03-01", "verleend", 22.5, "Hotel Polderzicht")]

    assert said == ["ja", "nee", "niet bekend", "1 maart 2023", "klaar", "22,5", "Hotel Polderzicht"]


def test_a_list_is_read_as_a_sentence() -> None:
    assert DUTCH.all_of(["a", "b", "c"]) == "a, b en c"
