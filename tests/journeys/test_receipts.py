"""Noor hands over a receipt of every choice: signed, in the resident's own language, and true for ever."""

import json
import re
from dataclasses import replace

import pytest

from audit import note
from audit.note import Verifier
from consent.receipt_reading import grouped
from consent.standing import Choice
from consent.words import words
from hub.exchange import choose
from hub.exchange.receipts import of_person, signer
from hub.identity.principals import officer
from hub.vault.subject_keys import KeyClass
from schemas.fields import LANGUAGES
from tests.chain import BASE_URL, PURPOSES, Chain, Resident
from tests.front_door import ROOT, Answer, is_problem, send
from tests.journeys.test_ended_choices import with_other_facts
from tests.journeys.test_hold import subject_of
from tests.kept import recorded

WORK = "toeleiding-naar-werk"


def chooses(chain: Chain, resident: Resident, choice: str, language: str = "ti", purpose: str = WORK) -> str:
    """The resident says it to Noor, with an interpreter; the id of the choice."""
    body = {"doel": purpose, "keuze": choice, "taal": language, "tolk": True, "kennisgeving": "2023-1"}
    reply = chain.noor.caller.post("/toestemmingen", {**body, "betrokkeneId": chain.noor.knows(resident)})
    assert reply.status == 201, reply
    return str(reply.body["id"])


def shows(chain: Chain, choice: str, form: str = "bewijs", who: str = "noor") -> Answer:
    """What somebody gets of one choice."""
    return send(chain.people[who], "GET", f"{ROOT}/toestemmingen/{choice}/{form}")


def states(answer: Answer) -> list[list[str]]:
    """Every state of the purpose until this choice."""
    record = answer.body["ontvangstbewijs"]["dpv:hasRecordOfActivity"]
    return [state["@type"] for state in record["dpv:hasConsentStatus"]]


def test_a_receipt_is_signed_by_the_hub_and_holds_the_record(chain: Chain) -> None:
    answer = shows(chain, chooses(chain, chain.noor.registers(), "ja"))
    key = Verifier.from_text(answer.body["sleutel"])
    assert key == signer(chain.hub, BASE_URL).verifier
    first, line, _ = note.verify(answer.body["ondertekend"], [key]).split("\n")
    assert first == "ketenhub/toestemmingsbewijs/1"
    assert json.loads(line) == answer.body["ontvangstbewijs"]
    assert answer.body["controle"] in note.verify(answer.body["kort"], [key])


def test_the_same_choice_always_gives_the_same_receipt(chain: Chain) -> None:
    choice = chooses(chain, chain.noor.registers(), "ja")
    first = shows(chain, choice)
    chain.clock.later(days=500)
    assert shows(chain, choice).raw == first.raw


def test_every_choice_has_its_own_receipt_with_all_that_came_before_it(chain: Chain) -> None:
    resident = chain.noor.registers()
    choices = [chooses(chain, resident, choice) for choice in ("nee", "ja", "ja", "ingetrokken")]
    chooses(chain, resident, "ja", purpose=PURPOSES[1])
    told = [["dpv:ConsentRefused"], ["dpv:ConsentGiven"], ["dpv:RenewedConsentGiven"], ["dpv:ConsentWithdrawn"]]
    for number, choice in enumerate(choices, start=1):
        assert states(shows(chain, choice)) == told[:number]


def test_what_became_of_a_yes_without_the_resident_is_on_a_receipt_too(chain: Chain) -> None:
    resident = chain.noor.registers()
    chooses(chain, resident, "ja")
    choose.revoke(chain.hub, officer("fatima"), subject_of(chain, resident), WORK)
    chooses(chain, resident, "ja")
    chain.clock.later(days=365)
    assert choose.end_outdated(chain.hub) == 1
    with chain.hub.database.reading() as session:
        last = of_person(chain.hub, session, subject_of(chain, resident), BASE_URL)[-1]
    assert (last.last.given.choice, last.language) == (Choice.EXPIRED, "ti")
    assert states(shows(chain, last.id)) == [
        ["dpv:ConsentGiven"], ["dpv:ConsentRevoked"], ["dpv:RenewedConsentGiven"], ["dpv:ConsentExpired"],
    ]  # fmt: skip
    page = shows(chain, last.id, "afdruk").raw.decode()
    assert f'<html lang="ti" dir="{words("ti").direction}">' in page
    assert words("ti").choice("verlopen") in page


def test_it_says_what_was_explained_then_whatever_the_agreement_says_now(chain: Chain) -> None:
    resident = chain.noor.registers()
    choice = chooses(chain, resident, "ja")
    before = shows(chain, choice).raw
    changed = with_other_facts(chain.hub)
    chain.app.extensions["ketenhub"] = replace(
        chain.app.extensions["ketenhub"], hub=changed, registry=type(chain.app.extensions["ketenhub"].registry)()
    )
    assert shows(chain, choice).raw == before
    assert choose.end_outdated(changed) == 1
    with changed.database.reading() as session:
        ended = of_person(changed, session, subject_of(chain, resident), BASE_URL)[-1]
    # The yes that ended was about what was explained with it.
    assert (ended.last.given.choice, len(ended.flows[0].fields)) == (Choice.INVALIDATED, 3)


