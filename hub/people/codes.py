"""The codes on slips: how they are made, read aloud, typed, and found again without being kept."""

import hashlib
import hmac
import secrets

from hub.vault.vault import HUB, Vault

# Crockford's base32: no I, L, O or U, so that a code can be read aloud. 12 of 32 is 60 bits.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
GROUP = 4
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_code() -> str:
    """A new code, as it was meant: without hyphens."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def grouped(code: str) -> str:
    """The code as it is printed: in groups of four."""
    return "-".join(code[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def clean(code: str) -> str:
    """The code as it was meant: without hyphens or spaces, and with O, I and L read as 0 and 1."""
    return "".join(code.upper().split()).replace("-", "").translate(_LOOKALIKES)


def mac(vault: Vault, purpose: str, code: str) -> bytes:
    """What is kept of a (clean) code: a hash under the hub's key for this kind of slip."""
    return hmac.digest(vault.partners.of(HUB, purpose), code.encode("utf-8", "replace"), hashlib.sha256)
