"""Calls the API as a partner's own software would: with its key, its tokens, and nothing else of the hub."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import uuid4

from hub.clock import wall
from hub.identity.assertions import make_assertion, token_form
from hub.practice.house import Office

# A token lives for 10 minutes; a new one is fetched well before.
RENEW_SECONDS = 300


class App(Protocol):
    """A web application that can be called without a network: what Flask offers, and all that is used of it here."""

    def test_client(self) -> Any:
        """A client that calls it."""
        ...


@dataclass(frozen=True)
class Reply:
    """What the API answered."""

    status: int
    body: dict[str, Any]


@dataclass
class Caller:
    """One office at the API of this app. Tokens live by the wall clock, whatever the domain's clock says."""

    app: App
    office: Office
    base_url: str
    _token: str = field(default="", repr=False)
    _until: float = 0.0

    def post(self, path: str, body: Mapping[str, Any], *, key: str | None = None) -> Reply:
        """Send a body. Every call has an Idempotency-Key; one that must be the same twice is given."""
        headers = {**self._headers(), "Idempotency-Key": key or str(uuid4())}
        answer = self.app.test_client().post("/api/v1" + path, json=dict(body), headers=headers)
        return Reply(answer.status_code, answer.get_json(silent=True) or {})

    def get(self, path: str) -> Reply:
        """Fetch."""
        answer = self.app.test_client().get("/api/v1" + path, headers=self._headers())
        return Reply(answer.status_code, answer.get_json(silent=True) or {})

    def _headers(self) -> dict[str, str]:
        if time.monotonic() >= self._until:
            self._token, self._until = self._fetch(), time.monotonic() + RENEW_SECONDS
        return {"Authorization": f"Bearer {self._token}"}

    def _fetch(self) -> str:
        address = f"{self.base_url}/oauth/token"
        assertion = make_assertion(self.office.client, self.office.private_key, address, wall())
        answer = self.app.test_client().post("/oauth/token", data=token_form(assertion))
        return str(answer.get_json()["access_token"])
