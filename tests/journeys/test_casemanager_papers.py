"""Noor explains and records choices, prints what goes home with a resident, puts right, ends, takes in requests."""

import re

import pytest

from tests.chain import PURPOSES, Chain
from tests.kept import recorded, rows
from tests.web.casemanager import hidden, noor_at

YES, NO = "toeleiding-naar-werk", "behoud-van-werk"


def test_choices_are_recorded_as_said_and_what_was_not_discussed_stays(chain: Chain) -> None:
    resident = chain.noor.registers(language="ar")
    noor = noor_at(chain)
    person = noor.finds(resident).path
    page = noor.sees(f"{person}/keuzes")
    assert 'dir="rtl"' in page.html
    assert "Waarom vragen wij dit?" in page.text
    assert "checked" not in page.html
    page = noor.presses(f"{person}/keuzes", **hidden(page), tolk="ja", **{f"keuze-{YES}": "ja", f"keuze-{NO}": "nee"})
    assert "vastgelegd" in noor.follows(page).text
    choices = {row["purpose"]: row["choice"] for row in rows(chain.hub.database)["consent_events"]}
    assert choices == {YES: "ja", NO: "nee"}
    assert "ja Hulp bij het vinden van werk" in noor.sees(person).text
    receipt = next(iter(re.findall(rf"{person}/bewijs/[a-z2-7]{{26}}", noor.sees(person).html)))
    assert 'lang="ar"' in noor.sees(receipt).html


def test_nothing_is_recorded_while_something_is_missing(chain: Chain) -> None:
    resident = chain.noor.registers()
    noor = noor_at(chain)
    address = f"{noor.finds(resident).path}/keuzes"
    form = hidden(noor.sees(address))
    for said in ({}, {f"keuze-{YES}": "ja"}, {f"keuze-{YES}": "misschien", "tolk": "ja"}):
        page = noor.presses(address, **form, **said)
        assert (page.status, "Verbeter dit eerst" in page.text) == (400, True)
    assert rows(chain.hub.database)["consent_events"] == []


def test_a_form_with_choices_that_is_sent_twice_records_once(chain: Chain) -> None:
    resident = chain.noor.registers()
    noor = noor_at(chain)
    address = f"{noor.finds(resident).path}/keuzes"
    form = {**hidden(noor.sees(address)), "tolk": "nee", f"keuze-{YES}": "ja"}
    for _ in range(2):
        assert noor.presses(address, **form).status == 303
    assert len(rows(chain.hub.database)["consent_events"]) == 1


