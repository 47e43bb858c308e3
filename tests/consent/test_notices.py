"""A notice says what the agreement says, in every language, and changes with it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from consent.errors import NoticeMissing, UnknownLanguage
from consent.notices import FOLDER, Notice, Section, notice, purposes
from consent.words import END_ISOLATE, ISOLATE, Direction, Written, words
from schemas.agreement import SHIPPED, Agreement, Flow, parse_agreement
from schemas.fields import LANGUAGES

ALMERE = (SHIPPED / "almere.toml").read_text(encoding="utf-8")
NOW = parse_agreement(ALMERE, "almere.toml")
WORK, PUBLIC = "toeleiding-naar-werk", "inburgering"
ASKED = NOW.consent_purposes


def agreement(*changes: tuple[str, str]) -> Agreement:
    """The pilot's agreement with these changes in its text; each must be there to be changed."""
    text = ALMERE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return parse_agreement(text, "proef.toml")


def text_of(given: Notice) -> str:
    """All that is read, without the marks that keep names apart."""
    return "\n".join(given.lines).replace(ISOLATE, "").replace(END_ISOLATE, "")


def headed(given: Notice, key: str) -> Section:
    """The section with this heading."""
    [found] = [one for one in given.sections if one.title == words(given.language).say(f"kennisgeving.{key}")]
    return found


def flow_sections(given: Notice, purpose: str) -> Iterator[tuple[Flow, Section]]:
    """Each flow of the purpose with the section about it: they follow why we ask and the example."""
    flows = [flow for flow in NOW.flows if flow.purpose == purpose]
    return zip(flows, given.sections[2 : 2 + len(flows)], strict=True)


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """Each language in turn."""
    given: str = request.param
    return given


def test_there_is_a_text_for_every_purpose_in_every_language_and_none_besides() -> None:
    written = {file.stem for file in FOLDER.glob("*.toml")}

    assert written == {f"{purpose}.{language}" for purpose in purposes(NOW) for language in LANGUAGES}


@pytest.mark.parametrize("purpose", purposes(NOW))
class TestEveryText:
    """What holds for each purpose, in each language."""

    def test_names_every_field_of_every_flow(self, purpose: str, language: str) -> None:
        said = words(language)
        for flow, section in flow_sections(notice(NOW, purpose, language), purpose):
            assert section.points == tuple(said.field(name, flow.message) for name in flow.fields)

    def test_names_who_tells_and_who_receives(self, purpose: str, language: str) -> None:
        for flow, section in flow_sections(notice(NOW, purpose, language), purpose):
            for partner in (*NOW.partners_with(flow.source), *NOW.partners_with(flow.recipient)):
                assert partner.title in section.text[0]

    def test_says_how_long_both_keep_it(self, purpose: str, language: str) -> None:
        said = words(language)
        for flow, section in flow_sections(notice(NOW, purpose, language), purpose):
            kept = section.text[2]
            assert said.days(flow.recipient_keeps_days) in kept
            assert said.days(flow.hub_keeps_days) in kept

    def test_says_why_with_an_example_and_where_to_ask(self, purpose: str, language: str) -> None:
        given = notice(NOW, purpose, language)
        why = "waarom" if purpose in ASKED else "waarom-taak"
        assert headed(given, why).text
        assert headed(given, "voorbeeld").text
        assert "COA" in headed(given, "vragen").text[0]

    def test_says_that_one_may_see_correct_erase_object_and_complain(self, purpose: str, language: str) -> None:
        rights = headed(notice(NOW, purpose, language), "rechten").points
        assert len(set(rights)) == 5
        assert "Autoriteit Persoonsgegevens" in rights[-1]

    def test_has_no_empty_line_and_no_open_brace(self, purpose: str, language: str) -> None:
        given = notice(NOW, purpose, language)
        for section in given.sections:
            assert all((section.title, *section.text, *section.points))
            assert section.text or section.points
        assert not re.search(r"[{}]", text_of(given))

    def test_is_human_only_where_people_wrote_all_of_it(self, purpose: str, language: str) -> None:
        given = notice(NOW, purpose, language)
        assert (given.written is Written.HUMAN) == (language in ("nl", "en"))


@pytest.mark.parametrize("purpose", ASKED)
class TestAskingForAYes:
    """What a text says that asks for one."""

    def test_says_that_a_no_has_no_consequence(self, purpose: str, language: str) -> None:
        assert headed(notice(NOW, purpose, language), "nee").text

    def test_says_until_when_a_yes_counts_and_how_to_take_it_back(self, purpose: str, language: str) -> None:
        given = notice(NOW, purpose, language)
        assert words(language).days(365) in headed(given, "geldig").text[0]
        assert len(headed(given, "intrekken").text) == 2

    def test_has_the_version_of_the_agreement(self, purpose: str, language: str) -> None:
        assert notice(NOW, purpose, language).version == "2023-1"


