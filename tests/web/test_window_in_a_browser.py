"""A resident at their window in a real browser: in three languages, on a telephone and a screen, without script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.chain import Chain, Resident
from tests.web.browser import Eyes, eyes, running

WIDTHS = (1280, 360)
LANGUAGES = ("nl", "ar", "ti")


@pytest.fixture
def resident(chain: Chain) -> Resident:
    """Somebody about whom everything happened: received, asked twice, refused, waiting, asked to delete."""
    resident = chain.linked()
    for kind in ("werkmogelijkheid", "koppeling", "aanvraagstatus"):
        assert chain.noor.publishes(resident, kind).status == 201
    chain.rik.opens_all()
    chain.rik.asks(resident)
    assert chain.rik.publishes(resident, "dienstverband").status == 201
    chain.samira.opens_all()
    chain.clock.later(days=20)
    chain.rik.asks(resident)
    chain.noor.publishes(resident, "verplaatsing")
    chain.noor.records(resident, "inburgering-planning", "ingetrokken")
    chain.rik.publishes(resident, "urenstaat")
    return resident


@pytest.fixture
def code(chain: Chain, resident: Resident) -> str:
    """The code on the resident's slip."""
    reply = chain.noor.caller.post("/vensterbriefjes", {"betrokkeneId": chain.noor.knows(resident)})
    return str(reply.body["code"])


@pytest.fixture
def address(chain: Chain) -> Iterator[str]:
    """Where this hub answers."""
    with running(chain.app) as started:
        yield started


def fits(seen: Eyes) -> bool:
    """Does the page stay within the width of the screen?"""
    return bool(seen.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_reads_well_for_everybody_in_this_language(
    browser: Browser, address: str, code: str, language: str
) -> None:
    for width in WIDTHS:
        with eyes(browser, address, width) as seen:
            page = seen.page

            def fine(seen: Eyes = seen) -> None:
                assert seen.look() == []
                assert fits(seen), seen.page.url
                assert seen.findings == []

            page.goto(f"{address}/venster?taal={language}")
            fine()
            page.fill("#code", code)
            page.click("main button")
            assert page.url == f"{address}/venster/overzicht"
            for more in page.locator("main details").all():
                more.locator("summary").first.click()
            fine()
            page.click("form[action='/venster/stoppen'] button >> nth=0")
            fine()
            # What the hub holds, a form for a mistake (sent without words too), and a question whether one is sure.
            for form in ("gegevens'] button", "vragen'] button >> nth=0", "vragen'] button >> nth=1"):
                page.goto(f"{address}/venster/overzicht")
                page.click(f"form[action='/venster/{form}")
                fine()
            page.goto(f"{address}/venster/overzicht")
            page.click("form[action='/venster/vragen'] button >> nth=0")
            page.click("main form button")
            fine()
            page.click("header form button")
            assert page.url == f"{address}/venster"
            fine()
            page.goto(f"{address}/venster/bestaat-niet")
            fine()


def test_all_of_it_works_without_script_and_with_the_keyboard_alone(
    browser: Browser, address: str, code: str, chain: Chain, resident: Resident
) -> None:
    assert chain.rik.asks(resident)
    with eyes(browser, address, 360, script=False) as seen:
        page = seen.page
        keyboard = page.keyboard
        page.goto(f"{address}/venster?taal=nl")
        keyboard.press("Tab")
        assert focused(page.locator("a:focus")) == "Naar de inhoud"
        keyboard.press("Enter")
        keyboard.press("Tab")
        keyboard.type(code)
        keyboard.press("Enter")
        page.wait_for_url("**/venster/overzicht")
        to(seen, "Stop hiermee")
        keyboard.press("Enter")
        page.wait_for_url("**/venster/stoppen")
        to(seen, "Ja, stop hiermee")
        keyboard.press("Enter")
        page.wait_for_url("**/venster/overzicht")
        assert page.get_by_role("status").inner_text().startswith("Het is gestopt.")
    assert chain.rik.asks(resident) == []
    assert seen.findings == []


def focused(found: object) -> str:
    """The words on what has the focus."""
    return str(found.inner_text()).strip()  # type: ignore[attr-defined]  # a Playwright locator


def to(seen: Eyes, words: str) -> None:
    """Press Tab until these words have the focus; everything on the way shows that it has it."""
    for _ in range(80):
        seen.page.keyboard.press("Tab")
        here = seen.page.locator(":focus")
        if here.count() and focused(here) == words:
            return
    pytest.fail(f"the keyboard does not come to «{words}»")
