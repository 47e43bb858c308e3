"""How far the trail goes, and the proofs that an entry stands in it and that it only ever grew."""

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, literal_column, select, union_all
from sqlalchemy.orm import Session

from audit import tree
from audit.errors import OutsideTrail, TrailError
from audit.models import Base, HeadRow
from audit.tree import Frontier, Node, Span

_ENTRIES, _NODES = (Base.metadata.tables[f"audit_{name}"] for name in ("entries", "nodes"))

# One trip, and one text for trees of every size. Each level is looked up with each position: some hundreds of places in
# the index, of which most hold nothing. Pairs, (level, position) IN (...), would make SQLite read the whole table.
_STORED = union_all(
    select(literal_column("0"), _ENTRIES.c.position, _ENTRIES.c.leaf_hash)
    .where(_ENTRIES.c.position.in_(bindparam("leaves", expanding=True))),
    select(_NODES.c.level, _NODES.c.position, _NODES.c.hash)
    .where(_NODES.c.level.in_(bindparam("levels", expanding=True)))
    .where(_NODES.c.position.in_(bindparam("positions", expanding=True))),
)  # fmt: skip


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
    The proof that entry `index` is among the first `size`, for tree.verify_inclusion. One query.

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
    """The stored hashes of these subtrees, leaves included, in one query. Raises OutsideTrail when one is not there."""
    above = [node for node in wanted if node.level > 0]
    values = {
        "leaves": [node.position for node in wanted if node.level == 0],
        "levels": sorted({node.level for node in above}),
        "positions": sorted({node.position for node in above}),
    }
    known = {Node(level, at): found for level, at, found in session.connection().execute(_STORED, values)}
    if missing := [(node.position + 1 << node.level) - 1 for node in wanted if node not in known]:
        raise OutsideTrail(f"The trail does not go as far as entry {missing[0]}.")
    return known
