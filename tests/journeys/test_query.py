"""A partner asks what is true now: the current fact that it may know, or the one empty answer."""

import pytest

from tests.chain import EXAMPLES, Chain
from tests.kept import recorded

NO_ANSWER: list[object] = []


def test_rik_asks_may_this_person_work(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    assert chain.rik.asks(resident) == [
        {
            **EXAMPLES["werkmogelijkheid"],
            "gepubliceerdOp": "2023-03-01T09:12:44Z",
            "herbevestigenVoor": "2023-05-30",
            "status": "actueel",
        }
    ]


def test_on_day_90_a_yes_is_still_a_yes_and_after_it_no_longer(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    chain.clock.later(days=90)
    [answer] = chain.rik.asks(resident)
    assert (answer["status"], answer["magWerken"]) == ("actueel", True)

    chain.clock.later(days=1)

    [answer] = chain.rik.asks(resident)
    assert answer["status"] == "herbevestigen"
    assert "magWerken" not in answer


def test_confirming_it_anew_makes_it_fresh_again(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    chain.clock.later(days=100)
    chain.noor.publishes(resident, "werkmogelijkheid")
    [answer] = chain.rik.asks(resident)
    assert (answer["status"], answer["herbevestigenVoor"]) == ("actueel", "2023-09-07")


def test_the_newest_message_is_the_answer(chain: Chain) -> None:
    resident = chain.linked()
    for may in (True, False):
        chain.noor.publishes(resident, "werkmogelijkheid", magWerken=may)
    assert [fact["magWerken"] for fact in chain.rik.asks(resident)] == [False]


def test_each_asker_sees_the_fields_of_its_own_flow(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "koppeling")
    chain.rik.publishes(resident, "dienstverband")
    chain.learn_municipality_name(resident, chain.samira)
    told = {**EXAMPLES["koppeling"], "status": "gekoppeld", "gepubliceerdOp": "2023-03-01T09:12:44Z"}
    work = {**EXAMPLES["dienstverband"], "gepubliceerdOp": "2023-03-01T09:12:44Z"}
    assert chain.samira.asks(resident, "koppeling") == [{**told, "vNummer": resident.v_number}]
    assert chain.rik.asks(resident, "koppeling") == [told]
    assert chain.samira.asks(resident, "dienstverband") == [work]
    assert [set(fact) for fact in chain.noor.asks(resident, "dienstverband")] == [
        {"werkt", "urendrempelGehaald", "gepubliceerdOp"}
    ]


def test_a_source_reads_back_its_own_current_fact(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.records(resident, "inburgering-planning", "nee")
    chain.rik.publishes(resident, "dienstverband")
    assert chain.rik.asks(resident, "dienstverband")[0]["werkgever"] == "Hotel Polderzicht"
    chain.noor.publishes(resident, "werkmogelijkheid")
    assert chain.noor.asks(resident)[0]["magWerken"] is True


@pytest.mark.parametrize("kind", ["urenstaat", "verplaatsing"])
def test_an_event_is_never_an_answer(chain: Chain, kind: str) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "koppeling")
    chain.learn_municipality_name(resident, chain.samira)
    source = chain.rik if kind == "urenstaat" else chain.noor
    assert source.publishes(resident, kind).status == 201
    for person in (chain.noor, chain.rik, chain.samira):
        assert person.asks(resident, kind) == NO_ANSWER


def test_job_of_another_vestiging_gets_no_answer(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    # His own partner's name for the resident: he looked over Rik's shoulder.
    assert chain.job.asks(resident) == NO_ANSWER


def test_a_municipality_gets_no_answer_about_may_work(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    chain.noor.publishes(resident, "koppeling")
    chain.learn_municipality_name(resident, chain.samira)
    assert chain.samira.asks(resident) == NO_ANSWER


def test_every_question_stands_in_the_trail_with_its_cause(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    chain.rik.asks(resident)
    chain.noor.records(resident, "toeleiding-naar-werk", "ingetrokken")
    chain.rik.asks(resident)
    chain.job.asks(resident)
    answered, refused, nobody = recorded(chain, "bevraging")
    assert [entry["uitkomst"] for entry in (answered, refused, nobody)] == ["ja", "nee", "nee"]
    assert refused["gegevens"]["besluiten"][0]["redenen"] == ["ingetrokken"]
    # About nobody, so nobody can be read from it: not whom was asked for, nor what was there.
    assert nobody["gegevens"]["beantwoord"] == []
    assert chain.rik.knows(resident) not in str(nobody)
