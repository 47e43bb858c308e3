"""From the first question to being forgotten, in a real browser: three languages, on a screen and on a telephone."""

from pathlib import Path

import pytest

from tests.conftest import NewStores
from tests.web.browser import chromium, eyes, running
from tests.web.film import LANGUAGES, WIDTHS, Film, play


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_resident_decides_and_everybody_hears_it(language: str, new_stores: NewStores, tmp_path: Path) -> None:
    chain = empty
    with running(chain.app) as address, chromium() as browser:
        for number, width in enumerate(WIDTHS, start=11):
            with eyes(browser, address, width) as seen:
                play(Film(chain, seen, language, width), number)
