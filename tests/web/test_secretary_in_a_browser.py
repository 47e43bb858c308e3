"""Petra at her desk in a real browser: on a screen and a telephone, with script and without."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser

from tests.chain import Chain
from tests.hub.exchange.test_flowing import APRIL, JULY, JUNE, come
from tests.web.browser import eyes, running


@pytest.fixture
def chain(empty: Chain) -> Chain:
    """The whole hub, with enough residents for something to be told."""
    chain = empty
    come(chain, 0, 25, APRIL, days=2)
    come(chain, 100, 12, JUNE)
    chain.clock.instant = JULY + timedelta(days=1)
    return chain


@pytest.mark.parametrize(("width", "script"), [(1280, True), (360, True), (360, False)])
def test_she_reads_and_chooses_a_period(browser: Browser, chain: Chain, width: int, script: bool) -> None:
    with running(chain.app) as address, eyes(browser, address, width, script=script) as seen:
        page = seen.page
        page.goto(f"{address}/inloggen")
        page.click("form:has(input[value=petra]) button")
        page.click("text=Vorig kwartaal")
        assert page.url == f"{address}/project?periode=kwartaal#periode"
        for more in page.locator("main details").all():
            more.locator("summary").click()
        assert "Mag werken" in page.inner_text("#inhoud")
        if script:
            assert seen.look() == []
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert seen.findings == []
