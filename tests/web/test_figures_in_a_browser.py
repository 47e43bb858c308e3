"""Released figures in a real browser: bars and tables that read on a telephone, with nothing in a colour alone."""

import re
from collections.abc import Iterator

import pytest
from flask import Blueprint, render_template_string
from playwright.sync_api import Browser

from hub.figures.protect import Rules, protect
from hub.figures.quarters import Quarter
from hub.figures.shown import Picture, content, picture
from hub.figures.tables import Town, plan_for
from hub.web.who import Who, opened_to
from tests.chain import Chain
from tests.hub.figures.counted import THE_PILOT
from tests.web.browser import eyes, running

PAGE = """{% extends "staff/base.html" %}{% from "figures.html" import draw %}
{% block main %}<h1 class="utrecht-heading-1">{{ title }}</h1>{{ draw(picture) }}{% endblock %}"""
HIDDEN = "minder dan 10 of afgeschermd"


def drawn() -> Picture:
    """The figures of the pilot's year, as the evaluation has them."""
    plan = plan_for([Town("GM0034", "Gemeente Almere"), Town("GM0363", "Gemeente Amsterdam")])
    released = protect(plan.add_up(THE_PILOT), plan.sums, Rules())
    return picture(content(Quarter(2023, 4), plan, released, Rules()))


@pytest.fixture
def address(empty: Chain) -> Iterator[str]:
    """A hub with one page more, on which figures are drawn."""
    pages = Blueprint("figures", __name__, url_prefix="/project")

    @pages.get("/proef")
    @opened_to(Who.ANYBODY)
    def show() -> str:
        around: dict[str, object] = {
            "title": "Cijfers", "language": "nl", "at": None, "demo": False, "home": "/", "menu": (), "here": "/",
            "other_languages": (), "mistakes": {}, "message": None,
        }  # fmt: skip
        return render_template_string(PAGE, picture=drawn(), **around)

    empty.app.register_blueprint(pages)
    with running(empty.app) as started:
        yield started


@pytest.mark.parametrize("width", [1280, 360])
def test_figures_read_well_for_everybody(browser: Browser, address: str, width: int) -> None:
    with eyes(browser, address, width) as seen:
        seen.page.goto(f"{address}/project/proef")

        assert seen.look() == []
        assert seen.findings == []
        assert seen.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        # A wide table scrolls by itself; it does not stack its letters to fit.
        tallest = "Math.max(...[...document.querySelectorAll('tr')].map(row => row.getBoundingClientRect().height))"
        assert seen.page.evaluate(tallest) < 220
        # Everything that is written in a drawing lies within it, and is no smaller than small print.
        for text in seen.page.locator("svg text").all():
            box, frame = text.bounding_box(), text.locator("..").bounding_box()
            assert box is not None
            assert frame is not None
            assert frame["x"] - 1 <= box["x"], text.inner_html()
            assert box["x"] + box["width"] <= frame["x"] + frame["width"] + 1, text.inner_html()
            assert box["height"] >= 14


def test_every_number_of_the_bars_stands_in_the_table_and_what_is_left_out_is_said_in_words(
    browser: Browser, address: str
) -> None:
    with eyes(browser, address, 360, script=False) as seen:
        seen.page.goto(f"{address}/project/proef")
        for section in seen.page.locator("section:has(svg)").all():
            cells = {str(cell.text_content()) for cell in section.locator("td").all()}
            written = " ".join(str(text.text_content()) for text in section.locator("svg text").all())
            # A line that is too long goes on in the next one.
            told = {part.strip() for part in re.findall(r": (\d[\d.]*|minder dan 10 of afgeschermd)", written)}

            assert told <= cells
            assert written.count(HIDDEN) == section.locator("svg .chart-hidden").count()
            assert len(re.findall(r": \d", written)) == section.locator("svg .chart-bar").count() > 0
        assert seen.page.locator("svg title").count() == seen.page.locator("svg desc").count() == 4
