"""Shows a party to an entry that it stands in the trail, and shows everybody the trail's signed head."""

from functools import partial

from sqlalchemy import bindparam, select

from audit import export
from audit.errors import OutsideTrail
from audit.keeper import Keeper
from hub.errors import NotFound
from hub.exchange import trail
from hub.exchange.hub import Hub
from hub.exchange.models import Delivery
from hub.identity.principals import Principal
from hub.people import subjects

_RECEIVED = (
    select(Delivery.id)
    .where(Delivery.position == bindparam("index"), Delivery.recipient == bindparam("partner"))
    # An item that was never opened must not show: it may have been withdrawn.
    .where(Delivery.opened_at.is_not(None), subjects.visible(Delivery.link_id))
    .limit(1)
)


def signed_head(hub: Hub, keeper: Keeper) -> str:
    """The size and root of the trail now, signed (C2SP tlog-checkpoint). Raises Forked when it was rolled back."""
    with hub.database.reading() as session:
        return keeper.sign_head(session)


def inclusion(hub: Hub, keeper: Keeper, by: Principal, index: int) -> str:
    """
    The proof that this entry stands in the trail (C2SP tlog-proof), for a party to the entry.

    Raises NotFound for an entry of others, or beyond the trail.
    """
    if not _is_party(hub, by, index):
        raise NotFound("bewijs")
    with hub.database.reading() as session:
        return keeper.prove(session, index).text


def inclusion_for_watcher(hub: Hub, keeper: Keeper, index: int) -> str:
    """
    The same for whoever watches over the trail: it holds hashes, and tells nothing of anybody.

    Raises NotFound for what lies beyond the trail.
    """
    with hub.database.reading() as session:
        try:
            return keeper.prove(session, index).text
        except OutsideTrail:
            raise NotFound("bewijs") from None


def growth(hub: Hub, keeper: Keeper, old_size: int) -> str:
    """The proof that the trail only grew since it held this many entries. Raises NotFound when it never did."""
    with hub.database.reading() as session:
        try:
            return keeper.prove_growth(session, old_size).text
        except OutsideTrail:
            raise NotFound("groei") from None


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