def test_a_yes_is_taken_back_after_one_question_and_at_once(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    assert chain.rik.asks(resident)
    noor = noor_at(chain)
    person = noor.finds(resident).path
    asked = noor.presses(f"{person}/intrekken", doel=YES)
    assert "Wie iets zag" in asked.text
    assert chain.rik.asks(resident)
    page = noor.follows(noor.presses(f"{person}/intrekken", **hidden(asked)))
    assert "ja teruggenomen" in page.text
    assert "nog niet bevestigd Randstad" in page.text
    assert chain.rik.asks(resident) == []


def test_the_slip_is_printed_in_the_residents_language_and_works(chain: Chain) -> None:
    resident = chain.noor.registers(language="ar")
    noor = noor_at(chain)
    person = noor.finds(resident).path
    slip = noor.presses(f"{person}/briefje", voor="randstad")
    assert (slip.status, 'lang="ar" dir="rtl"' in slip.html, "<svg" in slip.html) == (200, True, True)
    [code] = re.findall(r'<bdi dir="ltr">([^<]+)</bdi>', slip.html)
    assert "briefje nog niet gebruikt" in noor.sees(person).text
    assert code not in noor.sees(person).html
    assert chain.rik.redeems(code, resident).status == 201
    assert "Randstad sinds" in noor.sees(person).text


def test_the_slip_of_the_window_opens_it(chain: Chain) -> None:
    noor = noor_at(chain)
    person = noor.finds(chain.noor.registers()).path
    slip = noor.presses(f"{person}/vensterbriefje")
    [code] = re.findall(r'window-code"><bdi dir="ltr">([^<]+)</bdi>', slip.html)
    other = noor_at(chain)
    assert other.opens(code).path == "/venster/overzicht"


def test_a_mistake_is_put_right_after_seeing_who_gets_what(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    [item] = chain.rik.inbox()
    chain.rik.opens(item)
    noor = noor_at(chain)
    [address] = re.findall(r'href="(/coa/[a-z2-7]+/verbeteren/[a-z2-7]+)"', noor.finds(resident).html)
    page = noor.sees(address)
    assert re.search(r'name="magWerken" value="ja" checked', page.html)
    preview = noor.presses(address, stap="voorbeeld", magWerken="nee", geldigVan="2023-03-01", twvNodig="nee")
    assert "krijgt de verbetering Mag werken nee" in preview.text
    assert "verbetering" in noor.sends(preview).text
    [right] = [one for one in chain.rik.inbox() if one != item]
    assert chain.rik.opens(right).body["corrigeert"] == item


def test_who_may_not_have_the_right_value_is_said_to_be_asked_to_delete(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "koppeling")
    chain.samira.opens_all()
    noor = noor_at(chain)
    [address] = re.findall(r'href="(/coa/[a-z2-7]+/verbeteren/[a-z2-7]+)"', noor.finds(resident).html)
    preview = noor.presses(address, stap="voorbeeld", gemeente="GM0363", ingangsdatum="2023-06-01")
    assert "Gemeente Almere … vraag om te wissen" in preview.text or "vraag om te wissen" in preview.text
    assert "Gemeente Amsterdam krijgt dit" in preview.text


def test_a_link_ends_and_a_resident_leaves_only_after_a_question(chain: Chain) -> None:
    resident = chain.linked()
    noor = noor_at(chain)
    person = noor.finds(resident).path
    asked = noor.presses(f"{person}/ontkoppelen", partij="randstad")
    assert "kent deze bewoner dan niet meer" in asked.text
    assert chain.rik.asks(resident) == []
    assert noor.follows(noor.presses(f"{person}/ontkoppelen", **hidden(asked))).status == 200
    asked = noor.presses(f"{person}/vertrek")
    assert noor.sees(person).status == 200
    assert "vertrek is vastgelegd" in noor.follows(noor.presses(f"{person}/vertrek", **hidden(asked))).text
    assert noor.sees(person).status == 404


@pytest.mark.parametrize("sort", ["inzage", "bezwaar", "correctie"])
def test_a_request_is_taken_in_with_its_last_day(chain: Chain, sort: str) -> None:
    noor = noor_at(chain)
    person = noor.finds(chain.linked()).path
    page = noor.presses(f"{person}/verzoek", soort="", toelichting="x")
    assert (page.status, "Kies wat de bewoner vraagt" in page.text) == (400, True)
    page = noor.follows(noor.presses(f"{person}/verzoek", soort=sort, toelichting="Het is in mei, niet in juni."))
    assert "antwoord voor of op 1 april 2023" in page.text
    assert ("maakte bezwaar" in page.text) == (sort == "bezwaar")
    assert recorded(chain, "verzoek")[-1]["gegevens"]["verzoek"] == sort


def test_what_stands_in_an_address_of_one_person_is_no_good_for_another(chain: Chain) -> None:
    one, other = chain.linked("9900000017", "K1"), chain.linked("9900000025", "K2")
    for resident in (one, other):
        chain.noor.publishes(resident, "werkmogelijkheid")
    noor = noor_at(chain)
    theirs = noor.finds(one)
    [wrong] = re.findall(r"verbeteren/([a-z2-7]+)", theirs.html)
    [receipt, *_] = re.findall(r"bewijs/([a-z2-7]+)", theirs.html)
    person = noor.finds(other).path
    for address in (f"{person}/verbeteren/{wrong}", f"{person}/bewijs/{receipt}"):
        assert noor.sees(address).status == 404
    assert len(PURPOSES) == len(set(re.findall(r"bewijs/([a-z2-7]+)", theirs.html)))
