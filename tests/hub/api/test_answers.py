"""Every answer of the API is as its document says: a whole story is told, and each answer is held against it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.chain import COLLECTIONS, EXAMPLES, Chain, Resident
from tests.front_door import knock, send
from tests.hub.api.contract import Contract

NOBODY: dict[str, str] = {"betrokkeneId": "niemand"}
GONE = "0" * 32


@pytest.fixture
def contract(chain: Chain) -> Iterator[Contract]:
    """Listens to the whole story; at its end, nothing may have been different from the document."""
    contract = Contract(chain.app)
    yield contract
    assert contract.broken == []


def test_the_whole_story_is_as_the_document_says(chain: Chain, contract: Contract) -> None:
    resident = arrival(chain)
    told_by_coa(chain, resident)
    told_by_randstad(chain, resident)
    everybody_reads(chain)
    whom_to_call(chain, resident)
    afterwards(chain, resident)
    roads = {operation["operationId"] for item in contract.document["paths"].values() for operation in item.values()}
    answered = {road for road, status in contract.seen if status.startswith("2")}
    assert roads - answered == {"openapi"}


def test_what_goes_wrong_is_as_the_document_says(chain: Chain, contract: Contract) -> None:
    resident = chain.linked()
    unknown_and_unreadable(chain)
    out_of_order(chain, resident)
    too_often(chain)
    decide_twice(chain, resident)
    assert {status for _, status in contract.seen} >= {"400", "401", "403", "404", "409", "413", "415", "429"}


def test_every_example_in_the_document_is_as_its_schema_says(contract: Contract) -> None:
    count = 0
    for where, media in bodies(contract):
        assert list(contract.validate(media["schema"], media["example"])) == [], where
        count += 1
    assert count > 250


def test_a_document_that_says_something_else_is_noticed(chain: Chain) -> None:
    """The listener itself bites: with a field renamed, a header asked for and an answer left out."""
    contract = Contract(chain.app)
    schemas = contract.document["components"]["schemas"]
    schemas["PersonAnswer"]["required"] = ["naam"]
    contract.document["paths"]["/afspraken"]["get"]["responses"]["200"]["headers"]["X-Nieuw"] = {}
    del contract.document["paths"]["/postvak"]["get"]["responses"]["200"]
    chain.noor.registers()
    chain.noor.caller.get("/afspraken")
    chain.noor.caller.get("/postvak")
    assert len(contract.broken) >= 3


def arrival(chain: Chain) -> Resident:
    """Noor registers, the resident chooses, Rik redeems the slip."""
    resident = chain.noor.registers()
    chain.noor.registers()
    send(chain.noor, "POST", "/api/v1/betrokkenen/_zoek", {"eigenKenmerk": resident.v_number})
    # Nobody may know it yet: 403, and coa hears why.
    assert chain.noor.publishes(resident, "werkmogelijkheid").status == 403
    chain.noor.records_yes_to_all(resident)
    choice = chain.noor.records(resident, "toeleiding-naar-werk", "ja").body["id"]
    for form in ("bewijs", "afdruk"):
        send(chain.noor, "GET", f"/api/v1/toestemmingen/{choice}/{form}")
    chain.noor.publishes(resident, "werkmogelijkheid")
    assert chain.rik.redeems(chain.noor.gives_slip(resident), resident).status == 201
    look_up(chain, resident)
    return resident


def look_up(chain: Chain, resident: Resident) -> None:
    """What Noor can see about her resident, and the slip of the resident's own window."""
    for road in ("vensterbriefjes", "vensterbriefjes/_afdruk"):
        send(chain.noor, "POST", f"/api/v1/{road}", {"betrokkeneId": chain.noor.knows(resident)})
    for road in ("koppelcodes", "toestemmingen", "correcties", "vensterbriefjes"):
        send(chain.noor, "POST", f"/api/v1/{road}/_zoek", {"betrokkeneId": chain.noor.knows(resident)})


def told_by_coa(chain: Chain, resident: Resident) -> None:
    """Everything that Noor can tell; each is read back, and asked for."""
    for kind in ("werkmogelijkheid", "koppeling", "verplaatsing", "aanvraagstatus"):
        tell(chain, "noor", resident, kind)


