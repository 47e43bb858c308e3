"""Every page of everybody at a desk, in a real browser, wide and narrow: nothing for axe, nothing from elsewhere."""

import pytest
from playwright.sync_api import Browser

from hub.identity.demo_people import PEOPLE
from hub.web.staff.layout import HOME
from tests.chain import Chain
from tests.rules.test_routes import full_story
from tests.web.browser import eyes, running
from tests.web.crawl import NOT_HERE, route_of

WIDTHS = (1280, 360)
# A download is no page.
LINKS = "a[href^='/']:not([download])"


@pytest.fixture
def chain(empty: Chain) -> Chain:
    """A hub with a resident about whom everything was told. What a browser sees does not depend on the database."""
    chain = empty
    full_story(chain)
    return chain


@pytest.mark.parametrize("who", ["noor", "rik", "samira", "petra", "fatima", "job"])
def test_every_page_is_fine_for_everybody(chain: Chain, browser: Browser, who: str) -> None:
    with running(chain.app) as address, eyes(browser, address, WIDTHS[0]) as seen:
        page, found = seen.page, []
        page.goto(f"{address}/inloggen")
        page.click(f"form:has(input[value={who}]) button")
        waiting, looked = [HOME[PEOPLE[who].function], "/toegankelijkheid"], set[str]()
        while waiting:
            path = waiting.pop(0)
            if route_of(path) in looked or path.startswith(NOT_HERE):
                continue
            looked.add(route_of(path))
            page.goto(f"{address}{path}")
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 800})
                found += [f"{path} {width}: {one}" for one in seen.look()]
                wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                if page.evaluate(wide) > 0:
                    found.append(f"{path} {width}: wider than the screen")
            links = page.eval_on_selector_all(
                "a[href^='/']:not([download])", "all => all.map(one => one.getAttribute('href'))"
            )
            waiting += [one.partition("?")[0].partition("#")[0] for one in links]
        assert found == []
        assert seen.findings == []
        assert len(looked) >= 2
