"""
Pictures of the screens for the documentation: the demo's people do their work in a real browser.

`python -m tests.web.screens FOLDER`; `make pictures` writes them to docs/screens. Each is looked at by axe on the way.
"""

import logging
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import click
import structlog
from flask import Flask
from playwright.sync_api import FloatRect, Page

from hub.practice.demo import build_demo
from tests.web.browser import Eyes, chromium, eyes, running

WIDTHS = (1280, 360)
TALLEST = 1800
# What the documentation shows.
FOR_DOCS = frozenset({
    "fatima-afspraak-1280", "fatima-spoor-1280", "inloggen-1280", "noor-bewoner-1280", "noor-bewoner-360",
    "noor-keuzes-1280", "noor-vandaag-1280", "noor-wat-ziet-de-ander-1280", "petra-loopt-het-1280", "rik-bestand-1280",
    "rik-mag-werken-1280", "rik-mag-werken-360", "samira-client-1280", "samira-client-360", "samira-postvak-1280",
})  # fmt: skip
MAIN = "main button.utrecht-button--primary-action"


@dataclass
class Camera:
    """One person's browser; `takes` keeps what it shows, wide and narrow, and what was wrong with it."""

    seen: Eyes
    folder: Path
    wanted: frozenset[str] | None = None
    found: list[str] = field(default_factory=list)

    @property
    def page(self) -> Page:
        """What is on screen."""
        return self.seen.page

    def takes(self, name: str) -> None:
        """A picture of the page at each width, under this name; of a tall one, its upper part."""
        self.page.wait_for_load_state("networkidle")
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 800})
            self.found += [f"{name} {width}: {one}" for one in self.seen.look()]
            if self.wanted is None or f"{name}-{width}" in self.wanted:
                size = self.page.evaluate("document.documentElement.scrollHeight")
                clip: FloatRect = {"x": 0, "y": 0, "width": width, "height": min(size, TALLEST)}
                self.page.screenshot(path=self.folder / f"{name}-{width}.png", full_page=True, clip=clip)
        self.page.set_viewport_size({"width": WIDTHS[0], "height": 800})

    def presses(self, button: str) -> None:
        """A button or link that leads to another page."""
        with self.page.expect_navigation():
            self.page.click(button)

    def goes(self, path: str) -> None:
        """To a page by its address."""
        self.page.goto(f"{self.seen.address}{path}")


def noor(camera: Camera) -> None:
    """From knowing to telling: find, look, fill in, see what the other will see, send."""
    page = camera.page
    camera.takes("noor-vandaag")
    camera.goes("/coa/taken")
    camera.takes("noor-taken")
    camera.goes("/coa")
    page.fill("main input[type=text] >> nth=0", "9900000017")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    camera.takes("noor-bewoner")
    resident = page.url
    camera.presses("a[href$='/keuzes']")
    camera.takes("noor-keuzes")
    page.goto(resident)
    camera.presses("a[href$='/werkmogelijkheden']")
    page.check("input[name=magWerken][value=ja]")
    page.check("input[name=twvNodig][value=ja]")
    camera.takes("noor-vertellen")
    camera.presses(MAIN)
    camera.takes("noor-wat-ziet-de-ander")
    camera.presses(MAIN)
    camera.takes("noor-verstuurd")


def rik(camera: Camera) -> None:
    """A candidate who may work, and a report."""
    camera.takes("rik-kandidaten")
    camera.presses("a:text-is('K21052')")
    camera.takes("rik-mag-werken")
    camera.goes("/bemiddelaar/bestand")
    camera.takes("rik-bestand")


def samira(camera: Camera) -> None:
    """What came in, and a client's weeks."""
    camera.takes("samira-postvak")
    camera.presses("button:has-text('Alles openen')")
    camera.goes("/gemeente/clienten")
    camera.takes("samira-clienten")
    camera.presses("main li a, main table a")
    camera.takes("samira-client")


def petra(camera: Camera) -> None:
    """Does it flow, and what was released."""
    camera.takes("petra-loopt-het")
    camera.goes("/project/cijfers")
    camera.takes("petra-cijfers")


def fatima(camera: Camera) -> None:
    """The agreement, requests, the trail."""
    camera.takes("fatima-overzicht")
    for name in ("afspraak", "verzoeken", "spoor"):
        camera.goes(f"/privacy/{name}")
        camera.takes(f"fatima-{name}")


PEOPLE: Mapping[str, Callable[[Camera], None]] = {
    "noor": noor, "rik": rik, "samira": samira, "petra": petra, "fatima": fatima,
}  # fmt: skip


def film(app: Flask, folder: Path, wanted: frozenset[str] | None) -> Iterator[str]:
    """Everybody's pictures; gives what was wrong."""
    with running(app) as address, chromium() as browser:
        for who, act in PEOPLE.items():
            with eyes(browser, address, WIDTHS[0], locale="nl-NL") as seen:
                camera = Camera(seen, folder, wanted)
                camera.goes("/inloggen")
                if who == "noor":
                    camera.takes("inloggen")
                camera.presses(f"form:has(input[value={who}]) button")
                act(camera)
                yield from (*camera.found, *seen.findings)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--for-docs", is_flag=True, help="Only what the documentation shows.")
def main(folder: Path, for_docs: bool) -> None:
    """Keep the pictures in this folder."""
    logging.disable()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        demo = build_demo(place, "http://localhost:8080")
        stack.callback(demo.stores.close)
        found = list(film(cast("Flask", demo.app), folder, FOR_DOCS if for_docs else None))
    if found:
        raise click.ClickException("\n".join(found))
    click.echo(f"{len(list(folder.glob('*.png')))} pictures in {folder}")


if __name__ == "__main__":
    main()
