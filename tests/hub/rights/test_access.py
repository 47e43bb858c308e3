"""A resident's file holds what it should, in their language, recorded before anything was opened."""

import hashlib
import io
import re
import zipfile
from html.parser import HTMLParser

import pytest

from hub.errors import KeyDestroyed
from hub.identity.principals import RESIDENT, officer
from hub.rights import access
from hub.vault.subject_keys import KeyClass
from schemas.fields import LANGUAGES
from tests.chain import Chain, Resident
from tests.front_door import is_problem
from tests.hub.rights.files import fetched, file_of, granted, said, unpacked
from tests.kept import recorded, rows

EMPLOYER = 'Hotel <Kanarie> & "Zn"'


@pytest.fixture
def resident(chain: Chain) -> Resident:
    """Somebody with work, who was asked about."""
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    chain.noor.publishes(resident, "koppeling")
    chain.learn_municipality_name(resident, chain.samira)
    assert chain.rik.publishes(resident, "dienstverband", werkgever=EMPLOYER).status == 201
    chain.rik.asks(resident)
    chain.samira.opens_all()
    return resident


def subject_of(chain: Chain) -> str:
    [row] = rows(chain.hub.database)["subjects"]
    return str(row["id"])


def test_the_manifest_names_every_file_with_its_size_and_hash(chain: Chain, resident: Resident) -> None:
    archive = file_of(chain, resident)
    files, manifest = unpacked(archive), said(archive, "manifest.json")
    named = {one["naam"]: one for one in manifest["bestanden"]}
    assert set(named) | {"manifest.json"} == set(files)
    for name, one in named.items():
        assert (one["bytes"], one["sha256"]) == (len(files[name]), hashlib.sha256(files[name]).hexdigest())
    assert (manifest["gemaaktOp"], manifest["taal"]) == ("2023-03-01T09:12:44Z", "ti")
    assert manifest["afspraak"] == chain.hub.agreement.hash


def test_the_receivers_are_those_that_saw_something_with_day_and_fields(chain: Chain, resident: Resident) -> None:
    receivers = said(file_of(chain, resident), "ontvangers.json")
    seen = {(one["partij"], one["bericht"], one["wijze"]) for one in receivers["ontvangen"]}
    assert seen == {
        ("randstad", "werkmogelijkheid", "beantwoord"), ("GM0034", "koppeling", "ontvangen"),
        ("GM0034", "dienstverband", "ontvangen"),
    }  # fmt: skip
    [work] = [one for one in receivers["ontvangen"] if one["bericht"] == "dienstverband"]
    assert "werkgever" in work["velden"]
    assert work["naam"] == "Gemeente Almere"


def test_it_is_recorded_before_anything_is_opened(
    chain: Chain, resident: Resident, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Dropped(Exception):
        """The power goes."""

    def drop(*_: object) -> None:
        raise Dropped

    monkeypatch.setattr(access, "gather", drop)
    with pytest.raises(Dropped):
        access.file_of(chain.hub, subject_of(chain), "nl", RESIDENT)
    [entry] = recorded(chain, "inzage")
    assert entry["partij"] == "betrokkene"


def test_each_time_it_is_fetched_stands_in_the_trail_and_in_the_next_file(chain: Chain, resident: Resident) -> None:
    request = granted(chain, resident)
    fetched(chain, request)
    entries = said(fetched(chain, request).raw, "spoor.json")["regels"]
    times = [entry["feit"]["gegevens"]["verzoekId"] for entry in entries if entry["feit"]["soort"] == "inzage"]
    assert times == [request, request]


def test_the_same_content_is_the_same_bytes_and_names_say_nothing(chain: Chain, resident: Resident) -> None:
    files = unpacked(file_of(chain, resident))
    assert access._zipped(files) == access._zipped(dict(files))
    with zipfile.ZipFile(io.BytesIO(access._zipped(files))) as archive:
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert set(files) == {
        "manifest.json", "lees-mij.html", "gegevens.json", "ontvangers.json", "spoor.json", "controlepunt.txt",
        *(f"bewijzen/{number:03}.txt" for number in range(1, 5)),
    }  # fmt: skip


def test_a_receipt_of_each_choice_is_in_it(chain: Chain, resident: Resident) -> None:
    chain.noor.records(resident, "behoud-van-werk", "ingetrokken")
    files = unpacked(file_of(chain, resident))
    receipts = [content for name, content in sorted(files.items()) if name.startswith("bewijzen/")]
    assert len(receipts) == 5
    said_so = [b"dpv:ConsentWithdrawn" in one for one in receipts]
    assert said_so == [False] * 4 + [True]


def test_only_a_granted_request_for_inzage_gives_a_file(chain: Chain, resident: Resident) -> None:
    def ask(sort: str) -> str:
        body = {"betrokkeneId": chain.noor.knows(resident), "soort": sort}
        return str(chain.noor.caller.post("/verzoeken", body).body["id"])

    open_one = fetched(chain, ask("inzage"))
    assert is_problem(open_one, 409)
    assert open_one.body["code"] == "niet-toegewezen"
    assert is_problem(fetched(chain, ask("correctie")), 404)
    assert is_problem(fetched(chain, "0" * 32), 404)
    assert recorded(chain, "inzage") == []


def test_an_officer_is_not_named_in_the_file(chain: Chain, resident: Resident) -> None:
    access.file_of(chain.hub, subject_of(chain), "nl", officer("Fatima Kanarie"))
    archive = file_of(chain, resident)
    assert not any(b"Kanarie" in content for name, content in unpacked(archive).items() if name == "spoor.json")
    [entry] = [one for one in said(archive, "spoor.json")["regels"] if one["feit"]["partij"] == "beheer"]
    assert (entry["zout"], entry["weggelaten"]) == (None, "de naam van een medewerker")


def test_of_somebody_who_was_forgotten_there_is_no_file(chain: Chain, resident: Resident) -> None:
    subject = subject_of(chain)
    chain.hub.vault.subjects.destroy(subject, chain.hub.now(), *KeyClass)
    with pytest.raises(KeyDestroyed):
        access.file_of(chain.hub, subject, "nl", RESIDENT)


def test_what_happened_often_on_one_day_stands_on_the_page_once(chain: Chain, resident: Resident) -> None:
    for _ in range(4):
        chain.rik.asks(resident)
    page = unpacked(access.file_of(chain.hub, subject_of(chain), "nl", RESIDENT))["lees-mij.html"].decode()
    assert page.count("<td>1 maart 2023 (5×)</td><td>Randstad</td>") == 1


class Reader(HTMLParser):
    """What a browser would see: tags, their attributes, and the text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data + " "


@pytest.mark.parametrize("dialect", ["sqlite"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_in_the_residents_language_and_asks_nobody_for_anything(
    chain: Chain, resident: Resident, language: str
) -> None:
    files = unpacked(access.file_of(chain.hub, subject_of(chain), language, RESIDENT))
    page = files["lees-mij.html"].decode()
    read = Reader(page)
    html = next(attributes for tag, attributes in read.tags if tag == "html")
    assert html == {"lang": language, "dir": "rtl" if language in ("ar", "fa") else "ltr"}
    assert {tag for tag, _ in read.tags}.isdisjoint({"script", "img", "link", "iframe", "a", "form", "object"})
    assert not re.search(r"https?:|url\(|@import|\bon\w+=", page)
    assert EMPLOYER in read.text
    assert EMPLOYER not in page
    assert "Gemeente Almere" in read.text
    assert "K21052" in read.text
