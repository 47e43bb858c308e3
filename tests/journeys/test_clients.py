"""Samira plans inburgering: her clients, what they work, the weeks, whom to call, and a file to take along."""

import re

from hub.rights.story import story
from tests.chain import Chain, Resident
from tests.journeys.test_inbox_pages import PLANNING, links, opens, told
from tests.journeys.test_inbox_pages import items as handles_on
from tests.kept import recorded, rows
from tests.web.employee import Employee, at_desk
from tests.web.visitor import Page


def who(page: Page) -> list[str]:
    """Where the clients on this page lead."""
    return re.findall(r'href="(/gemeente/client/[a-z2-7]{26})"', page.html)


def reads_everything(employee: Employee) -> Page:
    return opens(employee, *dict.fromkeys(handles_on(employee.sees("/gemeente"))))


def planned(chain: Chain) -> tuple[Resident, Employee]:
    """Two weeks of hours, everything read by Samira."""
    resident = told(chain)
    chain.rik.publishes(resident, "urenstaat", week="2023-W32", gewerkteUren=19.75)
    samira = at_desk(chain, "samira")
    reads_everything(samira)
    return resident, samira


def test_the_page_of_a_client_says_where_and_how_long_they_work_and_whom_to_call(chain: Chain) -> None:
    chain.rik.lists(naam="Rik Visser")
    _, samira = planned(chain)
    [client] = who(samira.sees("/gemeente/clienten"))
    page = samira.sees(client)
    for said in ("9900000017", "Hotel Polderzicht", "24", "2023-W30", "22,5", "2023-W32", "19,75", "Rik Visser"):
        assert said in page.text, said
    assert page.html.count('class="chart-bar"') == 2
    # The name of the tab stays behind in the browser's history.
    assert "9900000017" not in page.html.partition("</title>")[0]
    asked = [entry["gegevens"]["bericht"] for entry in recorded(chain, "bevraging")]
    assert asked == ["koppeling", "dienstverband", "urenstaat", "contactpersoon"]


def test_weeks_that_were_not_opened_are_not_there_and_no_name_is_in_the_list_before_it_was_read(chain: Chain) -> None:
    told(chain)
    samira = at_desk(chain, "samira")
    page = samira.sees("/gemeente/clienten")
    assert ("Persoon 1" in page.text, "9900000017" in page.text) == (True, False)
    assert "Nog geen weken gelezen" in samira.sees(who(page)[0]).text
    assert {row["opened_at"] for row in rows(chain.hub.database)["deliveries"] if row["recipient"] == "GM0034"} == {
        None
    }


def test_what_the_resident_takes_back_is_gone_from_the_page_at_once(chain: Chain) -> None:
    resident, samira = planned(chain)
    [client] = who(samira.sees("/gemeente/clienten"))
    chain.noor.records(resident, PLANNING, "ingetrokken")
    page = samira.sees(client)
    assert not {word for word in ("Hotel Polderzicht", "2023-W30", "19,75") if word in page.text}
    assert "Vraag om te wissen" in page.text


def test_when_the_yes_has_run_out_work_and_weeks_are_gone_and_the_koppeling_stays(chain: Chain) -> None:
    _, samira = planned(chain)
    [client] = who(samira.sees("/gemeente/clienten"))
    chain.clock.later(days=365)
    text = samira.sees(client).text
    assert "9900000017" in text
    assert not {word for word in ("Hotel Polderzicht", "2023-W30", "19,75") if word in text}
    assert "2023-W30" not in samira.presses(f"{client}/bestand").html


def test_who_moved_to_amsterdam_is_annekes_and_no_longer_samiras(chain: Chain) -> None:
    resident, samira = planned(chain)
    [client] = who(samira.sees("/gemeente/clienten"))
    anneke = at_desk(chain, "amsterdam")
    assert "nog niemand aan uw gemeente gekoppeld" in anneke.sees("/gemeente/clienten").text
    assert anneke.sees(client).status == 404

    chain.noor.publishes(resident, "koppeling", gemeente="GM0363")

    assert samira.sees(client).status == 404
    assert samira.presses(f"{client}/bestand").status == 404
    assert who(samira.sees("/gemeente/clienten")) == []
    assert "Einde van een koppeling" in samira.sees("/gemeente?filter=vertrokken").text
    reads_everything(anneke)
    [theirs] = who(anneke.sees("/gemeente/clienten"))
    assert "Hotel Polderzicht" in anneke.sees(theirs).text


def test_a_file_holds_what_may_be_read_and_the_resident_sees_that_it_was_taken(chain: Chain) -> None:
    resident, samira = planned(chain)
    [client] = who(samira.sees("/gemeente/clienten"))
    pages = [samira.presses("/gemeente/clienten/bestand", pagina=one) for one in "10"]
    for taken in (samira.presses(f"{client}/bestand"), *pages):
        head, *lines = taken.html.removeprefix("\ufeff").splitlines()
        assert head.startswith("V-nummer;Kenmerk;Gekoppeld vanaf;Werkt;Werkgever;")
        assert [line.split(";")[0] for line in lines] == ["9900000017", "9900000017"]
        assert [line.split(";")[-2:] for line in lines] == [["2023-W30", "22,5"], ["2023-W32", "19,75"]]
        assert taken.headers["Content-Disposition"] == 'attachment; filename="clienten-2023-03-01.csv"'
        assert taken.headers["Cache-Control"] == "no-store"
    marked = [entry for entry in recorded(chain, "bevraging") if entry["gegevens"].get("meegenomen")]
    assert len(marked) == 9
    subject = rows(chain.hub.database)["subjects"][0]["id"]
    told_to = {one.message for one in story(chain.hub, subject).received if one.how == "meegenomen"}
    assert told_to == {"koppeling", "dienstverband", "urenstaat"}
    assert samira.sees(f"{client}/bestand").status == 405
    assert at_desk(chain, "amsterdam").presses(f"{client}/bestand").status == 404
    assert resident.v_number not in at_desk(chain, "amsterdam").presses("/gemeente/clienten/bestand").html


def test_samira_filters_on_what_she_opened_and_hears_how_much_she_did_not(chain: Chain) -> None:
    resident, samira = planned(chain)
    assert len(links(samira.sees("/gemeente?filter=begonnen"))) == 1
    assert links(samira.sees("/gemeente?filter=gestopt")) == []
    chain.rik.publishes(resident, "dienstverband", contracturenPerWeek=32)
    chain.rik.publishes(resident, "dienstverband", werkt=False)
    page = samira.sees("/gemeente?filter=gestopt")
    assert (links(page), "2 berichten zijn nog niet geopend" in page.text) == ([], True)
    reads_everything(samira)
    for news in ("begonnen", "gestopt", "uren-gewijzigd", "gekoppeld"):
        page = samira.sees(f"/gemeente?filter={news}")
        assert (len(links(page)), "nog niet geopend" in page.text) == (1, False), news
    assert links(samira.sees("/gemeente?filter=onzin&pagina=0&per=x")) != []
