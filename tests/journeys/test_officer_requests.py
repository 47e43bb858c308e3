"""Fatima answers what residents ask: in time, after a second look, and never more of a person than their request."""

import io
import re
import zipfile
from collections.abc import Mapping

import pytest

from hub.errors import NotFound
from hub.rights import desk
from hub.rights.requests import Decision, Sort
from hub.web.officer.wording import EFFECTS, REASONS, SORTS
from tests.chain import Chain, Resident
from tests.kept import rows
from tests.web.employee import Employee, at_desk
from tests.web.visitor import Page

LIST = "/privacy/verzoeken"


def asks(chain: Chain, resident: Resident, sort: str, details: str = "") -> None:
    """The resident asks, at the casemanager's desk."""
    body: Mapping[str, str] = {"betrokkeneId": chain.noor.knows(resident), "soort": sort}
    said = {"toelichting": details} if details else {}
    assert chain.noor.caller.post("/verzoeken", {**body, **said}).status == 201


def addresses(page: Page) -> list[str]:
    """Where the requests on a list can be opened, in its order."""
    return re.findall(r'href="(/privacy/verzoek/[a-z2-7]{26})"', page.html)


def first(fatima: Employee) -> str:
    """The request on top of the list, opened."""
    address = addresses(fatima.sees(LIST))[0]
    fatima.sees(address)
    return address


def decides(fatima: Employee, address: str, **fields: str) -> Page:
    """Look twice, and do it."""
    assert fatima.presses(f"{address}/besluit", **fields).status == 200
    return fatima.presses(f"{address}/doen", **fields)


def test_what_must_be_answered_first_stands_on_top_and_names_nobody(chain: Chain) -> None:
    resident = chain.linked()
    asks(chain, resident, "inzage")
    chain.clock.later(days=27)
    asks(chain, resident, "correctie", "Mijn contract is 20 uur.")
    chain.clock.later(days=6)
    page = at_desk(chain, "fatima").sees(LIST)
    assert page.text.index("2 dagen te laat") < page.text.index("nog 25 dagen")
    for word in (resident.v_number, "20 uur", *resident.names.values()):
        assert word not in page.html
    assert at_desk(chain, "fatima").sees("/privacy").status == 200


def test_reading_a_request_is_recorded_and_the_resident_sees_it(chain: Chain) -> None:
    asks(chain, chain.linked(), "bezwaar", "Ik woon liever in Utrecht.")
    fatima = at_desk(chain, "fatima")
    before = len(rows(chain.hub.database)["audit_entries"])
    [address] = addresses(fatima.sees(LIST))
    assert len(rows(chain.hub.database)["audit_entries"]) == before
    assert "Ik woon liever in Utrecht." in fatima.sees(address).text
    newest = max(rows(chain.hub.database)["audit_entries"], key=lambda one: int(one["position"]))
    assert (newest["kind"], newest["partner"]) == ("raadpleging", "coa")


def test_a_file_is_there_after_it_was_granted_and_not_before(chain: Chain) -> None:
    asks(chain, chain.linked(), "inzage")
    fatima = at_desk(chain, "fatima")
    address = first(fatima)
    assert fatima.presses(f"{address}/dossier").status == 404
    done = decides(fatima, address, besluit="toegewezen")
    assert "Uw besluit is vastgelegd" in fatima.follows(done).text
    data = {"csrf_token": fatima.token}
    answer = fatima.client.post(f"{address}/dossier", data=data, base_url="http://localhost")
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as archive:
        assert "manifest.json" in archive.namelist()


def test_a_rejection_takes_a_reason_and_an_objection_that_is_rejected_goes_on(chain: Chain) -> None:
    resident = chain.linked()
    asks(chain, resident, "bezwaar")
    chain.noor.publishes(resident, "koppeling")
    assert chain.samira.inbox() == []
    fatima = at_desk(chain, "fatima")
    address = first(fatima)
    page = fatima.presses(f"{address}/besluit", besluit="afgewezen")
    assert (page.status, "Kies waarom u het verzoek afwijst." in page.text) == (400, True)
    fields = {"besluit": "afgewezen", "reden": "dwingende-grond"}
    second = fatima.presses(f"{address}/besluit", **fields)
    assert "gaat weer door" in second.text
    assert chain.samira.inbox() == []
    fatima.follows(fatima.presses(f"{address}/doen", **fields))
    assert len(chain.samira.inbox()) == 1
    assert "afgewezen" in fatima.sees(f"{LIST}?staat=besloten").text


