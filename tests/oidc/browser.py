"""Somebody's browser over real HTTP: keeps cookies, goes where a page leads, and fills in forms."""

import html
import re
from dataclasses import dataclass, field
from urllib.parse import urljoin

import requests

FORM = re.compile(r"<form[^>]*>.*?</form>", re.DOTALL)
ATTRIBUTE = r'\b{}="([^"]*)"'


def attribute(tag: str, name: str) -> str:
    """What this attribute of a tag holds."""
    found = re.search(ATTRIBUTE.format(name), tag)
    return html.unescape(found[1]) if found else ""


@dataclass
class Browser:
    """One browser. `trail` has every address that it was at, in the order that it came there."""

    hub: str
    http: requests.Session = field(default_factory=requests.Session)
    page: requests.Response = field(default_factory=requests.Response)
    trail: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.http.trust_env = False

    def goes(self, address: str, method: str = "GET", data: dict[str, str] | None = None) -> "Browser":
        """To an address, and on to wherever it leads."""
        self.step(address, method, data)
        while (onward := self.onward()) is not None:
            self.step(onward)
        return self

    def step(self, address: str, method: str = "GET", data: dict[str, str] | None = None) -> requests.Response:
        """One request, and no further."""
        where = urljoin(self.page.url or self.hub, address)
        self.page = self.http.request(method, where, data=data, allow_redirects=False, timeout=20)
        self.trail.append(where)
        return self.page

    def onward(self) -> str | None:
        """Where this page leads by itself."""
        refresh = re.search(r'http-equiv="refresh" content="0; url=([^"]*)"', self.page.text)
        there = self.page.headers.get("Location") or (html.unescape(refresh[1]) if refresh else None)
        return None if there is None else urljoin(self.page.url, there)

    def presses(self, words: str, **fields: str) -> "Browser":
        """The button of the form in which these words stand; its hidden fields go along."""
        self.submit(words, fields)
        while (onward := self.onward()) is not None:
            self.step(onward)
        return self

    def submit(self, words: str, fields: dict[str, str]) -> requests.Response:
        """The same, and no further."""
        form = next(form for form in FORM.findall(self.page.text) if words in form)
        inputs = re.findall(r"<input[^>]*>", form)
        hidden = {attribute(one, "name"): attribute(one, "value") for one in inputs if 'type="hidden"' in one}
        return self.step(attribute(form, "action"), "POST", {**hidden, **fields})

    @property
    def text(self) -> str:
        """What stands on the page, in one line, without tags."""
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", self.page.text)).split())

    def begins_at(self, organisation: str) -> "Browser":
        """The hub's sign-in page, the button of this organisation, and the form of its own page."""
        self.goes(f"{self.hub}/inloggen")
        return self.presses(f"Inloggen bij {organisation}<")

    def signs_in(self, organisation: str, who: str) -> "Browser":
        """The whole way, wherever it ends."""
        return self.begins_at(organisation).presses("login", login=who, password="x")
