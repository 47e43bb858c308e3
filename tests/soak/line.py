"""A partner's line to the hub: it hangs up now and then before the answer comes, and tries again until it has one."""

import http.client
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from hub.clock import wall
from hub.identity.assertions import make_assertion, token_form
from hub.practice.house import Office

TIMEOUT_SECONDS = 60
RENEW_SECONDS = 300
MOST_ATTEMPTS = 200
RETRIED = frozenset({429, 500, 502, 503, 504})
BROKEN = (ConnectionError, http.client.HTTPException, TimeoutError, OSError)


class NeverAnswered(Exception):
    """So many attempts and no answer: something is wrong with the hub, or with this machine."""


@dataclass(frozen=True)
class Call:
    """One request, as often as it is sent."""

    office: str
    method: str
    path: str
    body: Mapping[str, Any] | None = None
    key: str = ""
    # Never hung up on by choice: what becomes of it costs too much when nobody knows.
    patient: bool = False

    @property
    def road(self) -> str:
        """Its path, without what names an item."""
        parts = self.path.partition("?")[0].split("/")
        return "/".join("*" if len(part) > 24 else part for part in parts)


@dataclass(frozen=True)
class Heard:
    """The answer, and how many attempts came before it of which nobody knows what became of them."""

    status: int
    body: dict[str, Any]
    lost: int


@dataclass
class Tally:
    """What went over all lines together. `lost`: per road, attempts without a known outcome."""

    sent: int = 0
    hung_up: int = 0
    broken: int = 0
    unavailable: Counter[int] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, call: Call, what: str, status: int = 0) -> None:
        """One attempt more."""
        with self.lock:
            self.sent += 1
            self.hung_up += what == "hung up"
            self.broken += what == "broken"
            if what in ("hung up", "broken"):
                self.lost[f"{call.method} {call.road}"] += 1
            if status in RETRIED:
                self.unavailable[status] += 1


@dataclass
class Tokens:
    """The tokens of all offices, fetched over the network like everything else."""

    port: int
    base_url: str
    offices: Mapping[str, Office]
    _known: dict[str, tuple[str, float]] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, office: str) -> str:
        """A token that is good for a while."""
        with self._lock:
            token, until = self._known.get(office, ("", 0.0))
            if time.monotonic() >= until:
                token = self._fetch(self.offices[office])
                self._known[office] = (token, time.monotonic() + RENEW_SECONDS)
            return token

    def _fetch(self, office: Office) -> str:
        for _ in range(MOST_ATTEMPTS):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_SECONDS)
            try:
                assertion = make_assertion(office.client, office.private_key, f"{self.base_url}/oauth/token", wall())
                kind = {"Content-Type": "application/x-www-form-urlencoded"}
                connection.request("POST", "/oauth/token", urlencode(token_form(assertion)), kind)
                answer = connection.getresponse()
                said = json.loads(answer.read())
                if answer.status == 200:
                    return str(said["access_token"])
            except BROKEN:
                pass
            finally:
                connection.close()
            time.sleep(0.05)
        raise NeverAnswered("/oauth/token")


class Line:
    """One client's connection. It hangs up before the answer in this share of its attempts."""

    def __init__(self, tokens: Tokens, tally: Tally, chance: random.Random, hangs_up: float) -> None:
        self.tokens, self.tally, self.chance, self.hangs_up = tokens, tally, chance, hangs_up
        self._connection: http.client.HTTPConnection | None = None

    def call(self, call: Call) -> Heard:
        """Send it, with the same key, until there is an answer."""
        lost = 0
        for _ in range(MOST_ATTEMPTS):
            try:
                if not call.patient and self.chance.random() < self.hangs_up:
                    self._send(call)
                    self.tally.count(call, "hung up")
                    self.close()
                    lost += 1
                    continue
                self._send(call)
                heard = self._hear(call, lost)
            except BROKEN:
                self.tally.count(call, "broken")
                self.close()
                lost += 1
                time.sleep(0.05)
                continue
            self.tally.count(call, "answered", heard.status)
            if heard.status not in RETRIED or heard.body.get("code") == "te-veel-pogingen":
                return heard
            time.sleep(0.05)
        raise NeverAnswered(call.road)

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _send(self, call: Call) -> None:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.tokens.port, timeout=TIMEOUT_SECONDS)
        headers = {"Authorization": f"Bearer {self.tokens.of(call.office)}"}
        if call.key:
            headers["Idempotency-Key"] = call.key
        body = None if call.body is None else json.dumps(call.body)
        if body is not None:
            headers["Content-Type"] = "application/json"
        self._connection.request(call.method, f"/api/v1{call.path}", body, headers)

    def _hear(self, call: Call, lost: int) -> Heard:
        assert self._connection is not None
        answer = self._connection.getresponse()
        said = answer.read()
        if answer.headers.get_content_type() == "text/plain":
            return Heard(answer.status, {"text": said.decode()}, lost)
        return Heard(answer.status, json.loads(said) if said else {}, lost)
