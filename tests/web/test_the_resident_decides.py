"""From the first question to being forgotten, in a real browser: three languages, on a screen and on a telephone."""

import pytest
from playwright.sync_api import Browser

from tests.chain import Chain
from tests.web.browser import eyes, running
from tests.web.film import LANGUAGES, WIDTHS, Film, play


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_resident_decides_and_everybody_hears_it(language: str, chain: Chain, browser: Browser) -> None:
    with running(chain.app) as address:
        for number, width in enumerate(WIDTHS, start=11):
            with eyes(browser, address, width) as seen:
                play(Film(chain, seen, language, width), number)
