"""Sends exactly what a test says to the front door, and gives the whole answer: status, headers, bytes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tests.chain import Person

ROOT = "/api/v1"


@dataclass(frozen=True)
class Answer:
    """What came back, down to the last byte."""

    status: int
    headers: Mapping[str, str]
    raw: bytes

    @property
    def body(self) -> dict[str, Any]:
        """The JSON in it."""
        body: dict[str, Any] = json.loads(self.raw)
        return body

    @property
    def fields(self) -> set[str]:
        """The fields that are named as wrong."""
        return {mistake["veld"] for mistake in self.body["fouten"]}

    @property
    def without_date(self) -> tuple[int, Mapping[str, str], bytes]:
        """All that an outsider could compare."""
        return self.status, {name: text for name, text in self.headers.items() if name != "Date"}, self.raw


def send(
    person: Person,
    method: str,
    path: str,
    body: object = None,
    *,
    raw: bytes | None = None,
    media: str = "application/json",
    key: str | None = "",
) -> Answer:
    """As this person. `raw` goes as it is; an empty `key` is a new one, None is none."""
    headers = {**person.caller._headers(), **({} if key is None else {"Idempotency-Key": key or str(uuid4())})}
    data = raw if raw is not None or body is None else json.dumps(body).encode()
    return knock(
        person.caller.app, method, path, data, {**headers, **({} if data is None else {"Content-Type": media})}
    )


def knock(app: Any, method: str, path: str, data: bytes | None, headers: Mapping[str, str]) -> Answer:
    """As anybody: with these headers and no others."""
    answer = app.test_client().open(path, method=method, data=data, headers=dict(headers))
    return Answer(answer.status_code, dict(answer.headers), answer.get_data())


def is_problem(answer: Answer, status: int) -> bool:
    """Is it the problem document that the contract asks for (RFC 9457)?"""
    right = answer.status == answer.body.get("status") == status
    words = all(isinstance(answer.body.get(name), str) and answer.body[name] for name in ("title", "detail", "code"))
    return right and words and answer.headers["Content-Type"] == "application/problem+json" and versioned(answer)


def versioned(answer: Answer) -> bool:
    """Does the answer say which version of the API gave it?"""
    return "API-Version" in answer.headers
