"""Somebody with a telephone at the pages of the hub: follows links, fills in forms, keeps cookies, and reads."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

WINDOW = "/venster"
OVERVIEW = "/venster/overzicht"


@dataclass(frozen=True)
class Page:
    """What came back."""

    status: int
    headers: dict[str, str]
    html: str
    path: str

    @property
    def text(self) -> str:
        """What a person reads, in one line."""
        reader = _Reader()
        reader.feed(self.html)
        return " ".join(" ".join(reader.parts).split())

    @property
    def token(self) -> str:
        """The token that the forms of this page carry."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.html)
        return found.group(1) if found else ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


@dataclass
class Visitor:
    """One browser. Forms go with the token of the page that was looked at last, as a browser does it."""

    app: Flask
    address: str = "9.9.9.9"
    secure: bool = False
    client: FlaskClient = field(init=False)
    token: str = ""

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def sees(self, path: str = WINDOW, method: str = "GET", **more: Any) -> Page:
        """Go to a page, without following where it leads."""
        base = "https://localhost" if self.secure else "http://localhost"
        answer = self.client.open(
            path, method=method, base_url=base, environ_base={"REMOTE_ADDR": self.address}, **more
        )
        page = Page(answer.status_code, dict(answer.headers), answer.get_data(as_text=True), path)
        self.token = page.token or self.token
        return page

    def presses(self, path: str, *, token: str | None = None, **fields: str | list[str]) -> Page:
        """Press the button of a form."""
        data = {**fields, "csrf_token": self.token if token is None else token}
        return self.sees(path, "POST", data=data)

    def follows(self, page: Page) -> Page:
        """Where this page leads."""
        assert page.status == 303, page
        return self.sees(page.headers["Location"])

    def opens(self, code: str, language: str = "nl") -> Page:
        """Scan the QR code, type the code of the slip, and see what comes."""
        self.sees(f"{WINDOW}?taal={language}")
        page = self.presses(WINDOW, code=code)
        return self.follows(page) if page.status == 303 else page
