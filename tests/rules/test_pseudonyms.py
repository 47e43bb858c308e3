"""One person has another name at every partner, and no name says anything about another."""

import re

from tests.chain import Chain, Resident
from tests.kept import rows


def known_to_all(chain: Chain, at: int) -> Resident:
    """A resident whom coa, Randstad, Almere and then Amsterdam know."""
    resident = chain.linked(f"99000000{at}", f"K{at}")
    for person, code in ((chain.samira, "GM0034"), (chain.amsterdam, "GM0363")):
        before = set(person.inbox())
        chain.noor.publishes(resident, "koppeling", gemeente=code)
        [item] = set(person.inbox()) - before
        resident.names[person.partner] = person.opens(item).body["betrokkeneId"]
    return resident


def test_one_persons_names_at_partners_never_coincide(chain: Chain) -> None:
    residents = [known_to_all(chain, at) for at in range(11, 16)]
    names = [name for resident in residents for name in resident.names.values()]
    assert len(names) == len(set(names)) == 4 * 5


def test_a_name_is_26_characters_that_say_nothing(chain: Chain) -> None:
    resident = known_to_all(chain, 11)
    for name in resident.names.values():
        assert re.fullmatch("[a-z2-7]{26}", name)
        assert resident.v_number not in name


def test_a_partner_keeps_its_name_for_a_person(chain: Chain) -> None:
    resident = chain.linked()
    before = chain.rik.knows(resident)
    chain.rik.unlinks(resident)
    chain.rik.redeems(chain.noor.gives_slip(resident), resident, "K77")
    assert chain.rik.knows(resident) == before
    assert chain.noor.registers(resident.v_number).names["coa"] == resident.names["coa"]


def test_no_partner_is_ever_told_anothers_name(chain: Chain) -> None:
    resident = known_to_all(chain, 11)
    chain.rik.publishes(resident, "dienstverband")
    for person in chain.people.values():
        others = {name for partner, name in resident.names.items() if partner != person.partner}
        seen = str([person.caller.get(f"/postvak/{item}").body for item in person.inbox()])
        assert not [name for name in others if name in seen]


def test_nothing_but_the_link_itself_holds_a_name_in_the_store(chain: Chain) -> None:
    resident = known_to_all(chain, 11)
    kept = rows(chain.hub.database)
    holding = {
        (table, column)
        for table, found in kept.items()
        for row in found
        for column, value in row.items()
        if any(name in str(value) for name in resident.names.values())
    }
    assert holding == {("links", "pseudonym")}
