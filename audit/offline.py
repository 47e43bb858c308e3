"""
Checks what somebody holds in hand, without the hub: a proof, a receipt with its proof, a pair of checkpoints.

Exit codes: 0 good, 1 the proof fails, 3 not written as the standard asks, 4 a fork or a rollback.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from audit import checkpoint
from audit.checkpoint import Checkpoint
from audit.errors import Forked, MalformedNote, NotSigned, ProofError
from audit.note import Verifier
from audit.tlog_proof import read_growth, read_proof
from audit.tree import HASH_BYTES


class Exit(IntEnum):
    """What the command tells the shell."""

    GOOD = 0
    FAILS = 1
    MALFORMED = 3
    FORKED = 4


def exit_of(error: Exception) -> Exit:
    """The exit code of what went wrong."""
    if isinstance(error, Forked):
        return Exit.FORKED
    return Exit.MALFORMED if isinstance(error, MalformedNote) else Exit.FAILS


@dataclass(frozen=True)
class Receipt:
    """What the hub answered: where an entry stands, and the hash of its leaf."""

    index: int
    leaf: bytes


def read_receipt(written: str) -> Receipt:
    """A receipt, or a whole answer with its `ontvangstbewijs`. Raises MalformedNote."""
    try:
        found = json.loads(written)
        found = found.get("ontvangstbewijs", found)
        index, leaf = found["index"], bytes.fromhex(found["bladhash"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise MalformedNote("A receipt is JSON with index and bladhash.") from None
    if isinstance(index, bool) or not isinstance(index, int) or len(leaf) != HASH_BYTES:
        raise MalformedNote("A receipt has a number as index, and 64 hexadecimal digits as bladhash.")
    return Receipt(index, leaf)


def check_receipt(receipt: str, proof: str, verifiers: Sequence[Verifier]) -> str:
    """A sentence when this proof is of this receipt, under a key that we trust. Raises AuditError."""
    held, found = read_receipt(receipt), read_proof(proof)
    if held.index != found.index:
        raise ProofError(f"The receipt is about entry {held.index}, the proof about entry {found.index}.")
    return _proven(held.leaf, proof, verifiers)


def check_proof(leaf: str, proof: str, verifiers: Sequence[Verifier]) -> str:
    """A sentence when the entry with this leaf hash (hexadecimal) stands in the trail. Raises AuditError."""
    try:
        raw = bytes.fromhex(leaf)
    except ValueError:
        raise MalformedNote("A leaf hash is 64 hexadecimal digits.") from None
    return _proven(raw, proof, verifiers)


def check_pair(older: str, newer: str, growth: str | None, verifiers: Sequence[Verifier]) -> str:
    """
    A sentence when the newer checkpoint continues the older one.

    Raises Forked when both are signed and cannot both be true, ProofError when the proof of growth fails or is missing.
    """
    old, new = under_any(older, verifiers), under_any(newer, verifiers)
    if old.origin != new.origin:
        raise ProofError("These checkpoints are of two trails.")
    if new.size < old.size:
        raise Forked(f"The newer checkpoint holds {new.size} entries, the older one {old.size}: a rollback.")
    if new.size == old.size:
        if new.root != old.root:
            raise Forked(f"Two roots were signed for {old.size} entries: a fork.")
        return f"Both are the same trail of {old.size} entries."
    if growth is None:
        raise ProofError("Give the proof that the trail grew from the one to the other.")
    if read_growth(growth).verify(old, verifiers) != new:
        raise ProofError("The proof leads to another checkpoint than the newer one.")
    return f"The trail of {new.size} entries continues the one of {old.size}."


def _proven(leaf: bytes, proof: str, verifiers: Sequence[Verifier]) -> str:
    found = read_proof(proof)
    # The origin is taken from the key: whoever trusts the key trusts it for the trail of that name.
    under = under_any(found.signed, verifiers)
    found.verify(leaf, under.origin, verifiers)
    return f"Entry {found.index} stands in the trail {under.origin} of {under.size} entries."


def under_any(written: str, verifiers: Sequence[Verifier]) -> Checkpoint:
    """The checkpoint, when one of these keys signed it for the trail of its own name. Raises NotSigned."""
    for verifier in verifiers:
        try:
            return checkpoint.verify(written, verifier.name, [verifier])
        except NotSigned:
            continue
    raise NotSigned("None of the keys that we know signed this checkpoint for its own trail.")
