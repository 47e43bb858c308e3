"""A resident asks for what the law gives them; Noor writes it down, somebody decides, and it works."""

from datetime import timedelta
from typing import Any

import pytest

from audit.events import Kind
from hub.identity.principals import RESIDENT
from hub.practice.caller import Reply
from hub.rights import requests
from hub.rights.models import Hold
from hub.rights.requests import Sort
from tests.chain import Chain, Person, Resident
from tests.front_door import is_problem, send
from tests.kept import recorded, rows
from tests.stores import Stores

CANARY = "Mijn werkgever is niet Hotel Kanarie"


def asks_for(person: Person, resident: Resident, sort: str, **more: Any) -> Reply:
    return person.caller.post("/verzoeken", {"betrokkeneId": person.knows(resident), "soort": sort, **more})


def request_of(chain: Chain, resident: Resident, sort: str, **more: Any) -> str:
    reply = asks_for(chain.noor, resident, sort, **more)
    assert reply.status == 201, reply
    return str(reply.body["id"])


def decides(person: Person, request: str, decision: str, **more: Any) -> Reply:
    return person.caller.post(f"/verzoeken/{request}/_besluit", {"besluit": decision, **more})


def requests_of(person: Person, resident: Resident) -> list[dict[str, Any]]:
    reply = person.caller.post("/verzoeken/_zoek", {"betrokkeneId": person.knows(resident)})
    assert reply.status == 200, reply
    results: list[dict[str, Any]] = reply.body["resultaten"]
    return results


def deletions(person: Person, resident: Resident) -> list[dict[str, Any]]:
    reply = person.caller.post("/verwijderverzoeken/_zoek", {"betrokkeneId": person.knows(resident)})
    results: list[dict[str, Any]] = reply.body["resultaten"]
    return results


def test_a_request_is_due_a_month_later_and_stands_in_the_list(chain: Chain) -> None:
    resident = chain.noor.registers()
    reply = asks_for(chain.noor, resident, "inzage")
    assert (reply.status, reply.body["uiterlijkOp"]) == (201, "2023-04-01")
    [line] = requests_of(chain.noor, resident)
    assert line == {
        "id": reply.body["id"], "soort": "inzage", "ontvangenVan": "coa", "ontvangenOp": "2023-03-01T09:12:44Z",
        "uiterlijkOp": "2023-04-01", "verlengd": False, "status": "open",
    }  # fmt: skip


def test_what_the_resident_wrote_is_sealed_and_read_one_by_one_on_record(chain: Chain, stores: Stores) -> None:
    resident = chain.noor.registers()
    request = request_of(chain, resident, "correctie", toelichting=f"{CANARY}.\nIk werk daar niet.")
    assert CANARY not in str(requests_of(chain.noor, resident))
    assert CANARY not in str(rows(stores.database))
    before = len(recorded(chain))
    assert chain.noor.caller.get(f"/verzoeken/{request}").body["toelichting"].startswith(CANARY)
    [read] = recorded(chain)[before:]
    assert (read["soort"], read["gegevens"]["verzoekId"]) == (Kind.CONSULTED.value, request)


def test_a_request_through_the_window_is_the_residents_own(chain: Chain) -> None:
    resident = chain.noor.registers()
    [subject] = [row["id"] for row in rows(chain.hub.database)["subjects"]]
    requests.ask(chain.hub, RESIDENT, subject, Sort.ACCESS)
    assert [line["ontvangenVan"] for line in requests_of(chain.noor, resident)] == ["betrokkene"]


def test_a_rejection_has_a_reason_and_nothing_else_has(chain: Chain) -> None:
    resident = chain.noor.registers()
    request = request_of(chain, resident, "correctie")
    for wrong in (decides(chain.noor, request, "afgewezen"),
                  decides(chain.noor, request, "toegewezen", reden="al-gedaan")):  # fmt: skip
        assert (wrong.status, wrong.body["fouten"][0]["veld"]) == (400, "reden")
    chain.clock.later(days=3)
    decided = decides(chain.noor, request, "afgewezen", reden="gegevens-kloppen")
    assert decided.status == 200
    assert (decided.body["status"], decided.body["reden"]) == ("afgewezen", "gegevens-kloppen")
    assert requests_of(chain.noor, resident) == [decided.body]
    assert recorded(chain, "verzoek-besloten")[0]["gegevens"]["reden"] == "gegevens-kloppen"


