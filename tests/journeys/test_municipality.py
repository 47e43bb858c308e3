"""A resident is linked to a municipality, and then to another: who is closed, who is told, and who gets what."""

from tests.chain import Chain, Resident
from tests.kept import recorded

PLAN = "inburgering-planning"


def in_almere(chain: Chain) -> Resident:
    """A resident whom Rik knows, linked to Almere, with work."""
    resident = chain.linked()
    assert chain.noor.publishes(resident, "koppeling").status == 201
    assert chain.rik.publishes(resident, "dienstverband").status == 201
    return resident


def kinds(items: list[dict[str, object]]) -> list[str]:
    """What sorts of items these are."""
    return sorted(str(item["soort"]) for item in items)


def test_a_closed_municipality_no_longer_gets_what_it_did_not_open(chain: Chain) -> None:
    resident = in_almere(chain)
    unopened = chain.samira.inbox()
    assert len(unopened) == 2

    chain.noor.publishes(resident, "koppeling", gemeente="GM0363")

    assert not set(unopened) & set(chain.samira.inbox())
    assert {chain.samira.opens(item).status for item in unopened} == {404}
    assert {chain.samira.confirms(item).status for item in unopened} == {404}


def test_a_closed_municipality_can_no_longer_read_what_it_opened(chain: Chain) -> None:
    resident = in_almere(chain)
    chain.learn_municipality_name(resident, chain.samira)
    opened = chain.samira.inbox()
    assert chain.samira.asks(resident, "dienstverband")

    chain.noor.publishes(resident, "koppeling", gemeente="GM0363")

    assert {chain.samira.opens(item).status for item in opened} == {404}
    assert chain.samira.asks(resident, "dienstverband") == chain.samira.asks(resident, "koppeling") == []


def test_a_closed_municipality_is_told_that_it_ended_and_not_where_the_resident_went(chain: Chain) -> None:
    resident = in_almere(chain)

    chain.noor.publishes(resident, "koppeling", gemeente="GM0363", ingangsdatum="2023-10-01")

    [item] = chain.samira.opens_all()
    assert (item["soort"], item["doel"], item["grondslag"]) == ("koppeling", "inburgering", "publieke-taak")
    assert item["gegevens"] == {"gemeente": "GM0034", "ingangsdatum": "2023-10-01", "status": "beeindigd"}
    assert chain.samira.confirms(item["id"]).status == 204


def test_the_new_municipality_gets_the_koppeling_and_what_is_true_now(chain: Chain) -> None:
    resident = in_almere(chain)
    chain.noor.publishes(resident, "koppeling", gemeente="GM0363")
    items = chain.amsterdam.opens_all()
    assert kinds(items) == ["dienstverband", "koppeling"]
    assert {item["betrokkeneId"] for item in items} != {chain.rik.knows(resident)}


def test_a_municipality_that_is_no_partner_closes_the_old_one_too(chain: Chain) -> None:
    resident = in_almere(chain)
    chain.noor.publishes(resident, "koppeling", gemeente="GM0599")
    [item] = chain.samira.opens_all()
    assert item["gegevens"]["status"] == "beeindigd"
    assert chain.rik.publishes(resident, "urenstaat").status == 403


def test_the_same_municipality_again_closes_and_hands_over_nothing(chain: Chain) -> None:
    resident = in_almere(chain)
    before = chain.samira.inbox()
    chain.noor.publishes(resident, "koppeling", ingangsdatum="2023-07-01")
    [new] = [item for item in chain.samira.inbox() if item not in before]
    assert chain.samira.opens(new).body["gegevens"]["ingangsdatum"] == "2023-07-01"
    assert {chain.samira.opens(item).status for item in before} == {200}
    [*_, entry] = recorded(chain, "publicatie")
    assert (entry["gegevens"]["naleveringen"], entry["gegevens"]["beeindigd"]) == ([], [])


def test_a_first_koppeling_ends_nothing(chain: Chain) -> None:
    in_almere(chain)
    assert {item["gegevens"].get("status") for item in chain.samira.opens_all()} == {"gekoppeld", None}


def test_an_earlier_beeindigd_and_a_verwijderverzoek_stay(chain: Chain) -> None:
    resident = in_almere(chain)
    chain.samira.opens_all()
    chain.noor.records(resident, PLAN, "ingetrokken")
    chain.noor.publishes(resident, "koppeling", gemeente="GM0363")
    chain.noor.publishes(resident, "koppeling", gemeente="GM0034")
    chain.noor.publishes(resident, "koppeling", gemeente="GM0363")
    items = chain.samira.opens_all()
    assert kinds(items) == ["koppeling", "koppeling", "verwijderverzoek"]
    assert [item["gegevens"]["status"] for item in items if item["gegevens"]] == ["beeindigd", "beeindigd"]


def test_a_municipality_that_gets_the_resident_back_gets_what_is_true_again(chain: Chain) -> None:
    resident = in_almere(chain)
    chain.learn_municipality_name(resident, chain.samira)
    chain.noor.publishes(resident, "koppeling", gemeente="GM0363")
    chain.noor.publishes(resident, "koppeling", gemeente="GM0034")
    items = [item for item in chain.samira.opens_all() if item["gegevens"].get("status") != "beeindigd"]
    assert kinds(items) == ["dienstverband", "koppeling"]
    assert {item["betrokkeneId"] for item in items} == {chain.samira.knows(resident)}
    [ended] = [item for item in chain.amsterdam.opens_all() if item["gegevens"].get("status") == "beeindigd"]
    assert ended["gegevens"]["gemeente"] == "GM0363"


def test_a_closed_municipality_gets_nothing_more(chain: Chain) -> None:
    resident = in_almere(chain)
    chain.noor.publishes(resident, "koppeling", gemeente="GM0363")
    before = chain.samira.inbox()
    chain.rik.publishes(resident, "dienstverband", contracturenPerWeek=32)
    chain.rik.publishes(resident, "urenstaat")
    assert chain.samira.inbox() == before
    assert kinds(chain.amsterdam.opens_all()) == ["dienstverband", "dienstverband", "koppeling", "urenstaat"]


def test_what_randstad_received_stays_when_the_municipality_changes(chain: Chain) -> None:
    resident = in_almere(chain)
    chain.noor.publishes(resident, "koppeling", gemeente="GM0363")
    assert [item["gegevens"]["gemeente"] for item in chain.rik.opens_all()] == ["GM0034", "GM0363"]
