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
    return _letters(hmac.digest(partner_key, b"pseudonym" + subject_secret, hashlib.sha256))


def receipt_name(subject_secret: bytes) -> str:
    """
    The name that a person has on receipts of their choices, and nowhere else.

    No partner knows anybody by it. It can be made again only while the person's secret can be opened.
    """
    return _letters(hmac.digest(subject_secret, b"receipt", hashlib.sha256))


def reference_index(partner_key: bytes, reference: str) -> bytes:
    """A keyed index (32 bytes): never a bare hash, since ten digits are guessed in an hour."""
    return hmac.digest(partner_key, b"reference" + reference.encode(), hashlib.sha256)


def _letters(digest: bytes) -> str:
    return base64.b32encode(digest[:PSEUDONYM_BYTES]).decode().rstrip("=").lower()