def test_nobody_decides_twice(chain: Chain) -> None:
    resident = chain.noor.registers()
    request = request_of(chain, resident, "inzage")
    assert decides(chain.noor, request, "toegewezen").status == 200
    for again in ("toegewezen", "verlengd"):
        assert decides(chain.noor, request, again).body["code"] == "al-besloten"


def test_two_further_months_can_be_taken_once_and_within_the_first(chain: Chain) -> None:
    resident = chain.noor.registers()
    request, late = request_of(chain, resident, "inzage"), request_of(chain, resident, "inzage")
    assert decides(chain.noor, request, "verlengd").body["uiterlijkOp"] == "2023-06-01"
    assert decides(chain.noor, request, "verlengd").body["code"] == "niet-te-verlengen"
    chain.clock.later(days=32)
    assert decides(chain.noor, late, "verlengd").body["code"] == "niet-te-verlengen"
    assert decides(chain.noor, request, "toegewezen").status == 200


def test_an_objection_stops_what_rests_on_a_public_task_before_noor_has_her_answer(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "koppeling")
    assert len(chain.samira.inbox()) == 1
    request = request_of(chain, resident, "bezwaar")
    assert chain.samira.inbox() == []
    assert decides(chain.noor, request, "afgewezen", reden="dwingende-grond").status == 200
    assert len(chain.samira.inbox()) == 1


def test_an_objection_that_is_granted_asks_receivers_to_delete_and_noor_sees_who_confirmed(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "koppeling")
    chain.learn_municipality_name(resident, chain.samira)
    decides(chain.noor, request_of(chain, resident, "bezwaar"), "toegewezen")
    [asked] = deletions(chain.noor, resident)
    assert asked == {"ontvanger": "GM0034", "doel": "inburgering", "gevraagdOp": "2023-03-01T09:12:44Z"}
    chain.clock.later(days=1)
    [item] = [one for one in chain.samira.inbox() if chain.samira.opens(one).body["soort"] == "verwijderverzoek"]
    chain.samira.confirms(item)
    assert deletions(chain.noor, resident) == [{**asked, "bevestigdOp": "2023-03-02T09:12:44Z"}]


def test_a_rejected_objection_does_not_end_another_one(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "koppeling")
    first, second = request_of(chain, resident, "bezwaar"), request_of(chain, resident, "bezwaar")
    decides(chain.noor, first, "afgewezen", reden="dwingende-grond")
    assert chain.samira.inbox() == []
    decides(chain.noor, second, "afgewezen", reden="door-bewoner-ingetrokken")
    assert len(chain.samira.inbox()) == 1


