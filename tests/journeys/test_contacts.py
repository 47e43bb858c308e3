"""Who is my counterpart for this person now? Named only beside another flow, and to nobody who could not know."""

from typing import Any

import pytest

from consent.words import words
from hub.exchange.contact import vacancies
from hub.exchange.explain import explain
from hub.rights.story import story
from tests.chain import AZC, OTHER_AZC, Chain, Person, Resident
from tests.kept import rows


def named(person: Person, resident: Resident) -> set[str]:
    """The partners that this person's question names."""
    return {one["partij"] for one in person.calls(resident)}


def in_almere(chain: Chain) -> Resident:
    """Said yes to everything, known to Rik, linked to Almere; Samira knows their name."""
    resident = chain.linked()
    assert chain.noor.publishes(resident, "koppeling").status == 201
    chain.learn_municipality_name(resident, chain.samira)
    return resident


def everybody_lists(chain: Chain) -> None:
    for person, name in (("noor", "Noor Bakker"), ("rik", "Rik Visser"), ("samira", "Team Inburgering")):
        assert chain.people[person].lists(naam=name).status == 201


def test_noor_sees_whom_to_call_at_randstad_and_at_the_municipality(chain: Chain) -> None:
    resident = in_almere(chain)
    everybody_lists(chain)

    assert chain.noor.calls(resident) == [
        {"partij": "randstad", "vestiging": "almere", "status": "bereikbaar", "functie": "consulent",
         "naam": "Rik Visser", "email": "randstad@example.nl"},
        {"partij": "GM0034", "status": "bereikbaar", "functie": "contactpunt",
         "naam": "Team Inburgering", "email": "gm0034@example.nl"},
    ]  # fmt: skip


def test_rik_sees_coa_once_something_may_run_between_them(chain: Chain) -> None:
    resident = chain.noor.registers()
    assert chain.rik.redeems(chain.noor.gives_slip(resident), resident).status == 201
    everybody_lists(chain)
    assert chain.rik.calls(resident) == []

    chain.noor.records(resident, "toeleiding-naar-werk", "ja")

    [noor] = chain.rik.calls(resident)
    assert (noor["partij"], noor["vestiging"], noor["naam"]) == ("coa", AZC, "Noor Bakker")


@pytest.mark.parametrize("choice", ["nee", "ingetrokken"])
def test_when_the_resident_takes_it_back_nobody_is_named_any_more(chain: Chain, choice: str) -> None:
    resident = in_almere(chain)
    for purpose in ("toeleiding-naar-werk", "behoud-van-werk", "inburgering-planning", "kansrijke-koppeling"):
        assert chain.noor.records(resident, purpose, choice).status == 201

    assert chain.rik.calls(resident) == []
    # What rests on a public task runs on, and with it who is called.
    assert named(chain.noor, resident) == {"GM0034"}
    assert named(chain.samira, resident) == {"coa"}


def test_a_partner_that_named_nobody_is_named_itself_as_missing(chain: Chain) -> None:
    resident = in_almere(chain)

    assert chain.samira.calls(resident) == [{"partij": "coa", "vestiging": AZC, "status": "ontbreekt"}]