def test_a_task_of_the_government_asks_nothing_and_offers_an_objection(language: str) -> None:
    given = notice(NOW, PUBLIC, language)
    titles = {section.title for section in given.sections}

    assert headed(given, "bezwaar").text
    say = words(language).section("kennisgeving")
    assert titles.isdisjoint({say[key] for key in ("nee", "geldig", "intrekken", "waarom")})
    assert say["mag-publieke-taak"] in headed(given, "mag").text


def test_a_text_that_asks_nothing_is_named_after_its_facts() -> None:
    given = notice(NOW, PUBLIC, "nl")

    assert given.version == f"feiten-{NOW.explained(PUBLIC)[:12]}"


def test_right_to_left_is_said() -> None:
    turned = {code for code in LANGUAGES if notice(NOW, WORK, code).direction is Direction.RIGHT_TO_LEFT}

    assert turned == {"ar", "fa"}


CHANGES = {
    "recipient": [('titel = "Randstad"', 'titel = "Anderstad"'), ('naam = "randstad"', 'naam = "anderstad"')],
    "another recipient": [
        ("# ---- Stromen ----",
         '[[partij]]\nnaam = "tempo"\ntitel = "Tempo"\nrol = "bemiddelaar"\noin = "00000099000000003000"\n'
         'vestigingen = ["almere"]\n'),
    ],
    "fewer fields": [('velden = ["magWerken", "geldigVan", "twvNodig"]', 'velden = ["magWerken", "geldigVan"]')],
    "basis": [
        ('doel = "toeleiding-naar-werk"\ngrondslag = "toestemming"',
         'doel = "toeleiding-naar-werk"\ngrondslag = "publieke-taak"'),
    ] * 3 + [('toeleiding-naar-werk = "2023-1"\n', "")],
    "kept by the hub": [("bewaren_hub_dagen = 400", "bewaren_hub_dagen = 399")],
    "kept by the recipient": [("bewaren_ontvanger_dagen = 400", "bewaren_ontvanger_dagen = 401")],
    "validity": [("toestemming_geldig_dagen = 365", "toestemming_geldig_dagen = 364")],
    "no longer about": [('soort = "BSN"', 'soort = "TWV"')],
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_another_fact_is_another_text(language: str, what: str) -> None:
    before, after = notice(NOW, WORK, language), notice(agreement(*CHANGES[what]), WORK, language)

    assert before.facts != after.facts
    assert text_of(before) != text_of(after)
    assert before.hash != after.hash


def test_terms_that_change_places_are_another_text() -> None:
    def kept(days: int) -> tuple[str, str]:
        return ("bewaren_hub_dagen = 400\nbewaren", f"bewaren_hub_dagen = {days}\nbewaren")

    # The first flow is another purpose's, the second the public task's; then come two for this one.
    one, other = (
        notice(agreement(kept(1), kept(2), kept(first), kept(second)), "behoud-van-werk", "nl")
        for first, second in ((10, 20), (20, 10))
    )

    assert [words("nl").days(10) in section.text[2] for section in one.sections[2:4]] == [True, False]
    assert [words("nl").days(10) in section.text[2] for section in other.sections[2:4]] == [False, True]


def test_what_is_no_fact_of_this_purpose_leaves_its_text_alone() -> None:
    other = agreement(("koppelcode_geldig_dagen = 14", "koppelcode_geldig_dagen = 13"))

    assert notice(other, WORK, "ti") == notice(NOW, WORK, "ti")
    assert notice(other, WORK, "ti").hash == notice(NOW, WORK, "ti").hash


def test_the_hash_covers_every_word(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = notice(NOW, WORK, "nl").hash
    file = FOLDER / f"{WORK}.nl.toml"
    (tmp_path / file.name).write_text(file.read_text(encoding="utf-8").replace("Sara", "Sarah"), encoding="utf-8")
    monkeypatch.setattr("consent.notices.FOLDER", tmp_path)

    assert notice.__wrapped__(NOW, WORK, "nl").hash != before


def test_every_purpose_and_language_has_a_hash_of_its_own() -> None:
    hashes = [notice(NOW, purpose, code).hash for purpose in purposes(NOW) for code in LANGUAGES]

    assert len(set(hashes)) == len(hashes) == 42


def test_a_purpose_or_language_that_is_not_there_is_missed_aloud() -> None:
    with pytest.raises(NoticeMissing, match="notice list"):
        notice(NOW, "reclame", "nl")
    with pytest.raises(UnknownLanguage):
        notice(NOW, WORK, "de")


def test_a_purpose_that_nobody_wrote_about_says_which_file_to_write() -> None:
    new = agreement(('doel = "inburgering"', 'doel = "huisvesting"'))

    with pytest.raises(NoticeMissing, match=r"Write consent/notices/huisvesting\.nl\.toml"):
        notice(new, "huisvesting", "nl")


def test_the_dutch_and_english_texts_are_short_sentences() -> None:
    long = [
        sentence
        for purpose in purposes(NOW)
        for code in ("nl", "en")
        for line in notice(NOW, purpose, code).lines
        for sentence in re.split(r"(?<=[.?!:])\s", line)
        if len(sentence.split()) > 24
    ]

    assert long == []
