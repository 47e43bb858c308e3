"""Rik sends a file: every mistake by line and column first, then what goes per candidate, and nothing goes twice."""

import html
import io
import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from hub.web.consultant.upload import EXAMPLES, LARGEST
from hub.web.consultant.upload_rows import MOST_ROWS, Sort
from hub.web.desk import NAME
from tests.chain import Chain, Resident
from tests.kept import counts
from tests.web.employee import Employee, at_desk
from tests.web.visitor import Page

FILE = "/bemiddelaar/bestand"
SEND = f"{FILE}/verstuur"
HEAD = "kandidaatnummer;week;gewerkte_uren\n"
BOUNDARY = "vel"
NAME_OF_SOMEBODY = "Kidane Tesfay"


def linked_to_almere(chain: Chain, v_number: str = "9900000017", number: str = "K21052") -> Resident:
    """A resident whom Rik and Samira know."""
    resident = chain.linked(v_number, number)
    assert chain.noor.publishes(resident, "koppeling").status == 201
    return resident


def looks(rik: Employee, content: str | bytes, sort: str = "uren") -> Page:
    """Choose a file and look at it."""
    rik.sees(FILE)
    sent = content.encode() if isinstance(content, str) else content
    data = {"csrf_token": rik.token, "soort": sort, "bestand": (io.BytesIO(sent), "uren.csv")}
    return rik.sees(FILE, "POST", data=data, content_type="multipart/form-data")


def multipart(fields: dict[str, str], content: bytes) -> bytes:
    """A form with a file as it goes over the line (RFC 7578)."""
    begin = f"--{BOUNDARY}\r\nContent-Disposition: form-data; name="
    text = "".join(f'{begin}"{name}"\r\n\r\n{value}\r\n' for name, value in fields.items())
    head = f'{text}{begin}"bestand"; filename="uren.csv"\r\n\r\n'
    return b"".join((head.encode(), content, f"\r\n--{BOUNDARY}--\r\n".encode()))


def rows_on(page: Page) -> str:
    """The sealed rows that this page carries."""
    found = re.search(r'name="rijen" value="([^"]+)"', page.html)
    assert found is not None, page.text
    return html.unescape(found.group(1))


def card(number: str, start: str, *hours: object) -> dict[str, Any]:
    """A SETU timecard, with a name in it."""
    return {
        "person": {"id": [{"value": number}], "name": {"formattedName": NAME_OF_SOMEBODY}},
        "period": {"datePeriod": {"start": start}},
        "timeInterval": [{"timeTotal": one} for one in hours],
    }


def told(chain: Chain) -> list[dict[str, Any]]:
    """The hours and work that Samira receives."""
    return [item["gegevens"] for item in chain.samira.opens_all() if item["soort"] in ("urenstaat", "dienstverband")]


def test_rik_sees_every_mistake_and_every_row_before_anything_is_sent(chain: Chain) -> None:
    linked_to_almere(chain)
    rik = at_desk(chain, "rik")
    before = counts(chain)
    content = f"{HEAD}K21052;2023-W09;22,5\nK9;2023-W09;8\nK21052;2023-W60;8.25\n;2023-W08;geheim\nK21052;2023-W09;3\n"
    page = looks(rik, content)
    assert page.status == 200
    for mistake in (
        "3 kandidaatnummer U kent niemand met dit nummer.",
        "4 gewerkte_uren Schrijf een getal, met een komma voor de decimalen.",
        "4 week Week: kies een bestaande week, bijvoorbeeld 2026-W48.",
        "5 kandidaatnummer U kent niemand met dit nummer.",
        "6 week Deze week van deze kandidaat staat ook op regel 2. Meld één totaal per week.",
    ):
        assert mistake in page.text
    assert "4 regels hebben een fout en worden niet verstuurd." in page.text
    # What stood in a wrong cell is not repeated.
    assert not [said for said in ("K9", "geheim", "W60", "8.25") if said in page.text]
    assert "2 K21052 2023-W09 22,5" in page.text
    assert "Verstuur 1 regel" in page.text
    assert counts(chain) == before
    assert "2023-W09" not in rows_on(page)
    done = rik.presses(SEND, rijen=rows_on(page))
    assert "2 K21052 Aangenomen voor: Lessen die passen bij het werk." in done.text
    assert told(chain) == [{"week": "2023-W09", "gewerkteUren": 22.5}]