def test_nobody_is_forgotten_by_accident(chain: Chain) -> None:
    resident = chain.linked()
    asks(chain, resident, "wissen")
    fatima = at_desk(chain, "fatima")
    address = first(fatima)
    second = fatima.presses(f"{address}/besluit", besluit="toegewezen")
    assert "Dit kan niemand terugdraaien." in second.text
    for typed in ("", "ja"):
        page = fatima.presses(f"{address}/doen", besluit="toegewezen", woord=typed)
        assert (page.status, "Er is niets gewist." in page.text) == (400, True)
    assert chain.noor.asks(resident, "werkmogelijkheid") == []
    assert (
        "De bewoner is vergeten."
        in fatima.follows(fatima.presses(f"{address}/doen", besluit="toegewezen", woord="Vergeten")).text
    )
    assert rows(chain.hub.database)["rights_requests"] == []
    assert fatima.sees(address).status == 404


def test_more_time_can_be_taken_once_and_a_restriction_is_lifted(chain: Chain) -> None:
    asks(chain, chain.linked(), "beperking")
    fatima = at_desk(chain, "fatima")
    address = first(fatima)
    fatima.follows(decides(fatima, address, besluit="verlengd"))
    assert "(uitgesteld)" in fatima.sees(address).text
    assert fatima.presses(f"{address}/besluit", besluit="verlengd").status == 400
    fatima.follows(decides(fatima, address, besluit="toegewezen"))
    fatima.sees(address)
    fatima.follows(decides(fatima, address, besluit="opgeheven"))
    assert addresses(fatima.sees(LIST)) == []


def test_a_granted_request_is_no_key_to_what_comes_later(chain: Chain) -> None:
    asks(chain, chain.linked(), "inzage")
    fatima = at_desk(chain, "fatima")
    address = first(fatima)
    fatima.follows(decides(fatima, address, besluit="toegewezen"))
    fatima.sees(address)
    data = {"csrf_token": fatima.token}
    assert fatima.client.post(f"{address}/dossier", data=data, base_url="http://localhost").status_code == 200
    chain.clock.later(days=30)
    assert fatima.presses(f"{address}/dossier").status == 404
    assert "Dossier ophalen" not in fatima.sees(address).text


def test_a_form_that_is_sent_again_or_is_too_late_does_nothing(chain: Chain) -> None:
    asks(chain, chain.linked(), "correctie")
    fatima = at_desk(chain, "fatima")
    address = first(fatima)
    assert decides(fatima, address, besluit="toegewezen").status == 303
    assert fatima.presses(f"{address}/doen", besluit="toegewezen").status == 400
    assert fatima.presses(f"{address}/doen", token="vals", besluit="afgewezen").status == 400


@pytest.mark.parametrize("who", ["noor", "rik", "samira", "petra", "job"])
def test_nobody_else_comes_to_a_request_and_no_handle_leads_there_in_another_session(chain: Chain, who: str) -> None:
    asks(chain, chain.linked(), "inzage")
    address = first(at_desk(chain, "fatima"))
    assert at_desk(chain, who).sees(address).status == 403
    assert at_desk(chain, "fatima").sees(address).status == 404


def test_a_request_is_found_by_the_partners_own_link_to_that_person_and_by_no_other(chain: Chain) -> None:
    asks(chain, chain.linked(), "inzage")
    chain.noor.registers("9900000025")
    [request] = rows(chain.hub.database)["rights_requests"]
    links = rows(chain.hub.database)["links"]
    [own] = (one for one in links if (one["subject_id"], one["partner"]) == (request["subject_id"], "coa"))
    assert desk.behind(chain.hub, "coa", str(own["id"]), str(request["id"]))[0] == request["subject_id"]
    others = [one for one in links if one is not own]
    assert {one["partner"] for one in others} == {"coa", "randstad"}
    for link in others:
        with pytest.raises(NotFound):
            desk.behind(chain.hub, "coa", str(link["id"]), str(request["id"]))


def test_every_sort_and_every_decision_has_its_words() -> None:
    decisions = (Decision.GRANTED, Decision.REJECTED)
    wanted = {(sort, decision) for sort in Sort for decision in decisions} | {(Sort.RESTRICTION, Decision.LIFTED)}
    assert set(EFFECTS) == wanted
    assert set(SORTS) == set(Sort)
    assert len(REASONS) == 8
