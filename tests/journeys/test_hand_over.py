"""What is true now reaches whoever comes to know the resident later, judged afresh, and never twice."""

from tests.chain import Chain, Resident
from tests.kept import recorded

WORK, KEEP, PLAN, LARGE = "toeleiding-naar-werk", "behoud-van-werk", "inburgering-planning", "kansrijke-koppeling"


def registered(chain: Chain) -> Resident:
    """A resident who said yes to everything and has not been to Rik."""
    resident = chain.noor.registers()
    chain.noor.records_yes_to_all(resident)
    return resident


def comes_to_rik(chain: Chain, resident: Resident) -> None:
    """With a slip."""
    assert chain.rik.redeems(chain.noor.gives_slip(resident), resident).status == 201


def kinds(items: list[dict[str, object]]) -> list[str]:
    """What sorts of items these are."""
    return sorted(str(item["soort"]) for item in items)


def test_a_fact_that_waited_is_handed_over_with_the_slip(chain: Chain) -> None:
    resident = registered(chain)
    chain.noor.publishes(resident, "werkmogelijkheid", magWerken=False)
    comes_to_rik(chain, resident)
    [item] = chain.rik.opens_all()
    assert item["gegevens"]["magWerken"] is False
    [linked] = recorded(chain, "koppelcode-verzilverd")
    assert [one["uitkomst"] for one in linked["gegevens"]["naleveringen"]] == ["nageleverd"]


def test_only_the_newest_of_a_fact_is_handed_over(chain: Chain) -> None:
    resident = registered(chain)
    chain.noor.publishes(resident, "werkmogelijkheid", magWerken=True)
    chain.clock.later(days=1)
    chain.noor.publishes(resident, "werkmogelijkheid", magWerken=False)
    comes_to_rik(chain, resident)
    assert [item["gegevens"]["magWerken"] for item in chain.rik.opens_all()] == [False]


def test_of_a_status_the_newest_of_each_kind_is_current(chain: Chain) -> None:
    resident = registered(chain)
    for status in ("aangevraagd", "verleend"):
        chain.noor.publishes(resident, "aanvraagstatus", status=status)
    comes_to_rik(chain, resident)
    chain.rik.publishes(resident, "aanvraagstatus", soort="TWV", status="niet-beschikbaar")
    found = {fact["soort"]: fact["status"] for fact in chain.rik.asks(resident, "aanvraagstatus")}
    assert found == {"BSN": "verleend", "TWV": "niet-beschikbaar"}
    assert [item["gegevens"]["status"] for item in chain.rik.opens_all()] == ["verleend"]


def test_a_koppeling_that_was_there_already_is_handed_to_rik(chain: Chain) -> None:
    resident = registered(chain)
    chain.noor.publishes(resident, "koppeling")
    comes_to_rik(chain, resident)
    [item] = chain.rik.opens_all()
    assert item["gegevens"] == {"gemeente": "GM0034", "ingangsdatum": "2023-06-01", "status": "gekoppeld"}


def test_events_are_never_handed_over(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "koppeling")
    assert chain.rik.publishes(resident, "urenstaat").status == 201
    assert chain.noor.publishes(resident, "verplaatsing").status == 201
    chain.rik.unlinks(resident)
    comes_to_rik(chain, resident)
    chain.noor.publishes(resident, "koppeling", gemeente="GM0363")
    assert kinds(chain.rik.opens_all()) == ["koppeling", "koppeling"]
    assert kinds(chain.amsterdam.opens_all()) == ["koppeling"]


def test_work_is_handed_to_the_municipality_when_it_comes_to_know_the_resident(chain: Chain) -> None:
    resident = chain.linked()
    chain.rik.publishes(resident, "dienstverband", contracturenPerWeek=30)
    chain.noor.publishes(resident, "koppeling")
    items = {item["soort"]: item for item in chain.samira.opens_all()}
    assert set(items) == {"koppeling", "dienstverband"}
    assert items["dienstverband"]["gegevens"]["contracturenPerWeek"] == 30


