"""A resident leaves the reception: nobody gets anything more, and who saw something is asked to delete its copy."""

from tests.chain import Chain
from tests.journeys.test_forgotten import told


def test_who_leaves_is_known_to_nobody_from_then_on(chain: Chain) -> None:
    resident = told(chain)

    reply = chain.noor.caller.post(f"/betrokkenen/{chain.noor.knows(resident)}/_vertrek", {})

    assert (reply.status, set(reply.body)) == (200, {"tijdstip", "partijen", "ontvangstbewijs"})
    assert sorted(reply.body["partijen"]) == ["GM0034", "coa", "randstad"]
    for person in (chain.noor, chain.rik, chain.samira):
        assert (
            person.asks(resident) == person.asks(resident, "koppeling") == person.asks(resident, "dienstverband") == []
        )
    assert chain.noor.caller.post(f"/betrokkenen/{chain.noor.knows(resident)}/_vertrek", {}).status == 404
    assert chain.rik.publishes(resident, "dienstverband").status == 400


def test_a_municipality_too_is_asked_to_delete_what_it_saw(chain: Chain) -> None:
    resident = told(chain)

    chain.noor.caller.post(f"/betrokkenen/{chain.noor.knows(resident)}/_vertrek", {})

    for person in (chain.rik, chain.samira):
        items = person.opens_all()
        assert {item["soort"] for item in items} == {"verwijderverzoek"}
        assert len(items) == 2


def test_only_who_knows_the_resident_can_tell_that_they_left(chain: Chain) -> None:
    resident = told(chain)
    path = f"/betrokkenen/{chain.noor.knows(resident)}/_vertrek"

    assert chain.noortje.caller.post(path, {}).status == 404
    assert chain.rik.caller.post(f"/betrokkenen/{chain.rik.knows(resident)}/_vertrek", {}).status == 403

    assert chain.noor.asks(resident)


def test_who_comes_back_is_registered_as_somebody_new(chain: Chain) -> None:
    resident = told(chain)
    chain.noor.caller.post(f"/betrokkenen/{chain.noor.knows(resident)}/_vertrek", {})

    again = chain.noor.registers(resident.v_number)

    assert again.names["coa"] != resident.names["coa"]
    assert chain.noor.asks(again) == []
