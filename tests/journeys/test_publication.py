"""Noor and Rik tell the hub something: who may know it, who hears what became of it, and what is kept."""

from collections.abc import Callable

import pytest

from tests.chain import EXAMPLES, PURPOSES, Chain, Resident
from tests.front_door import ROOT, is_problem, send
from tests.kept import counts, recorded

WORK = "toeleiding-naar-werk"
Because = Callable[[Chain, Resident], None]


def expire(chain: Chain, resident: Resident) -> None:
    """A yes, a year ago."""
    chain.noor.records(resident, WORK, "ja")
    chain.clock.later(days=365)


CAUSES: dict[str, Because] = {
    "niet-gevraagd": lambda chain, resident: None,
    "geweigerd": lambda chain, resident: _say(chain, resident, "nee"),
    "ingetrokken": lambda chain, resident: _say(chain, resident, "ja", "ingetrokken"),
    "verlopen": expire,
}


def _say(chain: Chain, resident: Resident, *choices: str) -> None:
    for choice in choices:
        assert chain.noor.records(resident, WORK, choice).status == 201


def test_rik_gets_exactly_the_fields_of_the_agreement(chain: Chain) -> None:
    resident = chain.linked()

    reply = chain.noor.publishes(resident, "werkmogelijkheid")

    [line] = reply.body["ontvangers"]
    assert reply.status == 201
    assert line == {"ontvanger": "randstad", "doel": WORK, "uitkomst": "aangeboden"}
    [item] = chain.rik.opens_all()
    assert item["soort"] == "werkmogelijkheid"
    assert (item["doel"], item["grondslag"], item["betrokkeneId"]) == (WORK, "toestemming", chain.rik.knows(resident))
    assert item["gegevens"] == EXAMPLES["werkmogelijkheid"]


def test_the_answer_has_an_id_an_instant_and_a_receipt(chain: Chain) -> None:
    resident = chain.linked()
    body = chain.noor.publishes(resident, "werkmogelijkheid").body
    assert set(body) == {"id", "tijdstip", "ontvangers", "ontvangstbewijs"}
    assert body["tijdstip"] == "2023-03-01T09:12:44Z"
    assert len(bytes.fromhex(body["ontvangstbewijs"]["bladhash"])) == 32
    [entry] = recorded(chain, "publicatie")
    assert entry["gegevens"]["berichtId"] == body["id"]


def test_may_work_holds_from_today_when_no_day_is_given(chain: Chain) -> None:
    resident = chain.linked()
    body = {"betrokkeneId": chain.noor.knows(resident), "magWerken": True, "twvNodig": False}
    # In Amsterdam it is the next day already.
    chain.clock.later(hours=14)
    assert send(chain.noor, "POST", f"{ROOT}/werkmogelijkheden", body).status == 201
    assert chain.rik.asks(resident)[0]["geldigVan"] == "2023-03-02"


@pytest.mark.parametrize("cause", CAUSES)
def test_without_a_yes_in_force_it_is_refused_and_coa_hears_why(chain: Chain, cause: str) -> None:
    resident = chain.noor.registers()
    CAUSES[cause](chain, resident)
    before = counts(chain)

    reply = chain.noor.publishes(resident, "werkmogelijkheid")

    assert reply.status == 403
    assert reply.body["ontvangers"] == [
        {"ontvanger": "randstad", "doel": WORK, "uitkomst": "niet-gedeeld", "reden": cause}
    ]
    assert counts(chain) == before
    assert len(recorded(chain, "publicatie-geweigerd")) == 1


def test_the_newest_choice_gives_the_reason(chain: Chain) -> None:
    resident = chain.noor.registers()
    _say(chain, resident, "ja", "ingetrokken", "nee")
    assert chain.noor.publishes(resident, "werkmogelijkheid").body["ontvangers"][0]["reden"] == "geweigerd"


