"""Rik at his desk: a slip, whether somebody may work, and nothing of anybody whom his vestiging does not know."""

import re

from audit.events import Kind
from hub.people.link_codes import FAILURES_AN_HOUR
from tests.chain import PURPOSES, Chain, Resident
from tests.kept import rows
from tests.web.employee import Employee, at_desk
from tests.web.visitor import Page

HOME = "/bemiddelaar"
REFUSED = "Deze code werkt niet bij dit nummer."


def key_on(page: Page) -> str:
    """The key under which the form on this page happens once."""
    found = re.search(r'name="eenmalig" value="([^"]+)"', page.html)
    assert found is not None, page.text
    return found.group(1)


def redeems(rik: Employee, code: str, number: str = "K21052", **more: str) -> Page:
    """Fill in the form for a slip."""
    key = key_on(rik.sees(HOME))
    return rik.presses(f"{HOME}/briefje", eenmalig=key, code=code, kenmerk=number, **more)


def finds(rik: Employee, number: str = "K21052") -> str:
    """The address of the candidate with this number."""
    rik.sees(HOME)
    return rik.presses(f"{HOME}/zoek", nummer=number).headers["Location"]


def kinds(chain: Chain) -> list[str]:
    """What the trail holds, oldest first."""
    return [str(row["kind"]) for row in rows(chain.hub.database)["audit_entries"]]


def resident_with_slip(chain: Chain) -> tuple[Resident, str]:
    """Somebody who said yes to everything, and the code on their slip."""
    resident = chain.noor.registers()
    chain.noor.records_yes_to_all(resident)
    return resident, chain.noor.gives_slip(resident)


def test_rik_redeems_a_slip_as_it_is_typed_and_reads_at_a_glance_that_somebody_may_work(chain: Chain) -> None:
    resident, code = resident_with_slip(chain)
    chain.noor.publishes(resident, "werkmogelijkheid", twvNodig=True)
    assert chain.noor.lists().status == 201
    rik = at_desk(chain, "rik")
    # A hand scanner types the code and presses Enter: one thing is still asked, and nothing is wrong.
    scanned = redeems(rik, code, number="")
    assert (scanned.status, "Vul nu uw eigen kandidaatnummer in." in scanned.text) == (200, True)
    page = rik.presses(
        f"{HOME}/briefje", eenmalig=key_on(scanned), code=code.lower().replace("-", " "), kenmerk="K21052"
    )
    page = rik.follows(page)
    assert "Het briefje is verzilverd." in page.text
    assert "Mag werken? JA Sinds 1 maart 2023. De werkgever heeft een TWV nodig." in page.text
    assert "Bevestigd door COA op 1 maart 2023. Goed tot en met 30 mei 2023." in page.text
    assert "(COA), azc Almere Engelse Mijl Noor Bakker, casemanager coa@example.nl" in page.text
    assert "K21052" in page.text
    # Neither the tab nor the address says who it is.
    assert "K21052" not in page.html.split("</title>")[0] + page.path
    assert "K21052" in rik.sees(HOME).text


def test_the_answer_says_no_not_yet_confirm_anew_or_nothing_at_all(chain: Chain) -> None:
    resident = chain.linked()
    rik = at_desk(chain, "rik")
    address = finds(rik)

    def reads() -> str:
        return rik.sees(address).text

    assert "GEEN ANTWOORD Dit zegt niets over deze persoon." in reads()
    chain.noor.publishes(resident, "werkmogelijkheid", geldigVan="2023-04-01")
    assert "VANDAAG NOG NIET Wel vanaf 1 april 2023. Een TWV is dan niet nodig." in reads()
    chain.noor.publishes(resident, "werkmogelijkheid", magWerken=False)
    assert "NEE Dat geldt vanaf 1 maart 2023." in reads()
    chain.clock.later(days=91)
    stale = reads()
    assert "MOET OPNIEUW BEVESTIGD WORDEN" in stale
    assert "NEE" not in stale


