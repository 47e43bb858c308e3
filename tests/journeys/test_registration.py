"""A casemanager registers a resident who asks for help, and finds them again by COA's own reference."""

from tests.chain import AZC, OTHER_AZC, Chain
from tests.front_door import ROOT, send
from tests.kept import rows

V_NUMBER = "9900000017"


def test_a_new_resident_gets_a_name_that_says_nothing(chain: Chain) -> None:
    body = {"eigenKenmerk": V_NUMBER, "taal": "ti", "vestiging": AZC}
    answer = send(chain.noor, "POST", f"{ROOT}/betrokkenen", body)
    assert answer.status == 201
    assert set(answer.body) == {"betrokkeneId"}
    assert len(answer.body["betrokkeneId"]) == 26


def test_a_known_reference_gives_200_and_the_same_name(chain: Chain) -> None:
    first = chain.noor.registers(V_NUMBER)
    body = {"eigenKenmerk": V_NUMBER, "taal": "nl", "vestiging": AZC}
    answer = send(chain.noor, "POST", f"{ROOT}/betrokkenen", body)
    assert (answer.status, answer.body) == (200, {"betrokkeneId": chain.noor.knows(first)})
    assert len(rows(chain.hub.database)["subjects"]) == 1


def test_noor_finds_her_own_people_and_no_others(chain: Chain) -> None:
    resident = chain.noor.registers(V_NUMBER)
    found = {"resultaten": [{"betrokkeneId": chain.noor.knows(resident)}]}
    assert chain.noor.caller.post("/betrokkenen/_zoek", {"eigenKenmerk": V_NUMBER}).body == found
    for person in (chain.noortje, chain.rik, chain.samira):
        assert person.caller.post("/betrokkenen/_zoek", {"eigenKenmerk": V_NUMBER}).body == {"resultaten": []}


def test_rik_finds_a_candidate_by_his_own_reference(chain: Chain) -> None:
    resident = chain.linked(reference="K21052")
    found = {"resultaten": [{"betrokkeneId": chain.rik.knows(resident)}]}
    assert chain.rik.caller.post("/betrokkenen/_zoek", {"eigenKenmerk": "K21052"}).body == found
    assert chain.job.caller.post("/betrokkenen/_zoek", {"eigenKenmerk": "K21052"}).body == {"resultaten": []}


def test_another_azc_sees_the_resident_from_its_own_registration_on(chain: Chain) -> None:
    resident = chain.noor.registers(V_NUMBER)
    assert chain.noortje.records(resident, "toeleiding-naar-werk", "ja").status == 400
    again = chain.noortje.registers(V_NUMBER)
    assert again.names == resident.names
    assert chain.noortje.records(resident, "toeleiding-naar-werk", "ja").status == 201


def test_noor_registers_for_her_own_vestiging_only(chain: Chain) -> None:
    body = {"eigenKenmerk": V_NUMBER, "taal": "ti", "vestiging": OTHER_AZC}
    answer = send(chain.noor, "POST", f"{ROOT}/betrokkenen", body)
    assert (answer.status, answer.fields) == (400, {"vestiging"})


def test_a_v_number_has_ten_digits_and_a_language_is_one_of_seven(chain: Chain) -> None:
    for v_number, language in (("990000001", "xx"), ("990000001A", "TI"), ("٩٩٠٠٠٠٠٠١٧", "")):
        body = {"eigenKenmerk": v_number, "taal": language, "vestiging": AZC}
        answer = send(chain.noor, "POST", f"{ROOT}/betrokkenen", body)
        assert (answer.status, answer.fields) == (400, {"eigenKenmerk", "taal"})
    for at, language in enumerate(("nl", "en", "ar", "ti", "fa", "tr", "so")):
        chain.noor.registers(f"990000002{at}", language)
