"""
Signed text: a few lines that anyone can read, with the signatures that vouch for them.

The format of C2SP signed-note (https://c2sp.org/signed-note) with Ed25519, as Go's checksum database uses
it, so that other people's tools can check ours.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from audit.errors import MalformedNote, NotSigned

# Section "Signature types": Ed25519.
ED25519 = b"\x01"
# The standard asks to accept at least 16, and to have a limit.
MOST_SIGNATURES = 100
MOST_BYTES = 64 * 1024

_DASH = "\N{EM DASH} "
_PRIVATE = "PRIVATE+KEY+"
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True)
class Signature:
    """One line under a note: by which key, and the signature itself, not yet checked."""

    name: str
    key_id: bytes
    value: bytes


@dataclass(frozen=True)
class Note:
    """Text, ending in a newline, with the signatures under it. Read from it only what verify() gave back."""

    text: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True)
class Verifier:
    """A public key under a name, that notes are checked with. Written as name+hash+key."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.public) != 32:
            raise MalformedNote("An Ed25519 public key has 32 bytes.")

    @classmethod
    def from_text(cls, text: str) -> "Verifier":
        """Read `name+hash+base64`. Raises MalformedNote, also when the hash is not that of name and key."""
        name, _, rest = text.partition("+")
        hash_, _, encoded = rest.partition("+")
        verifier = cls(name, _key_bytes(encoded))
        if hash_ != verifier.key_id.hex():
            raise MalformedNote("The hash in this key is not that of its name and bytes.")
        return verifier

    @property
    def text(self) -> str:
        """The form to publish: name+hash+base64 of type and key."""
        return f"{self.name}+{self.key_id.hex()}+{_encode(ED25519 + self.public)}"

    @property
    def key_id(self) -> bytes:
        """SHA-256(name | 0x0A | 0x01 | public key), the first 4 bytes. Section "Ed25519 signatures"."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    def signed(self, text: str, signature: Signature) -> bool:
        """Whether this signature under this text is ours, and right."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature.value, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return (signature.name, signature.key_id) == (self.name, self.key_id)


@dataclass(frozen=True)
class Signer:
    """The private key under a name, that notes are signed with. Keep `secret` in a file only we can read."""

    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.seed) != 32:
            raise MalformedNote("An Ed25519 private key has 32 bytes.")

    @classmethod
    def generate(cls, name: str) -> "Signer":
        """A new key under this name."""
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def from_secret(cls, secret: str) -> "Signer":
        """Read what `secret` gave. Raises MalformedNote, and never repeats what it was given."""
        name, _, rest = secret.removeprefix(_PRIVATE).partition("+")
        hash_, _, encoded = rest.partition("+")
        if not secret.startswith(_PRIVATE):
            raise MalformedNote(f"A private key for notes begins with {_PRIVATE}")
        signer = cls(name, _key_bytes(encoded))
        if hash_ != signer.verifier.key_id.hex():
            raise MalformedNote("The hash in this key is not that of its name and bytes.")
        return signer

    @property
    def secret(self) -> str:
        """The private key as Go's note package writes it: PRIVATE+KEY+name+hash+base64."""
        return f"{_PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{_encode(ED25519 + self.seed)}"

    @property
    def verifier(self) -> Verifier:
        """The public half, for everyone."""
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        return Verifier(self.name, private.public_key().public_bytes_raw())

    def sign(self, text: str) -> Signature:
        """Our signature for under this text."""
        value = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        return Signature(self.name, self.verifier.key_id, value)


def sign(text: str, *signers: Signer) -> str:
    """The whole note: text, blank line, signatures. Raises MalformedNote when the text cannot be a note's."""
    _check_text(text)
    return render(Note(text, tuple(signer.sign(text) for signer in signers)))


def render(note: Note) -> str:
    """The note as it is sent and stored."""
    lines = [f"{_DASH}{line.name} {_encode(line.key_id + line.value)}\n" for line in note.signatures]
    return note.text + "\n" + "".join(lines)


def parse(written: str | bytes) -> Note:
    """Take a note apart, strictly, and believe nothing of it yet. Raises MalformedNote. Section "Format"."""
    note = _decode_text(written)
    text, blank, under = note.rpartition("\n\n")
    if not blank or not under.endswith("\n"):
        raise MalformedNote("A note is text, a blank line, and lines with signatures.")
    _check_text(text + "\n")
    lines = under[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise MalformedNote(f"A note has at most {MOST_SIGNATURES} signatures.")
    return Note(text + "\n", tuple(_signature(line) for line in lines))


def verify(written: str | bytes, verifiers: Sequence[Verifier]) -> str:
    """
    The text of the note, when at least one of these keys signed it, and none of their signatures is wrong.

    Signatures of other keys are passed over, as the standard asks. Raises MalformedNote or NotSigned.
    """
    note = parse(written)
    ours = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    known = [(ours.get((line.name, line.key_id)), line) for line in note.signatures]
    checked = [verifier.signed(note.text, line) for verifier, line in known if verifier is not None]
    if not checked:
        raise NotSigned("None of the keys that we know signed this note.")
    if not all(checked):
        raise NotSigned("A signature under this note is wrong.")
    return note.text


def decode_base64(text: str) -> bytes:
    """Standard base64 written in its one right way (RFC 4648, section 4). Raises MalformedNote."""
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise MalformedNote("This is not base64.") from None
    if _encode(value) != text:
        raise MalformedNote("This base64 is not written in its one right way.")
    return value


def _decode_text(written: str | bytes) -> str:
    try:
        raw = written.encode() if isinstance(written, str) else written
        note = raw.decode()
    except UnicodeError:
        raise MalformedNote("A note is UTF-8.") from None
    if len(raw) > MOST_BYTES:
        raise MalformedNote(f"A note has at most {MOST_BYTES} bytes.")
    return note


def _signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH):
        raise MalformedNote("A line with a signature begins with an em dash and a space.")
    _check_name(name)
    value = decode_base64(encoded)
    if len(value) < 5:
        raise MalformedNote("A signature is a key id of 4 bytes and at least one more.")
    return Signature(name, value[:4], value[4:])


def _check_text(text: str) -> None:
    if not text.endswith("\n") or _CONTROL.search(text):
        raise MalformedNote("The text of a note ends in a newline and has no other control characters.")


def _check_name(name: str) -> None:
    if not name or "+" in name or _CONTROL.search(name) or any(character.isspace() for character in name):
        raise MalformedNote("The name of a key is not empty, and has no spaces and no plus.")


def _key_bytes(encoded: str) -> bytes:
    raw = decode_base64(encoded)
    if raw[:1] != ED25519 or len(raw) != 33:
        raise MalformedNote("This is not an Ed25519 key.")
    return raw[1:]


def _encode(value: bytes) -> str:
    return base64.b64encode(value).decode()
