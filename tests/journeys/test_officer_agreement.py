"""Fatima reads the agreement in sentences, and of each version what it changed: everything, and nothing else."""

from datetime import UTC, datetime

import pytest

from hub.policy import agreements
from hub.policy.compared import FLOW, PARTNER, SETTINGS, compare
from hub.web.officer.agreement import ASPECTS, BASES, FIELDS, sentence
from schemas.agreement import SHIPPED, Basis, parse_agreement
from schemas.base import discover
from tests.chain import Chain
from tests.web.employee import at_desk

TEXT = (SHIPPED / "almere.toml").read_text(encoding="utf-8")
FLOW_TEXT = TEXT[TEXT.index('[[stroom]]\nbericht = "urenstaat"') : TEXT.index("# ---- Wie is mijn contactpersoon?")]
CHANGES = {
    "consent": ("toestemming_geldig_dagen = 365", "toestemming_geldig_dagen = 180",
                "Hoeveel dagen een ja geldt was 365 en is nu 180."),
    "field": ('velden = ["naarLocatie", "ingangsdatum"]', 'velden = ["naarLocatie"]',
              "Verhuizing naar een andere opvang, COA aan bemiddelaar: weg gaat vanaf welke dag."),
    "branch": ('vestigingen = ["almere", "zwolle"]', 'vestigingen = ["almere", "zwolle", "utrecht"]',
               "randstad: erbij komt utrecht."),
    "notice": ('behoud-van-werk = "2023-1"', 'behoud-van-werk = "2023-2"',
               "Behoud van werk: de uitleg was 2023-1 en is nu 2023-2."),
    "confirmed": ('doel = "inburgering"\ngrondslag = "publieke-taak"\ngrondslag_status = "te bevestigen"',
                  'doel = "inburgering"\ngrondslag = "publieke-taak"\ngrondslag_status = "bevestigd"',
                  "Koppeling aan een gemeente, COA aan gemeente: of de grondslag bevestigd is was nee en is nu ja."),
    "flow": (FLOW_TEXT, "", "Gewerkte uren, bemiddelaar aan gemeente is vervallen."),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_what_a_version_changed_is_one_sentence(chain: Chain, name: str) -> None:
    before, after, says = CHANGES[name]
    assert TEXT.count(before) == 1
    new = parse_agreement(TEXT.replace(before, after), "nieuw")
    with chain.app.test_request_context("/privacy"):
        assert [sentence(one) for one in compare(parse_agreement(TEXT, "oud"), new)] == [says]
        assert compare(new, new) == []


def test_the_agreement_reads_as_sentences_and_says_what_is_not_confirmed(chain: Chain) -> None:
    page = at_desk(chain, "fatima").sees("/privacy/afspraak").text
    assert "Centraal Orgaan opvang asielzoekers (COA) vertelt Randstad: of iemand mag werken" in page
    assert "mag door de toestemming van de bewoner. De hub bewaart het 400 dagen, de ontvanger 400 dagen." in page
    assert "moeten de juristen de grondslag nog bevestigen" in page
    assert "toeleiding naar werk 2023-1 ✓ beoordeeld" in page or "toeleiding naar werk 2023-1 beoordeeld" in page


def test_every_version_that_the_hub_kept_is_compared_with_the_one_before(chain: Chain) -> None:
    fatima = at_desk(chain, "fatima")
    assert "De eerste versie: vanaf" in fatima.sees("/privacy/afspraak/verschillen").text
    before, after, says = CHANGES["consent"]
    for at, text in (
        (2090, TEXT.replace(before, after)),
        (2091, f"# Alleen een opmerking.\n{TEXT.replace(before, after)}"),
    ):
        agreements.keep(chain.hub.database, parse_agreement(text, "nieuw"), datetime(at, 1, 1, tzinfo=UTC))
    page = fatima.sees("/privacy/afspraak/verschillen").text
    assert says in page
    assert page.index("Alleen de tekst eromheen is anders.") < page.index(says)


def test_there_are_words_for_everything_that_can_differ() -> None:
    assert set(ASPECTS) == {*SETTINGS, *FLOW, *PARTNER}
    assert {basis.value for basis in Basis} == set(BASES)
    every = {name for message in discover().values() for name in message.wire_names}
    assert every <= set(FIELDS)
