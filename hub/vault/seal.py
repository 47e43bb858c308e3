"""
Seals and opens single values. A sealed value opens only where it was put: row, column, person and revision count.

Envelope: version 1 | suite 1 | key id 16 | salt 24 | commitment 32 | ciphertext | tag 16 (bytes).
The last four are Cobblestone-256 (C2SP chunked-encryption) as `cryptography` gives it: key-committing, bound to a
context, a fresh message key per value.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag

from hub.errors import SealBroken
from hub.permit import Permit
from hub.vault.subject_keys import DataKey
from schemas.base import Json

HEADER = b"\x01\x02"  # version 1, suite 2: Cobblestone-256
HEADER_BYTES = len(HEADER) + 16

# true, false, null, a number and a date all fill the first size: their lengths tell nothing.
SIZES = (32, 128, 512, 1024, 2048, 4096, 8192, 32768, 131072, 524288)
END = b"\x80"  # ISO/IEC 7816-4 padding: one marker, then zeros


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value stands; part of what it is bound to."""

    table: str
    column: str
    row: str
    revision: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """A row with sealed fields; each field has a place of its own in it."""

    table: str
    id: str
    revision: int = 1

    def place(self, column: str) -> Place:
        """Where the field with this name stands."""
        return Place(self.table, column, self.id, self.revision)


@dataclass(frozen=True, slots=True)
class Sealed:
    """The fields of one message, each sealed by itself: wire name → base64. Can be stored; says nothing."""

    fields: Mapping[str, str]


def seal(permits: Sequence[Permit], fields: Mapping[str, Json], key: DataKey, where: Row) -> Sealed:
    """Seal each field of a message once, however many flows were permitted. Without a permit, nothing is sealed."""
    if not permits or any(permit.subject != key.subject for permit in permits):
        raise ValueError("sealing takes a permit about the same person")
    return Sealed({name: to_text(seal_value(key, where.place(name), dump(value))) for name, value in fields.items()})


def open_for(permit: Permit, sealed: Mapping[str, str], key: DataKey, where: Row) -> dict[str, Json]:
    """The fields that this permit names, and no others. Raises SealBroken when one was moved or changed."""
    if permit.subject != key.subject:
        raise ValueError("opening takes a permit about the same person")
    named = [name for name in permit.fields if name in sealed]
    opened = {name: load(open_value(key, where.place(name), from_text(sealed[name]))) for name in named}
    # A field that was left out is sealed as null, so that a thief cannot see which ones were.
    return {name: value for name, value in opened.items() if value is not None}


def seal_value(key: DataKey, place: Place, value: bytes) -> bytes:
    """Seal one value at its place; the length of the result is one of a few sizes."""
    header = HEADER + bytes.fromhex(key.id)
    encryptor = Cobblestone256Encryptor(key.secret, _context(header, place, key.subject))
    return header + encryptor.update(pad(value)) + encryptor.finalize()


def open_value(key: DataKey, place: Place, sealed: bytes) -> bytes:
    """The value again. Raises SealBroken when it does not belong to this key and this place."""
    header, body = sealed[:HEADER_BYTES], sealed[HEADER_BYTES:]
    if header != HEADER + bytes.fromhex(key.id):
        raise SealBroken("a sealed value is of another key")
    try:
        decryptor = Cobblestone256Decryptor(key.secret, _context(header, place, key.subject))
        return unpad(decryptor.update(body) + decryptor.finalize())
    except (InvalidTag, ValueError):
        raise SealBroken("a sealed value does not open at this place") from None


def pad(value: bytes) -> bytes:
    """Fill up to the next size, so that length tells little."""
    size = next(size for size in SIZES if len(value) < size)
    return (value + END).ljust(size, b"\0")


def unpad(padded: bytes) -> bytes:
    """Take the filling off. Raises ValueError when there is none."""
    value, end, rest = padded.rpartition(END)
    if not end or rest.strip(b"\0"):
        raise ValueError("no padding")
    return value


def dump(value: object) -> bytes:
    """A JSON value as bytes, always the same for the same value."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def load(value: bytes) -> Json:
    """The JSON value again."""
    result: Json = json.loads(value)
    return result


def to_text(sealed: bytes) -> str:
    """A sealed value as base64, for a JSON column."""
    return base64.b64encode(sealed).decode()


def from_text(text: str) -> bytes:
    """The sealed value again. Raises SealBroken when it is no base64."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise SealBroken("a sealed value is damaged") from None


def _context(header: bytes, place: Place, subject: str) -> bytes:
    # Every part carries its length, so that no two places give the same context.
    parts = (place.table, place.column, place.row, subject, str(place.revision))
    named = [header, *(part.encode() for part in parts)]
    return b"".join(len(part).to_bytes(4, "big") + part for part in named)
