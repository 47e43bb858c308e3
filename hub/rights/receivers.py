"""
Who ever saw something of this person, on whatever basis: everybody whom an erasure must reach (AVG art. 19).

Found where it was kept (items, exposures) and, of what is kept no longer, in the trail.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import export
from audit.errors import AuditError
from audit.events import Kind
from audit.export import Record
from hub.errors import SealBroken
from hub.exchange import trail
from hub.exchange.hub import Hub
from hub.exchange.models import Delivery, Exposure
from hub.exchange.route import Item, Offer
from hub.people.models import Link, LinkBranch
from hub.vault.seal import open_value
from hub.vault.subject_keys import DataKey
from schemas.agreement import Basis

_OWN = "eigen-bericht"


@dataclass(frozen=True, slots=True)
class Seen:
    """A partner saw something for this purpose; `link` when it is known by which of its links."""

    partner: str
    purpose: str
    link: str | None = None


def requests_to_delete(
    session: Session, hub: Hub, subject: str, links: Sequence[Link], key: DataKey | None
) -> list[Offer]:
    """One request per receiver and purpose; `key` is the person's audit key, None when it is gone already."""
    found = [*_kept(session, subject), *(_recorded(session, key) if key is not None else ())]
    # Where two links show to the same vestigingen, the newest stands for both: nobody is asked twice.
    offices = _offices(session, links)
    newest = {offices[link.id]: link for link in links}
    latest = {link.partner: link for link in links}
    asked: dict[tuple[str, str], Link] = {}
    for one in found:
        link = latest.get(one.partner) if one.link is None else newest.get(offices.get(one.link, ""))
        # What only the trail tells is asked of the partner once, by whichever link it was asked already.
        known = any(purpose == one.purpose and by.partner == one.partner for (_, purpose), by in asked.items())
        if link is not None and not (one.link is None and known):
            asked[link.id, one.purpose] = link
    bases = {flow.purpose: flow.basis for flow in hub.agreement.flows}
    return [
        Offer(link, Item.DELETE.value, purpose, bases.get(purpose, Basis.CONSENT), Item.DELETE)
        for (_, purpose), link in sorted(asked.items(), key=lambda pair: (pair[1].partner, pair[0][1]))
    ]


def _offices(session: Session, links: Sequence[Link]) -> dict[str, str]:
    rows = select(LinkBranch.link_id, LinkBranch.branch).where(LinkBranch.link_id.in_([link.id for link in links]))
    branches: dict[str, list[str]] = {}
    for link, branch in session.execute(rows.order_by(LinkBranch.branch)):
        branches.setdefault(link, []).append(branch)
    return {link.id: "/".join([link.partner, *branches.get(link.id, [])]) for link in links}


def _kept(session: Session, subject: str) -> Iterator[Seen]:
    opened = (Delivery.opened_at.is_not(None), Delivery.kind != Item.DELETE.value)
    items = select(Delivery.recipient, Delivery.purpose, Delivery.link_id).where(Delivery.subject_id == subject)
    for partner, purpose, link in session.execute(items.where(*opened).distinct()):
        yield Seen(partner, purpose, link)
    answered = select(Exposure.partner, Exposure.purpose, Exposure.link_id).where(Exposure.subject_id == subject)
    for partner, purpose, link in session.execute(answered):
        yield Seen(partner, purpose, link)


def _recorded(session: Session, key: DataKey) -> Iterator[Seen]:
    def opener(_: str, entry_id: str, sealed: bytes) -> bytes:
        return open_value(key, trail.place(entry_id), sealed)

    for stored in export.stored(session, key_id=key.id):
        yield from _told(_opened(stored, opener))


def _opened(stored: Record, opener: export.Opener) -> Mapping[str, Any]:
    try:
        return export.opened(stored, opener).fact or {}
    except (AuditError, SealBroken):
        # Somebody changed this entry: `ketenhub verify` says so. It must not keep a person from being forgotten.
        return {}


def _told(fact: Mapping[str, Any]) -> Iterator[Seen]:
    kind, written = fact.get("soort"), fact.get("gegevens", {})
    if kind == Kind.OPENED and written["besluit"].get("kennisgeving") != Item.DELETE:
        yield Seen(fact["partij"], written["besluit"]["doel"])
    if kind == Kind.QUERIED:
        flows = {one["stroom"] for one in written["beantwoord"]} - {_OWN}
        for decision in written["besluiten"]:
            if decision["stroom"] in flows and decision["besluit"] == "ja":
                yield Seen(fact["partij"], decision["doel"])