def test_a_yes_to_one_purpose_is_no_yes_to_another(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.records(resident, "behoud-van-werk", "nee")
    assert chain.noor.publishes(resident, "werkmogelijkheid").status == 201
    assert chain.noor.publishes(resident, "verplaatsing").status == 403


def test_a_yes_counts_on_day_364_and_no_longer_on_day_365(chain: Chain) -> None:
    resident = chain.linked()
    chain.clock.later(days=364)
    assert chain.noor.publishes(resident, "werkmogelijkheid").status == 201
    chain.clock.later(days=1)
    assert chain.noor.publishes(resident, "werkmogelijkheid").body["ontvangers"][0]["reden"] == "verlopen"


def test_a_fact_waits_for_whoever_is_not_linked_yet(chain: Chain) -> None:
    resident = chain.noor.registers()
    _say(chain, resident, "ja")
    [line] = chain.noor.publishes(resident, "werkmogelijkheid").body["ontvangers"]
    assert line == {"ontvanger": "randstad", "doel": WORK, "uitkomst": "wacht-op-koppeling"}


def test_an_event_that_nobody_can_receive_is_refused_and_never_kept(chain: Chain) -> None:
    resident = chain.noor.registers()
    chain.noor.records_yes_to_all(resident)
    before = counts(chain)
    reply = chain.noor.publishes(resident, "verplaatsing")
    assert reply.status == 403
    assert reply.body["ontvangers"][0]["reden"] == "geen-ontvanger"
    assert counts(chain) == before


def test_a_koppeling_needs_no_choice_for_the_municipality_and_does_for_randstad(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.records(resident, "behoud-van-werk", "nee")

    reply = chain.noor.publishes(resident, "koppeling")

    assert reply.status == 201
    assert reply.body["ontvangers"] == [
        {"ontvanger": "GM0034", "doel": "inburgering", "uitkomst": "aangeboden"},
        {"ontvanger": "randstad", "doel": "behoud-van-werk", "uitkomst": "niet-gedeeld", "reden": "geweigerd"},
    ]
    assert chain.rik.opens_all() == []
    [item] = chain.samira.opens_all()
    assert item["grondslag"] == "publieke-taak"


def test_only_the_municipality_sees_the_v_number(chain: Chain) -> None:
    resident = chain.linked(v_number="9900000042")
    chain.noor.publishes(resident, "koppeling")
    told = {"gemeente": "GM0034", "ingangsdatum": "2023-06-01", "status": "gekoppeld"}
    assert [item["gegevens"] for item in chain.samira.opens_all()] == [{**told, "vNummer": "9900000042"}]
    assert [item["gegevens"] for item in chain.rik.opens_all()] == [told]


def test_a_koppeling_to_a_municipality_that_is_no_partner_waits(chain: Chain) -> None:
    resident = chain.noor.registers()
    reply = chain.noor.publishes(resident, "koppeling", gemeente="GM0599")
    assert reply.status == 201
    [municipality, randstad] = reply.body["ontvangers"]
    assert (municipality["ontvanger"], municipality["uitkomst"]) == ("GM0599", "wacht-op-koppeling")
    assert randstad["uitkomst"] == "niet-gedeeld"
    assert chain.samira.inbox() == chain.amsterdam.inbox() == []


def test_rik_learns_per_purpose_that_it_was_taken_and_never_by_whom(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.records(resident, "kansrijke-koppeling", "nee")
    body = chain.rik.publishes(resident, "dienstverband").body
    assert set(body) == {"id", "tijdstip", "doelen", "ontvangstbewijs"}
    assert body["doelen"] == [
        {"doel": "inburgering-planning", "uitkomst": "aangenomen"},
        {"doel": "kansrijke-koppeling", "uitkomst": "niet-gedeeld"},
    ]


def test_rik_cannot_tell_a_linked_municipality_from_none(chain: Chain) -> None:
    resident = chain.linked()
    before = chain.rik.publishes(resident, "dienstverband").body["doelen"]
    chain.noor.publishes(resident, "koppeling")
    assert chain.rik.publishes(resident, "dienstverband").body["doelen"] == before


def test_riks_403_is_always_the_same(chain: Chain) -> None:
    resident = chain.linked()
    body = {**EXAMPLES["urenstaat"], "betrokkeneId": chain.rik.knows(resident)}

    def refusal() -> object:
        return send(chain.rik, "POST", f"{ROOT}/urenstaten", body).without_date

    answers = [refusal()]  # no municipality
    for choice in ("nee", "ja", "ingetrokken"):
        chain.noor.records(resident, "inburgering-planning", choice)
        answers.append(refusal())
    chain.noor.publishes(resident, "koppeling")
    answers.append(refusal())  # a municipality, and no yes
    chain.noor.records(resident, "inburgering-planning", "ja")
    chain.clock.later(days=365)
    answers.append(refusal())  # a yes that ran out
    for purpose in ("inburgering-planning", "kansrijke-koppeling"):
        chain.noor.records(resident, purpose, "nee")
    work = {**EXAMPLES["dienstverband"], "betrokkeneId": chain.rik.knows(resident)}
    answers.append(send(chain.rik, "POST", f"{ROOT}/dienstverbanden", work).without_date)
    assert answers == [answers[0]] * 7
    assert b"niet-gedeeld" in send(chain.rik, "POST", f"{ROOT}/dienstverbanden", work).raw


def test_a_refused_publication_leaves_the_earlier_fact_current(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid", magWerken=True)
    _say(chain, resident, "nee")
    assert chain.noor.publishes(resident, "werkmogelijkheid", magWerken=False).status == 403
    assert [fact["magWerken"] for fact in chain.noor.asks(resident)] == [True]


def test_coa_learns_only_whether_the_contract_is_large_enough(chain: Chain) -> None:
    resident = chain.linked()
    enough = {24: True, 23.75: False, 60: True, 0: False}
    for hours, reached in enough.items():
        assert chain.rik.publishes(resident, "dienstverband", contracturenPerWeek=hours).status == 201
        assert chain.noor.opens_all()[-1]["gegevens"] == {"werkt": True, "urendrempelGehaald": reached}
    chain.rik.publishes(resident, "dienstverband", werkt=False)
    assert chain.noor.opens_all()[-1]["gegevens"] == {"werkt": False, "urendrempelGehaald": False}


def test_the_municipality_gets_the_work_and_the_hours(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "koppeling")
    chain.rik.publishes(resident, "dienstverband", einddatum="2023-09-30")
    chain.rik.publishes(resident, "urenstaat")
    items = {item["soort"]: item["gegevens"] for item in chain.samira.opens_all()}
    assert items["dienstverband"] == {**EXAMPLES["dienstverband"], "einddatum": "2023-09-30"}
    assert items["urenstaat"] == EXAMPLES["urenstaat"]


def test_noor_tells_of_the_bsn_and_rik_of_the_twv(chain: Chain) -> None:
    resident = chain.linked()
    assert chain.noor.publishes(resident, "aanvraagstatus", soort="BSN").status == 201
    assert chain.rik.publishes(resident, "aanvraagstatus", soort="TWV").status == 201
    assert chain.noor.publishes(resident, "aanvraagstatus", soort="TWV").status == 400
    assert chain.rik.publishes(resident, "aanvraagstatus", soort="BSN").status == 400
    assert [item["gegevens"]["soort"] for item in chain.rik.opens_all()] == ["BSN"]
    assert [item["gegevens"]["soort"] for item in chain.noor.opens_all()] == ["TWV"]


def test_only_the_source_reads_its_own_publication_back(chain: Chain) -> None:
    resident = chain.linked()
    told = chain.noor.publishes(resident, "koppeling").body
    road = f"/koppelingen/{told['id']}"

    own = chain.noor.caller.get(road)

    assert own.status == 200
    about = {"id": told["id"], "betrokkeneId": chain.noor.knows(resident), "tijdstip": told["tijdstip"]}
    assert own.body == {**about, **EXAMPLES["koppeling"], "status": "gekoppeld"}
    for other in (chain.noortje, chain.rik, chain.job, chain.samira, chain.amsterdam):
        assert is_problem(send(other, "GET", f"{ROOT}{road}"), 404)
    assert chain.noor.caller.get(f"/werkmogelijkheden/{told['id']}").status == 404
    assert chain.noor.caller.get("/koppelingen/nooit").status == 404


def test_every_flow_that_was_decided_stands_in_the_trail_with_the_agreement(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "koppeling")
    [entry] = recorded(chain, "publicatie")
    decisions = entry["gegevens"]["besluiten"]
    assert [one["stroom"] for one in decisions] == ["koppeling:coa>gemeente", "koppeling:coa>bemiddelaar"]
    assert {one["afspraak"] for one in decisions} == {chain.hub.agreement.hash}
    assert PURPOSES[1] in {one["doel"] for one in decisions}
