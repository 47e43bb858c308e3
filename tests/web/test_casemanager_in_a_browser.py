"""Noor at her screens in a real browser: on a screen and on a telephone, with and without script, by keyboard."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from tests.chain import Chain, Resident
from tests.web.browser import Eyes, eyes, running

Look = Callable[[str], None]


@pytest.fixture
def resident(chain: Chain) -> Resident:
    """Somebody about whom much happened: read, waiting, taken back, asked to delete."""
    resident = chain.linked()
    for kind in ("werkmogelijkheid", "koppeling", "aanvraagstatus"):
        assert chain.noor.publishes(resident, kind).status == 201
    chain.rik.opens_all()
    chain.rik.publishes(resident, "dienstverband")
    chain.noor.records(resident, "behoud-van-werk", "ingetrokken")
    chain.noor.publishes(resident, "werkmogelijkheid", magWerken=False)
    return resident


def walk(page: Page, address: str, number: str, look: Look) -> None:
    """The whole story: sign in, find, tell, explain, ask, register."""
    page.goto(f"{address}/inloggen")
    page.click("button:has-text('Noor')")
    look("begin")
    page.fill("#vnummer", number)
    page.keyboard.press("Enter")
    page.wait_for_url("**/coa/*")
    look("bewoner")
    person = page.url
    page.click("ul.do-list a:has-text('Koppeling')")
    page.click("main form button")
    look("koppeling-fout")
    page.fill("#gemeente", "GM0363")
    page.fill("#ingangsdatum", "2023-09-01")
    page.click("main form button")
    look("voorbeeld")
    page.click("button:has-text('Verstuur')")
    page.wait_for_url(person)
    assert page.get_by_role("status").inner_text().startswith("Verstuurd.")
    look("verstuurd")
    page.click("a:has-text('Verbeteren') >> nth=0")
    look("verbeteren")
    page.goto(f"{person}/keuzes")
    look("keuzes")
    page.click("button:has-text('Leg vast')")
    look("keuzes-fout")
    for step, words in (
        ("intrekken", "Ja intrekken"),
        ("ontkoppelen", "Koppeling beëindigen"),
        ("vertrek", "vertrekt"),
    ):
        page.goto(person)
        page.click(f"button:has-text('{words}') >> nth=0")
        look(step)
    page.goto(f"{person}/verzoek")
    look("verzoek")
    page.goto(person)
    page.click("button:has-text('Vensterbriefje')")
    look("vensterbriefje")
    page.goto(f"{address}/coa")
    page.click("a:has-text('Wissen nog niet bevestigd')")
    look("taken")
    page.goto(f"{address}/coa")
    page.fill("#vnummer", "9900000099")
    page.click("main form button")
    look("aanmelden")


def fits(seen: Eyes) -> bool:
    """Does the page stay within the width of the screen?"""
    return bool(seen.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def test_every_page_reads_well_on_a_screen_and_on_a_telephone(
    browser: Browser, chain: Chain, resident: Resident
) -> None:
    with running(chain.app) as address:
        for width in (1280, 360):
            with eyes(browser, address, width) as seen:

                def fine(name: str, seen: Eyes = seen) -> None:
                    assert seen.look() == [], name
                    assert fits(seen), name
                    assert seen.findings == []

                walk(seen.page, address, resident.v_number, fine)


def test_from_knowing_to_rik_seeing_is_four_pages_and_all_of_it_goes_by_keyboard_without_script(
    browser: Browser, chain: Chain
) -> None:
    resident = chain.linked()
    with running(chain.app) as address, eyes(browser, address, 1280, script=False) as seen:
        page, keyboard = seen.page, seen.page.keyboard
        page.goto(f"{address}/inloggen")
        page.click("button:has-text('Noor')")
        pages: list[str] = [page.url]
        presses = 0

        def press(*keys: str) -> None:
            nonlocal presses
            presses += len(keys)
            for key in keys:
                keyboard.press(key)

        def arrive(title: str) -> None:
            page.wait_for_selector(f"h1:has-text('{title}')")
            # A heading is there before the whole page is: a Tab in between may go to neither.
            page.wait_for_load_state()
            pages.append(title)

        def tab_to(words: str) -> None:
            for _ in range(40):
                press("Tab")
                here = page.locator(":focus")
                if here.count() and words in (here.inner_text() or here.get_attribute("name") or ""):
                    return
            pytest.fail(f"the keyboard does not come to «{words}»")

        tab_to("vnummer")
        keyboard.type(resident.v_number)
        press("Enter")
        arrive("Bewoner")
        tab_to("Mag werken")
        press("Enter")
        arrive("Mag werken")
        page.check("input[name=magWerken][value=ja]")
        page.check("input[name=twvNodig][value=nee]")
        presses += 2
        page.focus("button:has-text('Wat ziet de ander?')")
        press("Enter")
        arrive("Wat ziet de ander?")
        tab_to("Verstuur")
        press("Enter")
        page.wait_for_selector("[role=status]:has-text('Verstuurd.')")
        # A practised hand does a press a second, ten digits in five, and reads a page in five.
        assert len(pages) <= 4
        assert presses + 5 + 5 * len(pages) <= 60
        assert chain.rik.asks(resident)
        assert seen.findings == []