class TestNobodyLearnsOfALink:
    def test_samira_hears_of_randstad_only_when_it_told_her_something(self, chain: Chain) -> None:
        resident = in_almere(chain)
        assert named(chain.samira, resident) == {"coa"}

        assert chain.rik.publishes(resident, "urenstaat").status == 201
        assert named(chain.samira, resident) == {"coa", "randstad"}

        chain.noor.records(resident, "inburgering-planning", "ingetrokken")
        assert named(chain.samira, resident) == {"coa"}

    def test_samira_hears_of_randstad_too_when_she_knew_the_person_first(self, chain: Chain) -> None:
        resident = chain.noor.registers()
        chain.noor.records_yes_to_all(resident)
        assert chain.noor.publishes(resident, "koppeling").status == 201
        chain.learn_municipality_name(resident, chain.samira)
        chain.clock.later(days=30)
        assert chain.rik.redeems(chain.noor.gives_slip(resident), resident).status == 201
        assert chain.rik.publishes(resident, "dienstverband").status == 201

        assert {"partij": "randstad", "vestiging": "almere", "status": "ontbreekt"} in chain.samira.calls(resident)

    def test_rik_hears_of_the_municipality_only_when_a_koppeling_may_tell_him(self, chain: Chain) -> None:
        resident = in_almere(chain)
        assert named(chain.rik, resident) == {"coa", "GM0034"}

        chain.noor.records(resident, "behoud-van-werk", "ingetrokken")

        # His work still goes to whichever municipality it is; he never hears to which.
        assert chain.rik.publishes(resident, "dienstverband").status == 201
        assert named(chain.rik, resident) == {"coa"}

    def test_without_a_flow_of_its_own_a_known_municipality_is_not_named(self, chain: Chain) -> None:
        resident = in_almere(chain)
        chain.noor.records(resident, "inburgering-planning", "nee")

        assert chain.rik.asks(resident, "koppeling")
        assert named(chain.rik, resident) == {"coa"}

    def test_a_municipality_that_the_person_left_names_nobody_and_is_not_named(self, chain: Chain) -> None:
        resident = in_almere(chain)
        chain.rik.publishes(resident, "dienstverband")
        assert named(chain.samira, resident) == {"coa", "randstad"}

        chain.clock.later(days=1)
        chain.noor.publishes(resident, "koppeling", gemeente="GM0363")

        assert chain.samira.calls(resident) == []
        assert named(chain.noor, resident) == {"randstad", "GM0363"}
        assert named(chain.rik, resident) == {"coa", "GM0363"}

    def test_a_koppeling_that_counts_again_names_no_other_municipality(self, chain: Chain) -> None:
        """The newest was taken back while nobody might have the right one: the one before counts again for Rik."""
        resident = in_almere(chain)
        chain.clock.later(days=1)
        wrong = chain.noor.publishes(resident, "koppeling", gemeente="GM0363").body["id"]
        assert named(chain.rik, resident) == {"coa", "GM0363"}

        chain.noor.records(resident, "behoud-van-werk", "ingetrokken")
        body = {"betrokkeneId": chain.noor.knows(resident), "gemeente": "GM0363", "ingangsdatum": "2023-03-02"}
        objection = {"betrokkeneId": chain.noor.knows(resident), "soort": "bezwaar"}
        asked = chain.noor.caller.post("/verzoeken", objection).body["id"]
        assert chain.noor.caller.post(f"/koppelingen/{wrong}/_corrigeer", body).status == 200
        assert (
            chain.noor.caller.post(
                f"/verzoeken/{asked}/_besluit", {"besluit": "afgewezen", "reden": "dwingende-grond"}
            ).status
            == 200
        )
        chain.noor.records(resident, "behoud-van-werk", "ja")

        assert [one["gemeente"] for one in chain.rik.asks(resident, "koppeling")] == ["GM0034"]
        assert named(chain.rik, resident) == {"coa"}

    def test_an_objection_and_a_restriction_stop_it_too(self, chain: Chain) -> None:
        resident = in_almere(chain)
        body = {"betrokkeneId": chain.noor.knows(resident), "soort": "bezwaar"}
        assert chain.noor.caller.post("/verzoeken", body).status == 201

        assert [person.calls(resident) for person in (chain.noor, chain.rik, chain.samira)] == [[], [], []]

    def test_job_and_another_azc_and_another_municipality_get_the_same_empty_answer(self, chain: Chain) -> None:
        resident = in_almere(chain)
        everybody_lists(chain)

        assert [chain.people[who].calls(resident) for who in ("job", "noortje", "amsterdam")] == [[], [], []]

    def test_a_move_to_another_azc_is_told_only_to_who_was_told_of_a_move(self, chain: Chain) -> None:
        resident = in_almere(chain)
        chain.clock.later(days=1)
        chain.noortje.registers(resident.v_number)

        assert {one["vestiging"] for one in chain.rik.calls(resident) if one["partij"] == "coa"} == {AZC}
        chain.noor.publishes(resident, "verplaatsing")
        places = [one["vestiging"] for one in chain.rik.calls(resident) if one["partij"] == "coa"]
        assert places == [AZC, OTHER_AZC]
        # No flow tells a municipality of a move.
        assert [one["vestiging"] for one in chain.samira.calls(resident)] == [AZC]


