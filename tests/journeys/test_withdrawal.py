"""What happens when a resident takes a yes back."""

from tests.chain import Chain


def test_rik_gets_no_answer_after_consent_is_withdrawn(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    assert chain.rik.asks(resident)

    chain.noor.records(resident, "toeleiding-naar-werk", "ingetrokken")

    assert chain.rik.asks(resident) == []


def test_rik_is_asked_to_delete_what_he_saw_without_a_cause(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    [item] = chain.rik.inbox()
    assert chain.rik.opens(item).status == 200

    chain.noor.records(resident, "toeleiding-naar-werk", "ingetrokken")

    assert chain.rik.opens(item).status == 404
    [request] = chain.rik.opens_all()
    assert (request["soort"], request["doel"], request["gegevens"]) == ("verwijderverzoek", "toeleiding-naar-werk", {})
    assert chain.rik.confirms(request["id"]).status == 204
    assert chain.rik.inbox() == []