def test_the_koppeling_is_not_handed_to_the_municipality_beside_its_publication(chain: Chain) -> None:
    resident = registered(chain)
    chain.noor.publishes(resident, "koppeling")
    assert len(chain.samira.inbox()) == 1


def test_a_hand_over_is_judged_at_that_moment_whatever_was_decided_before(chain: Chain) -> None:
    resident = registered(chain)
    assert chain.noor.publishes(resident, "werkmogelijkheid").status == 201
    chain.noor.records(resident, WORK, "ingetrokken")
    comes_to_rik(chain, resident)
    assert chain.rik.inbox() == []
    [linked] = recorded(chain, "koppelcode-verzilverd")
    [handed] = linked["gegevens"]["naleveringen"]
    assert (handed["uitkomst"], handed["redenen"]) == ("niet-gedeeld", ["ingetrokken"])


def test_a_yes_that_ran_out_hands_nothing_over(chain: Chain) -> None:
    resident = registered(chain)
    chain.noor.publishes(resident, "werkmogelijkheid")
    chain.clock.later(days=365)
    comes_to_rik(chain, resident)
    assert chain.rik.inbox() == []


def test_a_refused_publication_is_never_handed_over(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.records(resident, WORK, "nee")
    assert chain.noor.publishes(resident, "werkmogelijkheid").status == 403
    chain.noor.records(resident, WORK, "ja")
    assert chain.rik.inbox() == []


def test_a_flow_that_was_refused_gets_the_stored_fact_with_a_later_yes(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.records(resident, LARGE, "nee")
    assert chain.rik.publishes(resident, "dienstverband").status == 201
    assert chain.noor.inbox() == []

    chain.noor.records(resident, LARGE, "ja")

    [item] = chain.noor.opens_all()
    assert item["gegevens"] == {"werkt": True, "urendrempelGehaald": True}


def test_a_yes_hands_over_for_its_own_purpose_only(chain: Chain) -> None:
    resident = chain.noor.registers()
    chain.noor.records(resident, KEEP, "ja")
    comes_to_rik(chain, resident)
    chain.noor.publishes(resident, "koppeling")
    chain.noor.records(resident, WORK, "ja")
    assert kinds(chain.rik.opens_all()) == ["koppeling"]


def test_a_yes_where_one_was_in_force_hands_nothing_over(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    [item] = chain.rik.inbox()
    chain.rik.opens(item)
    chain.rik.confirms(item)
    chain.noor.records(resident, WORK, "ja")
    assert chain.rik.inbox() == []


def test_after_a_withdrawal_a_new_yes_hands_over_anew(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    [first] = chain.rik.inbox()
    assert chain.rik.opens(first).status == 200
    chain.noor.records(resident, WORK, "ingetrokken")
    [request] = chain.rik.opens_all()
    chain.rik.confirms(request["id"])

    chain.noor.records(resident, WORK, "ja")

    [item] = chain.rik.opens_all()
    assert (item["soort"], item["id"] == first) == ("werkmogelijkheid", False)
    assert chain.rik.opens(first).status == 404


def test_what_lies_unopened_is_not_handed_over_twice(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    [item] = chain.rik.inbox()
    chain.clock.later(days=365)
    assert chain.rik.inbox() == []

    chain.noor.records(resident, WORK, "ja")

    assert chain.rik.inbox() == [item]
    assert chain.rik.opens(item).status == 200


def test_what_was_opened_and_can_still_be_read_is_not_handed_over_twice(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    [item] = chain.rik.inbox()
    chain.rik.opens(item)
    chain.rik.confirms(item)
    chain.clock.later(days=365)
    assert chain.rik.opens(item).status == 404

    chain.noor.records(resident, WORK, "ja")

    assert chain.rik.inbox() == []
    assert chain.rik.opens(item).status == 200
