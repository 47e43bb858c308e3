"""What is about a person is nowhere in the clear: not in either store, nor in logs, figures, errors or the trail."""

import json
import logging
import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from prometheus_client import generate_latest
from sqlalchemy import insert
from sqlalchemy.engine import make_url
from structlog.testing import capture_logs

from hub.db import Database
from hub.people.models import RedeemFailure
from tests.chain import Chain, Resident
from tests.front_door import ROOT, Answer, knock, send
from tests.kept import rows
from tests.stores import Stores
from tests.web.casemanager import noor_at
from tests.web.employee import at_desk

V_NUMBER, CANDIDATE = "9918273645", "KanarieK73"
EMPLOYER, HOURS, WORKED, PLACE, AGREED = "Hotel Kanarie", 37.25, 33.17, "azc-kanariedorp", "GM0773"
# The day of a job, and a day of an application: no instant of the story falls on them.
SINCE, ON = "2021-11-27", "2021-10-29"
# Of staff: they are persons too.
STAFF, MAIL, CALL = "Kanarie de Vries", "kanarie.devries@example.nl", "+31360000973"
NAMING = (V_NUMBER, CANDIDATE, EMPLOYER, str(HOURS), str(WORKED), PLACE, AGREED, SINCE, ON, STAFF, MAIL, CALL)
# A word of a schema or a choice may stand in an error; in a store it would be what somebody said of a person.
CANARIES = (*NAMING, "niet-beschikbaar", '"ti"', "tolk")


def play(chain: Chain) -> tuple[Resident, list[Answer]]:
    """A whole story with everything in it that is personal; and every error that it can bring about."""
    noor, rik = chain.noor, chain.rik
    resident = chain.linked(V_NUMBER, CANDIDATE)
    noor.publishes(resident, "werkmogelijkheid", geldigVan=SINCE)
    noor.publishes(resident, "aanvraagstatus", status="niet-beschikbaar", datum=ON)
    noor.publishes(resident, "verplaatsing", naarLocatie=PLACE, ingangsdatum=SINCE)
    noor.publishes(resident, "koppeling", ingangsdatum=SINCE)
    work: dict[str, Any] = {
        "werkgever": EMPLOYER,
        "contracturenPerWeek": HOURS,
        "werkgemeente": AGREED,
        "ingangsdatum": SINCE,
    }
    assert rik.publishes(resident, "dienstverband", **work).status == 201
    assert rik.publishes(resident, "urenstaat", gewerkteUren=WORKED).status == 201
    for person in (noor, rik, chain.samira):
        for item in person.inbox()[::2]:
            person.opens(item)
            person.confirms(item)
    rik.asks(resident)
    rik.asks(resident, "dienstverband")
    asks_for_rights(chain, resident)
    works_at_a_desk(chain)
    keeps_a_list(chain, resident)
    reads_at_a_desk(chain)
    on_her_screens(chain, resident)
    answers = errors(chain, resident, work)
    noor.publishes(resident, "koppeling", gemeente="GM0363", ingangsdatum=ON)
    choice = noor.records(resident, "inburgering-planning", "ingetrokken").body["id"]
    for form in ("bewijs", "afdruk"):
        assert send(noor, "GET", f"{ROOT}/toestemmingen/{choice}/{form}").status == 200
    return resident, [*answers, *errors(chain, resident, work)]


