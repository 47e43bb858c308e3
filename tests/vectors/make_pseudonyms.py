"""
Makes tests/vectors/pseudonyms.json: names and indexes that must never change, or partners lose their people.

Says HMAC-SHA-256 in words of its own (RFC 2104). The same bytes at every run:
python tests/vectors/make_pseudonyms.py > tests/vectors/pseudonyms.json
"""

import hashlib
import json
import sys

BLOCK = 64
LETTERS = "abcdefghijklmnopqrstuvwxyz234567"  # RFC 4648, section 6, in lowercase


def hmac(key: bytes, text: bytes) -> bytes:
    filled = key.ljust(BLOCK, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in filled) + text).digest()
    return hashlib.sha256(bytes(byte ^ 0x5C for byte in filled) + inner).digest()


def name(key: bytes, secret: bytes) -> str:
    bits = int.from_bytes(hmac(key, b"pseudonym" + secret)[:16], "big") << 2
    return "".join(LETTERS[bits >> 5 * place & 31] for place in reversed(range(26)))


KEYS = [hashlib.sha256(partner.encode()).digest() for partner in ("coa", "randstad", "GM0034")]
SECRET = hashlib.sha256(b"a person").digest()
vectors = {
    "made by": "tests/vectors/make_pseudonyms.py",
    "pseudonyms": [{"key": key.hex(), "secret": SECRET.hex(), "name": name(key, SECRET)} for key in KEYS],
    "references": [
        {"key": key.hex(), "reference": reference, "index": hmac(key, b"reference" + reference.encode()).hex()}
        for key, reference in zip(KEYS, ("9900000017", "K21052", "Zoë-1"), strict=True)
    ],
}
sys.stdout.write(json.dumps(vectors, indent=1) + "\n")
