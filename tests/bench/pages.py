"""Somebody at a desk for the measurements: signed in over the network, with the address of a page to look at."""

import re

import requests

from tests.bench.load import request
from tests.bench.servers import Running

CANDIDATE = re.compile(r'href="(/bemiddelaar/[a-z2-7]{26})"')


class Desk:
    """One browser at a running hub."""

    def __init__(self, served: Running, who: str) -> None:
        self.browser = requests.Session()
        self.base = served.settings.base_url
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.page("/inloggen"))
        assert token is not None
        arrived = self.browser.post(
            f"{self.base}/inloggen", data={"wie": who, "csrf_token": token.group(1)}, timeout=30
        )
        assert arrived.status_code == 200, arrived.status_code

    def page(self, path: str) -> str:
        """What stands on a page."""
        return self.browser.get(f"{self.base}{path}", timeout=30).text

    def looks_at(self, path: str) -> bytes:
        """The bytes of one look at a page."""
        cookies = "; ".join(f"{one.name}={one.value}" for one in self.browser.cookies)
        return request("GET", path, cookies=cookies)


def first_candidate(rik: Desk) -> str:
    """The address of a candidate's page in this session."""
    found = CANDIDATE.search(rik.page("/bemiddelaar"))
    assert found is not None
    return found.group(1)
