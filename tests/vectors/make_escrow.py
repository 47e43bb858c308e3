"""
Makes tests/vectors/escrow.json: a copy of a master key for the safe, with its code, that every later version must open.

Says the format in words of its own, without `hub.vault`.
Run: python tests/vectors/make_escrow.py > tests/vectors/escrow.json
"""

import base64
import hashlib
import json
import sys

from cryptography.cobblestone import Cobblestone256Encryptor
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

LABEL, HUB, EPOCH = "ketenhub/escrow/1", "hub.example.nl", 1
SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM = "7Q3M0ZK9X2VB8C4D6F1GHJN5PR"


def base64_of(value: bytes) -> str:
    return base64.b64encode(value).decode()


def main() -> None:
    digest = hashlib.sha256(f"{LABEL}/code/{RANDOM}".encode()).digest()
    ten_bits = (digest[0] << 8 | digest[1]) % 1024
    symbols = RANDOM + SYMBOLS[ten_bits // 32] + SYMBOLS[ten_bits % 32]
    code = "-".join(symbols[at : at + 4] for at in range(0, 28, 4))
    salt = hashlib.sha256(b"salt").digest()
    key = HKDF(algorithm=SHA256(), length=32, salt=salt, info=LABEL.encode()).derive(code.encode())
    ring = {"epoch": 1, "demo": False, "keys": {"1": base64_of(bytes(range(32)))}, "escrowed": [1]}
    encryptor = Cobblestone256Encryptor(key, f"{LABEL}\n{HUB}\n{EPOCH}".encode())
    sealed = encryptor.update(json.dumps(ring).encode()) + encryptor.finalize()
    vector = {
        "soort": LABEL, "hub": HUB, "tijdperk": EPOCH, "zout": base64_of(salt), "verzegeld": base64_of(sealed),
        "code": code,
    }  # fmt: skip
    sys.stdout.write(json.dumps(vector, indent=1) + "\n")


main()