def works_at_a_desk(chain: Chain) -> None:
    """Rik at his screen, with canaries in everything that he types, right and wrong."""
    rik = at_desk(chain, "rik")
    rik.presses("/bemiddelaar/zoek", nummer=EMPLOYER)
    rik.presses("/bemiddelaar/briefje", code=V_NUMBER, kenmerk=CANDIDATE, eenmalig=str(uuid4()))
    candidate = rik.presses("/bemiddelaar/zoek", nummer=CANDIDATE).headers["Location"]
    assert CANDIDATE in rik.sees(candidate).text
    assert EMPLOYER in rik.sees(f"{candidate}/meldingen").text
    hours = {"week": "2023-W09", "gewerkteUren": str(WORKED).replace(".", ","), "eenmalig": str(uuid4())}
    rik.presses(f"{candidate}/uren", stap="kijk", **{**hours, "week": EMPLOYER})
    assert rik.presses(f"{candidate}/uren", stap="verstuur", **hours).status == 303
    text = f"kandidaatnummer;week;gewerkte_uren\n{CANDIDATE};2023-W08;33,17\n{EMPLOYER};{PLACE};{V_NUMBER}\n"
    file = {"csrf_token": rik.token, "soort": "uren", "bestand": (BytesIO(text.encode()), f"{EMPLOYER}.csv")}
    look = rik.sees("/bemiddelaar/bestand", "POST", data=file, content_type="multipart/form-data")
    rows_looked_at = look.html.split('name="rijen" value="')[1].split('"')[0]
    assert "Aangenomen" in rik.presses("/bemiddelaar/bestand/verstuur", rijen=rows_looked_at).text
    named = {"functie": "contactpunt", "naam": STAFF, "email": MAIL, "eenmalig": str(uuid4())}
    assert rik.presses("/contactpunten/toevoegen", telefoon=PLACE, **named).status == 400
    assert rik.presses("/contactpunten/toevoegen", telefoon=CALL, **named).status == 303
    entry = rik.sees("/contactpunten").html.split('name="contact" value="')[1].split('"')[0]
    assert rik.presses("/contactpunten/verwijderen", contact=entry, stap="verstuur").status == 303


def reads_at_a_desk(chain: Chain) -> None:
    """The same in a browser: the inbox, an item, a client with the weeks, and a file."""
    samira = at_desk(chain, "samira")
    [item, *_] = re.findall(r'inbox-what" href="(/gemeente/postvak/[a-z2-7]{26})"', samira.sees("/gemeente").html)
    assert V_NUMBER in samira.sees(item).text
    [client] = re.findall(r'href="(/gemeente/client/[a-z2-7]{26})"', samira.sees("/gemeente/clienten").html)
    assert EMPLOYER in samira.sees(client).text
    assert EMPLOYER in samira.presses(f"{client}/bestand").html


def on_her_screens(chain: Chain, resident: Resident) -> None:
    """Noor finds the resident, looks beforehand, makes a mistake in a form, sends, and looks what must be done."""
    noor = noor_at(chain)
    person = noor.finds(resident).path
    assert noor.previews(person, "verplaatsingen", naarLocatie=f"{PLACE}!", ingangsdatum=SINCE).status == 400
    assert "Verstuurd." in noor.tells(person, "verplaatsingen", naarLocatie=PLACE, ingangsdatum=SINCE).text
    assert noor.sees("/coa/taken?soort=keuzes").status == 200


def asks_for_rights(chain: Chain, resident: Resident) -> None:
    """A request with canaries in it, read, decided; and the file in which everything stands."""
    body = {"betrokkeneId": chain.noor.knows(resident), "toelichting": f"{EMPLOYER}, {PLACE}, {SINCE}, tolk"}
    for sort in ("correctie", "inzage"):
        asked = chain.noor.caller.post("/verzoeken", {**body, "soort": sort}).body["id"]
        assert EMPLOYER in chain.noor.caller.get(f"/verzoeken/{asked}").body["toelichting"]
        assert chain.noor.caller.post(f"/verzoeken/{asked}/_besluit", {"besluit": "toegewezen"}).status == 200
    assert send(chain.noor, "GET", f"{ROOT}/verzoeken/{asked}/dossier").status == 200


