"""What happens when a resident takes a yes back."""

from typing import Any

from tests.chain import Chain, Resident
from tests.kept import recorded

WORK, KEEP, PLAN = "toeleiding-naar-werk", "behoud-van-werk", "inburgering-planning"


def requests(items: list[dict[str, Any]]) -> list[str]:
    """The purposes for which a copy must be deleted."""
    return [item["doel"] for item in items if item["soort"] == "verwijderverzoek"]


def told(chain: Chain) -> Resident:
    """A resident about whom Rik knows that they may work."""
    resident = chain.linked()
    assert chain.noor.publishes(resident, "werkmogelijkheid").status == 201
    return resident


def test_rik_gets_no_answer_after_consent_is_withdrawn(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    assert chain.rik.asks(resident)

    chain.noor.records(resident, WORK, "ingetrokken")

    assert chain.rik.asks(resident) == []


def test_rik_is_asked_to_delete_what_he_saw_without_a_cause(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    [item] = chain.rik.inbox()
    assert chain.rik.opens(item).status == 200

    chain.noor.records(resident, WORK, "ingetrokken")

    assert chain.rik.opens(item).status == 404
    [request] = chain.rik.opens_all()
    assert (request["soort"], request["doel"], request["gegevens"]) == ("verwijderverzoek", WORK, {})
    assert chain.rik.confirms(request["id"]).status == 204
    assert chain.rik.inbox() == []


def test_who_opened_nothing_and_was_answered_nothing_is_asked_nothing(chain: Chain) -> None:
    resident = told(chain)
    [item] = chain.rik.inbox()
    chain.noor.records(resident, WORK, "ingetrokken")
    assert chain.rik.inbox() == []
    assert (chain.rik.opens(item).status, chain.rik.confirms(item).status) == (404, 404)


def test_an_answer_to_a_question_is_something_seen(chain: Chain) -> None:
    resident = told(chain)
    assert chain.rik.asks(resident)
    chain.noor.records(resident, WORK, "ingetrokken")
    assert requests(chain.rik.opens_all()) == [WORK]


def test_a_no_after_a_yes_works_as_a_withdrawal(chain: Chain) -> None:
    resident = told(chain)
    chain.rik.opens_all()
    chain.noor.records(resident, WORK, "nee")
    assert chain.rik.asks(resident) == []
    assert requests(chain.rik.opens_all()) == [WORK]


def test_a_request_to_delete_comes_once(chain: Chain) -> None:
    resident = told(chain)
    chain.rik.opens_all()
    for choice in ("ingetrokken", "nee", "ingetrokken"):
        chain.noor.records(resident, WORK, choice)
    assert requests(chain.rik.opens_all()) == [WORK]


def test_after_a_new_yes_what_was_seen_since_is_asked_back_once_more(chain: Chain) -> None:
    resident = told(chain)
    chain.rik.opens_all()
    chain.noor.records(resident, WORK, "ingetrokken")
    chain.noor.records(resident, WORK, "ja")
    chain.noor.records(resident, WORK, "ingetrokken")
    assert requests(chain.rik.opens_all()) == [WORK]  # nothing was seen in between
    chain.noor.records(resident, WORK, "ja")
    chain.rik.asks(resident)
    chain.noor.records(resident, WORK, "ingetrokken")
    assert requests(chain.rik.opens_all()) == [WORK, WORK]


def test_only_the_purpose_that_was_withdrawn_is_taken_back(chain: Chain) -> None:
    resident = told(chain)
    chain.noor.publishes(resident, "koppeling")
    chain.rik.opens_all()
    chain.noor.records(resident, WORK, "ingetrokken")
    assert chain.rik.asks(resident, "koppeling")
    assert [item["doel"] for item in chain.rik.opens_all()] == [KEEP, WORK]
    assert requests(chain.rik.opens_all()) == [WORK]


def test_what_rests_on_a_public_task_is_not_taken_back(chain: Chain) -> None:
    resident = told(chain)
    chain.noor.publishes(resident, "koppeling")
    chain.learn_municipality_name(resident, chain.samira)
    for purpose in (WORK, KEEP, PLAN, "kansrijke-koppeling"):
        chain.noor.records(resident, purpose, "ingetrokken")
    assert chain.samira.asks(resident, "koppeling")
    assert [item["soort"] for item in chain.samira.opens_all()] == ["koppeling"]


def test_a_closed_municipality_is_asked_to_delete_too(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "koppeling")
    chain.rik.publishes(resident, "dienstverband")
    chain.samira.opens_all()
    chain.noor.publishes(resident, "koppeling", gemeente="GM0363")
    chain.amsterdam.opens_all()

    chain.noor.records(resident, PLAN, "ingetrokken")

    for person in (chain.samira, chain.amsterdam):
        [request] = [item for item in person.opens_all() if item["soort"] == "verwijderverzoek"]
        assert (request["doel"], request["gegevens"]) == (PLAN, {})
        assert person.confirms(request["id"]).status == 204


def test_a_municipality_that_saw_nothing_for_the_purpose_is_asked_nothing(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "koppeling")
    chain.samira.opens_all()
    chain.rik.publishes(resident, "dienstverband")
    chain.noor.records(resident, PLAN, "ingetrokken")
    assert requests(chain.samira.opens_all()) == []


def test_coa_is_asked_to_delete_what_it_saw_of_work(chain: Chain) -> None:
    resident = chain.linked()
    chain.rik.publishes(resident, "dienstverband")
    chain.noor.opens_all()
    chain.noor.records(resident, "kansrijke-koppeling", "ingetrokken")
    assert requests(chain.noor.opens_all()) == ["kansrijke-koppeling"]
    assert chain.noor.asks(resident, "dienstverband") == []


def test_the_source_keeps_what_it_said_itself(chain: Chain) -> None:
    resident = told(chain)
    chain.noor.records(resident, WORK, "ingetrokken")
    assert [fact["magWerken"] for fact in chain.noor.asks(resident)] == [True]


def test_a_request_to_delete_cannot_be_confirmed_unread(chain: Chain) -> None:
    resident = told(chain)
    chain.rik.opens_all()
    chain.noor.records(resident, WORK, "ingetrokken")
    [item] = chain.rik.inbox()
    assert chain.rik.confirms(item).status == 409
    chain.rik.opens(item)
    assert (chain.rik.confirms(item).status, chain.rik.confirms(item).status) == (204, 204)
    assert len([entry for entry in recorded(chain, "bevestiging") if entry["gegevens"]["itemId"] == item]) == 1


def test_who_is_asked_to_delete_stands_in_the_trail(chain: Chain) -> None:
    resident = told(chain)
    chain.rik.opens_all()
    chain.noor.records(resident, WORK, "ingetrokken")
    [*_, entry] = recorded(chain, "toestemming")
    assert entry["gegevens"]["verwijderverzoeken"] == ["randstad"]
