"""
Makes tests/vectors/seal.json: sealed values and wrapped keys that every later version must still open.

Says the format in words of its own, without `hub.vault`. Sealing takes a fresh salt each time, so a second run
gives other bytes: the vectors are for opening only. Run: python tests/vectors/make_seal.py > tests/vectors/seal.json
"""

import base64
import hashlib
import json
import struct
import sys

from cryptography.cobblestone import Cobblestone256Encryptor

MASTER = hashlib.sha256(b"master").digest()
NOOR, RIK = "a" * 32, "0123456789abcdef" * 2
VALUES = [
    ("true", True, 1), ("false", False, 1), ("null", None, 1), ("number", 22.5, 1), ("date", "2023-03-01", 1),
    ("a name with an accent", "Café Zoë", 1), ("a second revision", "2023-03-02", 2), ("long text", "x" * 500, 1),
]  # fmt: skip


def long_prefixed(form: str, *parts: bytes) -> bytes:
    return b"".join(struct.pack(form, len(part)) + part for part in parts)


def encrypted(key: bytes, context: bytes, plain: bytes) -> bytes:
    encryptor = Cobblestone256Encryptor(key, context)
    return encryptor.update(plain) + encryptor.finalize()


def padded(plain: bytes) -> bytes:
    size = next(size for size in (32, 128, 512, 1024) if len(plain) < size)
    return plain + b"\x80" + bytes(size - len(plain) - 1)


def sealed(says: str, value: object, revision: int) -> dict[str, object]:
    secret, key_id, subject = hashlib.sha256(says.encode()).digest(), hashlib.md5(says.encode()).hexdigest(), NOOR  # noqa: S324 (a name)
    header = bytes([1, 2]) + bytes.fromhex(key_id)
    place = ("messages", "geldigVan", RIK, subject, str(revision))
    context = long_prefixed(">I", header, *(part.encode() for part in place))
    plain = json.dumps(value, ensure_ascii=False).encode()
    return {
        "says": says, "value": value, "key": {"id": key_id, "subject": subject, "secret": secret.hex()},
        "place": {"table": place[0], "column": place[1], "row": place[2], "revision": revision},
        "sealed": base64.b64encode(header + encrypted(secret, context, padded(plain))).decode(),
    }  # fmt: skip


def wrapped() -> dict[str, object]:
    secret, parts = hashlib.sha256(b"data key").digest(), (RIK, NOOR, "exchange")
    context = long_prefixed(">H", b"ketenhub/key/1", *(part.encode() for part in parts))
    return {
        "master": MASTER.hex(), "epoch": 1, "key_id": parts[0], "subject": parts[1], "purpose": parts[2],
        "context": context.hex(), "secret": secret.hex(), "wrapped": encrypted(MASTER, context, secret).hex(),
    }  # fmt: skip


vectors = {"made by": "tests/vectors/make_seal.py", "sealed": [sealed(*one) for one in VALUES], "wrapped": wrapped()}
sys.stdout.write(json.dumps(vectors, indent=1) + "\n")