def told_by_randstad(chain: Chain, resident: Resident) -> None:
    """Everything that Rik can tell, and somebody who stopped working."""
    tell(chain, "rik", resident, "dienstverband")
    tell(
        chain, "rik", resident, "dienstverband", drop=("werkgever", "werkgemeente", "contracturenPerWeek"), werkt=False
    )
    tell(chain, "rik", resident, "urenstaat")
    tell(chain, "rik", resident, "aanvraagstatus", soort="TWV")


def tell(chain: Chain, name: str, resident: Resident, kind: str, drop: tuple[str, ...] = (), **changes: Any) -> None:
    """Publish, read back, let everybody ask, and put it right."""
    person = chain.people[name]
    fields = {field: value for field, value in EXAMPLES[kind].items() if field not in drop}
    body = {**fields, **changes, "betrokkeneId": person.knows(resident)}
    published = person.caller.post(f"/{COLLECTIONS[kind]}", body)
    assert published.status == 201, published
    assert person.caller.get(f"/{COLLECTIONS[kind]}/{published.body['id']}").status == 200
    for one in (chain.noor, chain.rik, chain.samira):
        one.asks(resident, kind)
    corrected = person.caller.post(f"/{COLLECTIONS[kind]}/{published.body['id']}/_corrigeer", body)
    assert corrected.status == 201, corrected


def everybody_reads(chain: Chain) -> None:
    """Page by page, item by item, confirmed."""
    for person in chain.people.values():
        first = person.caller.get("/postvak?limiet=1").body
        if first["volgende"] is not None:
            person.caller.get(f"/postvak?na={first['volgende']}")
        for item in person.inbox():
            assert person.opens(item).status == 200
            assert person.confirms(item).status == 204
        person.caller.get("/afspraken")
        person.caller.get("/audit/sleutel")
        person.caller.get("/audit/controlepunt")
    for purpose, language in (("toeleiding-naar-werk", "ar"), ("inburgering", "so")):
        assert chain.noor.caller.get(f"/kennisgevingen/{purpose}/{language}").status == 200
    assert chain.noor.caller.get("/audit/groei/1").status == 200
    assert chain.noor.caller.get("/audit/bewijzen/0").status == 200


def whom_to_call(chain: Chain, resident: Resident) -> None:
    """Noor stands on COA's list, is away for a day, and leaves; Rik sees whom to call."""
    entry = chain.noor.lists().body["id"]
    assert len(chain.noor.caller.get("/contactpersonen").body["resultaten"]) == 1
    assert chain.rik.calls(resident)[0]["naam"] == "Noor Bakker"
    said = {"vestiging": chain.noor.branches[0], "functie": "casemanager", "naam": "Noor", "telefoon": "+31360000101"}
    acts: tuple[tuple[str, dict[str, Any]], ...] = (
        ("_corrigeer", said),
        ("_afwezig", {"van": "2023-03-01"}),
        ("_aanwezig", {}),
        ("_verwijder", {}),
    )
    for act, body in acts:
        assert chain.noor.caller.post(f"/contactpersonen/{entry}/{act}", body).status == 200, act


def afterwards(chain: Chain, resident: Resident) -> None:
    """Months later: moved on, asked anew, taken back, unlinked."""
    look_up(chain, resident)
    asks_for_rights(chain, resident)
    chain.clock.later(days=120)
    chain.rik.asks(resident)
    tell(chain, "noor", resident, "koppeling", gemeente="GM0363")
    chain.noor.records(resident, "toeleiding-naar-werk", "ingetrokken")
    everybody_reads(chain)
    assert chain.rik.unlinks(resident).status == 200
    path = f"/api/v1/betrokkenen/{chain.noor.knows(resident)}/_ontkoppel"
    assert send(chain.noor, "POST", path, media="").status == 200
    for road in ("verzoeken", "verwijderverzoeken"):
        found = send(chain.noor, "POST", f"/api/v1/{road}/_zoek", {"betrokkeneId": chain.noor.knows(resident)})
        assert found.body["resultaten"]
    left = chain.noor.caller.post(f"/betrokkenen/{chain.noor.knows(resident)}/_vertrek", {})
    assert (left.status, left.body.get("partijen")) == (200, ["coa", "GM0363"])


