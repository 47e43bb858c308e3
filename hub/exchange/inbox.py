"""
What lies ready for a partner. The list says only that something does: even a type (koppeling) would say too much.

Opening is a decision of its own, taken at that moment, in the trail before anything is opened.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row as Found
from sqlalchemy import and_, bindparam, or_, select, update
from sqlalchemy.orm import Session

from audit.events import Kind
from hub.clock import stamp
from hub.db import UNANSWERED, table_of
from hub.errors import Conflict, NotFound
from hub.exchange import mend, route, trail, view
from hub.exchange.hub import Hub
from hub.exchange.models import Delivery, Message
from hub.exchange.route import Item
from hub.exchange.situation import Situation, decide_flow, locked_or_nobody
from hub.identity.principals import Principal
from hub.people import subjects
from hub.people.models import Link
from hub.permit import Permit, Phase, Verdict
from hub.policy.decide import decide_notice
from hub.vault.seal import Row, open_for
from hub.vault.subject_keys import KeyClass
from hub.vault.vault import NOBODY
from schemas.agreement import Basis, Flow, Role
from schemas.base import InvalidInput, Json, Mistake

PAGE = 100
LARGEST_PAGE = 1000

_MINE = (Delivery.recipient == bindparam("partner"), subjects.visible(Delivery.link_id))
# Only where to look: what it says is read again under the person's lock.
_FIND = select(Delivery.id, Delivery.subject_id, Delivery.position).where(Delivery.id == bindparam("item"), *_MINE)
_FRESH = select(Delivery).where(Delivery.id == bindparam("item")).execution_options(populate_existing=True)
_TABLE = table_of(Delivery)
_MARK = update(_TABLE).where(_TABLE.c.id == bindparam("item")).execution_options(**{UNANSWERED: True})
_OPENED = _MARK.values(opened_at=bindparam("now"))
_ACKNOWLEDGED = _MARK.values(acknowledged_at=bindparam("now"))
STILL_THERE = (
    Delivery.withdrawn_at.is_(None), Delivery.closed_at.is_(None), Delivery.suspended.is_(False),
    # What has expired since, or was offered under other terms, is not listed: it looks like an item that never was.
    or_(Delivery.permitted_until.is_(None), Delivery.permitted_until > bindparam("today")),
    Delivery.terms.in_(bindparam("terms", expanding=True)), *_MINE,
)  # fmt: skip
"""Conditions: this item can be listed to the client. Give them `about`. Only a hint: opening decides for itself."""
_LISTED = (
    select(Delivery.id, Delivery.at)
    .where(Delivery.acknowledged_at.is_(None), *STILL_THERE)
    .order_by(Delivery.position, Delivery.id)
    .limit(bindparam("most"))
)
_LISTED_BEYOND = _LISTED.where(
    or_(
        Delivery.position > bindparam("position"),
        and_(Delivery.position == bindparam("position"), Delivery.id > bindparam("item")),
    )
)


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list."""

    id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the list, oldest first; `after` is where the next page begins, None at the end."""

    items: list[Listed]
    after: str | None


def about(hub: Hub, by: Principal) -> dict[str, Any]:
    """What a statement with `STILL_THERE` in it must be given."""
    today = hub.today()
    return {"today": today, "terms": route.terms_in_force(hub.agreement, today), **subjects.client(by)}


def list_items(hub: Hub, by: Principal, after: str | None = None, limit: int = PAGE) -> Page:
    """What lies ready and was not acknowledged. Only reads. Raises InvalidInput for a cursor of somebody else."""
    values = {"most": limit + 1, **about(hub, by)}
    with hub.database.reading() as session:
        if after is None:
            rows = session.connection().execute(_LISTED, values).all()
        else:
            start = _place(session, by, after)
            rows = session.connection().execute(_LISTED_BEYOND, {**values, **start}).all()
    items = [Listed(row.id, row.at) for row in rows[:limit]]
    return Page(items, items[-1].id if len(rows) > limit else None)


def open_item(hub: Hub, by: Principal, item: str) -> dict[str, Json]:
    """
    Open one item: its permitted fields, decided now.

    Raises NotFound for what was withdrawn, is no longer permitted, is another's or never was: the same for all.
    """
    # The audit row is committed before the fields are opened. A crash in between leaves a record of a reading that did
    # not happen: we accept that. The other order could leave a reading without a record, and nobody would ever know.
    with hub.database.writing() as session:
        found = _find(session, by, item)
        situation = locked_or_nobody(hub, session, None if found is None else found.subject_id, KeyClass.EXCHANGE)
        opened = _open(session, situation, by, item if found is not None else "")
    if opened is None:
        raise NotFound("postvak")
    return opened.read()


def acknowledge(hub: Hub, by: Principal, item: str) -> None:
    """
    The recipient has it (or, of a request to delete: its copy is gone); it leaves the list.

    Raises Conflict for an item that was not opened, NotFound for what the client cannot open.
    """
    with hub.database.writing() as session:
        found = _find(session, by, item)
        if found is None:
            raise NotFound("postvak")
        situation = locked_or_nobody(hub, session, found.subject_id)
        delivery = _fresh(session, item)
        if delivery is None or not is_about(situation, delivery) or not _can_acknowledge(session, situation, delivery):
            raise NotFound("postvak")
        if delivery.opened_at is None:
            raise Conflict("niet-geopend", "Open dit item eerst; daarna kunt u het bevestigen.")
        if delivery.acknowledged_at is None:
            session.connection().execute(_ACKNOWLEDGED, {"item": item, "now": situation.now})
            trail.write(session, situation, by, Kind.ACKNOWLEDGED, trail.YES, {"itemId": item})


@dataclass(frozen=True, slots=True)
class Opened:
    """An item that may be read, recorded as opened; `read` opens the fields."""

    situation: Situation
    delivery: Delivery
    message: Message | None
    link: Link
    permit: Permit

    def read(self) -> dict[str, Json]:
        """The item as the recipient sees it."""
        return {
            "id": self.delivery.id,
            "soort": sort_of(self.delivery, self.message),
            "tijdstip": stamp(self.delivery.at),
            "betrokkeneId": self.link.pseudonym,
            "doel": self.permit.purpose,
            "grondslag": self.permit.basis,
            "gegevens": self._fields(),
            **self._correction(),
        }

    def _correction(self) -> dict[str, Json]:
        # Only who saw the wrong value hears that this one puts it right; an item of its own is named.
        if self.delivery.corrects is None:
            return {}
        earlier = self.delivery.corrects
        return {"correctie": True, **({} if earlier == mend.ANSWERED else {"corrigeert": earlier})}

    def _fields(self) -> dict[str, Json]:
        key = self.situation.key(KeyClass.EXCHANGE)
        if self.message is None:
            return open_for(self.permit, self.delivery.notice or {}, key, Row("deliveries", self.delivery.id))
        row = Row("messages", self.message.id, self.message.revision)
        return open_for(self.permit, self.message.fields, key, row)


def sort_of(delivery: Delivery, message: Message | None) -> str:
    """What sort of item this is, as the recipient is told."""
    if message is not None:
        return message.type
    return "verwijderverzoek" if delivery.kind == Item.DELETE.value else "koppeling"


def _place(session: Session, by: Principal, after: str) -> dict[str, Any]:
    # The cursor is an item of one's own: it tells nothing, and it stays good when that item has left the list.
    found = _find(session, by, after)
    if found is None:
        raise InvalidInput(Mistake("na", "Dit is geen plaats in uw postvak. Begin opnieuw zonder «na»."))
    return {"position": found.position, "item": found.id}


def _find(session: Session, by: Principal, item: str) -> Found[str, str, int] | None:
    if not (item.isascii() and item.isprintable()):
        return None
    return session.connection().execute(_FIND, {"item": item, **subjects.client(by)}).one_or_none()


def _fresh(session: Session, item: str) -> Delivery | None:
    return session.scalars(_FRESH, {"item": item}).one_or_none()


def _open(session: Session, situation: Situation, by: Principal, item: str) -> Opened | None:
    delivery = _fresh(session, item)
    if delivery is None or not is_about(situation, delivery):
        trail.write(session, situation, by, Kind.OPENING_REFUSED, trail.NO, {})
        return None
    message, link = behind(session, delivery)
    verdict, record = decide_item(situation, delivery, message, link)
    if not isinstance(verdict, Permit):
        trail.write(session, situation, by, Kind.OPENING_REFUSED, trail.NO, {"itemId": item, "besluit": record})
        return None
    if delivery.opened_at is None:
        session.connection().execute(_OPENED, {"item": item, "now": situation.now})
    if delivery.kind == Item.MESSAGE.value:
        view.expose(session, situation, link, verdict)
    trail.write(session, situation, by, Kind.OPENED, trail.YES, {"itemId": item, "besluit": record})
    return Opened(situation, delivery, message, link, verdict)


def behind(session: Session, delivery: Delivery) -> tuple[Message | None, Link]:
    """The message of an item (None for a notice of the hub's own), and the link over which it came."""
    message = None if delivery.message_id is None else session.get(Message, delivery.message_id)
    return message, session.get_one(Link, delivery.link_id)


def is_about(situation: Situation, delivery: Delivery) -> bool:
    """Is this item about the person who is locked?"""
    # Who was forgotten has no keys, and so became nobody here. A request to delete holds nothing that is sealed: it
    # can still be opened and confirmed, and the trail tells of it as of nobody.
    forgotten = situation.subject == NOBODY and delivery.kind == Item.DELETE.value
    return situation.subject == delivery.subject_id or forgotten


def _can_acknowledge(session: Session, situation: Situation, delivery: Delivery) -> bool:
    # Of an item that may not be opened (any more), nobody learns that it lies here: not even by «open it first».
    if delivery.opened_at is not None:
        return delivery.closed_at is None
    message, link = behind(session, delivery)
    return isinstance(decide_item(situation, delivery, message, link)[0], Permit)


def decide_item(
    situation: Situation, delivery: Delivery, message: Message | None, link: Link
) -> tuple[Verdict, dict[str, Json]]:
    """May it be opened now? With the decision as the trail keeps it."""
    if message is None:
        agreement = situation.hub.agreement.hash
        permit = decide_notice(
            situation.subject, delivery.recipient, delivery.flow, delivery.purpose, delivery.basis, agreement
        )
        return permit, {"kennisgeving": delivery.kind, "doel": delivery.purpose}
    flow = _flow(situation, delivery, message, link)
    there = delivery.withdrawn_at is None and delivery.closed_at is None
    known = link if link.ended_at is None else None
    decided = decide_flow(situation, flow, Phase.OPEN, delivery.recipient, known, available=there)
    return decided.verdict, decided.record


def _flow(situation: Situation, delivery: Delivery, message: Message, link: Link) -> Flow:
    """The flow under which it was offered, as the agreement has it now; one that left the agreement permits nothing."""
    for flow in situation.hub.agreement.flows:
        same = (flow.id, flow.purpose, flow.message) == (delivery.flow, delivery.purpose, message.type)
        if same and flow.variant in (None, message.variant):
            return flow
    return Flow(
        message=message.type, variant=None, source=Role(message.source_role), recipient=Role(link.role),
        purpose=delivery.purpose, basis=Basis(delivery.basis), fields=(), hub_keeps_days=0, recipient_keeps_days=0,
    )  # fmt: skip
