"""Opens items for somebody at a desk: each by its own decision, with its own record, and with who it is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from hub.errors import NotFound
from hub.exchange import inbox
from hub.exchange.hub import Hub
from hub.exchange.models import Delivery
from hub.exchange.names import Person, called
from hub.identity.principals import Principal
from hub.people.models import Link
from schemas.base import Json


@dataclass(frozen=True, slots=True)
class Read:
    """An opened item as the recipient sees it, whom it is about, since when it lay there, when it was confirmed."""

    id: str
    person: Person
    body: Mapping[str, Json] = field(repr=False)
    at: datetime
    confirmed_at: datetime | None

    @property
    def fields(self) -> Mapping[str, Any]:
        """What it says."""
        told: Any = self.body["gegevens"]
        return told if isinstance(told, Mapping) else {}

    @property
    def sort(self) -> str:
        """A type of message, or that of a notice; the end of a linkage is a sort by itself."""
        sort = str(self.body["soort"])
        return "beeindigd" if sort == "koppeling" and self.fields.get("status") == "beeindigd" else sort


def open_items(hub: Hub, by: Principal, items: Sequence[str]) -> list[Read]:
    """Those of these items that may be opened now, opened. What may not is left out, as if it never was."""
    # 1. One by one, each in the trail before it is opened.
    bodies = {item: body for item in dict.fromkeys(items) if (body := _open(hub, by, item)) is not None}

    # 2. Whom they are about, by the names that this desk knows: decided after the openings, so that these count.
    with hub.database.reading() as session:
        wanted = select(Delivery.id, Delivery.link_id, Delivery.at, Delivery.acknowledged_at).where(
            Delivery.id.in_(list(bodies))
        )
        rows = {row.id: row for row in session.execute(wanted)}
        links = [session.get_one(Link, link) for link in dict.fromkeys(row.link_id for row in rows.values())]
    persons = called(hub, by, links)
    return [
        Read(item, persons[rows[item].link_id], body, rows[item].at, rows[item].acknowledged_at)
        for item, body in bodies.items()
        if item in rows
    ]


def _open(hub: Hub, by: Principal, item: str) -> Mapping[str, Json] | None:
    try:
        return inbox.open_item(hub, by, item)
    except NotFound:
        return None
