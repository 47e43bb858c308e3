"""The token that a system shows with each request: given for ten minutes, checked on every use."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import ECKey
from sqlalchemy import bindparam, select

from hub.clock import Clock
from hub.db import Database
from hub.identity.errors import NotVerified, Unauthorized
from hub.identity.models import Client, RevokedToken
from hub.identity.principals import Principal, principal_of
from hub.identity.signing import ALGORITHM
from hub.identity.verify import only_audience, peek, seconds, verify
from hub.watch import SecurityLog
from schemas.agreement import Agreement

# RFC 9068, section 2.1: a token for the API is never mistaken for another signed text.
TOKEN_TYPE = "at+jwt"  # noqa: S105  # a media type
LIFETIME = timedelta(minutes=10)
MOST_SEEN = 1000

# RFC 6750, section 3: without a token no error is named; a wrong one is always the same.
ASK = 'Bearer realm="ketenhub"'
REFUSE = 'Bearer realm="ketenhub", error="invalid_token"'

_CLIENTS, _REVOKED = Client.__table__, RevokedToken.__table__
# Built once, and on the tables rather than the classes: every request asks this, and it halves the cost.
STANDING = (
    select(
        _CLIENTS.c.partner,
        _CLIENTS.c.branches,
        _CLIENTS.c.public_keys,
        _CLIENTS.c.suspended_at,
        _REVOKED.c.jti,
    )
    .select_from(_CLIENTS.outerjoin(_REVOKED, _REVOKED.c.jti == bindparam("token")))
    .where(_CLIENTS.c.client_id == bindparam("client"))
)


@dataclass(frozen=True)
class AccessToken:
    """What a token of the hub says. Whether it is still good is another question: see `read_bearer`."""

    client_id: str
    client_key: str
    jti: str
    expires_at: datetime


@dataclass(frozen=True)
class Tokens:
    """Gives and reads access tokens. RFC 9068, signed with ES256, on wall-clock time."""

    issuer: str
    audience: str
    key: ECKey
    wall: Clock
    # Whose signature was found right, by the digest of the whole text: a system shows one token with every request.
    _seen: dict[bytes, AccessToken] = field(default_factory=dict, repr=False, compare=False)
    watch: SecurityLog = field(default_factory=SecurityLog)

    def issue(self, client_id: str, client_key: str) -> str:
        """A token of ten minutes. It names the client's key (`kid`), and ends when that does."""
        issued = int(self.wall().timestamp())
        claims = {
            "iss": self.issuer,
            "aud": self.audience,
            "sub": client_id,
            "client_id": client_id,
            "client_key": client_key,
            "iat": issued,
            "exp": issued + int(LIFETIME.total_seconds()),
            "jti": uuid4().hex,
        }
        header = {"alg": ALGORITHM, "typ": TOKEN_TYPE, "kid": self.key.kid}
        return jwt.encode(header, claims, self.key, algorithms=[ALGORITHM])

    def read(self, text: str) -> AccessToken:
        """What our own token for our own API says; NotVerified for any other text. RFC 9068, section 4."""
        digest = sha256(text.encode("utf-8", "surrogatepass")).digest()
        token = self._seen.get(digest) or self._read(text)
        if token.expires_at <= self.wall():
            raise NotVerified
        if len(self._seen) >= MOST_SEEN:
            self._seen.clear()
        self._seen[digest] = token
        return token

    def _read(self, text: str) -> AccessToken:
        signed = verify(peek(text), [self.key], [ALGORITHM])
        claims, names = signed.claims, ("client_id", "client_key", "jti")
        client_id, client_key, jti = values = [claims.get(name) for name in names]
        expires = seconds(claims, "exp")
        if (
            signed.header.get("typ") != TOKEN_TYPE
            or claims.get("iss") != self.issuer
            or only_audience(claims) != self.audience
            or claims.get("sub") != client_id
            or not all(isinstance(value, str) for value in values)
            or expires is None
        ):
            raise NotVerified
        return AccessToken(str(client_id), str(client_key), str(jti), datetime.fromtimestamp(expires, UTC))


def tokens_of(base_url: str, signing_key: ECKey, wall: Clock) -> Tokens:
    """The tokens of the hub at this address."""
    base = base_url.rstrip("/")
    return Tokens(issuer=base, audience=f"{base}/api/v1", key=signing_key, wall=wall)


def read_bearer(
    header_value: str | None, database: Database, tokens: Tokens, agreement: Callable[[], Agreement]
) -> Principal:
    """
    Who is asking, from the Authorization header (RFC 6750, section 2.1), or Unauthorized.

    Only the signature is remembered. The client, its key and the revocations are looked up each time: who was
    suspended has nothing at once.
    One indexed select, nothing written, and never a word of the token in an exception.
    """
    text = _token_in(header_value)
    try:
        token = tokens.read(text)
    except NotVerified:
        tokens.watch.warn("token_refused", error="invalid_token")
        raise Unauthorized(REFUSE) from None
    registration = _registration(database, token)
    principal = principal_of(token.client_id, *registration, agreement()) if registration else None
    if principal is None:
        # The hub signed this name, so it is one of its own.
        tokens.watch.warn("token_refused", error="invalid_token", client_id=token.client_id)
        raise Unauthorized(REFUSE)
    return principal


def _token_in(header_value: str | None) -> str:
    scheme, _, text = (header_value or "").partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthorized(ASK)
    return text


def _registration(database: Database, token: AccessToken) -> tuple[str, list[str]] | None:
    """The client's partner and branches, if it is welcome, its key registered and its token not revoked."""
    row: Any = next(iter(database.look_up(STANDING, client=token.client_id, token=token.jti)), None)
    if row is None:
        return None
    partner, branches, public_keys, suspended_at, revoked = row
    if suspended_at or revoked or token.client_key not in {key["kid"] for key in public_keys["keys"]}:
        return None
    return partner, branches
