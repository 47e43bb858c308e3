"""What a resident chose: yes, no or withdrawn, per purpose, added and never changed."""

from tests.chain import PURPOSES, Chain, Resident
from tests.front_door import ROOT, is_problem, send
from tests.kept import recorded, rows

WORK = "toeleiding-naar-werk"


def listed(chain: Chain, resident: Resident) -> dict[str, dict[str, str]]:
    """The newest choices by purpose."""
    body = chain.noor.caller.post("/toestemmingen/_zoek", {"betrokkeneId": chain.noor.knows(resident)}).body
    return {line["doel"]: line for line in body["resultaten"]}


def test_a_yes_says_until_when_it_counts(chain: Chain) -> None:
    resident = chain.noor.registers()
    reply = chain.noor.records(resident, WORK, "ja")
    assert reply.status == 201
    assert set(reply.body) == {"id", "tijdstip", "doel", "keuze", "verlooptOp", "ontvangstbewijs"}
    assert reply.body["verlooptOp"] == "2024-02-29"  # day 365


def test_a_no_and_a_withdrawal_have_no_end(chain: Chain) -> None:
    resident = chain.noor.registers()
    for choice in ("nee", "ingetrokken"):
        assert "verlooptOp" not in chain.noor.records(resident, WORK, choice).body


def test_the_newest_choice_of_each_purpose_is_listed_with_what_it_means_today(chain: Chain) -> None:
    resident = chain.noor.registers()
    assert listed(chain, resident) == {}
    chain.noor.records(resident, WORK, "ja")
    chain.noor.records(resident, PURPOSES[1], "ja")
    chain.clock.later(days=1)
    chain.noor.records(resident, PURPOSES[1], "nee")
    found = listed(chain, resident)
    assert {purpose: (line["keuze"], line["status"]) for purpose, line in found.items()} == {
        WORK: ("ja", "van-kracht"),
        PURPOSES[1]: ("nee", "geweigerd"),
    }
    assert (found[WORK]["datum"], found[WORK]["kennisgeving"]) == ("2023-03-01", "2023-1")
    chain.clock.later(days=364)
    assert listed(chain, resident)[WORK]["status"] == "verlopen"


def test_choices_are_added_and_never_changed(chain: Chain) -> None:
    resident = chain.noor.registers()
    for choice in ("ja", "nee", "ingetrokken", "ja"):
        chain.noor.records(resident, WORK, choice)
    kept = rows(chain.hub.database)["consent_events"]
    assert [row["choice"] for row in sorted(kept, key=lambda row: int(row["sequence"]))] == [
        "ja", "nee", "ingetrokken", "ja",
    ]  # fmt: skip
    assert [entry["uitkomst"] for entry in recorded(chain, "toestemming")] == ["ja", "nee", "ingetrokken", "ja"]


def test_only_purposes_that_rest_on_consent_can_be_chosen(chain: Chain) -> None:
    resident = chain.noor.registers()
    for purpose in PURPOSES:
        assert chain.noor.records(resident, purpose, "ja").status == 201
    for purpose in ("inburgering", "reclame"):
        reply = chain.noor.records(resident, purpose, "ja")
        assert (reply.status, [mistake["veld"] for mistake in reply.body["fouten"]]) == (400, ["doel"])


def test_only_todays_notice_can_have_been_explained(chain: Chain) -> None:
    resident = chain.noor.registers()
    body = {"doel": WORK, "keuze": "ja", "taal": "ti", "tolk": False, "kennisgeving": "2022-9"}
    answer = send(chain.noor, "POST", f"{ROOT}/toestemmingen", {**body, "betrokkeneId": chain.noor.knows(resident)})
    assert (answer.status, answer.fields) == (400, {"kennisgeving"})


def test_only_coa_records_and_sees_choices(chain: Chain) -> None:
    resident = chain.linked()
    for person in (chain.rik, chain.job, chain.samira):
        assert person.records(resident, WORK, "nee").status == 403
        about = {"betrokkeneId": person.knows(resident)}
        assert is_problem(send(person, "POST", f"{ROOT}/toestemmingen/_zoek", about), 403)


def test_another_azc_can_neither_record_nor_see_them(chain: Chain) -> None:
    resident = chain.linked()
    assert chain.noortje.records(resident, WORK, "nee").status == 400
    about = {"betrokkeneId": chain.noor.knows(resident)}
    assert chain.noortje.caller.post("/toestemmingen/_zoek", about).body == {"resultaten": []}


def test_a_no_without_a_yes_takes_nothing_back_and_asks_nobody(chain: Chain) -> None:
    resident = chain.noor.registers()
    chain.rik.redeems(chain.noor.gives_slip(resident), resident)
    assert chain.noor.records(resident, WORK, "nee").status == 201
    assert chain.rik.inbox() == []