class TestWhoIsThere:
    @pytest.fixture
    def resident(self, chain: Chain) -> Resident:
        return in_almere(chain)

    def called(self, chain: Chain, resident: Resident) -> list[tuple[str, str]]:
        """The names that Samira is given, and in which capacity."""
        return [(one["status"], one.get("naam", "")) for one in chain.samira.calls(resident)]

    def away(self, person: Person, entry: str, **days: str) -> None:
        assert person.caller.post(f"/contactpersonen/{entry}/_afwezig", days).status == 200

    def test_who_is_away_is_stood_in_for_and_else_the_contact_point_answers(
        self, chain: Chain, resident: Resident
    ) -> None:
        noor = chain.noor
        entry = noor.lists().body["id"]
        point = noor.lists(functie="contactpunt", naam="Receptie").body["id"]
        assert self.called(chain, resident) == [("bereikbaar", "Noor Bakker")]

        self.away(noor, entry, van="2023-03-01", totEnMet="2023-03-02")
        assert self.called(chain, resident) == [("contactpunt", "Receptie")]
        self.away(noor, entry, van="2023-03-01", totEnMet="2023-03-02", vervanger=point)
        assert self.called(chain, resident) == [("vervanger", "Receptie")]
        self.away(noor, point, van="2023-03-01")
        assert self.called(chain, resident) == [("ontbreekt", "")]
        chain.clock.later(days=2)
        assert self.called(chain, resident) == [("bereikbaar", "Noor Bakker")]

    def test_somebody_who_is_back_early_is_called_again(self, chain: Chain, resident: Resident) -> None:
        entry = chain.noor.lists().body["id"]
        self.away(chain.noor, entry, van="2023-03-01")
        assert self.called(chain, resident) == [("ontbreekt", "")]

        assert chain.noor.caller.post(f"/contactpersonen/{entry}/_aanwezig", {}).status == 200
        assert self.called(chain, resident) == [("bereikbaar", "Noor Bakker")]

    def test_a_municipality_has_one_contact_point_and_a_new_one_takes_its_place(
        self, chain: Chain, resident: Resident
    ) -> None:
        chain.samira.lists(naam="Loket Werk")
        chain.samira.lists(functie="klantmanager", naam="Samira Aydin")
        chain.samira.lists(naam="Team Inburgering")

        assert {one["naam"] for one in listed(chain.samira)} == {"Samira Aydin", "Team Inburgering"}
        assert [one["naam"] for one in chain.noor.calls(resident) if one["partij"] == "GM0034"] == ["Team Inburgering"]

    def test_what_nobody_said_again_for_400_days_is_not_told_and_swept(self, chain: Chain, resident: Resident) -> None:
        chain.noor.lists()
        chain.clock.later(days=399)
        assert self.called(chain, resident) == [("bereikbaar", "Noor Bakker")]
        chain.clock.later(days=1)
        assert self.called(chain, resident) == [("ontbreekt", "")]
        assert listed(chain.noor) == []

    def test_a_place_without_anybody_can_be_counted_without_a_person(self, chain: Chain, resident: Resident) -> None:
        chain.noor.lists()
        chain.samira.lists()
        empty = [(one.partner, one.branch) for one in vacancies(chain.hub)]
        assert empty == [("coa", OTHER_AZC), ("randstad", "almere"), ("randstad", "zwolle"), ("GM0363", None)]


def listed(person: Person) -> list[dict[str, Any]]:
    """One's own list."""
    results: list[dict[str, Any]] = person.caller.get("/contactpersonen").body["resultaten"]
    return results


