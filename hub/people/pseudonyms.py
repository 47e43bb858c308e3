"""The name by which one partner knows a person, and the way to find a person by a partner's own reference."""

import base64
import hashlib
import hmac

PSEUDONYM_BYTES = 16


def pseudonym(partner_key: bytes, subject_secret: bytes) -> str:
    """
    26 lowercase letters and digits; another partner's key gives another name that cannot be put beside it.

    It can only be made while the person's secret can be opened: it ends with the person's key.
    """
    digest = hmac.digest(partner_key, b"pseudonym" + subject_secret, hashlib.sha256)[:PSEUDONYM_BYTES]
    return base64.b32encode(digest).decode().rstrip("=").lower()


def reference_index(partner_key: bytes, reference: str) -> bytes:
    """A keyed index (32 bytes): never a bare hash, since ten digits are guessed in an hour."""
    return hmac.digest(partner_key, b"reference" + reference.encode(), hashlib.sha256)
