"""The inbox as a page at a desk: who and what, decided and recorded for each person, and the fields stay sealed."""

from typing import Any

from audit.verify import verify
from hub.exchange import inbox_list
from hub.exchange.inbox_list import Line, Shown, Wanted
from hub.identity.demo_people import PEOPLE
from hub.identity.principals import Principal
from hub.identity.staff import principal_of_staff
from hub.rights.story import story
from tests.chain import Chain, Resident
from tests.kept import recorded, rows

LISTED = "lijst-getoond"
PLANNING = "inburgering-planning"


def by(chain: Chain, who: str) -> Principal:
    """The rights of one of the people at a desk."""
    principal = principal_of_staff(PEOPLE[who], chain.hub.agreement)
    assert principal is not None
    return principal


def shown(chain: Chain, who: str, **wanted: Any) -> Shown:
    return inbox_list.show(chain.hub, by(chain, who), Wanted(**wanted))


def lines(chain: Chain, who: str, **wanted: Any) -> list[Line]:
    return list(shown(chain, who, **wanted).lines)


def works_in_almere(chain: Chain, v_number: str = "9900000017", reference: str = "K21052") -> Resident:
    """A resident with work and hours, linked to Almere; nothing is opened yet."""
    resident = chain.linked(v_number, reference)
    chain.noor.publishes(resident, "koppeling")
    chain.rik.publishes(resident, "dienstverband")
    chain.rik.publishes(resident, "urenstaat")
    return resident


def opens_linkage(chain: Chain) -> None:
    """Samira opens the first item: the koppeling."""
    assert chain.samira.opens(chain.samira.inbox()[0]).body["soort"] == "koppeling"


def test_the_page_says_what_sort_and_that_it_is_one_person_and_no_name_before_the_number_was_opened(
    chain: Chain,
) -> None:
    works_in_almere(chain)
    found = lines(chain, "samira")
    assert [one.sort for one in found] == ["koppeling", "dienstverband", "urenstaat"]
    assert {(one.person.name, one.person.known, one.opened_at) for one in found} == {(None, True, None)}
    assert len({one.person.link_id for one in found}) == 1


def test_once_the_koppeling_was_opened_the_person_is_called_by_the_v_number(chain: Chain) -> None:
    works_in_almere(chain)
    opens_linkage(chain)
    assert {one.person.name for one in lines(chain, "samira")} == {"9900000017"}
    [entry] = recorded(chain, LISTED)
    fields = [one["velden"] for one in entry["gegevens"]["besluiten"]]
    assert fields == [[], [], [], ["vNummer"]]


def test_showing_opens_nothing_and_is_in_the_trail_of_each_person(chain: Chain) -> None:
    works_in_almere(chain)
    works_in_almere(chain, "9900000025", "K21060")
    found = lines(chain, "samira")
    entries = recorded(chain, LISTED)
    assert len(entries) == 2
    assert {entry["gegevens"]["client"] for entry in entries} == {PEOPLE["samira"].id}
    assert sorted(item for entry in entries for item in entry["gegevens"]["items"]) == sorted(one.id for one in found)
    assert {row["opened_at"] for row in rows(chain.hub.database)["deliveries"]} == {None}
    assert rows(chain.hub.database)["exposures"] == []
    with chain.hub.database.reading() as session:
        assert verify(session).valid


def test_the_resident_can_see_that_it_was_seen(chain: Chain) -> None:
    works_in_almere(chain)
    lines(chain, "samira")
    subject = rows(chain.hub.database)["subjects"][0]["id"]
    seen = [one for one in story(chain.hub, subject).received if one.partner == "GM0034"]
    assert {(one.how, one.message, one.fields) for one in seen} == {
        ("getoond", message, ()) for message in ("koppeling", "dienstverband", "urenstaat")
    }


def test_what_may_not_be_opened_any_more_is_not_on_the_page(chain: Chain) -> None:
    resident = works_in_almere(chain)
    chain.noor.records(resident, PLANNING, "ingetrokken")
    assert [one.sort for one in lines(chain, "samira")] == ["koppeling"]


def test_what_only_the_decision_knows_is_not_on_the_page_either_and_the_reason_is_in_the_trail(chain: Chain) -> None:
    """The list's own columns still say yes: somebody wrote in them. The decision does not look there."""
    works_in_almere(chain)
    chain.clock.later(days=365)
    with chain.hub.database.writing() as session:
        session.connection().exec_driver_sql("UPDATE deliveries SET permitted_until = NULL")
    assert [one.sort for one in lines(chain, "samira")] == ["koppeling"]
    [entry] = recorded(chain, LISTED)
    refused = [one["redenen"] for one in entry["gegevens"]["besluiten"] if one["besluit"] == "nee"]
    assert refused == [["verlopen"], ["verlopen"]]


def test_who_moved_is_there_with_the_end_of_it_only_and_without_a_name(chain: Chain) -> None:
    resident = works_in_almere(chain)
    chain.samira.opens_all()
    chain.noor.publishes(resident, "koppeling", gemeente="GM0363")
    [ended] = lines(chain, "samira", confirmed=True)
    assert (ended.sort, ended.person.name, ended.person.known) == ("beeindigd", None, False)
    assert [one.sort for one in lines(chain, "amsterdam")] == ["koppeling", "dienstverband"]


def test_everybody_sees_their_own_and_calls_people_as_they_do_themselves(chain: Chain) -> None:
    resident = works_in_almere(chain)
    chain.noor.publishes(resident, "werkmogelijkheid")
    chain.rik.publishes(resident, "aanvraagstatus", soort="TWV")
    assert {one.person.name for one in lines(chain, "rik")} == {"K21052"}
    assert {one.person.name for one in lines(chain, "noor")} == {"9900000017"}
    assert [one.sort for one in lines(chain, "noor")] == ["dienstverband", "aanvraagstatus"]
    for other in ("job", "amsterdam"):
        assert lines(chain, other) == []


def test_a_page_holds_25_and_a_person_stays_together(chain: Chain) -> None:
    first = works_in_almere(chain)
    second = works_in_almere(chain, "9900000025", "K21060")
    for week in range(10, 22):
        chain.rik.publishes(first, "urenstaat", week=f"2023-W{week}")
        chain.rik.publishes(second, "urenstaat", week=f"2023-W{week}")
    page, rest = shown(chain, "samira", by_person=True), shown(chain, "samira", by_person=True, page=2)
    assert (len(page.lines), page.more, len(rest.lines), rest.more) == (25, True, 5, False)
    people = [one.person.link_id for one in [*page.lines, *rest.lines]]
    assert people == sorted(people, key=people.index)
    assert [len(lines(chain, "samira", sorts=("dienstverband", "beeindigd"))), len(rest.lines)] == [2, 5]
    assert inbox_list.count(chain.hub, by(chain, "samira"), Wanted(opened=False)) == 30


def test_a_request_to_delete_about_somebody_who_was_forgotten_is_there_without_a_name(chain: Chain) -> None:
    resident = works_in_almere(chain)
    chain.samira.opens_all()
    asked = chain.noor.caller.post("/verzoeken", {"betrokkeneId": chain.noor.knows(resident), "soort": "wissen"})
    decided = chain.noor.caller.post(f"/verzoeken/{asked.body['id']}/_besluit", {"besluit": "toegewezen"})
    assert decided.status == 200
    found = lines(chain, "samira")
    assert {one.sort for one in found} == {"verwijderverzoek"}
    assert {one.person.name for one in found} == {None}