def test_whatever_the_cause_no_answer_is_the_same_page(chain: Chain) -> None:
    asked = chain.linked()
    refused = chain.noor.registers("9900000025")
    for purpose in ("toeleiding-naar-werk", "behoud-van-werk"):
        chain.noor.records(refused, purpose, "nee")
    assert chain.rik.redeems(chain.noor.gives_slip(refused), refused, "K21060").status == 201
    chain.noor.publishes(refused, "werkmogelijkheid")
    chain.noor.publishes(asked, "werkmogelijkheid")
    for purpose in PURPOSES:
        chain.noor.records(asked, purpose, "ingetrokken")
    rik = at_desk(chain, "rik")
    withdrawn, never = (rik.sees(finds(rik, number)) for number in ("K21052", "K21060"))
    assert "GEEN ANTWOORD" in withdrawn.text
    assert withdrawn.text.replace("K21052", "K21060") == never.text


def test_the_page_tells_what_else_he_may_know_and_each_look_stands_in_the_trail(chain: Chain) -> None:
    resident = chain.linked()
    for kind in ("koppeling", "aanvraagstatus"):
        assert chain.noor.publishes(resident, kind).status == 201
    assert chain.rik.publishes(resident, "dienstverband").status == 201
    rik = at_desk(chain, "rik")
    before = len(kinds(chain))
    text = rik.sees(finds(rik)).text
    for line in (
        "Gekoppeld aan gemeente Gemeente Almere, vanaf 1 juni 2023",
        "Aanvraag BSN aangevraagd sinds 1 april 2023",
        "Aanvraag TWV, zoals u die meldde U meldde nog niets dat nu geldt",
        "Hotel Polderzicht, 24 uur per week, vanaf 3 april 2023",
    ):
        assert line in text
    looked = kinds(chain)[before:]
    # The list of the start page, the number on the candidate's page, a question for each type, and whom to call.
    assert looked == [Kind.LISTED, Kind.LISTED, *[Kind.QUERIED] * 5]
    assert chain.hub.agreement.partners["GM0034"].title in text


def test_a_slip_that_opens_nothing_gives_one_sentence_and_too_many_say_how_long(chain: Chain) -> None:
    resident, code = resident_with_slip(chain)
    rik = at_desk(chain, "rik")
    pages = [redeems(rik, "0000-0000-0000"), redeems(rik, "x" * 79)]
    rik.follows(redeems(rik, code))
    pages += [redeems(rik, code, "K9"), redeems(rik, chain.noor.gives_slip(chain.noor.registers("9900000025")))]
    assert {page.status for page in pages} == {400}
    assert all(page.text.count(REFUSED) == 2 for page in pages)
    for _ in range(FAILURES_AN_HOUR - 3):
        page = redeems(rik, "0000-0000-0000")
    assert (page.status, "Probeer het over 60 minuten weer." in page.text) == (429, True)
    assert resident.v_number not in page.text


def test_a_form_that_comes_twice_happens_once_and_a_forged_one_never(chain: Chain) -> None:
    _, code = resident_with_slip(chain)
    rik = at_desk(chain, "rik")
    form = {"eenmalig": key_on(rik.sees(HOME)), "code": code, "kenmerk": "K21052"}
    first, second = (rik.presses(f"{HOME}/briefje", **form) for _ in range(2))
    assert first.status == second.status == 303
    assert first.headers["Location"] == second.headers["Location"]
    assert kinds(chain).count(Kind.LINKED) == 1
    assert rik.presses(f"{HOME}/briefje", **{**form, "eenmalig": ""}).status == 400
    assert rik.presses(f"{HOME}/briefje", token="x", **form).status == 400
    assert redeems(rik, code, vestiging="zwolle").status == 400


