"""
A proof in one text that stands by itself: this entry is in the trail that this signed checkpoint is of.

The format of C2SP tlog-proof (https://c2sp.org/tlog-proof), so that other people's tools can check ours. Beside it the
proof that a trail only grew, in the lines that C2SP tlog-witness asks for when a checkpoint is added.
"""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

from audit import checkpoint, tree
from audit.checkpoint import Checkpoint
from audit.errors import MalformedNote, ProofError
from audit.note import MOST_BYTES, Verifier, decode_base64
from audit.tree import HASH_BYTES

FIRST_LINE = "c2sp.org/tlog-proof@v1"
# A tree of 2^64 entries has paths of 64 hashes; a proof of consistency has one more at most.
MOST_HASHES = 65
_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")


@dataclass(frozen=True)
class TlogProof:
    """The place of an entry (from 0), the path to the root, and the signed checkpoint as it was given out."""

    index: int
    path: tuple[bytes, ...]
    signed: str

    @property
    def text(self) -> str:
        """The proof as it is sent and stored. Section "Format"."""
        return _written([FIRST_LINE, f"index {self.index}"], self.path, self.signed)

    def verify(self, leaf: bytes, origin: str, verifiers: Sequence[Verifier]) -> Checkpoint:
        """
        The checkpoint under which this leaf stands in the trail of this origin; section "Verifying a tlog proof".

        Raises NotSigned when none of these keys signed it for this origin, ProofError when it does not lead there.
        """
        found = checkpoint.verify(self.signed, origin, verifiers)
        tree.verify_inclusion(leaf, self.index, found.size, self.path, found.root)
        return found


@dataclass(frozen=True)
class Growth:
    """The proof that the trail of `old_size` entries became the one of this signed checkpoint by adding only."""

    old_size: int
    path: tuple[bytes, ...]
    signed: str

    @property
    def text(self) -> str:
        """Old size, hashes, blank line, checkpoint. C2SP tlog-witness, section "add-checkpoint"."""
        return _written([f"old {self.old_size}"], self.path, self.signed)

    def verify(self, old: Checkpoint, verifiers: Sequence[Verifier]) -> Checkpoint:
        """The later checkpoint, when it continues this earlier one. Raises NotSigned or ProofError."""
        new = checkpoint.verify(self.signed, old.origin, verifiers)
        if self.old_size != old.size:
            raise ProofError("This proof is about another earlier checkpoint.")
        tree.verify_consistency(old.size, old.root, new.size, new.root, self.path)
        return new


def read_proof(written: str | bytes) -> TlogProof:
    """A tlog-proof taken apart, strictly; nothing of it is believed yet. Raises MalformedNote."""
    lines, signed = _halves(written)
    if lines[0] != FIRST_LINE:
        raise MalformedNote(f"A proof begins with the line {FIRST_LINE}")
    rest = lines[2:] if lines[1:] and lines[1].startswith("extra ") else lines[1:]
    if len(rest) < len(lines) - 1:
        decode_base64(lines[1].removeprefix("extra "))
    return TlogProof(_numbered(rest, "index"), _hashes(rest[1:]), signed)


def read_growth(written: str | bytes) -> Growth:
    """A proof of growth taken apart, strictly. Raises MalformedNote."""
    lines, signed = _halves(written)
    return Growth(_numbered(lines, "old"), _hashes(lines[1:]), signed)


def _written(head: Sequence[str], path: Sequence[bytes], signed: str) -> str:
    hashes = [base64.b64encode(step).decode() for step in path]
    return "\n".join([*head, *hashes, "", signed])


def _halves(written: str | bytes) -> tuple[list[str], str]:
    raw = written.encode() if isinstance(written, str) else written
    if len(raw) > MOST_BYTES:
        raise MalformedNote(f"A proof has at most {MOST_BYTES} bytes.")
    try:
        head, blank, signed = raw.decode().partition("\n\n")
    except UnicodeDecodeError:
        raise MalformedNote("A proof is UTF-8.") from None
    if not blank:
        raise MalformedNote("A proof is some lines, a blank line, and a signed checkpoint.")
    return head.split("\n"), signed


def _numbered(lines: Sequence[str], word: str) -> int:
    found, _, number = (lines[0] if lines else "").partition(" ")
    if found != word or not _NUMBER.fullmatch(number):
        raise MalformedNote(f"Here should stand: {word}, a space and a number.")
    return int(number)


def _hashes(lines: Sequence[str]) -> tuple[bytes, ...]:
    if len(lines) > MOST_HASHES:
        raise MalformedNote(f"A proof has at most {MOST_HASHES} hashes.")
    found = tuple(decode_base64(line) for line in lines)
    if any(len(one) != HASH_BYTES for one in found):
        raise MalformedNote("A hash in a proof has 32 bytes.")
    return found
