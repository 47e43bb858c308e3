"""Reads what an organisation's sign-in says about somebody: signed by it, for us, for this browser, and just now."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from joserfc.jwk import Key

from hub.identity.errors import NotVerified
from hub.identity.keys import ALGORITHMS
from hub.identity.verify import HEADERS, only_audience, peek, seconds, verify

# Whoever is in two hundred groups has them all in here.
LONGEST = 32 * 1024
LONGEST_SUBJECT = 255
# A thumbprint of the signer's certificate names a key, as kid does; it brings none.
KNOWN_HEADERS = HEADERS | {"x5t", "x5t#S256"}
# A token of another kind (at+jwt, logout+jwt) is no ID token. RFC 8725, section 3.11.
TYPES = frozenset({None, "JWT"})
# Clocks of machines differ.
LEEWAY_SECONDS = 30.0
LONG_HASH = frozenset({"Ed25519", "EdDSA"})

KeysFor = Callable[[object], Sequence[Key]]
"""The provider's keys, when a token names this one (`kid`)."""


@dataclass(frozen=True)
class Expected:
    """What the token must say: from whom, for whom, for which request, and how somebody signed in."""

    issuer: str
    client_id: str
    nonce: str = field(repr=False)
    access_token: str = field(repr=False)
    begun_at: datetime
    now: datetime
    acr: tuple[str, ...] = ()
    longest_ago: timedelta | None = None


def read_id_token(text: object, keys: KeysFor, expected: Expected) -> Mapping[str, object]:
    """
    The claims of an ID token in which everything is right; NotVerified otherwise, without saying what was wrong.

    OpenID Connect Core, section 3.1.3.7, stricter: one audience, issued since somebody left for the provider.
    """
    # 1. It can be read. Nothing in it is believed yet.
    if not isinstance(text, str):
        raise NotVerified
    token = peek(text, LONGEST, KNOWN_HEADERS)

    # 2. The provider signed it, with a key of its own and in a way that we chose.
    signed = verify(token, keys(token.header.get("kid")), ALGORITHMS)

    # 3. It is an ID token, by this provider, for us, for this browser, of this moment.
    ours = (
        signed.header.get("typ") in TYPES
        and signed.claims.get("iss") == expected.issuer
        and only_audience(signed.claims) == expected.client_id
        and signed.claims.get("azp", expected.client_id) == expected.client_id
        and _same(signed.claims.get("nonce"), expected.nonce)
        and _is_subject(signed.claims.get("sub"))
        and _is_timely(signed.claims, expected)
    )

    # 4. It belongs to the access token beside it, and somebody signed in as was asked.
    if not ours or not _fits_access(signed.header, signed.claims, expected) or not _as_asked(signed.claims, expected):
        raise NotVerified
    return signed.claims


def _is_subject(subject: object) -> bool:
    return isinstance(subject, str) and 0 < len(subject) <= LONGEST_SUBJECT


def _same(given: object, expected: str) -> bool:
    return isinstance(given, str) and hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


def _is_timely(claims: Mapping[str, object], expected: Expected) -> bool:
    now, begun = expected.now.timestamp(), expected.begun_at.timestamp()
    expires, issued, begins = (seconds(claims, name) for name in ("exp", "iat", "nbf"))
    return (
        expires is not None
        and issued is not None
        and expires > now - LEEWAY_SECONDS
        and begun - LEEWAY_SECONDS <= issued <= now + LEEWAY_SECONDS
        and (begins or 0) <= now + LEEWAY_SECONDS
    )


def _fits_access(header: Mapping[str, object], claims: Mapping[str, object], expected: Expected) -> bool:
    # Section 3.1.3.6: the left half of the hash that belongs to the signature's algorithm.
    if "at_hash" not in claims:
        return True
    hashed = hashlib.sha512 if header["alg"] in LONG_HASH else hashlib.sha256
    digest = hashed(expected.access_token.encode("utf-8", "replace")).digest()
    return _same(claims["at_hash"], urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode())


def _as_asked(claims: Mapping[str, object], expected: Expected) -> bool:
    if expected.acr and claims.get("acr") not in expected.acr:
        return False
    if expected.longest_ago is None:
        return True
    signed_in = seconds(claims, "auth_time")
    oldest = expected.now - expected.longest_ago
    return signed_in is not None and signed_in >= oldest.timestamp() - LEEWAY_SECONDS
