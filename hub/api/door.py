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
from werkzeug.exceptions import MethodNotAllowed

from hub.api.allowed import allow
from hub.api.body import read_object, refuse_query
from hub.api.describe import Road, describe
from hub.api.house import house
from hub.errors import Forbidden, NotFound
from hub.exchange.hub import Hub
from hub.exchange.publish import UNKNOWN_PERSON
from hub.exchange.register import mistakes_in_branch
from hub.exchange.remember import Request, mistakes_in_key
from hub.identity.principals import Principal
from hub.identity.tokens import read_bearer
from hub.people import subjects
from schemas.agreement import Role
from schemas.base import InvalidInput, Json, MessageSchema, Mistake

EVERY_ROLE = frozenset(Role)
PERSON, BRANCH = "betrokkeneId", "vestiging"


@dataclass(frozen=True)
class Call:
    """One request that came through a door: who asks, and what was sent, checked against the road's schema."""

    hub: Hub
    by: Principal
    body: Mapping[str, Json] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)
    key: str = ""
    lacking: tuple[Mistake, ...] = ()

    def request(self) -> Request:
        """As a request that happens once."""
        return Request(self.by, request.path, self.key, self.body, self.lacking)


View = Callable[..., ResponseReturnValue]
Also = Callable[[Hub, Mapping[str, Json]], list[Mistake]]


@dataclass(frozen=True)
class Door:
    """
    One road: `roles` may call it (empty: everybody, without a token), `takes` is the schema of its body.

    `keyed`: an Idempotency-Key is required. `whole`: the exchange itself checks the body, with the person in it.
    `bare`: the body may be left out altogether. `also`: what only the agreement knows to be wrong with a body.
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
    also: Also | None = None

    def __call__(self, blueprint: Blueprint) -> Callable[[View], View]:
        """Put a view behind this door."""

        def decorate(view: View) -> View:
            @wraps(view)
            def enter(**path: str) -> ResponseReturnValue:
                return view(self._enter(path), **path)

            allow(enter, self.roles)
            documented = blueprint.doc(**describe(self.road, takes=self.takes, keyed=self.keyed, roles=self.roles))(
                enter
            )
            result: View = blueprint.route(self.path, methods=[self.method])(documented)
            return result

        return decorate

    def _enter(self, path: Mapping[str, str]) -> Call:
        at = house()
        by = read_bearer(request.headers.get("Authorization"), at.hub.database, at.tokens, lambda: at.hub.agreement)
        at.allowance.take(by.client_id)
        if by.role not in self.roles:
            raise Forbidden(self.path)
        if request.method != self.method:
            # HEAD: looking is an act here (it stands in the trail), and nobody does it without reading.
            raise MethodNotAllowed([self.method])
        refuse_query(request, *self.query)
        if not all(value.isascii() and value.isprintable() for value in path.values()):
            raise NotFound(self.path)
        key = request.headers.get("Idempotency-Key")
        lacking = tuple(mistakes_in_key(key)) if self.keyed else ()
        if self.takes is None:
            return Call(at.hub, by)
        # A road whose fields may all be left out needs no body either.
        body = {} if self.bare and not request.get_data(cache=True) else read_object(request)
        fields = {} if self.whole else self._checked(at.hub, by, body, lacking)
        return Call(at.hub, by, body, fields, key or "", lacking)

    def _checked(
        self, hub: Hub, by: Principal, body: Mapping[str, Json], lacking: tuple[Mistake, ...]
    ) -> Mapping[str, Any]:
        named, fields = lacking, {}
        try:
            fields = self.takes().read(body) if self.takes is not None else {}
        except InvalidInput as wrong:
            named += wrong.mistakes
        if named:
            # Every mistake at once: what the schema cannot know is looked at too.
            raise InvalidInput(*_beside(hub, by, body, named, self.also), *named)
        return fields


def _beside(
    hub: Hub, by: Principal, body: Mapping[str, Json], named: tuple[Mistake, ...], also: Also | None
) -> list[Mistake]:
    """Beside a wrong field: an unknown person, somebody else's vestiging, what the agreement does not have."""
    wrong = {mistake.field for mistake in named}
    found = [] if also is None else [one for one in also(hub, body) if one.field in body and one.field not in wrong]
    if PERSON in body and PERSON not in wrong:
        with hub.database.reading() as session:
            found += [] if subjects.find(session, by, body[PERSON]) else [UNKNOWN_PERSON]
    if BRANCH in body and BRANCH not in wrong:
        found += mistakes_in_branch(by, str(body[BRANCH]))
    return found


def answer(body: Mapping[str, Json], status: int = 200) -> Response:
    """A JSON answer."""
    response = jsonify(dict(body))
    response.status_code = status
    return response
