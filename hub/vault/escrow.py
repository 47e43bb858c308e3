"""
A copy of the master key for the safe: a file that says for which hub and epoch it is, and opens with a code on paper.

The file alone and the code alone are worth nothing; keep them in two places.
"""

import base64
import json
import secrets
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hub.errors import EscrowRefused
from hub.vault.keyring import FileKeyring, dump_keyring, newest_alone, parse_keyring

LABEL = "ketenhub/escrow/1"
# Crockford's base 32: no I, L, O or U, so that nobody reads a code wrong. https://www.crockford.com/base32.html
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
READ_AS = str.maketrans("OIL", "011", "- \t\r\n")
# 26 symbols of 5 bits: 130 random bits, so that no slow hash is needed. Two more tell a mistyped code.
RANDOM_SYMBOLS, CHECK_SYMBOLS, GROUP = 26, 2, 4


@dataclass(frozen=True)
class Escrow:
    """What the file says without the code."""

    hub: str
    epoch: int


def seal_for_safe(keyring: FileKeyring, hub: str) -> tuple[bytes, str]:
    """
    The newest master key, and no other, as (content of the file, code). The code is kept nowhere.

    An older one would keep alive what a renewal destroys.
    """
    code = new_code()
    salt = secrets.token_bytes(32)
    copy = newest_alone(keyring)
    # Whoever gets it back has it from the safe.
    content = dump_keyring(replace(copy, escrowed=frozenset({copy.epoch})))
    encryptor = Cobblestone256Encryptor(_key(code, salt), _context(hub, copy.epoch))
    sealed = encryptor.update(content) + encryptor.finalize()
    written = {
        "soort": LABEL, "hub": hub, "tijdperk": copy.epoch,
        "zout": base64.b64encode(salt).decode(), "verzegeld": base64.b64encode(sealed).decode(),
    }  # fmt: skip
    return (json.dumps(written, indent=1) + "\n").encode(), code


def read_escrow(content: bytes) -> Escrow:
    """For which hub and epoch this file is. Raises EscrowRefused when it is no copy of a master key."""
    told = _told(content)
    return Escrow(told["hub"], told["tijdperk"])


def open_from_safe(content: bytes, code: str) -> FileKeyring:
    """The master key again. Raises EscrowRefused for a mistyped code, another's code, or a changed file."""
    told, typed = _told(content), read_code(code)
    try:
        salt, sealed = (base64.b64decode(told[name], validate=True) for name in ("zout", "verzegeld"))
        decryptor = Cobblestone256Decryptor(_key(typed, salt), _context(told["hub"], told["tijdperk"]))
        keyring = parse_keyring(decryptor.update(sealed) + decryptor.finalize())
    except (InvalidTag, ValueError):
        keyring = None
    if keyring is None or keyring.epoch != told["tijdperk"]:
        raise EscrowRefused("The file does not open with this code. Is it the code that was printed with this file?")
    return keyring


def new_code() -> str:
    """A code of 130 random bits in groups of four, the last two symbols to tell a mistyped one."""
    random = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_SYMBOLS))
    return _grouped(random + _check(random))


def read_code(typed: str) -> str:
    """The code as it was printed, whatever case, spaces and dashes were typed. Raises EscrowRefused."""
    plain = typed.upper().translate(READ_AS)
    random, check = plain[:RANDOM_SYMBOLS], plain[RANDOM_SYMBOLS:]
    if not set(plain) <= set(ALPHABET) or len(plain) != RANDOM_SYMBOLS + CHECK_SYMBOLS or check != _check(random):
        raise EscrowRefused("The code is not typed as it was printed: seven groups of four letters and digits.")
    return _grouped(plain)


def _grouped(symbols: str) -> str:
    return "-".join(symbols[at : at + GROUP] for at in range(0, len(symbols), GROUP))


def _check(random: str) -> str:
    digest = int.from_bytes(sha256(f"{LABEL}/code/{random}".encode()).digest()[:2], "big")
    return ALPHABET[digest >> 5 & 31] + ALPHABET[digest & 31]


def _key(code: str, salt: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=LABEL.encode()).derive(code.encode())


def _context(hub: str, epoch: int) -> bytes:
    return f"{LABEL}\n{hub}\n{epoch}".encode()


def _told(content: bytes) -> dict[str, Any]:
    try:
        told = json.loads(content)
        fits = told["soort"] == LABEL and all(isinstance(told[name], str) for name in ("hub", "zout", "verzegeld"))
        fits = fits and type(told["tijdperk"]) is int
    except (ValueError, KeyError, TypeError, RecursionError):
        fits = False
    if not fits:
        raise EscrowRefused("This file is no copy of a master key. Take the one that `ketenhub keys escrow` wrote.")
    found: dict[str, Any] = told
    return found
