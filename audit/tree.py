"""
The Merkle tree that makes the trail checkable: change one entry, and the root of all of them changes.

Pure: hashes in, hashes out. RFC 6962 section 2.1 and, for the checks, RFC 9162 section 2.1 (the same tree).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from audit.errors import ProofError, TrailError

HASH_BYTES = 32
# MTH({}) = SHA-256(). RFC 6962, section 2.1.
EMPTY_ROOT = sha256(b"").digest()


class Node(NamedTuple):
    """A complete subtree: the 2^level leaves from position * 2^level on. Level 0 is a leaf."""

    level: int
    position: int


class Span(NamedTuple):
    """The leaves from `first` up to, not including, `end`."""

    first: int
    end: int


Reader = Callable[[Sequence[Node]], Mapping[Node, bytes]]


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 | data). RFC 6962, section 2.1."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 | left | right). RFC 6962, section 2.1."""
    return sha256(b"\x01" + left + right).digest()


def root_of(peaks: Sequence[bytes]) -> bytes:
    """The root above a row of complete subtrees, the largest first. RFC 6962, section 2.1."""
    if not peaks:
        return EMPTY_ROOT
    *rest, root = peaks
    for peak in reversed(rest):
        root = node_hash(peak, root)
    return root


@dataclass(frozen=True)
class Frontier:
    """
    All that is needed to go on: the size of the tree and the peaks, its complete subtrees, largest first.

    There is a peak for each 1 in the binary size, so a million entries take at most 20 hashes.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    @classmethod
    def from_bytes(cls, size: int, packed: bytes) -> "Frontier":
        """Raises TrailError when these cannot be the peaks of a tree of this size."""
        if size < 0 or len(packed) != size.bit_count() * HASH_BYTES:
            raise TrailError(f"The head of the trail does not fit its size of {size}.")
        return cls(size, tuple(packed[at : at + HASH_BYTES] for at in range(0, len(packed), HASH_BYTES)))

    def to_bytes(self) -> bytes:
        """The peaks behind each other, for from_bytes."""
        return b"".join(self.peaks)

    @property
    def root(self) -> bytes:
        """The root of the whole tree."""
        return root_of(self.peaks)

    def append(self, leaf: bytes) -> tuple["Frontier", dict[Node, bytes]]:
        """The frontier with one leaf more, and the subtrees (level 1 and up) that this leaf completed."""
        peaks, completed, node = list(self.peaks), {}, Node(0, self.size)
        while node.position % 2:
            leaf = node_hash(peaks.pop(), leaf)
            node = Node(node.level + 1, node.position // 2)
            completed[node] = leaf
        return Frontier(self.size + 1, (*peaks, leaf)), completed


def inclusion_proof(index: int, size: int, read: Reader) -> list[bytes]:
    """
    The hashes that lead from the leaf at `index` to the root of the first `size` leaves, its sibling first.

    `read` is called once, for at most about 2 log2(size) nodes. RFC 6962, section 2.1.1.
    """
    if not 0 <= index < size:
        raise ValueError("the index lies inside the tree")
    steps, first, end = [], 0, size
    while end - first > 1:
        middle = first + _split(end - first)
        if index < middle:
            steps.append(Span(middle, end))
            end = middle
        else:
            steps.append(Span(first, middle))
            first = middle
    return _hash_spans(steps[::-1], read)


def consistency_proof(old_size: int, new_size: int, read: Reader) -> list[bytes]:
    """
    The hashes that show that the first `old_size` leaves are still the first of the tree of `new_size`.

    Empty when either is the whole or nothing. `read` is called at most once. RFC 6962, section 2.1.2.
    """
    if not 0 <= old_size <= new_size:
        raise ValueError("a tree only grows")
    if old_size in (0, new_size):
        return []
    steps, first, end = [], 0, new_size
    while old_size != end:
        middle = first + _split(end - first)
        if old_size <= middle:
            steps.append(Span(middle, end))
            end = middle
        else:
            steps.append(Span(first, middle))
            first = middle
    # What begins at 0 is the old tree itself: who checks knows its root already.
    return _hash_spans(([Span(first, end)] if first else []) + steps[::-1], read)


def cover(span: Span) -> list[Node]:
    """The complete subtrees that make up a span of the tree, the largest first."""
    nodes, (first, end) = [], span
    while first < end:
        level = (end - first).bit_length() - 1
        nodes.append(Node(level, first >> level))
        first += 1 << level
    return nodes


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """
    Return when the leaf stands at `index` in the tree of this size and root; raise ProofError otherwise.

    Says nothing about entries left out before the root was signed: that takes receipts and witnesses.
    RFC 9162, section 2.1.3.2.
    """
    if not 0 <= index < size or not _hashes([leaf, *proof]):
        raise ProofError("The proof is not about an entry of this tree.")
    here, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofError("The proof is too long for this tree.")
        if here % 2 or here == last:
            found = node_hash(sibling, found)
            while here % 2 == 0 and here:
                here, last = here >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        here, last = here >> 1, last >> 1
    if last or found != root:
        raise ProofError("The proof does not lead to this root.")


def verify_consistency(old_size: int, old: bytes, new_size: int, new: bytes, proof: Sequence[bytes]) -> None:
    """
    Return when the tree of `new_size` begins with the whole tree of `old_size`; raise ProofError otherwise.

    An empty old tree is the beginning of every tree. RFC 9162, section 2.1.4.2.
    """
    if not 0 <= old_size <= new_size or not _hashes(proof):
        raise ProofError("The proof is not about these two trees.")
    if old_size in (0, new_size):
        if proof or old != (EMPTY_ROOT if old_size == 0 else new):
            raise ProofError("The proof does not lead from the old root to the new one.")
        return
    if _roots_by(old_size, new_size, old, proof) != (old, new):
        raise ProofError("The proof does not lead from the old root to the new one.")


def _roots_by(old_size: int, new_size: int, old: bytes, proof: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """The two roots that this proof gives; None when its length is wrong."""
    here, last = old_size - 1, new_size - 1
    while here % 2:
        here, last = here >> 1, last >> 1
    # A power of two: the old root is itself the first step.
    start, *steps = (old, *proof) if old_size.bit_count() == 1 else proof or [b""]
    old_root = new_root = start
    for step in steps:
        if last == 0:
            return None
        if here % 2 or here == last:
            old_root, new_root = node_hash(step, old_root), node_hash(step, new_root)
            while here % 2 == 0 and here:
                here, last = here >> 1, last >> 1
        else:
            new_root = node_hash(new_root, step)
        here, last = here >> 1, last >> 1
    return (old_root, new_root) if last == 0 else None


def _hash_spans(spans: Sequence[Span], read: Reader) -> list[bytes]:
    """The root of each span, with one reading for all of them."""
    covers = [cover(span) for span in spans]
    if not covers:
        return []
    known = read([node for nodes in covers for node in nodes])
    return [root_of([known[node] for node in nodes]) for nodes in covers]


def _split(size: int) -> int:
    """The largest power of two smaller than size. RFC 6962, section 2.1."""
    return 1 << (size - 1).bit_length() - 1


def _hashes(values: Iterable[bytes]) -> bool:
    return all(len(value) == HASH_BYTES for value in values)
