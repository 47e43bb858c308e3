"""How far the trail goes, and the proofs that an entry stands in it and that it only ever grew."""

from collections.abc import Mapping, Sequence

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from audit import tree
from audit.errors import OutsideTrail, TrailError
from audit.models import EntryRow, HeadRow, NodeRow
from audit.tree import Frontier, Node, Span


def head(session: Session) -> Frontier:
    """Size and root of the trail now. Raises TrailError when it was never begun, or does not fit."""
    found = session.execute(select(HeadRow.size, HeadRow.frontier)).first()
    if found is None:
        raise TrailError("The trail has no head. Run the migrations of this database.")
    return Frontier.from_bytes(found.size, found.frontier)


def leaf_at(session: Session, index: int) -> bytes:
    """The leaf hash of this entry: what a receipt holds and a proof is about. Raises OutsideTrail."""
    return nodes(session, [Node(0, index)])[Node(0, index)]


def root_at(session: Session, size: int) -> bytes:
    """The root that the trail had when it held `size` entries. Raises OutsideTrail when it never did."""
    if size < 0:
        raise OutsideTrail(f"The trail never held {size} entries.")
    peaks = tree.cover(Span(0, size))
    known = nodes(session, peaks)
    return tree.root_of([known[peak] for peak in peaks])


def inclusion_proof(session: Session, index: int, size: int) -> list[bytes]:
    """
    The proof that entry `index` is among the first `size`, for tree.verify_inclusion. At most two queries.

    Raises OutsideTrail when the trail does not have that entry, or is not that long.
    """
    if not 0 <= index < size:
        raise OutsideTrail(f"Entry {index} is not among the first {size}.")
    return tree.inclusion_proof(index, size, lambda wanted: nodes(session, wanted))


def consistency_proof(session: Session, old_size: int, new_size: int) -> list[bytes]:
    """
    The proof that the first `old_size` entries are still the same at `new_size`, for tree.verify_consistency.

    Raises OutsideTrail when the trail is not that long.
    """
    if not 0 <= old_size <= new_size:
        raise OutsideTrail(f"A trail of {old_size} entries does not grow into one of {new_size}.")
    return tree.consistency_proof(old_size, new_size, lambda wanted: nodes(session, wanted))


def nodes(session: Session, wanted: Sequence[Node]) -> Mapping[Node, bytes]:
    """The stored hashes of these subtrees, leaves included. Raises OutsideTrail when one is not there."""
    leaves = [node.position for node in wanted if node.level == 0]
    # Pairs in one list, (level, position) IN (...), would make SQLite read the whole table.
    above = [and_(NodeRow.level == level, NodeRow.position == at) for level, at in wanted if level > 0]
    known: dict[Node, bytes] = {}
    if leaves:
        entries = select(EntryRow.position, EntryRow.leaf_hash).where(EntryRow.position.in_(leaves))
        known.update({Node(0, at): leaf for at, leaf in session.execute(entries)})
    if above:
        stored = select(NodeRow.level, NodeRow.position, NodeRow.hash).where(or_(*above))
        known.update({Node(level, at): found for level, at, found in session.execute(stored)})
    if missing := [(node.position + 1 << node.level) - 1 for node in wanted if node not in known]:
        raise OutsideTrail(f"The trail does not go as far as entry {missing[0]}.")
    return known
