"""Rik's day in a real browser: a slip, a glance, a report, a file; wide and narrow, with script and without."""

from playwright.sync_api import Browser, FilePayload

from tests.chain import Chain
from tests.web.browser import Eyes, eyes, running

LOOKS = ((1280, True), (360, True), (360, False))
HOURS = "kandidaatnummer;week;gewerkte_uren\nK0;2023-W08;22,5\nK9;2023-W08;8\nK0;2023-W99;8\n"


def slip_of_somebody(chain: Chain, number: int) -> str:
    """A resident of Almere who may work, with a slip in hand."""
    resident = chain.noor.registers(f"990000001{number}")
    chain.noor.records_yes_to_all(resident)
    for kind in ("werkmogelijkheid", "koppeling"):
        assert chain.noor.publishes(resident, kind).status == 201
    return chain.noor.gives_slip(resident)


class Day:
    """What Rik does, and how each page is looked at on the way."""

    def __init__(self, seen: Eyes, *, script: bool) -> None:
        self.seen, self.page, self.script = seen, seen.page, script

    def fine(self, words: str) -> None:
        """This page says so; it is whole, reads well, and takes nothing from elsewhere."""
        self.page.get_by_text(words).first.wait_for()
        self.page.wait_for_load_state()
        if self.script:
            assert self.seen.look() == []
            wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
            assert self.page.evaluate(wide), self.page.url
        assert self.seen.findings == []

    def signs_in(self, who: str, says: str) -> None:
        """Choose who one is."""
        self.page.goto(f"{self.seen.address}/inloggen")
        self.page.click(f"button:has-text('{who}')")
        self.fine(says)

    def redeems(self, code: str, number: str) -> None:
        """A hand scanner types the code and presses Enter; the number is typed. No mouse is needed."""
        self.page.keyboard.type(code)
        self.page.keyboard.press("Enter")
        self.fine("Vul nu uw eigen kandidaatnummer in.")
        self.page.keyboard.type(number)
        self.page.keyboard.press("Enter")
        self.fine("Het briefje is verzilverd.")
        assert self.page.locator(".big-answer").inner_text() == "JA"

    def reports(self) -> None:
        """Hours, with a mistake at first; then they are put right."""
        self.page.click("a:has-text('Uren van een week')")
        self.page.fill("#gewerkteUren", "veel")
        self.page.click("main button")
        self.fine("Verbeter dit eerst.")
        self.page.fill("#week", "2023-W09")
        self.page.fill("#gewerkteUren", "20,5")
        self.page.click("main button")
        self.fine("Dit gaat u melden")
        self.page.click("button[value=verstuur]")
        self.fine("Uw melding is verstuurd.")
        self.page.click("a:has-text('corrigeren')")
        self.fine("Wat u meldde")
        self.page.click("a:has-text('Corrigeer dit')")
        self.fine("Schrijf hier hoe het had moeten zijn.")

    def sends_a_file(self) -> None:
        """Look at every row and every mistake, and send what is right."""
        self.page.click("nav a:has-text('Bestand versturen')")
        self.fine("Zo moet een spreadsheet eruitzien")
        self.page.check("input[value=uren]")
        self.page.set_input_files(
            "#bestand", files=[FilePayload(name="uren.csv", mimeType="text/csv", buffer=HOURS.encode())]
        )
        self.page.click("main button")
        self.fine("2 regels hebben een fout")
        self.page.click("main button")
        self.fine("Aangenomen voor")

    def unlinks(self) -> None:
        """The candidate is looked up by number, and let go."""
        self.page.click("nav a:has-text('Kandidaten')")
        self.page.fill("#nummer", "K9")
        self.page.click("button:has-text('Zoek')")
        self.fine("U kent niemand met dit nummer.")
        self.page.fill("#nummer", "K0")
        self.page.click("button:has-text('Zoek')")
        self.page.click("a:has-text('Beëindig')")
        self.fine("U kent deze bewoner daarna niet meer")
        self.page.click("main button")
        self.fine("De koppeling is beëindigd.")


def test_riks_day_reads_well_wide_and_narrow_and_works_without_script(browser: Browser, chain: Chain) -> None:
    with running(chain.app) as address:
        for number, (width, script) in enumerate(LOOKS):
            code = slip_of_somebody(chain, number)
            with eyes(browser, address, width, script=script) as seen:
                day = Day(seen, script=script)
                day.signs_in("Rik de Wit", "nog geen kandidaten")
                day.redeems(code, "K0")
                day.reports()
                day.sends_a_file()
                day.unlinks()


def test_job_sees_an_empty_list_and_no_address_of_riks_opens_for_him(browser: Browser, chain: Chain) -> None:
    code = slip_of_somebody(chain, 0)
    with running(chain.app) as address:
        with eyes(browser, address, 1280) as seen:
            day = Day(seen, script=True)
            day.signs_in("Rik de Wit", "nog geen kandidaten")
            day.redeems(code, "K0")
            candidate = seen.page.url
        with eyes(browser, address, 360) as seen:
            day = Day(seen, script=True)
            day.signs_in("Job Mulder", "nog geen kandidaten")
            seen.page.goto(candidate)
            day.fine("Hier is niets dat u kunt zien")
