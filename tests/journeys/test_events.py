"""A timecard and a move to another azc happened; they are never a fact that somebody hears of later."""

from tests.chain import Chain


def test_a_new_municipality_gets_no_hours_from_before_it_was_linked(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "koppeling")
    assert chain.rik.publishes(resident, "urenstaat").status == 201

    chain.noor.publishes(resident, "koppeling", gemeente="GM0363")

    assert "urenstaat" not in {item["soort"] for item in chain.amsterdam.opens_all()}


def test_a_new_yes_does_not_bring_back_a_move_from_before(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "verplaatsing")
    chain.noor.records(resident, "behoud-van-werk", "ingetrokken")

    chain.noor.records(resident, "behoud-van-werk", "ja")

    assert chain.rik.opens_all() == []
