"""Fatima at her desk in a real browser: on a screen and a telephone, with script and without."""

import pytest
from playwright.sync_api import Browser

from tests.chain import Chain
from tests.web.browser import Eyes, eyes, running

PAGES = (
    "/privacy",
    "/privacy/verzoeken",
    "/privacy/verzoeken?staat=besloten",
    "/privacy/afspraak",
    "/privacy/afspraak/verschillen",
    "/privacy/cijfers",
    "/privacy/spoor?zoek=1",
    "/privacy/spoor?van=fout",
    "/privacy/cijfers/vrijgeven?kwartaal=2023-Q1",
)


@pytest.fixture
def chain(empty: Chain) -> Chain:
    """The whole hub, and a resident who asked to be forgotten five weeks ago."""
    chain = empty
    body = {"betrokkeneId": chain.noor.knows(chain.linked()), "soort": "wissen", "toelichting": "Ik ga weg."}
    chain.noor.caller.post("/verzoeken", body)
    chain.clock.later(days=35)
    return chain


def fine(seen: Eyes) -> None:
    """Does the page read well, and stay within the screen?"""
    assert seen.look() == []
    assert seen.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("width", [1280, 360])
def test_every_page_reads_well(browser: Browser, chain: Chain, width: int) -> None:
    with running(chain.app) as address, eyes(browser, address, width) as seen:
        page = seen.page
        page.goto(f"{address}/inloggen")
        page.click("form:has(input[value=fatima]) button")
        for path in PAGES:
            page.goto(f"{address}{path}")
            for more in page.locator("main details").all():
                more.locator("summary").first.click()
            fine(seen)
        page.goto(f"{address}/privacy/verzoeken")
        page.click("tbody a")
        fine(seen)
        page.click("main form button")
        fine(seen)
        assert seen.findings == []


def test_somebody_is_forgotten_without_script_after_a_word_was_typed(browser: Browser, chain: Chain) -> None:
    with running(chain.app) as address, eyes(browser, address, 360, script=False) as seen:
        page = seen.page
        page.goto(f"{address}/inloggen")
        page.click("form:has(input[value=fatima]) button")
        page.click("text=Verzoeken >> nth=0")
        page.click("tbody a")
        page.check("input[value=toegewezen]")
        page.click("main form button")
        page.click("main form button")
        assert "Er is niets gewist." in page.inner_text("#inhoud")
        page.fill("#woord", "vergeten")
        page.click("main form button")
        assert "De bewoner is vergeten." in page.inner_text("#inhoud")
        assert seen.findings == []
