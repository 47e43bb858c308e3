"""What a partner's system sends to prove that it is itself: a short signed statement, good for one use."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from cryptography.exceptions import UnsupportedAlgorithm
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, Key

from hub.identity.errors import ClientMistake

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# The hub takes at most 120 seconds; half of that leaves room for clocks that differ.
LIFETIME_SECONDS = 60
SIGNS_WITH = {"EC": "ES256", "RSA": "PS256", "OKP": "Ed25519"}


def make_client_key() -> tuple[str, dict[str, Any]]:
    """A new key for a client: its private half as PEM, and the public JWK to register."""
    key = ECKey.generate_key("P-256", auto_kid=True)
    return key.as_pem(private=True).decode("ascii"), {
        **key.as_dict(private=False),
        "use": "sig",
        "alg": "ES256",
    }


def make_assertion(client_id: str, private_key: str | Mapping[str, Any], token_url: str, now: datetime) -> str:
    """
    The statement that this client sends to `token_url`, signed with its private key (PEM or JWK).

    Each one is used once. RFC 7523, section 3. ClientMistake when the key cannot sign.
    """
    key = _private_key(private_key)
    issued = int(now.timestamp())
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": token_url,
        "iat": issued,
        "exp": issued + LIFETIME_SECONDS,
        "jti": uuid4().hex,
    }
    algorithm = key.alg or SIGNS_WITH[key.key_type]
    # Only a JWK may hold a kid. Without one, the hub tries each key of this client.
    header = {"alg": algorithm, **({"kid": key.kid} if key.kid else {})}
    return jwt.encode(header, claims, key, algorithms=[algorithm])


def token_form(assertion: str) -> dict[str, str]:
    """The form that asks for a token. RFC 6749 section 4.4.2, RFC 7523 section 2.2."""
    return {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": assertion,
    }


def _private_key(given: str | Mapping[str, Any]) -> Key:
    for kind in SIGNS_WITH:
        try:
            key = JWKRegistry.import_key(_material(given), kind)
        except (JoseError, UnsupportedAlgorithm, ValueError, TypeError, KeyError, RecursionError):
            continue
        if key.is_private:
            return key
    raise ClientMistake("This is not a private key in PEM or JWK: give the one that belongs to this client.")


def _material(given: str | Mapping[str, Any]) -> str | dict[str, Any]:
    if isinstance(given, str) and not given.lstrip().startswith("{"):
        return given
    jwk: dict[str, Any] = json.loads(given) if isinstance(given, str) else dict(given)
    return jwk
