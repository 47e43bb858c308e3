"""
How a road of the API is opened: who may call it, what it takes and gives. Said once, for check and document.

A view without a door has no address; a rule over the whole app sees to it that every address says who may call it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint
from marshmallow import Schema

from hub.api.body import read_object, refuse_query
from hub.api.describe import Road, describe
from hub.api.house import house
from hub.errors import Forbidden
from hub.exchange.hub import Hub
from hub.exchange.publish import UNKNOWN_PERSON
from hub.exchange.remember import Request, checked_key
from hub.identity.principals import Principal
from hub.identity.tokens import read_bearer
from hub.people import subjects
from schemas.agreement import Role
from schemas.base import InvalidInput, Json, MessageSchema, Mistake

EVERY_ROLE = frozenset(Role)
ANYONE: frozenset[Role] = frozenset()
PERSON = "betrokkeneId"


@dataclass(frozen=True)
class Call:
    """One request that came through a door: who asks, and what was sent, checked against the road's schema."""

    hub: Hub
    by: Principal
    body: Mapping[str, Json] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)
    key: str = ""

    def request(self) -> Request:
        """As a request that happens once."""
        return Request(self.by, request.path, self.key, self.body)


View = Callable[..., ResponseReturnValue]


@dataclass(frozen=True)
class Door:
    """
    One road: `roles` may call it (empty: everybody, without a token), `takes` is the schema of its body.

    `keyed`: an Idempotency-Key is required. `whole`: the exchange itself checks the body, with the person in it. `bare`: it may be left out altogether.
    """

    method: str
    path: str
    roles: frozenset[Role]
    road: Road
    takes: type[MessageSchema] | None = None
    keyed: bool = False
    whole: bool = False
    bare: bool = False
    query: tuple[str, ...] = ()

    def __call__(self, blueprint: Blueprint) -> Callable[[View], View]:
        """Put a view behind this door."""

        def decorate(view: View) -> View:
            @wraps(view)
            def enter(**path: str) -> ResponseReturnValue:
                return view(self._enter(), **path)

            enter.allowed = self.roles  # type: ignore[attr-defined]
            documented = blueprint.doc(**describe(self.road, takes=self.takes, keyed=self.keyed, roles=self.roles))(
                enter
            )
            result: View = blueprint.route(self.path, methods=[self.method])(documented)
            return result

        return decorate

    def _enter(self) -> Call:
        at = house()
        by = read_bearer(request.headers.get("Authorization"), at.hub.database, at.tokens, lambda: at.hub.agreement)
        if by.role not in self.roles:
            raise Forbidden(self.path)
        refuse_query(request, *self.query)
        key = checked_key(request.headers.get("Idempotency-Key")) if self.keyed else ""
        if self.takes is None:
            return Call(at.hub, by)
        # A road whose fields may all be left out needs no body either.
        body = {} if self.bare and not request.get_data(cache=True) else read_object(request)
        fields = {} if self.whole else _checked(at.hub, by, self.takes, body)
        return Call(at.hub, by, body, fields, key)


def _checked(hub: Hub, by: Principal, schema: type[MessageSchema], body: Mapping[str, Json]) -> Mapping[str, Any]:
    try:
        return schema().read(body)
    except InvalidInput as wrong:
        raise InvalidInput(*_unknown_person(hub, by, body, wrong.mistakes), *wrong.mistakes) from None


def _unknown_person(hub: Hub, by: Principal, body: Mapping[str, Json], named: tuple[Mistake, ...]) -> list[Mistake]:
    # Every mistake at once: beside a wrong field, an unknown person is named too.
    if PERSON not in body or any(mistake.field == PERSON for mistake in named):
        return []
    with hub.database.reading() as session:
        known = subjects.find(session, by, body[PERSON])
    return [] if known else [UNKNOWN_PERSON]


def answer(body: Mapping[str, Json], status: int = 200) -> Response:
    """A JSON answer."""
    response = jsonify(dict(body))
    response.status_code = status
    return response


Schemas = type[Schema]