def test_a_restriction_holds_everything_still_from_when_it_is_granted_until_it_is_lifted(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    request = request_of(chain, resident, "beperking")
    assert chain.rik.asks(resident)
    assert decides(chain.noor, request, "opgeheven").body["code"] == "niet-op-te-heffen"
    decides(chain.noor, request, "toegewezen")
    assert (chain.rik.asks(resident), chain.rik.inbox()) == ([], [])
    assert decides(chain.noor, request, "opgeheven").body["status"] == "opgeheven"
    assert chain.rik.asks(resident)


def test_a_resident_writes_in_persian_and_it_is_read_as_it_was_written(chain: Chain) -> None:
    resident = chain.linked()
    # «I do not work there»: it cannot be written without a zero-width non-joiner.
    words = "من آنجا کار نمی\u200cکنم."
    request = request_of(chain, resident, "correctie", toelichting=words)
    assert chain.noor.caller.get(f"/verzoeken/{request}").body["toelichting"] == words


def test_a_granted_erasure_forgets_the_person_and_the_request_with_them(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    chain.rik.asks(resident)
    request = request_of(chain, resident, "wissen", toelichting=CANARY)
    decided = decides(chain.noor, request, "toegewezen")
    assert (decided.status, decided.body["status"]) == (200, "toegewezen")
    assert decides(chain.noor, request, "toegewezen").status == 404
    assert asks_for(chain.noor, resident, "inzage").status == 400
    assert (requests_of(chain.noor, resident), chain.rik.asks(resident)) == ([], [])
    assert len(chain.rik.inbox()) == 1
    assert rows(chain.hub.database)["rights_requests"] == []
    assert len(rows(chain.hub.database)["erasures"]) == 1


def test_a_rejected_erasure_leaves_everything(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    decides(chain.noor, request_of(chain, resident, "wissen"), "afgewezen", reden="wettelijke-plicht")
    assert chain.rik.asks(resident)
    assert rows(chain.hub.database)["erasures"] == []


def test_a_hold_stands_in_the_way_of_erasure_and_noor_hears_it(chain: Chain) -> None:
    resident = chain.linked()
    request = request_of(chain, resident, "wissen")
    [subject] = [row["id"] for row in rows(chain.hub.database)["subjects"]]
    with chain.hub.database.writing() as session:
        session.add(Hold(id="1" * 32, subject_id=subject, reason="klacht", set_by="x", set_at=chain.clock()))
    refused = decides(chain.noor, request, "toegewezen")
    assert (refused.status, refused.body["code"]) == (409, "bewaarstop")
    assert [line["status"] for line in requests_of(chain.noor, resident)] == ["open"]


def test_after_a_restriction_the_resident_can_still_ask_to_be_forgotten(chain: Chain) -> None:
    resident = chain.linked()
    request = request_of(chain, resident, "wissen")
    chain.clock.later(days=1)
    decides(chain.noor, request_of(chain, resident, "beperking"), "toegewezen")
    assert decides(chain.noor, request, "toegewezen").body["code"] == "beperkt"
    chain.clock.later(days=1)
    assert decides(chain.noor, request_of(chain, resident, "wissen"), "toegewezen").status == 200


def test_a_granted_objection_asks_nobody_twice_and_stays(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "koppeling")
    decides(chain.noor, request_of(chain, resident, "bezwaar"), "toegewezen")
    decides(chain.noor, request_of(chain, resident, "bezwaar"), "afgewezen", reden="al-gedaan")
    assert chain.samira.inbox() == []


@pytest.mark.parametrize("who", ["noortje", "rik", "samira", "job"])
def test_nobody_else_finds_a_request(chain: Chain, who: str) -> None:
    resident = chain.linked()
    request = request_of(chain, resident, "bezwaar")
    before = rows(chain.hub.database)["rights_requests"]
    other = chain.people[who]
    seen = asks_for(other, resident, "inzage")
    assert seen.status == (400 if who == "noortje" else 403)
    for method, road, body in (("GET", "", None), ("POST", "/_besluit", {"besluit": "toegewezen"})):
        answer = send(other, method, f"/api/v1/verzoeken/{request}{road}", body)
        assert is_problem(answer, 404 if who == "noortje" else 403)
    if who == "noortje":
        assert requests_of(other, resident) == deletions(other, resident) == []
    assert rows(chain.hub.database)["rights_requests"] == before


@pytest.mark.parametrize(
    ("body", "field"),
    [({"soort": "klacht"}, "soort"), ({"soort": "inzage", "toelichting": ""}, "toelichting"),
     ({"soort": "inzage", "toelichting": "a\u0000"}, "toelichting"), ({}, "soort"),
     ({"soort": "inzage", "toelichting": "x" * 1001}, "toelichting"), ({"soort": "inzage", "bsn": 1}, "bsn")],
)  # fmt: skip
def test_a_request_that_cannot_be_is_named(chain: Chain, body: dict[str, Any], field: str) -> None:
    resident = chain.noor.registers()
    answer = send(chain.noor, "POST", "/api/v1/verzoeken", {"betrokkeneId": chain.noor.knows(resident), **body})
    assert answer.status == 400
    assert answer.fields == {field}


def test_whoever_watches_hears_how_many_are_late_and_no_names(chain: Chain) -> None:
    resident, other = chain.noor.registers(), chain.noor.registers("9900000025")
    for one in (resident, other):
        request_of(chain, one, "inzage")
    decided = request_of(chain, resident, "correctie")
    decides(chain.noor, decided, "toegewezen")
    day = chain.hub.today()
    assert requests.overdue(chain.hub, day) == requests.Overdue(late=0, soon=0)
    assert requests.overdue(chain.hub, day + timedelta(days=25)) == requests.Overdue(late=0, soon=2)
    # On the day itself it is still in time.
    assert requests.overdue(chain.hub, day + timedelta(days=31)) == requests.Overdue(late=0, soon=2)
    assert requests.overdue(chain.hub, day + timedelta(days=32)) == requests.Overdue(late=2, soon=0)