def test_nobody_is_called_by_a_name_that_they_have_anywhere_else(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "koppeling")
    chain.learn_municipality_name(resident, chain.samira)
    choices = [chooses(chain, resident, "ja", purpose=purpose) for purpose in PURPOSES]
    said = "".join(shows(chain, one, form).raw.decode() for one in choices for form in ("bewijs", "afdruk"))
    for name in (resident.v_number, "K21052", subject_of(chain, resident), *resident.names.values(), "noor", "azc-"):
        assert name not in said
    people = set(re.findall(r"_:bewoner\",\"@type\":\"dpv:DataSubject\",\"dpv:hasIdentifier\":\"([a-z2-7]{26})", said))
    assert len(people) == 1


def test_another_resident_has_another_name_on_receipts(chain: Chain) -> None:
    one, other = (
        shows(chain, chooses(chain, chain.noor.registers(number), "ja")) for number in ("9900000017", "9900000025")
    )

    def name(answer: Answer) -> str:
        record = answer.body["ontvangstbewijs"]["dpv:hasRecordOfActivity"]
        return str(record["dpv:hasDataSubject"]["dpv:hasIdentifier"])

    assert name(one) != name(other)


@pytest.mark.parametrize("form", ["bewijs", "afdruk"])
def test_only_who_registered_the_resident_gets_it(chain: Chain, form: str) -> None:
    choice = chooses(chain, chain.linked(), "ja")
    assert shows(chain, choice, form).status == 200
    nothing = shows(chain, choice, form, "noortje")
    assert is_problem(nothing, 404)
    assert shows(chain, "0" * 32, form).without_date == nothing.without_date
    for who in ("rik", "job", "samira"):
        assert is_problem(shows(chain, choice, form, who), 403)


@pytest.mark.parametrize("kind", [KeyClass.CONSENT, KeyClass.LINKING])
def test_there_is_none_of_who_was_erased(chain: Chain, kind: KeyClass) -> None:
    resident = chain.noor.registers()
    choice = chooses(chain, resident, "ja")
    chain.hub.vault.subjects.destroy(subject_of(chain, resident), chain.clock(), kind)
    assert is_problem(shows(chain, choice), 404)


def test_looking_at_it_stands_in_the_trail_and_so_does_looking_for_nothing(chain: Chain) -> None:
    choice = chooses(chain, chain.noor.registers(), "ja")
    shows(chain, choice)
    shows(chain, choice, "afdruk")
    shows(chain, choice, who="noortje")
    looked = [(one["partij"], one["uitkomst"], one["gegevens"]["keuzeId"]) for one in recorded(chain, "raadpleging")]
    assert looked == [("coa", "ja", choice), ("coa", "ja", choice), ("coa", "nee", None)]
    assert [one["gegevens"]["vorm"] for one in recorded(chain, "raadpleging")] == ["bewijs", "afdruk", "bewijs"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_paper_is_in_the_language_in_which_it_was_asked(chain: Chain, language: str) -> None:
    said, choice = words(language), chooses(chain, chain.noor.registers(language=language), "ja", language)
    answer, receipt = shows(chain, choice, "afdruk"), shows(chain, choice).body
    page = answer.raw.decode()
    assert answer.headers["Content-Type"].startswith("text/html")
    assert f'<html lang="{language}" dir="{said.direction}">' in page
    for key in ("titel", "keuze", "dag", "tot", "hoe", "wel", "anders", "intrekken", "gevolgen", "nummer", "controle"):
        assert said.say(f"bewijs.{key}") in page
    assert {f"{BASE_URL}/venster", choice, grouped(receipt["controle"])} <= set(re.findall("[^<>]+", page))
    assert (said.say("algemeen.machinevertaling") in page) == (said.written == "machine")
    assert "<svg" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_no_says_what_is_not_shared_and_that_it_has_no_consequences(chain: Chain, language: str) -> None:
    said = words(language)
    page = shows(chain, chooses(chain, chain.noor.registers(), "nee", language), "afdruk").raw.decode()
    for key in ("niet", "alsnog", "gevolgen"):
        assert said.say(f"bewijs.{key}") in page
    for key in ("wel", "tot", "intrekken"):
        assert f">{said.say(f'bewijs.{key}')}<" not in page


def test_paper_fetches_one_style_sheet_of_the_hub_and_runs_nothing(chain: Chain) -> None:
    answer = shows(chain, chooses(chain, chain.noor.registers(), "ja"), "afdruk")
    page, policy = answer.raw.decode(), answer.headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "style-src 'self'", "form-action 'none'", "frame-ancestors 'none'"} <= set(policy)
    assert answer.headers["Cache-Control"] == "no-store"
    assert not re.search(r"<script|<style|style=|\son[a-z]+=|<img|<form", page)
    assert re.findall(r'(?:href|src)="([^"]*)"', page) == ["/papier.css"]
    style = chain.app.test_client().get("/papier.css")
    assert (style.status_code, style.mimetype) == (200, "text/css")
    assert "url(" not in style.get_data(as_text=True)
