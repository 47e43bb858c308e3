"""A real browser at a running hub: Debian's Chromium, driven by Playwright, that notes everything it should not see."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright
from werkzeug.serving import make_server

AXE = Path(__file__).parent / "axe" / "axe.min.js"
# WCAG 2.2 up to AA, and what axe calls best practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class NoChromium(Exception):
    """There is no browser on this machine; says what to type."""


@contextmanager
def running(app: Flask) -> Iterator[str]:
    """This app on a free port of this machine; gives its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser. Raises NoChromium when there is none."""
    path = shutil.which("chromium")
    if path is None:
        raise NoChromium("There is no chromium here. Type: sudo apt-get install chromium fonts-noto-core")
    # The sandbox of Chromium refuses to run as root; what it would look at here is our own pages only.
    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=options)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Eyes:
    """One person's browser: a page, and what went wrong on it."""

    context: BrowserContext
    page: Page
    address: str
    findings: list[str] = field(default_factory=list)

    def hear(self, message: ConsoleMessage) -> None:
        """The browser complained: a policy that was broken, a file that is not there."""
        # That a page itself answers 400 or 404 is what the test asked for; it still comes as an error, some time later.
        of_page = "status of 4" in message.text and "/static/" not in message.location["url"]
        if message.type == "error" and not of_page:
            self.findings.append(f"console: {message.text}")

    def follow(self, asked: Request) -> None:
        """A request: does it leave the hub?"""
        if not asked.url.startswith((f"{self.address}/", "data:")):
            self.findings.append(f"elsewhere: {asked.url}")

    def look(self) -> list[str]:
        """What axe finds on this page."""
        # A letter that still comes in another font has another width.
        self.page.evaluate("document.fonts.ready.then(() => true)")
        # Put in by the debugger, and not by the page: its policy allows no script at all.
        result: dict[str, Any] = self.page.evaluate(f"{AXE.read_text(encoding='utf-8')}; axe.run({{runOnly: {RULES}}})")
        return [
            f"{one['id']}: {node['html'][:120]} {node['failureSummary'][:200]}"
            for one in result["violations"]
            for node in one["nodes"]
        ]


@contextmanager
def eyes(browser: Browser, address: str, width: int, *, script: bool = True, locale: str = "en-US") -> Iterator[Eyes]:
    """A browser of this width, which notes policy violations, errors, and every request to elsewhere."""
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        java_script_enabled=script,
        reduced_motion="reduce",
        locale=locale,
    )
    page = context.new_page()
    seen = Eyes(context, page, address)
    page.on("console", seen.hear)
    page.on("pageerror", lambda error: seen.findings.append(f"script: {error}"))
    page.on("request", seen.follow)
    try:
        yield seen
    finally:
        context.close()