def test_a_number_that_is_no_candidates_is_not_found_and_stands_in_no_address(chain: Chain) -> None:
    chain.linked()
    rik, job = at_desk(chain, "rik"), at_desk(chain, "job")
    rik.sees(HOME)
    for page in (rik.presses(f"{HOME}/zoek", nummer="K9"), job.presses(f"{HOME}/zoek", nummer="K21052")):
        assert (page.status, "U kent niemand met dit nummer." in page.text) == (400, True)
    assert rik.presses(f"{HOME}/zoek", nummer="").status == 400


def test_job_sees_an_empty_list_and_no_address_of_riks_is_good_for_him(chain: Chain) -> None:
    chain.linked()
    rik, job = at_desk(chain, "rik"), at_desk(chain, "job")
    address = finds(rik)
    empty = job.sees(HOME)
    assert "nog geen kandidaten" in empty.text
    for path in (address, f"{address}/ontkoppelen", f"{HOME}/{'a' * 26}"):
        assert job.sees(path).status == 404
    assert job.presses(f"{address}/ontkoppelen").status == 404
    assert rik.sees(address).status == 200
    # Another session of Rik himself has other addresses.
    again = at_desk(chain, "rik")
    assert again.sees(address).status == 404
    assert finds(again) != address


def test_who_is_unlinked_is_a_candidate_no_longer(chain: Chain) -> None:
    chain.linked()
    rik = at_desk(chain, "rik")
    address = finds(rik)
    assert "Dat staat daarna in uw postvak." in rik.sees(f"{address}/ontkoppelen").text
    assert "De koppeling is beëindigd." in rik.follows(rik.presses(f"{address}/ontkoppelen")).text
    assert rik.sees(address).status == 404
    assert "nog geen kandidaten" in rik.sees(HOME).text


def test_the_list_is_a_page_at_a_time_who_came_last_first(chain: Chain) -> None:
    for number in range(26):
        chain.linked(f"99000000{number:02}", f"K{number:02}")
        chain.clock.later(hours=1)
    rik = at_desk(chain, "rik")
    first, last = rik.sees(HOME), rik.sees(f"{HOME}?pagina=2")
    assert "K25" in first.text.split("K24")[0]
    assert "26 kandidaten" in first.text
    assert ("K00" in first.text, "K00" in last.text) == (False, True)
    assert rik.sees(f"{HOME}?pagina=zoek").text == first.text
    assert rik.sees(f"{HOME}?pagina=99").text == last.text


def test_rik_reads_what_others_told_and_confirms_that_a_copy_is_gone(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    for kind in ("koppeling", "verplaatsing"):
        assert chain.noor.publishes(resident, kind).status == 201
    rik, job = at_desk(chain, "rik"), at_desk(chain, "job")
    inbox = rik.sees(f"{HOME}/postvak")
    assert all(said in inbox.text for said in ("K21052", "Koppeling aan een gemeente", "Verhuizing naar een andere"))
    places = re.findall(rf'href="({HOME}/postvak/[a-z2-7]{{26}})"', inbox.html)
    assert "azc-gilze" in "".join(rik.sees(place).text for place in places)
    assert {job.sees(place).status for place in places} == {404}
    assert "Er ligt niets klaar" in job.sees(f"{HOME}/postvak").text
    # The candidate's own page is one press away.
    assert re.search(rf'href="{HOME}/[a-z2-7]{{26}}"[^>]*>K21052', inbox.html)
    chain.noor.records(resident, "behoud-van-werk", "ingetrokken")
    inbox = rik.sees(f"{HOME}/postvak")
    [place, *_] = [
        address for address, what in re.findall(rf'href="({HOME}/postvak/[a-z2-7]{{26}})">([^<]+)', inbox.html)
        if what == "Vraag om te wissen"
    ]  # fmt: skip
    page = rik.sees(place)
    assert "Wis wat u van deze persoon hebt ontvangen" in page.text
    [handle] = re.findall(r'name="bericht" value="([a-z2-7]+)"', page.html)
    assert rik.presses(f"{HOME}/postvak/bevestigen", bericht=handle).status == 303
    assert "Vraag om te wissen" not in rik.sees(f"{HOME}/postvak").text
