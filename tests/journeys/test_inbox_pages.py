"""The inbox in a browser: one press opens, one confirms; addresses say nothing, and a withdrawn item never was."""

import re

from tests.chain import Chain, Resident
from tests.kept import recorded
from tests.web.employee import Employee, at_desk
from tests.web.visitor import Page

PLANNING = "inburgering-planning"


def told(chain: Chain, v_number: str = "9900000017", reference: str = "K21052") -> Resident:
    """A resident with work and hours, linked to Almere; nothing is opened yet."""
    resident = chain.linked(v_number, reference)
    chain.noor.publishes(resident, "koppeling")
    chain.rik.publishes(resident, "dienstverband")
    chain.rik.publishes(resident, "urenstaat")
    return resident


def items(page: Page) -> list[str]:
    """The handles of the items that this page lets one open or confirm, in the order of the page."""
    return re.findall(r'name="bericht" value="([a-z2-7]{26})"', page.html)


def links(page: Page) -> list[str]:
    """Where the lines of the list lead."""
    return re.findall(r'class="[^"]*inbox-what" href="([^"]+)"', page.html)


def opens(employee: Employee, *handles: str, home: str = "/gemeente") -> Page:
    return employee.presses(f"{home}/postvak/openen", bericht=list(handles))


def confirms(employee: Employee, *handles: str, home: str = "/gemeente") -> Page:
    return employee.presses(f"{home}/postvak/bevestigen", bericht=list(handles))


def test_samira_opens_everything_at_one_press_reads_it_and_confirms_it(chain: Chain) -> None:
    told(chain)
    samira = at_desk(chain, "samira")
    page = samira.sees("/gemeente")
    assert "Persoon 1" in page.text
    assert "9900000017" not in page.text
    assert "Hotel Polderzicht" not in page.text
    opened = opens(samira, *items(page)[:3])
    assert "9900000017" in opened.text
    assert "Hotel Polderzicht" in opened.text
    assert "22,5" in opened.text
    assert len(recorded(chain, "opening")) == 3
    done = samira.follows(confirms(samira, *items(opened)))
    assert "3 berichten zijn bevestigd." in done.text
    assert "Er ligt niets klaar" in done.text
    assert len(recorded(chain, "bevestiging")) == 3
    assert samira.follows(confirms(samira, *items(opened))).status == 200


def test_one_item_is_opened_by_its_own_address_which_says_nothing_in_another_session(chain: Chain) -> None:
    told(chain)
    samira, other = at_desk(chain, "samira"), at_desk(chain, "samira")
    [_, work, _] = links(samira.sees("/gemeente"))
    assert "Hotel Polderzicht" in samira.sees(work).text
    for visitor in (other, at_desk(chain, "amsterdam")):
        assert visitor.sees(work).status == 404
        assert confirms(visitor, work.rpartition("/")[2]).status == 404
    assert len(recorded(chain, "opening")) == 1


def test_what_was_withdrawn_meanwhile_is_gone_and_the_rest_is_there(chain: Chain) -> None:
    resident = told(chain)
    samira = at_desk(chain, "samira")
    page = samira.sees("/gemeente")
    chain.noor.records(resident, PLANNING, "ingetrokken")
    opened = opens(samira, *items(page)[:3])
    assert "2 berichten zijn er niet meer" in opened.text
    assert "Hotel Polderzicht" not in opened.text
    assert [samira.sees(one).status for one in links(page)] == [200, 404, 404]


def test_a_request_to_delete_says_what_and_is_confirmed_by_itself(chain: Chain) -> None:
    resident = told(chain)
    chain.samira.opens_all()
    chain.noor.records(resident, PLANNING, "ingetrokken")
    samira = at_desk(chain, "samira")
    page = samira.sees("/gemeente")
    opened = opens(samira, *items(page)[:2])
    assert "Gewerkte uren" in opened.text
    # The koppeling has a button of its own: nobody says by the way that something was deleted.
    [delete, linkage] = items(opened)
    assert samira.follows(confirms(samira, linkage)).status == 200
    assert "Vraag om te wissen" in samira.sees("/gemeente").text
    assert "Er ligt niets klaar" in samira.follows(confirms(samira, delete)).text


def test_who_moved_away_is_only_told_to_have_left(chain: Chain) -> None:
    resident = told(chain)
    chain.samira.opens_all()
    chain.noor.publishes(resident, "koppeling", gemeente="GM0363")
    samira, anneke = at_desk(chain, "samira"), at_desk(chain, "amsterdam")
    [ended] = links(samira.sees("/gemeente"))
    text = samira.sees(ended).text
    assert "hoort niet meer bij uw gemeente" in text
    assert not {word for word in ("9900000017", "Amsterdam", "Hotel Polderzicht") if word in text}
    assert len(links(anneke.sees("/gemeente"))) == 2


def test_a_forged_or_empty_form_does_nothing(chain: Chain) -> None:
    told(chain)
    samira = at_desk(chain, "samira")
    page = samira.sees("/gemeente")
    assert opens(samira).status == 404
    assert opens(samira, items(page)[0], "a" * 26).status == 404
    assert samira.presses("/gemeente/postvak/openen", token="x", bericht=items(page)).status == 400
    assert recorded(chain, "opening") == []
    assert confirms(samira, *items(page)[:1]).status == 409


def test_noor_and_rik_have_the_same_inbox_and_nobody_has_the_others(chain: Chain) -> None:
    resident = told(chain)
    chain.rik.publishes(resident, "aanvraagstatus", soort="TWV")
    noor, job = at_desk(chain, "noor"), at_desk(chain, "job")
    page = noor.sees("/coa/postvak")
    assert "9900000017" in page.text
    assert "Genoeg contracturen om mee te tellen" in opens(noor, *items(page)[:2], home="/coa").text
    assert job.sees("/gemeente").status == 403
    assert recorded(chain, "lijst-getoond")


def test_an_empty_inbox_says_what_will_come(chain: Chain) -> None:
    assert "Er ligt niets klaar" in at_desk(chain, "amsterdam").sees("/gemeente").text
    assert recorded(chain) == []
