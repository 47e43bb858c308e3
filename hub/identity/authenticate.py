"""Is this system who it says it is? A statement signed with its own key, for us alone, used once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from authlib.oauth2.rfc6749 import ClientMixin
from joserfc.jwk import Key

from hub.clock import Clock
from hub.db import Database
from hub.identity.assertions import ASSERTION_TYPE
from hub.identity.clients import CLIENT_ID, LONGEST_ID
from hub.identity.errors import NotVerified
from hub.identity.keys import ALGORITHMS, imported
from hub.identity.models import Client
from hub.identity.once import use_assertion
from hub.identity.principals import principal_of
from hub.identity.verify import only_audience, peek, seconds, verify
from schemas.agreement import Agreement

# As Authlib and the metadata (RFC 8414) name it.
METHOD = "private_key_jwt"
LONGEST_LIFE_SECONDS = 120
# A client's clock may run ahead of ours by this much. An assertion that ran out gets nothing extra.
LEEWAY_SECONDS = 5
# RFC 7523 names no type; RFC 7523bis asks for client-authentication+jwt. An access token (at+jwt) is not one.
TYPES = frozenset({None, "JWT", "client-authentication+jwt"})


@dataclass
class Caller(ClientMixin):
    """A registered client during one request, with the methods that Authlib asks for."""

    client_id: str
    keys: Sequence[Key]
    welcome: bool
    """False when suspended, or no longer in the agreement: everything is checked, and then refused."""
    proved_with: str = ""
    """The kid of the key that signed, once that is known."""

    def get_client_id(self) -> str:
        return self.client_id

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:  # Authlib gives it
        return self.welcome and method == METHOD

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "client_credentials"


class FormRequest(Protocol):
    """The part of Authlib's request that is used here."""

    form: Mapping[str, str]
    client: Caller | None


def find_caller(database: Database, agreement: Callable[[], Agreement], client_id: str) -> Caller | None:
    """The client of this name, or None. The name is a stranger's text until proven."""
    if len(client_id) > LONGEST_ID or not CLIENT_ID.fullmatch(client_id):
        return None
    with database.reading() as session:
        client = session.get(Client, client_id)
    if client is None:
        return None
    known = principal_of(client_id, client.partner, client.branches, agreement()) is not None
    return Caller(client_id, imported(client.public_keys), welcome=known and client.suspended_at is None)


@dataclass(frozen=True)
class ClientAssertion:
    """
    The one way to authenticate: `private_key_jwt`, RFC 7523 section 3, stricter than Authlib's own.

    That one takes assertions that live for years or name several audiences, and leaves the jti to us.
    """

    database: Database
    token_url: str
    wall: Clock

    def __call__(self, query_client: Callable[[str], Caller | None], request: FormRequest) -> Caller | None:
        """The client, or None: Authlib makes that one and the same `invalid_client`."""
        try:
            return self._prove(query_client, request)
        except NotVerified:
            return None

    def _prove(self, query_client: Callable[[str], Caller | None], request: FormRequest) -> Caller | None:
        # 1. The statement, and whom it claims to be from. Nothing in it is believed yet.
        assertion = peek(_assertion_in(request.form))
        client_id = _claimed_client(assertion.claims, request.form)

        # 2. That client's keys, and one of them made the signature.
        caller = query_client(client_id)
        if caller is None:
            return None
        request.client = caller
        signed = verify(assertion, caller.keys, ALGORITHMS)

        # 3. It is meant for us, now, and only now.
        expires = self._check(signed.header, signed.claims)

        # 4. The first time. Last, so that only a client itself can make this table grow.
        jti = str(signed.claims["jti"])
        if not use_assertion(self.database, client_id, jti, expires, self.wall()):
            return None
        caller.proved_with = str(signed.key.kid)
        return caller

    def _check(self, header: Mapping[str, object], claims: Mapping[str, object]) -> datetime:
        now = self.wall().timestamp()
        expires, jti = seconds(claims, "exp"), claims.get("jti")
        begins = [seconds(claims, name) or 0 for name in ("nbf", "iat")]
        if (
            header.get("typ") not in TYPES
            or only_audience(claims) != self.token_url
            or expires is None
            or not now < expires <= now + LONGEST_LIFE_SECONDS
            or max(begins) > now + LEEWAY_SECONDS
            or not isinstance(jti, str)
            or not jti
        ):
            raise NotVerified
        return datetime.fromtimestamp(expires, UTC)


def claimed_client(form: Mapping[str, str]) -> str:
    """Whom a form claims to be from, unproven; empty when it says nothing that can be read."""
    try:
        return _claimed_client(peek(_assertion_in(form)).claims, form)
    except NotVerified:
        return ""


def _assertion_in(form: Mapping[str, str]) -> str:
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        raise NotVerified
    return form.get("client_assertion", "")


def _claimed_client(claims: Mapping[str, Any], form: Mapping[str, str]) -> str:
    client_id = claims.get("sub")
    # RFC 7521, section 4.2: a client_id beside the assertion must name the same client.
    if not isinstance(client_id, str) or claims.get("iss") != client_id:
        raise NotVerified
    if form.get("client_id", client_id) != client_id:
        raise NotVerified
    return client_id
