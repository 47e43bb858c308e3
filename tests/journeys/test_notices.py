"""Noor explains a text in the resident's language; only a text that somebody stands behind can carry a yes."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from consent.notices import notice, purposes
from consent.words import words
from hub.api.house import NAME
from hub.app import Stores as HubStores
from hub.app import create_app
from hub.exchange import notices
from hub.identity.principals import officer
from hub.practice.caller import Reply
from hub.vault.seal import Place, open_value
from hub.vault.subject_keys import KeyClass
from schemas.fields import LANGUAGES
from tests.chain import Chain, Resident
from tests.front_door import ROOT, is_problem, knock, send
from tests.kept import recorded, rows
from tests.stores import Stores

WORK, PUBLIC = "toeleiding-naar-werk", "inburgering"


@pytest.fixture
def strict(chain: Chain) -> Chain:
    """The same house as in production: no text counts as reviewed that nobody reviewed."""
    hub = replace(chain.hub, practice=False)
    chain.app.extensions[NAME] = replace(chain.app.extensions[NAME], hub=hub, registry=CollectorRegistry())
    return replace(chain, hub=hub)


def chooses(chain: Chain, resident: Resident, choice: str, language: str, **other: object) -> Reply:
    """Noor records a choice that was explained in this language."""
    body = {"doel": WORK, "keuze": choice, "taal": language, "tolk": True, "kennisgeving": "2023-1", **other}
    return chain.noor.caller.post("/toestemmingen", {**body, "betrokkeneId": chain.noor.knows(resident)})


def reviews(chain: Chain, language: str, purpose: str = WORK) -> None:
    """Fatima stands behind the text of today."""
    assert notices.review(chain.hub, officer("Fatima"), notice(chain.hub.agreement, purpose, language))


def read(chain: Chain, purpose: str, language: str) -> Reply:
    """Noor reads the text."""
    return chain.noor.caller.get(f"/kennisgevingen/{purpose}/{language}")


def test_a_machine_translation_carries_no_yes(strict: Chain) -> None:
    resident = strict.noor.registers()
    reply = chooses(strict, resident, "ja", "ti")

    assert reply.status == 400
    assert [mistake["veld"] for mistake in reply.body["fouten"]] == ["taal"]
    assert "laat eerst een tekst beoordelen" in reply.body["fouten"][0]["melding"]
    assert rows(strict.hub.database)["consent_events"] == []


def test_nor_does_a_text_that_people_wrote_and_nobody_reviewed(strict: Chain) -> None:
    resident = strict.noor.registers()

    assert chooses(strict, resident, "ja", "nl").status == 400


@pytest.mark.parametrize("choice", ["nee", "ingetrokken"])
def test_no_and_withdrawing_need_no_reviewed_text(strict: Chain, choice: str) -> None:
    resident = strict.noor.registers()

    assert chooses(strict, resident, choice, "so").status == 201


def test_a_reviewed_text_carries_a_yes_in_its_own_language_only(strict: Chain) -> None:
    resident = strict.noor.registers()
    reviews(strict, "ti")

    assert chooses(strict, resident, "ja", "ti").status == 201
    refused = chooses(strict, resident, "ja", "ar")
    assert refused.status == 400
    assert "Leg het met een tolk uit in ti" in refused.body["fouten"][0]["melding"]


def test_a_yes_on_a_text_that_was_reviewed_still_works_when_it_is_taken_back(strict: Chain) -> None:
    resident = strict.noor.registers()
    reviews(strict, "ti")
    chooses(strict, resident, "ja", "ti")

    assert chooses(strict, resident, "ingetrokken", "fa").status == 201


def test_every_mistake_comes_at_once_this_one_too(strict: Chain) -> None:
    resident = strict.noor.registers()
    body = {"doel": WORK, "keuze": "ja", "taal": "ti", "tolk": "ja", "kennisgeving": "2023-1"}
    answer = send(strict.noor, "POST", f"{ROOT}/toestemmingen", {**body, "betrokkeneId": strict.noor.knows(resident)})

    assert (answer.status, answer.fields) == (400, {"tolk", "taal"})


def test_a_practice_hub_takes_the_pilots_texts_for_reviewed(chain: Chain) -> None:
    resident = chain.noor.registers()

    for language in LANGUAGES:
        assert chooses(chain, resident, "ja", language).status == 201
        assert read(chain, WORK, language).body["status"] == "beoordeeld"
    assert rows(chain.hub.database)["notice_reviews"] == []


def test_a_practice_hub_takes_no_other_texts_for_reviewed(stores: Stores, chain: Chain, tmp_path: Path) -> None:
    text = chain.settings.agreement.read_text(encoding="utf-8").replace(f'{WORK} = "2023-1"', f'{WORK} = "2023-2"')
    (tmp_path / "later.toml").write_text(text, encoding="utf-8")
    settings = replace(chain.settings, agreement=tmp_path / "later.toml")
    app = create_app(settings, HubStores(stores.database, stores.keys), chain.clock)
    noor = replace(chain.noor, caller=replace(chain.noor.caller, app=app))
    later = replace(chain, app=app, people={**chain.people, "noor": noor})
    resident = later.noor.registers()

    assert chooses(later, resident, "ja", "ti", kennisgeving="2023-2").status == 400
    assert chooses(later, resident, "ja", "ti", doel="behoud-van-werk").status == 201


def test_the_hash_of_the_words_that_were_explained_goes_into_the_sealed_record(chain: Chain) -> None:
    resident = chain.noor.registers()
    explained = notice(chain.hub.agreement, WORK, "ti").hash
    chooses(chain, resident, "ja", "ti")
    [row] = rows(chain.hub.database)["consent_events"]

    assert explained.encode() not in bytes(row["sealed"])
    assert opened(chain, row)["tekst"] == explained


def opened(chain: Chain, row: dict[str, object]) -> dict[str, object]:
    """The sealed part of a choice, opened as the hub itself would."""
    key = chain.hub.vault.subjects.of(str(row["subject"]), KeyClass.CONSENT)[KeyClass.CONSENT]
    place = Place("consent_events", "sealed", str(row["id"]))
    found: dict[str, object] = json.loads(open_value(key, place, row["sealed"]))  # type: ignore[arg-type]
    return found


def test_a_review_stands_in_the_trail_with_who_and_what(strict: Chain) -> None:
    reviews(strict, "ti")
    [fact] = recorded(strict, "kennisgeving-beoordeeld")

    assert (fact["partij"], fact["uitkomst"]) == ("beheer", "beoordeeld")
    assert fact["gegevens"]["client"] == "Fatima"
    assert fact["gegevens"]["tekst"] == notice(strict.hub.agreement, WORK, "ti").hash


def test_a_second_review_adds_nothing(strict: Chain) -> None:
    reviews(strict, "ti")

    assert not notices.review(strict.hub, officer("Petra"), notice(strict.hub.agreement, WORK, "ti"))
    assert len(recorded(strict, "kennisgeving-beoordeeld")) == 1


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_noor_reads_every_text_that_there_is(chain: Chain) -> None:
    for purpose in purposes(chain.hub.agreement):
        for language in LANGUAGES:
            body = read(chain, purpose, language).body
            text = notice(chain.hub.agreement, purpose, language)
            assert (body["titel"], body["richting"], body["hash"]) == (text.title, text.direction.value, text.hash)
            assert [part["kop"] for part in body["tekst"]] == [section.title for section in text.sections]


def test_the_version_that_noor_reads_is_the_one_to_record(chain: Chain) -> None:
    resident = chain.noor.registers()
    version = read(chain, WORK, "ti").body["versie"]

    assert chooses(chain, resident, "ja", "ti", kennisgeving=version).status == 201


def test_a_machine_translation_says_so(strict: Chain) -> None:
    body = read(strict, WORK, "fa").body

    assert (body["status"], body["richting"]) == ("machinevertaling", "rtl")
    assert body["opmerking"] == words("fa").say("algemeen.machinevertaling")
    assert read(strict, WORK, "nl").body["status"] == "geschreven"
    assert "opmerking" not in read(strict, WORK, "nl").body
    reviews(strict, "fa")
    assert read(strict, WORK, "fa").body["status"] == "beoordeeld"


def test_a_task_of_the_government_is_told_too_and_asks_nothing(chain: Chain) -> None:
    body = read(chain, PUBLIC, "nl").body

    assert body["versie"].startswith("feiten-")
    assert body["status"] == "geschreven"


@pytest.mark.parametrize(("purpose", "language"), [("reclame", "nl"), (WORK, "de"), ("..", "nl"), (WORK, "nl.toml")])
def test_a_text_that_is_not_there_is_not_found(chain: Chain, purpose: str, language: str) -> None:
    answer = send(chain.noor, "GET", f"{ROOT}/kennisgevingen/{purpose}/{language}", key=None)

    assert is_problem(answer, 404)


def test_only_coa_reads_them(chain: Chain) -> None:
    for person in (chain.rik, chain.samira):
        assert is_problem(send(person, "GET", f"{ROOT}/kennisgevingen/{WORK}/nl", key=None), 403)
    assert is_problem(knock(chain.app, "GET", f"{ROOT}/kennisgevingen/{WORK}/nl", None, {}), 401)
