"""
What one entry promises about its record, without showing it.

A leaf of the tree is: version (1 byte) | entry id (16 random bytes) | commitment (32 bytes), and nothing
else. The commitment is SHA-256 over the record with a random salt, so that nobody can guess a record from
its leaf, and destroying the key that seals record and salt leaves every proof as it was.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

from audit import tree
from audit.errors import RecordError
from audit.events import Event, Json

VERSION = 1
SALT_BYTES = 32
_LABEL = b"ketenhub/audit/1"


@dataclass(frozen=True)
class Prepared:
    """An entry ready to be sealed: its name, what the tree will say of it, and the words to seal."""

    entry_id: str
    commitment: bytes
    leaf_hash: bytes
    plaintext: bytes = field(repr=False)


def prepare(event: Event) -> Prepared:
    """Choose id and salt, commit to the record. Raises RecordError when the record is no JSON."""
    entry_id, salt, fact = secrets.token_hex(16), secrets.token_bytes(SALT_BYTES), fact_of(event)
    commitment = commit(salt, fact)
    plaintext = canonical({"zout": salt.hex(), "feit": fact})
    return Prepared(entry_id, commitment, leaf_hash(VERSION, entry_id, commitment), plaintext)


def fact_of(event: Event) -> dict[str, Json]:
    """The whole record as it is sealed. The columns to search by repeat its first four members."""
    return {
        "soort": event.kind.value,
        "tijdstip": moment(event.at),
        "partij": event.partner,
        "uitkomst": event.outcome,
        "gegevens": event.record,
    }


def moment(at: datetime) -> str:
    """An instant as the record writes it: UTC, to the microsecond, always of one length."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical(value: Json) -> bytes:
    """
    One JSON value, one row of bytes: names sorted, no spaces, UTF-8, no NaN.

    The record itself is never in the message of the error: it may be about a person.
    """
    try:
        text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        return text.encode()
    except (TypeError, ValueError, RecursionError):
        raise RecordError("What was to be recorded is not JSON.") from None


def commit(salt: bytes, fact: Mapping[str, Json]) -> bytes:
    """SHA-256 over label, salt and record. The label keeps it apart from every other hash that we make."""
    return sha256(bytes([len(_LABEL)]) + _LABEL + salt + canonical(fact)).digest()


def leaf_hash(version: int, entry_id: str, commitment: bytes) -> bytes:
    """The leaf as it stands in the tree. Raises ValueError when a part has not the right length."""
    name = bytes.fromhex(entry_id)
    if len(name) != 16 or len(commitment) != 32 or name.hex() != entry_id:
        raise ValueError("an entry id is 32 hexadecimal digits, a commitment 32 bytes")
    return tree.leaf_hash(bytes([version]) + name + commitment)


def unseal(plaintext: bytes, commitment: bytes) -> dict[str, Json] | None:
    """The record in these opened bytes; None when it is not the one that was committed to."""
    try:
        opened = json.loads(plaintext)
        salt, fact = bytes.fromhex(opened["zout"]), opened["feit"]
        return fact if len(salt) == SALT_BYTES and commit(salt, fact) == commitment else None
    except (ValueError, TypeError, KeyError, RecordError):
        return None
