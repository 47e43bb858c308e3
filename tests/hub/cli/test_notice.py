"""Fatima lists the texts, reads one, and stands behind it by its hash; another hash she cannot sign."""

import pytest

from consent.notices import notice
from schemas.agreement import SHIPPED, read_agreement
from schemas.fields import LANGUAGES
from tests.hub.cli.operator import Operator

WORK = "toeleiding-naar-werk"
# These rest on no consent: nobody is asked, so nobody says yes to a text about them.
NOT_ASKED = ("inburgering", "contact")
AGREEMENT = read_agreement(SHIPPED / "almere.toml")


@pytest.fixture
def fatima(operator: Operator) -> Operator:
    """A privacy officer whose hub is in order."""
    assert operator.types("init").code == 0
    return operator


@pytest.fixture
def strict(operator: Operator) -> Operator:
    """The same in production, where nothing counts as reviewed by itself."""
    operator.goes_into_production()
    assert operator.types("init", "--no-escrow").code == 0
    return operator


def listed(operator: Operator) -> dict[tuple[str, str], str]:
    """The state of each text, as the list shows it."""
    shown = operator.types("notice", "list")
    assert (shown.code, shown.err) == (0, "")
    lines = [line.split("\t") for line in shown.out.splitlines()]
    return {(purpose, language): state for purpose, _, language, state, _ in lines}


def test_the_list_has_every_purpose_in_every_language(strict: Operator) -> None:
    found = listed(strict)

    assert len(found) == 6 * len(LANGUAGES)
    assert {found[WORK, "nl"], found[WORK, "en"]} == {"geschreven"}
    assert {found[WORK, code] for code in LANGUAGES[2:]} == {"machinevertaling"}


def test_a_demo_takes_the_pilots_texts_for_reviewed(fatima: Operator) -> None:
    found = listed(fatima)

    assert {state for (purpose, _), state in found.items() if purpose not in NOT_ASKED} == {"beoordeeld"}


def test_the_whole_text_is_shown_with_its_hash(fatima: Operator) -> None:
    shown = fatima.types("notice", "show", WORK, "ti")
    text = notice(AGREEMENT, WORK, "ti")

    assert shown.out.startswith("\n".join(text.lines))
    assert f"Hash: {text.hash}" in shown.out


def test_she_stands_behind_a_text_that_she_read(strict: Operator) -> None:
    digest = strict.types("notice", "show", WORK, "ti").out.rsplit("Hash: ", 1)[1].strip()
    shown = strict.types("notice", "review", WORK, "ti", digest, "--by", "Fatima")

    assert (shown.code, shown.out) == (0, "Reviewed. With this text a yes can be recorded.\n")
    assert [key for key, state in listed(strict).items() if state == "beoordeeld"] == [(WORK, "ti")]
    again = strict.types("notice", "review", WORK, "ti", digest, "--by", "Petra")
    assert (again.code, again.out) == (0, "Nothing changed: it was reviewed already.\n")
    assert strict.types("verify").code == 0


def test_she_cannot_stand_behind_another_text_than_that_of_today(strict: Operator) -> None:
    shown = strict.types("notice", "review", WORK, "ti", "0" * 64, "--by", "Fatima")

    assert (shown.code, shown.err) == (
        1, f"Error: This is not the hash of the text of today. Read that first: ketenhub notice show {WORK} ti\n",
    )  # fmt: skip
    assert "beoordeeld" not in listed(strict).values()


@pytest.mark.parametrize("name", ["", " ", "F" * 81, "Fatima\nPetra"])
def test_she_gives_her_name(strict: Operator, name: str) -> None:
    digest = strict.types("notice", "show", WORK, "ti").out.rsplit("Hash: ", 1)[1].strip()

    assert strict.types("notice", "review", WORK, "ti", digest, "--by", name).code == 1
    assert "beoordeeld" not in listed(strict).values()


def test_a_purpose_that_is_not_there_is_one_sentence(fatima: Operator) -> None:
    shown = fatima.types("notice", "show", "reclame", "nl")

    assert (shown.code, shown.err) == (
        1, "Error: The agreement has no such purpose; `ketenhub notice list` shows which it has.\n",
    )  # fmt: skip


class TestTheFactsChanged:
    """Something else is told than before: the notice must get another name before the hub starts."""

    def test_production_does_not_start_under_the_old_name(self, strict: Operator) -> None:
        file = strict.folder / "afspraak.toml"
        assert strict.types("check").code == 0
        before = file.read_text()
        file.write_text(before.replace('velden = ["magWerken", "geldigVan", "twvNodig"]', 'velden = ["magWerken"]'))
        refused = strict.types("check")
        assert refused.code == 1
        assert refused.err.endswith(f'Write under [kennisgeving]:\n{WORK} = "2023-2"\n')
        assert strict.types("check").code == 1

    def test_under_a_new_name_it_starts(self, strict: Operator) -> None:
        file = strict.folder / "afspraak.toml"
        assert strict.types("check").code == 0
        changed = file.read_text().replace('velden = ["magWerken", "geldigVan", "twvNodig"]', 'velden = ["magWerken"]')
        file.write_text(changed.replace(f'{WORK} = "2023-1"', f'{WORK} = "2023-2"'))
        assert strict.types("check").code == 0

    def test_what_is_no_fact_of_any_purpose_may_change(self, strict: Operator) -> None:
        file = strict.folder / "afspraak.toml"
        assert strict.types("check").code == 0
        file.write_text(file.read_text().replace("koppelcode_geldig_dagen = 14", "koppelcode_geldig_dagen = 10"))
        assert strict.types("check").code == 0

    def test_a_demo_may_be_played_with(self, fatima: Operator) -> None:
        file = fatima.folder / "proef.toml"
        assert fatima.types("check").code == 0
        text = (SHIPPED / "almere.toml").read_text()
        file.write_text(text.replace('velden = ["magWerken", "geldigVan", "twvNodig"]', 'velden = ["magWerken"]'))
        fatima.sets(agreement=file)
        assert fatima.types("check").code == 0