def test_nothing_is_sent_twice_however_often_it_is_pressed_or_the_file_is_chosen(chain: Chain) -> None:
    linked_to_almere(chain)
    rik = at_desk(chain, "rik")
    rows = rows_on(looks(rik, f"{HEAD}K21052;2023-W09;22,5\n"))
    pages = [rik.presses(SEND, rijen=rows) for _ in range(2)]
    # The mistakes of a first time are mended in the same file, and the whole of it is chosen again.
    mended = rows_on(looks(rik, f"{HEAD}K21052;2023-W08;10\nK21052;2023-W09;22,5\n"))
    pages.append(rik.presses(SEND, rijen=mended))
    assert {page.status for page in pages} == {200}
    assert [one["week"] for one in told(chain)] == ["2023-W09", "2023-W08"]


def test_a_number_that_is_anothers_now_sends_the_same_hours_about_that_other(chain: Chain) -> None:
    first = linked_to_almere(chain)
    rik = at_desk(chain, "rik")
    rows = rows_on(looks(rik, f"{HEAD}K21052;2023-W09;22,5\n"))
    rik.presses(SEND, rijen=rows)
    chain.rik.unlinks(first)
    linked_to_almere(chain, "9900000025")
    again = rows_on(looks(rik, f"{HEAD}K21052;2023-W09;22,5\n"))
    assert "2 K21052 Aangenomen" in rik.presses(SEND, rijen=again).text


def test_timecards_come_as_one_a_list_or_a_line_each_and_no_name_in_them_is_read(chain: Chain) -> None:
    linked_to_almere(chain)
    rik = at_desk(chain, "rik")
    cards = [card("K21052", f"2023-02-{day}", "7.20", "5.60") for day in ("06", "13", "20", "27")]
    lines = json.dumps({"verzonden": "x"}) + "\n" + json.dumps(cards[3]) + "\n"
    files = (json.dumps(cards[0]), json.dumps(cards[1:3]), lines)
    for file in files:
        page = looks(rik, file, "timecards")
        assert NAME_OF_SOMEBODY not in page.text
        assert "12,8" in page.text
        rik.presses(SEND, rijen=rows_on(page))
    assert "1 Timecard: person.id.0.value ontbreekt." in page.text
    assert [one["week"] for one in told(chain)] == [f"2023-W{week:02}" for week in range(6, 10)]


def test_work_comes_from_a_spreadsheet_and_each_row_says_what_became_of_it(chain: Chain) -> None:
    known = linked_to_almere(chain)
    chain.noor.records(known, "kansrijke-koppeling", "nee")
    chain.linked("9900000025", "K21060")
    unwilling = chain.noor.registers("9900000033")
    chain.rik.redeems(chain.noor.gives_slip(unwilling), unwilling, "K21078")
    rik = at_desk(chain, "rik")
    work = "ja;=HYPERLINK(1);GM0034;24;2023-03-06;"
    page = looks(rik, EXAMPLES[Sort.WORK].split("\n")[0] + f"\nK21052;{work}\nK21060;{work}\nK21078;{work}\n", "werk")
    done = rik.presses(SEND, rijen=rows_on(page))
    lessons, place = "Lessen die passen bij het werk", "Een gemeente die past bij het werk"
    assert f"2 K21052 Aangenomen voor: {lessons}. Niet gedeeld voor: {place}." in done.text
    assert f"3 K21060 Aangenomen voor: {lessons}, {place}." in done.text
    assert "4 K21078 Niet gedeeld" in done.text
    # A formula is a name like any other.
    assert told(chain)[0]["werkgever"] == "=HYPERLINK(1)"
    # Who was unlinked after the look is rejected, and the others go on.
    rows = rows_on(looks(rik, f"{HEAD}K21060;2023-W09;8\nK21052;2023-W09;8\n"))
    chain.rik.unlinks(Resident("9900000025", {"randstad": chain.rik.caller.post(
        "/betrokkenen/_zoek", {"eigenKenmerk": "K21060"}).body["resultaten"][0]["betrokkeneId"]}))  # fmt: skip
    done = rik.presses(SEND, rijen=rows)
    assert "2 K21060 Afgekeurd. U kent niemand (meer) met dit nummer." in done.text
    assert "3 K21052 Aangenomen" in done.text


