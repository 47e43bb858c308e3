"""Samira at her desk in a real browser: from a full inbox to a planned client, on a screen and on a telephone."""

import pytest
from playwright.sync_api import Browser

from tests.chain import Chain
from tests.web.browser import Eyes, eyes, running


@pytest.fixture
def chain(empty: Chain) -> Chain:
    """The whole hub: one who works, one who took it back, one who left; all of it lies in Samira's inbox."""
    chain = empty
    chain.rik.lists(naam="Rik Visser")
    residents = [chain.linked(f"99000000{at}", f"K{at}") for at in (17, 25, 33)]
    for resident in residents:
        chain.noor.publishes(resident, "koppeling")
        chain.rik.publishes(resident, "dienstverband")
    chain.samira.opens_all()
    for week in range(10, 20):
        chain.rik.publishes(residents[0], "urenstaat", week=f"2023-W{week}", gewerkteUren=week + 0.5)
    chain.noor.records(residents[1], "inburgering-planning", "ingetrokken")
    chain.noor.publishes(residents[2], "koppeling", gemeente="GM0363")
    return chain


def fine(seen: Eyes, *, script: bool) -> None:
    """Everybody can read this page, and it stays within the screen."""
    if script:
        assert seen.look() == []
        assert seen.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert seen.findings == []


@pytest.mark.parametrize(("width", "script"), [(1280, True), (360, True), (360, False)])
def test_samira_empties_her_inbox_and_plans(browser: Browser, chain: Chain, width: int, script: bool) -> None:
    with running(chain.app) as address, eyes(browser, address, width, script=script) as seen:
        page = seen.page
        page.goto(f"{address}/inloggen")
        page.click("form:has(input[value=samira]) button")
        assert page.url == f"{address}/gemeente"
        fine(seen, script=script)
        for way in ("Op datum", "Vertrokken", "Begonnen"):
            page.click(f".choices >> text={way}")
            fine(seen, script=script)
        page.goto(f"{address}/gemeente")

        page.get_by_role("button", name="Alles openen").click()
        assert "Het is gewist" in page.inner_text("main")
        fine(seen, script=script)
        page.get_by_role("button", name="Ik heb deze").click()
        assert "bevestigd" in page.get_by_role("status").inner_text()
        page.get_by_role("link", name="Vraag om te wissen").click()
        fine(seen, script=script)
        page.get_by_role("button", name="Het is gewist").click()

        page.click("text=Cliënten")
        fine(seen, script=script)
        page.get_by_role("link", name="9900000017").click()
        assert page.locator(".chart-bar").count() == 10
        page.locator("main summary").click()
        assert "Rik Visser" in page.inner_text("main")
        assert "19,5" in page.inner_text("main table")
        fine(seen, script=script)
        with page.expect_download() as download:
            page.get_by_role("button", name="Download bestand").click()
        assert download.value.suggested_filename == "clienten-2023-03-01.csv"
        assert "2023-W19;19,5" in download.value.path().read_text(encoding="utf-8-sig")
        assert seen.findings == []


def test_the_whole_way_goes_by_the_keyboard(browser: Browser, chain: Chain) -> None:
    with running(chain.app) as address, eyes(browser, address, 1280, script=False) as seen:
        page = seen.page
        page.goto(f"{address}/inloggen")
        page.click("form:has(input[value=samira]) button")
        for words in ("Alles openen", "Ik heb deze"):
            for _ in range(60):
                page.keyboard.press("Tab")
                here = page.locator(":focus")
                if here.count() and here.inner_text().startswith(words):
                    break
            # Not before the next page is there: a Tab on the way would go to neither.
            with page.expect_navigation():
                page.keyboard.press("Enter")
        assert "bevestigd" in page.get_by_role("status").inner_text()
        assert seen.findings == []
