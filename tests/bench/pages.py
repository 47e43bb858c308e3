"""Somebody at a desk for the measurements: signed in over the network, with the address of a page to look at."""

import re

import requests

from tests.bench.load import WrongAnswer, request
from tests.bench.servers import Running

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Desk:
    """One browser at a running hub."""

    def __init__(self, served: Running, who: str) -> None:
        self.browser = requests.Session()
        self.base = served.settings.base_url
        self.presses("/inloggen", "/inloggen", wie=who)

    def presses(self, form: str, path: str, **fields: str) -> str:
        """The button of the form on this page; gives the address that it leads to."""
        token = TOKEN.search(self.browser.get(f"{self.base}{form}", timeout=30).text)
        data = {**fields, "csrf_token": "" if token is None else token.group(1)}
        answer = self.browser.post(f"{self.base}{path}", data=data, timeout=30, allow_redirects=False)
        if answer.status_code != 303:
            raise WrongAnswer(f"{path} gives {answer.status_code}")
        return answer.headers["Location"]

    def looks_at(self, path: str) -> bytes:
        """The bytes of one look at a page."""
        cookies = "; ".join(f"{one.name}={one.value}" for one in self.browser.cookies)
        return request("GET", path, cookies=cookies)


def first_candidate(rik: Desk) -> str:
    """The address of a candidate's page. By number: of the copies that fill the store, references do not open."""
    return rik.presses("/bemiddelaar/bestand", "/bemiddelaar/zoek", nummer="K00000")
