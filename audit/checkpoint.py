"""
The trail in three lines that can be signed, kept and compared: whose it is, how many entries, which root.

The format of C2SP tlog-checkpoint (https://c2sp.org/tlog-checkpoint). Signing one is a promise never to
sign another that does not continue it; keeping that promise is the caller's work.
"""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

from audit import note
from audit.errors import MalformedNote, NotSigned
from audit.note import Signer, Verifier
from audit.tree import HASH_BYTES

# Section "Note text": decimal, no leading zeroes. 18 digits are within what the trail's database can count.
_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")


@dataclass(frozen=True)
class Checkpoint:
    """The trail of `origin` at one moment. `extensions` are others' lines: kept, never written by us."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The text to sign. Section "Note text"."""
        root = base64.b64encode(self.root).decode()
        return "".join(f"{line}\n" for line in (self.origin, str(self.size), root, *self.extensions))


def sign(checkpoint: Checkpoint, *signers: Signer) -> str:
    """The checkpoint as a signed note. Raises MalformedNote when it would not read back as the same."""
    if parse(checkpoint.text) != checkpoint:
        raise MalformedNote("An origin is one line.")
    return note.sign(checkpoint.text, *signers)


def verify(written: str | bytes, origin: str, verifiers: Sequence[Verifier]) -> Checkpoint:
    """
    The checkpoint, when one of these keys signed it for this origin. Raises MalformedNote or NotSigned.

    Says nothing about whether it continues an earlier one: tree.verify_consistency does.
    """
    checkpoint = parse(note.verify(written, verifiers))
    if checkpoint.origin != origin:
        raise NotSigned("This checkpoint is of another trail.")
    return checkpoint


def parse(text: str) -> Checkpoint:
    """Read the text of a note that was verified. Strict: raises MalformedNote. Section "Note text"."""
    *lines, last = text.split("\n")
    if last or len(lines) < 3 or not all(lines):
        raise MalformedNote("A checkpoint is at least three lines, none of them empty.")
    origin, size, root, *extensions = lines
    if not _SIZE.fullmatch(size):
        raise MalformedNote("The size of a checkpoint is a decimal number without leading zeroes.")
    hash_ = note.decode_base64(root)
    if len(hash_) != HASH_BYTES:
        raise MalformedNote("The root of a checkpoint is a hash of 32 bytes.")
    return Checkpoint(origin, int(size), hash_, tuple(extensions))
