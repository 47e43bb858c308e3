"""Either side ends a link: all that went over it is taken back, and nobody gets it later."""

from tests.chain import Chain, Resident
from tests.front_door import ROOT, is_problem, send

WORK = "toeleiding-naar-werk"


def told(chain: Chain) -> Resident:
    """A resident about whom Noor and Rik both told something, in Almere."""
    resident = chain.linked()
    assert chain.noor.publishes(resident, "koppeling").status == 201
    assert chain.noor.publishes(resident, "werkmogelijkheid").status == 201
    assert chain.rik.publishes(resident, "dienstverband").status == 201
    return resident


def test_rik_ends_the_link_and_knows_the_resident_no_longer(chain: Chain) -> None:
    resident = told(chain)
    unopened = chain.rik.inbox()

    reply = chain.rik.unlinks(resident)

    assert reply.status == 200
    assert set(reply.body) == {"tijdstip", "ontvangstbewijs"}
    assert chain.rik.asks(resident) == []
    assert {chain.rik.opens(item).status for item in unopened} == {404}
    assert chain.rik.publishes(resident, "dienstverband").status == 400
    assert chain.rik.unlinks(resident).status == 404


def test_noor_ends_the_link_and_hears_with_whom(chain: Chain) -> None:
    resident = told(chain)
    assert chain.noor.unlinks(resident).body["partijen"] == ["randstad"]
    assert chain.rik.asks(resident) == []
    # Noor herself still knows the resident.
    assert chain.noor.asks(resident)
    assert chain.noor.unlinks(resident).body["partijen"] == []


def test_noor_may_name_the_partner(chain: Chain) -> None:
    resident = told(chain)
    assert chain.noor.unlinks(resident, partij="randstad").body["partijen"] == ["randstad"]


def test_what_was_opened_can_no_longer_be_read_and_must_be_deleted(chain: Chain) -> None:
    resident = told(chain)
    opened = [item["id"] for item in chain.rik.opens_all()]
    chain.rik.unlinks(resident)
    assert {chain.rik.opens(item).status for item in opened} == {404}
    items = chain.rik.opens_all()
    assert sorted(item["doel"] for item in items) == ["behoud-van-werk", WORK]
    assert {item["soort"] for item in items} == {"verwijderverzoek"}
    assert {chain.rik.confirms(item["id"]).status for item in items} == {204}


def test_what_rik_told_is_taken_back_from_others_too(chain: Chain) -> None:
    resident = told(chain)
    [coa_item] = chain.noor.inbox()
    chain.learn_municipality_name(resident, chain.samira)
    assert chain.samira.asks(resident, "dienstverband")

    chain.rik.unlinks(resident)

    assert chain.samira.asks(resident, "dienstverband") == chain.noor.asks(resident, "dienstverband") == []
    assert chain.noor.opens(coa_item).status == 404
    assert [item["doel"] for item in chain.samira.opens_all() if item["soort"] == "verwijderverzoek"] == [
        "inburgering-planning"
    ]
    chain.noor.publishes(resident, "koppeling", gemeente="GM0363")
    assert [item["soort"] for item in chain.amsterdam.opens_all()] == ["koppeling"]


def test_a_slip_that_was_out_works_no_longer(chain: Chain) -> None:
    resident = told(chain)
    code = chain.noor.gives_slip(resident)
    chain.noor.unlinks(resident)
    assert chain.rik.redeems(code, resident).status == 400


def test_with_a_new_slip_the_link_begins_anew(chain: Chain) -> None:
    resident = told(chain)
    chain.rik.unlinks(resident)
    # The same reference is free again, and another vestiging may be the one that knows the resident now.
    assert chain.job.redeems(chain.noor.gives_slip(resident), resident).status == 201
    assert chain.job.asks(resident)
    assert chain.rik.asks(resident) == []
    assert sorted(item["soort"] for item in chain.job.opens_all()) == ["koppeling", "werkmogelijkheid"]


def test_coa_cannot_end_a_link_that_is_not_there_or_its_own(chain: Chain) -> None:
    resident = told(chain)
    for partner in ("coa", "uitzendbureau"):
        assert chain.noor.unlinks(resident, partij=partner).status == 400
    assert chain.rik.asks(resident)


def test_only_who_knows_the_resident_can_end_the_link(chain: Chain) -> None:
    resident = told(chain)
    chain.learn_municipality_name(resident, chain.samira)
    for other in (chain.job, chain.noortje):
        assert other.unlinks(resident).status == 404
    assert is_problem(
        send(chain.samira, "POST", f"{ROOT}/betrokkenen/{chain.samira.knows(resident)}/_ontkoppel", {}), 403
    )
    assert chain.rik.asks(resident)


def test_what_rik_published_is_gone_for_him_too(chain: Chain) -> None:
    resident = chain.linked()
    told_id = chain.rik.publishes(resident, "dienstverband").body["id"]
    assert chain.rik.caller.get(f"/dienstverbanden/{told_id}").status == 200
    chain.rik.unlinks(resident)
    assert chain.rik.caller.get(f"/dienstverbanden/{told_id}").status == 404