class TestOnesOwnList:
    def test_is_of_ones_own_vestigingen_only(self, chain: Chain) -> None:
        entry = chain.noor.lists().body["id"]

        assert [one["id"] for one in listed(chain.noor)] == [entry]
        assert (listed(chain.noortje), listed(chain.rik)) == ([], [])
        assert chain.noortje.lists(vestiging=AZC).status == 400
        for act, body in (("_verwijder", {}), ("_aanwezig", {}), ("_afwezig", {"van": "2023-03-01"})):
            assert chain.noortje.caller.post(f"/contactpersonen/{entry}/{act}", body).status == 404
        assert chain.job.caller.post(f"/contactpersonen/{entry}/_verwijder", {}).status == 404

    def test_names_every_mistake_at_once(self, chain: Chain) -> None:
        reply = chain.rik.caller.post(
            "/contactpersonen", {"vestiging": "zwolle", "functie": "casemanager", "naam": "", "opmerking": "x"}
        )
        assert {one["veld"] for one in reply.body["fouten"]} == {"vestiging", "functie", "naam", "email", "opmerking"}
        of_all = chain.samira.lists(vestiging="almere")
        assert [one["veld"] for one in of_all.body["fouten"]] == ["vestiging"]

    def test_the_same_request_twice_adds_one(self, chain: Chain) -> None:
        body = {"vestiging": AZC, "functie": "casemanager", "naam": "Noor Bakker", "telefoon": "+31360000101"}
        first, again = (chain.noor.caller.post("/contactpersonen", body, key="een") for _ in range(2))
        other = chain.noor.caller.post("/contactpersonen", {**body, "naam": "Noor B."}, key="een")

        assert (first.body, other.status) == (again.body, 409)
        assert len(listed(chain.noor)) == 1

    def test_an_entry_is_said_anew_as_a_whole(self, chain: Chain) -> None:
        entry = chain.noor.lists().body["id"]
        body = {"vestiging": AZC, "functie": "casemanager", "naam": "Noor Bakker", "telefoon": "+31360000199"}
        assert chain.noor.caller.post(f"/contactpersonen/{entry}/_corrigeer", body).body["id"] == entry

        [line] = listed(chain.noor)
        assert (line["telefoon"], "email" in line) == ("+31360000199", False)

    def test_who_left_leaves_nothing_but_that_it_happened(self, chain: Chain) -> None:
        entry = chain.noor.lists().body["id"]
        colleague = chain.noor.lists(naam="Anna de Wit").body["id"]
        away = {"van": "2023-03-01", "vervanger": entry}
        assert chain.noor.caller.post(f"/contactpersonen/{colleague}/_afwezig", away).status == 200

        assert chain.noor.caller.post(f"/contactpersonen/{entry}/_verwijder", {}).status == 200

        [left] = rows(chain.hub.database)["contacts"]
        assert (left["id"], left["replaced_by"]) == (colleague, None)
        kinds = [row["kind"] for row in rows(chain.hub.database)["audit_entries"]]
        assert kinds == ["contactpersoon"] * 4

    def test_has_an_end(self, chain: Chain) -> None:
        for number in range(20):
            assert chain.noor.lists(naam=f"Noor {number}").status == 201
        assert chain.noor.lists().status == 400
        # A contact point that takes the place of another takes no room.
        assert chain.noortje.lists(functie="contactpunt").status == 201


def test_the_resident_sees_who_asked_whom_to_call(chain: Chain) -> None:
    resident = in_almere(chain)
    everybody_lists(chain)
    chain.samira.calls(resident)
    [subject] = [row["id"] for row in rows(chain.hub.database)["subjects"]]

    told = [one for one in story(chain.hub, subject).received if one.message == "contactpersoon"]

    assert [(one.partner, one.purpose, one.basis) for one in told] == [("GM0034", "contact", "gerechtvaardigd-belang")]
    assert told[0].fields == ("functie", "naam", "email", "telefoon")
    assert words("nl").message("contactpersoon") == "wie bij een andere organisatie over u te bellen is"


def test_the_question_is_in_the_trail_and_comes_out_the_same_again(chain: Chain) -> None:
    resident = in_almere(chain)
    chain.rik.publishes(resident, "dienstverband")
    before = explain(chain.hub).taken
    for person in (chain.noor, chain.rik, chain.samira, chain.job):
        person.calls(resident)

    explained = explain(chain.hub)

    assert explained.otherwise == ()
    assert explained.taken > before + 8