@pytest.mark.parametrize(
    ("content", "sort", "said"),
    [
        (b"PK\x03\x04rest", "uren", "Bewaar het in Excel als «CSV UTF-8»"),
        ("kandidaatnummer,week\nK1,2023-W09\n", "uren", "noemt deze kolommen niet: kandidaatnummer, week"),
        (HEAD, "uren", "In dit bestand staan geen regels."),
        (HEAD + "K21052;2023-W09;8\n" * (MOST_ROWS + 1), "uren", "hooguit 250 regels"),
        (b"\xff\xfe", "timecards", "geen tekst in UTF-8"),
        ("[" * 100_000, "timecards", "ontbreekt"),
        ('{"person": {"id": [{"value": "\\ud800"}]}}', "timecards", "ontbreekt"),
        (HEAD.encode() + b"K21052;2023-W09;\xe9\n", "uren", "Hier staat niets leesbaars."),
        ("", "uren", "Kies een bestand waar iets in staat."),
        (HEAD, "iets", "Kies wat er in het bestand staat."),
    ],
)  # fmt: skip
def test_a_file_that_is_not_what_it_should_be_is_refused_in_a_sentence(
    chain: Chain, content: str | bytes, sort: str, said: str
) -> None:
    linked_to_almere(chain)
    page = looks(at_desk(chain, "rik"), content, sort)
    assert (page.status, said in page.text) == (400, True), page.text


def test_a_file_that_is_too_large_is_not_read_and_other_forms_stay_small(chain: Chain) -> None:
    rik = at_desk(chain, "rik")
    rik.sees(FILE)
    body = multipart({"csrf_token": rik.token, "soort": "uren"}, b"x" * LARGEST)
    page = rik.sees(FILE, "POST", data=body, content_type=f"multipart/form-data; boundary={BOUNDARY}")
    assert (page.status, "Dit bestand is te groot" in page.text) == (413, True)
    assert rik.presses("/bemiddelaar/zoek", nummer="x" * 70_000).status == 413


def test_a_file_stays_in_memory(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    linked_to_almere(chain)
    rik = at_desk(chain, "rik")
    rik.sees(FILE)
    # Werkzeug itself would put what is larger than this in a file.
    body = multipart(
        {"csrf_token": rik.token, "soort": "uren"}, HEAD.encode() + b"K21052;2023-W09;8\n" + b"\n" * 600_000
    )
    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", None)
    page = rik.sees(FILE, "POST", data=body, content_type=f"multipart/form-data; boundary={BOUNDARY}")
    assert "Verstuur 1 regel" in page.text


def test_rows_are_good_in_their_own_session_for_half_an_hour_and_unchanged(chain: Chain) -> None:
    linked_to_almere(chain)
    rik, again, job = at_desk(chain, "rik"), at_desk(chain, "rik"), at_desk(chain, "job")
    rows = rows_on(looks(rik, f"{HEAD}K21052;2023-W09;22,5\n"))
    for who in (again, job):
        who.sees(FILE)
        assert who.presses(SEND, rijen=rows).status == 400
    for changed in ("", "é", rows[:-8] + "AAAAAAA=", rows[1:]):
        assert rik.presses(SEND, rijen=changed).status == 400
    at = chain.app.extensions[NAME]
    chain.app.extensions[NAME] = replace(at, wall=lambda: at.wall() + timedelta(minutes=29))
    rik.sees(FILE)
    chain.app.extensions[NAME] = replace(at, wall=lambda: at.wall() + timedelta(minutes=31))
    page = rik.presses(SEND, rijen=rows)
    assert (page.status, "Er is niets verstuurd." in page.text) == (400, True)
    assert told(chain) == []


def test_job_can_send_nothing_about_a_candidate_of_almere(chain: Chain) -> None:
    linked_to_almere(chain)
    page = looks(at_desk(chain, "job"), f"{HEAD}K21052;2023-W09;22,5\n")
    assert (page.status, "U kent niemand met dit nummer." in page.text) == (400, True)


def test_the_example_files_can_be_filled_in_as_they_are(chain: Chain) -> None:
    for v_number, reference in (("9900000017", "K00001"), ("9900000025", "K00002")):
        chain.linked(v_number, reference)
    rik = at_desk(chain, "rik")
    for sort in (Sort.HOURS, Sort.WORK):
        answer = rik.client.get(f"{FILE}/voorbeeld-{sort.value}")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="voorbeeld-{sort.value}.csv"'
        assert "Verstuur 2 regels" in looks(rik, answer.get_data(), sort.value).text