def keeps_a_list(chain: Chain, resident: Resident) -> None:
    """Staff that is named, said anew, away, called, and that left."""
    chain.learn_municipality_name(resident, chain.samira)
    named = {"naam": STAFF, "email": MAIL, "telefoon": CALL}
    for person in (chain.noor, chain.rik, chain.samira):
        assert person.lists(**named).status == 201
    entry = chain.noor.lists(**named, functie="contactpunt").body["id"]
    body = {**named, "functie": "contactpunt", "vestiging": chain.noor.branches[0]}
    assert chain.noor.caller.post(f"/contactpersonen/{entry}/_corrigeer", body).status == 200
    assert chain.noor.caller.post(f"/contactpersonen/{entry}/_afwezig", {"van": "2023-03-01"}).status == 200
    for person in (chain.noor, chain.rik, chain.samira):
        assert STAFF in {one["naam"] for one in person.calls(resident)}
    assert chain.noor.caller.post(f"/contactpersonen/{entry}/_verwijder", {}).status == 200


def errors(chain: Chain, resident: Resident, work: Mapping[str, Any]) -> list[Answer]:
    """What goes wrong, with canaries in what was sent."""
    about = {"betrokkeneId": chain.rik.knows(resident)}
    redeem = {"koppelcode": CANDIDATE, "eigenKenmerk": CANDIDATE, "vestiging": "almere"}
    sent = [
        ("rik", "dienstverbanden", {**about, "werkt": True, **work, "werkgever": [EMPLOYER], "opmerking": EMPLOYER}),
        ("rik", "dienstverbanden", {"betrokkeneId": V_NUMBER, "werkt": True, **work}),
        ("rik", "werkmogelijkheden", {**about, "magWerken": True, "twvNodig": False, "geldigVan": SINCE}),
        ("rik", "koppelcodes/_verzilver", redeem),
        ("noor", "betrokkenen", {"eigenKenmerk": V_NUMBER, "taal": "ti", "vestiging": "nol-almere-markerkant"}),
        ("job", "urenstaten", {**about, "week": "2023-W30", "gewerkteUren": WORKED}),
        ("job", "contactpersonen", {"functie": STAFF, "naam": [STAFF], "email": f"{STAFF} {MAIL}", "telefoon": 7}),
    ]
    answers = [send(chain.people[who], "POST", f"{ROOT}/{road}", body) for who, road, body in sent]
    answers += [
        send(chain.rik, "GET", f"{ROOT}/dienstverbanden/{V_NUMBER}"),
        send(chain.rik, "GET", f"{ROOT}/postvak/{CANDIDATE}"),
        send(chain.rik, "GET", f"{ROOT}/postvak?na={V_NUMBER}"),
        send(chain.rik, "GET", f"{ROOT}/postvak?{CANDIDATE}=1"),
        send(chain.rik, "POST", f"{ROOT}/urenstaten", raw=f'{{"{EMPLOYER}'.encode()),
        knock(chain.app, "GET", f"/{V_NUMBER}", None, {"Authorization": f"Bearer {CANDIDATE}"}),
    ]
    assert all(400 <= answer.status < 500 for answer in answers)
    return answers


def texts(value: object) -> Iterator[str]:
    """Every way in which a value of a column could be read."""
    if isinstance(value, bytes | memoryview):
        yield bytes(value).decode("latin-1")
    elif isinstance(value, dict | list):
        yield json.dumps(value, ensure_ascii=False)
    elif value is not None:
        yield str(value)


def found_in_rows(database: Database, words: tuple[str, ...]) -> set[tuple[str, str, str]]:
    """Where one of these words stands: table, column, word."""
    return {
        (table, column, word)
        for table, kept in rows(database).items()
        for row in kept
        for column, value in row.items()
        for text in texts(value)
        for word in words
        if word.lower() in text.lower()
    }


def found_in_files(url: str, words: tuple[str, ...]) -> set[tuple[str, str]]:
    """Which of these words stand in the bytes of an SQLite store or of its log: file, word."""
    store = Path(make_url(url).database or "")
    files = [store, *store.parent.glob(f"{store.name}-*")]
    bodies = {file.name.removeprefix(store.name): file.read_bytes().lower() for file in files}
    forms = [(word, form) for word in words for form in (word.encode(), word.encode("utf-16-le"))]
    return {(name, word) for name, body in bodies.items() for word, form in forms if form.lower() in body}


