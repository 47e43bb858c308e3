"""Rik reports work, hours and a work permit; looks at it first, hears no more than he may, and puts mistakes right."""

import re

from tests.chain import Chain
from tests.journeys.test_consultant import HOME, finds, key_on
from tests.kept import counts
from tests.web.employee import Employee, at_desk
from tests.web.visitor import Page

WORK = {
    "werkt": "ja", "werkgever": "Hotel Polderzicht", "werkgemeente": "GM0034", "contracturenPerWeek": "22,75",
    "ingangsdatum": "2023-03-06",
}  # fmt: skip
HOURS = {"week": "2023-W09", "gewerkteUren": "20,5"}


def looks_and_sends(rik: Employee, address: str, **typed: str) -> Page:
    """Fill in the form, look at what goes, and send it as the page has it."""
    rik.sees(address)
    look = rik.presses(address, stap="kijk", **typed)
    assert look.status == 200, look.text
    return rik.presses(address, **hidden(look), stap="verstuur")


def hidden(page: Page) -> dict[str, str]:
    """What the form on this page carries along, but for the token."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.html)
    return {name: value for name, value in found if name != "csrf_token"}


def test_rik_reports_work_hours_and_a_permit_and_hears_per_purpose_what_became_of_it(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "koppeling")
    chain.learn_municipality_name(resident, chain.samira)
    chain.noor.records(resident, "kansrijke-koppeling", "nee")
    rik = at_desk(chain, "rik")
    candidate = finds(rik)
    rik.sees(f"{candidate}/werk")
    look = rik.presses(f"{candidate}/werk", stap="kijk", **WORK)
    assert "Dit gaat u melden" in look.text
    assert "Uren per week volgens het contract 22,75" in look.text
    assert "Een gemeente die past bij het werk: of iemand werkt en of het contract groot genoeg is" in look.text
    page = rik.follows(rik.presses(f"{candidate}/werk", **hidden(look), stap="verstuur"))
    assert "Lessen die passen bij het werk: aangenomen." in page.text
    assert "Een gemeente die past bij het werk: niet gedeeld." in page.text
    assert "Almere" not in page.text.split("niet gedeeld.")[0].rsplit("verstuurd.", 1)[1]
    assert rik.follows(looks_and_sends(rik, f"{candidate}/uren", **HOURS)).status == 200
    permit = {"status": "aangevraagd", "datum": "2023-03-01"}
    assert (
        "Hulp bij het vinden van werk: aangenomen."
        in rik.follows(looks_and_sends(rik, f"{candidate}/twv", **permit)).text
    )
    assert "aangevraagd sinds 1 maart 2023" in rik.sees(candidate).text
    [work] = chain.samira.asks(resident, "dienstverband")
    assert (work["contracturenPerWeek"], work["werkgemeente"]) == (22.75, "GM0034")
    assert chain.noor.asks(resident, "aanvraagstatus")[0]["soort"] == "TWV"


def test_every_mistake_stands_on_top_and_at_its_field_and_nothing_typed_is_lost(chain: Chain) -> None:
    chain.linked()
    rik = at_desk(chain, "rik")
    address = f"{finds(rik)}/werk"
    before = counts(chain)
    page = rik.presses(address, stap="kijk", **{**WORK, "contracturenPerWeek": "lang", "ingangsdatum": "gisteren"})
    assert page.status == 400
    assert page.text.count("schrijf een getal, bijvoorbeeld 24 of 22,5.") == 2
    assert page.text.count("kies een bestaande dag.") == 2
    assert "Hotel Polderzicht" in page.html
    # A look that was changed by hand is checked again before it is sent.
    look = rik.presses(address, stap="kijk", **WORK)
    forged = {**hidden(look), "contracturenPerWeek": "99"}
    assert rik.presses(address, **forged, stap="verstuur").status == 400
    assert rik.presses(address, **{**hidden(look), "eenmalig": ""}, stap="verstuur").status == 400
    again = rik.presses(address, **hidden(look), stap="terug")
    assert (again.status, "Hotel Polderzicht" in again.html) == (200, True)
    assert {name: n for name, n in counts(chain).items() if n != before[name]}.keys() <= {"staff_handles"}


def test_a_refusal_is_the_same_page_whatever_the_cause(chain: Chain) -> None:
    asked = chain.linked()
    never = chain.noor.registers("9900000025")
    assert chain.rik.redeems(chain.noor.gives_slip(never), never, "K21060").status == 201
    for purpose in ("inburgering-planning", "kansrijke-koppeling"):
        chain.noor.records(asked, purpose, "ingetrokken")
    rik = at_desk(chain, "rik")
    pages = [looks_and_sends(rik, f"{finds(rik, number)}/werk", **WORK) for number in ("K21052", "K21060")]
    assert {page.status for page in pages} == {403}
    assert pages[0].text == pages[1].text
    assert "mag nu met niemand gedeeld worden" in pages[0].text


def test_a_report_that_is_sent_twice_happens_once(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "koppeling")
    rik = at_desk(chain, "rik")
    address = f"{finds(rik)}/uren"
    look = rik.presses(address, stap="kijk", **HOURS)
    for _ in range(2):
        assert rik.presses(address, **hidden(look), stap="verstuur").status == 303
    kinds = [item["soort"] for item in chain.samira.opens_all()]
    assert kinds.count("urenstaat") == 1
    other = rik.presses(address, **{**hidden(look), "gewerkteUren": "21"}, stap="verstuur")
    assert (other.status, "is al eens verstuurd" in other.text) == (409, True)


def test_rik_puts_his_own_message_right_and_only_the_newest_fact(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "koppeling")
    chain.learn_municipality_name(resident, chain.samira)
    rik = at_desk(chain, "rik")
    candidate = finds(rik)
    for hours in ("20", "22,75"):
        looks_and_sends(rik, f"{candidate}/werk", **{**WORK, "contracturenPerWeek": hours})
    looks_and_sends(rik, f"{candidate}/uren", **HOURS)
    chain.samira.opens_all()
    sent = rik.sees(f"{candidate}/meldingen")
    places = re.findall(rf'href="({HOME}/melding/[a-z2-7]+)"', sent.html)
    assert len(places) == 2
    assert sent.text.index("20,5") < sent.text.index("22,75") < sent.text.index("contract 20 ")
    form = rik.sees(places[0])
    assert 'value="20,5"' in form.html
    page = rik.follows(looks_and_sends(rik, places[0], **{**HOURS, "gewerkteUren": "18"}))
    assert "Uw melding is gecorrigeerd. Lessen die passen bij het werk: aangenomen." in page.text
    told = chain.samira.opens_all()[-1]
    assert (told["correctie"], told["gegevens"]["gewerkteUren"]) == (True, 18)
    # What was put right is no message any more.
    assert rik.sees(places[0]).status == 404
    assert key_on(rik.presses(places[1], stap="kijk", **WORK))


def test_job_cannot_report_read_back_or_correct_anything_about_riks_candidate(chain: Chain) -> None:
    resident = chain.linked()
    chain.rik.publishes(resident, "dienstverband")
    rik, job = at_desk(chain, "rik"), at_desk(chain, "job")
    candidate = finds(rik)
    [place] = re.findall(rf'href="({HOME}/melding/[a-z2-7]+)"', rik.sees(f"{candidate}/meldingen").html)
    job.sees(HOME)
    before = counts(chain)
    for path in (place, *(f"{candidate}/{road}" for road in ("werk", "uren", "twv"))):
        assert job.sees(path).status == 404
        assert job.presses(path, stap="verstuur", **WORK, **HOURS).status == 404
    assert job.sees(f"{candidate}/meldingen").status == 404
    # The handle of a person is no message's.
    assert rik.sees(candidate.replace(HOME, f"{HOME}/melding")).status == 404
    assert counts(chain) == before
