"""Which public keys a partner's system may use, and why another is refused."""

import json
import warnings
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, Key, KeySet, OKPKey, RSAKey, import_key

from hub.identity.errors import ClientMistake

# RFC 7518 section 3.1, RFC 9864. No shared secrets; short RSA is refused, longer RSA is still everywhere.
ALGORITHMS = ("ES256", "PS256", "RS256", "Ed25519", "EdDSA")
FITTING = {"EC": ("ES256",), "RSA": ("PS256", "RS256"), "OKP": ("Ed25519", "EdDSA")}
RSA_BITS = range(2048, 8193)
LONGEST_KID = 128

WANTED = "Give a public key: EC P-256, Ed25519, or RSA of 2048 to 8192 bits."
NOT_PRIVATE = "This is a private key: keep it to yourself and give its public half."


def read_public_key(text: str) -> dict[str, Any]:
    """
    The public key in a PEM or JWK file, as the JWK that is registered, with a `kid`.

    ClientMistake, in one sentence, when it is no key, a private one, or one that is too weak.
    """
    with warnings.catch_warnings():
        # joserfc warns of a short RSA key and goes on; we refuse it below, in a sentence.
        warnings.simplefilter("ignore", SecurityWarning)
        return checked(_read_json(text) if text.lstrip().startswith("{") else _read_pem(text))


def checked(key: Key) -> dict[str, Any]:
    """This key as the JWK that is registered, or ClientMistake."""
    if key.is_private:
        raise ClientMistake(NOT_PRIVATE)
    if not _strong(key):
        raise ClientMistake(WANTED)
    if key.get("use") not in (None, "sig") or key.get("alg") not in (None, *FITTING[key.key_type]):
        raise ClientMistake("This key is meant for something else: give one with use 'sig' and a fitting 'alg'.")
    kid = key.kid or key.thumbprint()
    if not (kid.isascii() and kid.isprintable() and len(kid) <= LONGEST_KID):
        raise ClientMistake(f"Give the key a kid of at most {LONGEST_KID} plain characters.")
    members = {name: key[name] for name in (*_numbers(key), "alg") if key.get(name) is not None}
    return {**members, "kty": key.key_type, "use": "sig", "kid": kid}


def imported(key_set: Mapping[str, Any]) -> list[Key]:
    """The keys of a stored JWK Set."""
    return list(KeySet.import_key_set({"keys": key_set["keys"]}))


def thumbprint(jwk: Mapping[str, Any]) -> str:
    """The name that follows from the key itself, whatever it is called. RFC 7638."""
    return import_key(dict(jwk)).thumbprint()


def _strong(key: Key) -> bool:
    if isinstance(key, RSAKey):
        return key.public_key.key_size in RSA_BITS
    if isinstance(key, ECKey):
        return key.curve_name == "P-256"
    return isinstance(key, OKPKey) and key.curve_name == "Ed25519"


def _numbers(key: Key) -> list[str]:
    return [name for name, about in key.value_registry.items() if about.required]


def _read_json(text: str) -> Key:
    try:
        jwk = json.loads(text)
        if "keys" in jwk:
            (jwk,) = jwk["keys"]
        if jwk.get("kty") not in FITTING:
            raise ClientMistake(WANTED)
        return import_key(jwk)
    except (JoseError, ValueError, TypeError, AttributeError, KeyError, RecursionError):
        raise ClientMistake(f"This JSON is not one JWK. {WANTED}") from None


def _read_pem(text: str) -> Key:
    if "PRIVATE KEY" in text:
        raise ClientMistake(NOT_PRIVATE)
    for kind in (ECKey, OKPKey, RSAKey):
        try:
            return kind.import_key(text)
        except (JoseError, UnsupportedAlgorithm, ValueError, TypeError, AttributeError):
            continue
    raise ClientMistake(f"This is neither PEM nor JSON. {WANTED}")
