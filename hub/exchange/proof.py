"""Shows a party to an entry that it stands in the trail, and shows everybody the trail's signed head."""

from functools import partial

from sqlalchemy import bindparam, select

from audit import checkpoint, export, proofs
from audit.checkpoint import Checkpoint
from audit.errors import OutsideTrail
from audit.note import Signer
from hub.errors import NotFound
from hub.exchange import trail
from hub.exchange.hub import Hub
from hub.exchange.models import Delivery
from hub.identity.principals import Principal
from hub.people import subjects
from schemas.base import InvalidInput, Json, Mistake

_RECEIVED = (
    select(Delivery.id)
    .where(Delivery.position == bindparam("index"), Delivery.recipient == bindparam("partner"))
    .where(subjects.visible(Delivery.link_id))
    .limit(1)
)


def signed_head(hub: Hub, origin: str, signer: Signer) -> str:
    """The size and root of the trail now, signed (C2SP tlog-checkpoint)."""
    with hub.database.reading() as session:
        head = proofs.head(session)
    return checkpoint.sign(Checkpoint(origin, head.size, head.root), signer)


def inclusion(hub: Hub, by: Principal, index: int, size: int | None = None) -> dict[str, Json]:
    """
    The proof that this entry stands in the trail of this size (RFC 9162, section 2.1.3.1), for a party to the entry.

    Raises NotFound for an entry of others or beyond the trail, InvalidInput for a size that never was.
    """
    if not _is_party(hub, by, index):
        raise NotFound("bewijs")
    with hub.database.reading() as session:
        whole = proofs.head(session).size if size is None else size
        try:
            leaf, root = proofs.leaf_at(session, index), proofs.root_at(session, whole)
            path = proofs.inclusion_proof(session, index, whole)
        except OutsideTrail:
            wrong = Mistake("omvang", "Schrijf de omvang van een controlepunt dat dit bericht al bevat.")
            raise InvalidInput(wrong) from None
    return {
        "index": index, "omvang": whole, "bladhash": leaf.hex(), "wortel": root.hex(),
        "pad": [step.hex() for step in path],
    }  # fmt: skip


def _is_party(hub: Hub, by: Principal, index: int) -> bool:
    """The client wrote it, or one of its vestigingen did, or an item for it came of it."""
    with hub.database.reading() as session:
        item = session.scalar(_RECEIVED, {"index": index, **subjects.client(by)})
        found = next(iter(export.read(session, partial(trail.opener, hub), first=index, end=index + 1)), None)
    if item is not None:
        return True
    fact = None if found is None else found.fact
    if fact is None or fact.get("partij") != by.partner:
        return False
    written = fact["gegevens"]
    branches = written.get("vestigingen") if isinstance(written, dict) else None
    return not by.branches or (isinstance(branches, list) and not by.branches.isdisjoint(map(str, branches)))
