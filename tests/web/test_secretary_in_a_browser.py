"""Petra at her desk in a real browser: on a screen and a telephone, with script and without."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from hub.app import Stores as HubStores
from tests.chain import Chain, build_chain
from tests.conftest import NewStores
from tests.hub.exchange.test_flowing import APRIL, JULY, JUNE, come
from tests.web.browser import chromium, eyes, running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with chromium() as started:
        yield started


@pytest.fixture
def chain(new_stores: NewStores, tmp_path: Path) -> Chain:
    """The whole hub, with enough residents for something to be told."""
    stores = new_stores("sqlite")
    chain = build_chain(HubStores(stores.database, stores.keys), tmp_path)
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
