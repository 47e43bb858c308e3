"""Reads a signed text (JWT) only when one of the given keys signed it with one of the given algorithms."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwk import Key
from joserfc.jws import CompactSignature, JWSRegistry

from hub.identity.errors import NotVerified

LONGEST = 8192
LAST_SECOND = 10**11
COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
# Nothing here needs more. With jwk, jku, x5u, x5c a text brings its own key; crit and b64 change its meaning.
HEADERS = frozenset({"alg", "kid", "typ"})

# What joserfc and json raise on a text that was made to break them. An exception is a refusal.
UNREADABLE = (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError)


@dataclass(frozen=True)
class Unverified:
    """A text that can be read. Nobody has looked at its signature: believe nothing in it."""

    parts: CompactSignature
    header: Mapping[str, object]
    claims: Mapping[str, object]


@dataclass(frozen=True)
class Verified:
    """A text whose signature is right, and the key that it belongs to."""

    header: Mapping[str, object]
    claims: Mapping[str, object]
    key: Key


class _Fixed(JWSRegistry):
    """joserfc's algorithms, narrowed to a list that the text has no say in."""

    def __init__(self, algorithms: Collection[str]) -> None:
        super().__init__(algorithms=algorithms)
        self.only = frozenset(algorithms)

    def get_alg(self, name: str) -> Any:
        # joserfc's own warns about "EdDSA", which RFC 9864 renamed to "Ed25519"; many libraries still say it.
        if name not in self.only:
            raise UnsupportedAlgorithmError
        return self.algorithms[name]


def peek(text: str, longest: int = LONGEST, headers: frozenset[str] = HEADERS) -> Unverified:
    """The text's header and claims, unverified, to learn whose keys to fetch; NotVerified if it is no JWT."""
    if len(text) > longest or not COMPACT.fullmatch(text):
        raise NotVerified
    try:
        parts = jws.extract_compact(text.encode("ascii"))
        header: object = parts.headers()
        claims: object = json.loads(parts.payload)
    except UNREADABLE:
        raise NotVerified from None
    if not isinstance(header, dict) or not headers.issuperset(header) or not isinstance(claims, dict):
        raise NotVerified
    return Unverified(parts, header, claims)


def verify(text: Unverified, keys: Sequence[Key], algorithms: Collection[str]) -> Verified:
    """
    The text with the key that signed it; NotVerified when none of them did.

    A `kid` in the header chooses the key. Without one, each key may try. RFC 7515, section 4.1.4.
    """
    kid = text.header.get("kid")
    registry = _Fixed(algorithms)
    for key in keys:
        if ("kid" not in text.header or key.kid == kid) and _signed(text.parts, key, registry):
            return Verified(text.header, text.claims, key)
    raise NotVerified


def _signed(parts: CompactSignature, key: Key, registry: JWSRegistry) -> bool:
    try:
        return jws.validate_compact(parts, key, registry=registry)
    except UNREADABLE:
        return False


def only_audience(claims: Mapping[str, object]) -> str | None:
    """The one audience, given as text or as a list of exactly one; None when there is none, or several."""
    audience = claims.get("aud")
    if isinstance(audience, list) and len(audience) == 1:
        audience = audience[0]
    return audience if isinstance(audience, str) else None


def seconds(claims: Mapping[str, object], name: str) -> float | None:
    """A NumericDate (RFC 7519, section 2): seconds since 1970, None when absent; NotVerified when wrong."""
    if name not in claims:
        return None
    value = claims[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NotVerified
    # Within the years that a datetime can hold. JSON as Python reads it knows NaN too, and every comparison
    # with that is false: asked like this it is refused, asked the other way round it would never expire.
    if not abs(value) < LAST_SECOND:
        raise NotVerified
    return float(value)