def asks_for_rights(chain: Chain, resident: Resident) -> None:
    """Requests of each sort, read and decided."""
    for sort, decision in (("inzage", "toegewezen"), ("bezwaar", "afgewezen"), ("correctie", "verlengd")):
        body = {"betrokkeneId": chain.noor.knows(resident), "soort": sort, "toelichting": "Graag."}
        asked = chain.noor.caller.post("/verzoeken", body).body
        assert chain.noor.caller.get(f"/verzoeken/{asked['id']}").status == 200
        why = {"reden": "dwingende-grond"} if decision == "afgewezen" else {}
        path = f"/verzoeken/{asked['id']}/_besluit"
        assert chain.noor.caller.post(path, {"besluit": decision, **why}).status == 200
        fetched = send(chain.noor, "GET", f"/api/v1/verzoeken/{asked['id']}/dossier")
        assert fetched.status == (200 if sort == "inzage" else 404)


def unknown_and_unreadable(chain: Chain) -> None:
    """Nobody, nothing, and what is no JSON."""
    for collection in COLLECTIONS.values():
        send(chain.noor, "POST", f"/api/v1/{collection}", NOBODY)
        send(chain.rik, "POST", f"/api/v1/{collection}", {"onbekend": 1})
        send(chain.samira, "POST", f"/api/v1/{collection}", NOBODY, key=None)
        send(chain.rik, "POST", f"/api/v1/{collection}/_zoek", NOBODY)
        send(chain.rik, "GET", f"/api/v1/{collection}/{GONE}")
        knock(chain.app, "POST", f"/api/v1/{collection}", b"{}", {"Content-Type": "application/json"})
    for raw, media in ((b"{", "application/json"), (b"a=1", "text/plain"), (b" " * 70_000, "application/json")):
        send(chain.noor, "POST", "/api/v1/betrokkenen", raw=raw, media=media)
    send(chain.noor, "GET", "/api/v1/postvak?na=x&limiet=0")
    send(chain.noor, "GET", "/api/v1/audit/bewijzen/999999")
    send(chain.noor, "GET", "/api/v1/audit/groei/0")


def out_of_order(chain: Chain, resident: Resident) -> None:
    """The wrong role, a key used twice, an item confirmed unopened or not there."""
    assert chain.rik.records(resident, "toeleiding-naar-werk", "ja").status == 403
    chain.noor.publishes(resident, "werkmogelijkheid", key="een")
    assert chain.noor.publishes(resident, "werkmogelijkheid", key="een", magWerken=False).status == 409
    (item, *_) = chain.rik.inbox()
    assert chain.rik.confirms(item).status == 409
    assert chain.rik.confirms(GONE).status == chain.rik.opens(GONE).status == 404
    chain.noor.records(resident, "inburgering-planning", "nee")
    chain.noor.records(resident, "kansrijke-koppeling", "nee")
    assert chain.rik.publishes(resident, "dienstverband").status == 403
    assert send(chain.rik, "POST", f"/api/v1/betrokkenen/{GONE}/_ontkoppel", {}).status == 404


def decide_twice(chain: Chain, resident: Resident) -> None:
    """A request that is no more, and one that is decided."""
    asked = chain.noor.caller.post("/verzoeken", {"betrokkeneId": chain.noor.knows(resident), "soort": "inzage"}).body
    send(chain.noor, "GET", f"/api/v1/verzoeken/{asked['id']}/dossier")
    for request in (GONE, asked["id"], asked["id"]):
        send(chain.noor, "POST", f"/api/v1/verzoeken/{request}/_besluit", {"besluit": "toegewezen"})
    send(chain.noor, "GET", f"/api/v1/verzoeken/{GONE}")


def too_often(chain: Chain) -> None:
    """Guessing codes, until it is enough."""
    body = {"koppelcode": "7K3M-9QXD-2WPA", "eigenKenmerk": "K1", "vestiging": "almere"}
    statuses = {send(chain.rik, "POST", "/api/v1/koppelcodes/_verzilver", body).status for _ in range(51)}
    assert statuses == {400, 429}


def bodies(contract: Contract) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every body in the document, with where it stands; each has an example."""
    for path, item in contract.document["paths"].items():
        for operation in item.values():
            found = [operation.get("requestBody", {}), *map(contract.filled, operation["responses"].values())]
            for media in (media for body in found for media in body.get("content", {}).values()):
                yield f"{path} {json.dumps(media['schema'])}", media