def test_no_store_holds_anything_personal_in_the_clear(chain: Chain, stores: Stores) -> None:
    play(chain)
    assert found_in_rows(stores.owner, CANARIES) == set()
    assert found_in_rows(stores.keys_owner, CANARIES) == set()
    if stores.dialect == "sqlite":
        assert found_in_files(stores.main_url, CANARIES) == set()
        assert found_in_files(stores.keys_url, CANARIES) == set()


def test_the_hunt_finds_what_stands_in_the_clear(chain: Chain, stores: Stores) -> None:
    """What was written into a column, and deleted from it, is found: so what is not found is not there."""
    now = chain.clock()
    with chain.hub.database.writing() as session:
        session.execute(insert(RedeemFailure), [{"client_id": f"x {EMPLOYER}", "at": now}])
    assert found_in_rows(stores.owner, CANARIES) == {("redeem_failures", "client_id", EMPLOYER)}
    if stores.dialect == "sqlite":
        assert {word for _, word in found_in_files(stores.main_url, CANARIES)} == {EMPLOYER}
    with capture_logs() as logs:
        knock(chain.app, "GET", "/health/live", None, {})
    assert "health/live" in str(logs)


def test_no_log_line_figure_or_error_names_a_person(chain: Chain, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with capture_logs() as logs:
        resident, answers = play(chain)
        figures = knock(chain.app, "GET", "/metrics", None, {}).raw.decode()
    ids = (*resident.names.values(), *(row["id"] for row in rows(chain.hub.database)["subjects"]))
    words = (*NAMING, *map(str, ids))
    places = {
        "logs": str(logs), "other logs": caplog.text, "figures": figures,
        "errors": " ".join(str(answer.headers) + answer.raw.decode() for answer in answers),
    }  # fmt: skip
    assert [(place, word) for place, text in places.items() for word in words if word.lower() in text.lower()] == []
    assert len(logs) > 50
    assert "ketenhub_requests_total" in figures


def test_no_figure_counts_by_person_or_client(chain: Chain) -> None:
    play(chain)
    figures = generate_latest(chain.app.extensions["ketenhub"].registry).decode()
    labels = {
        name.split("=")[0].strip()
        for line in figures.splitlines()
        if "{" in line
        for name in line[line.index("{") + 1 : line.rindex("}")].split(",")
    }
    assert labels <= {"method", "route", "status", "le"}


def test_the_columns_of_the_trail_say_only_kind_time_partner_and_outcome(chain: Chain) -> None:
    resident, _ = play(chain)
    shown = {"version", "kind", "partner", "outcome"}
    entries = rows(chain.hub.database)["audit_entries"]
    assert set(entries[0]) == {*shown, "position", "at", "entry_id", "commitment", "leaf_hash", "key_id", "sealed"}
    said = {str(entry[column]) for entry in entries for column in shown}
    words = (*CANARIES, *resident.names.values(), *(row["id"] for row in rows(chain.hub.database)["subjects"]))
    assert [word for word in words if any(word in text for text in said)] == []


def test_every_language_looks_the_same_in_the_store(chain: Chain) -> None:
    for at, language in enumerate(("so", "nl")):
        chain.noor.registers(f"991827364{at}", language)
    assert len({len(row["language"]) for row in rows(chain.hub.database)["subjects"]}) == 1


def test_a_yes_a_no_a_number_and_a_date_are_equally_long_when_sealed(chain: Chain) -> None:
    play(chain)
    lengths = {
        len(value)
        for message in rows(chain.hub.database)["messages"]
        for name, value in message["fields"].items()
        if name != "werkgever"
    }
    assert len(lengths) == 1
