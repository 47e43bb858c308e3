"""
What a desk calls a person: its own reference, or the V-number in a koppeling that it opened and may read now.

A partner that knows neither (yet, or any more) has only the hub's own name for the person, which says nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from audit.events import Kind
from hub.exchange import inbox, trail
from hub.exchange.hub import Hub
from hub.exchange.models import Delivery, Message
from hub.exchange.route import LINKAGE
from hub.exchange.situation import Situation, locked_or_nobody
from hub.exchange.view import Readable
from hub.identity.principals import Principal
from hub.people import subjects
from hub.people.models import Link
from hub.permit import Permit
from hub.policy.decide import only
from hub.vault.subject_keys import KeyClass
from schemas.base import Json

V_NUMBER = "vNummer"

_OPENED = (
    select(Delivery, Message)
    .join(Message, Message.id == Delivery.message_id)
    .where(Delivery.link_id == bindparam("link"), Message.type == LINKAGE, Delivery.opened_at.is_not(None))
    .where(Delivery.withdrawn_at.is_(None), Delivery.closed_at.is_(None))
    .order_by(Delivery.position.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Person:
    """
    Somebody as a desk may call them: `name` is None when it may not know one; `code` is the hub's, for this partner.

    `known`: the partner is linked to them now.
    """

    link_id: str
    code: str
    name: str | None = field(repr=False)
    known: bool


@dataclass(frozen=True, slots=True)
class Name:
    """How a desk may call the person behind this link, decided; nothing is opened yet. `record`: for the trail."""

    situation: Situation
    link: Link
    number: Readable | None = None
    record: dict[str, Json] | None = None

    def read(self) -> Person:
        """The person, under this name. After the decision was committed."""
        link = self.link
        return Person(link.id, link.pseudonym, self._opened(), link.ended_at is None)

    def _opened(self) -> str | None:
        if self.number is not None:
            return str(self.number.fields(self.situation.key(KeyClass.EXCHANGE)).get(V_NUMBER) or "") or None
        # Who was forgotten has no keys, and so no name.
        if self.link.reference is None or self.link.subject_id != self.situation.subject:
            return None
        return subjects.reference_of(self.link, self.situation.key(KeyClass.LINKING))


def name_of(session: Session, situation: Situation, link: Link) -> Name:
    """
    Decide under which name this link's partner may see the person. Locked with the keys of EXCHANGE and LINKING.

    A municipality that did not open its koppeling has not seen the number, and a list does not show it either.
    """
    if link.reference is not None:
        return Name(situation, link)
    found = session.execute(_OPENED, {"link": link.id}).one_or_none()
    if found is None or link.subject_id != situation.subject:
        return Name(situation, link)
    delivery, message = found
    verdict, record = inbox.decide_item(situation, delivery, message, link)
    if not isinstance(verdict, Permit):
        return Name(situation, link)
    return Name(situation, link, Readable(only(verdict, V_NUMBER), message), {**record, "velden": [V_NUMBER]})


def called(hub: Hub, by: Principal, links: Iterable[Link]) -> dict[str, Person]:
    """The persons behind these links of this client, by link; what that shows of them is recorded first."""
    with hub.database.writing() as session:
        names = []
        for link in sorted(links, key=lambda one: (one.subject_id, one.id)):
            situation = locked_or_nobody(hub, session, link.subject_id, KeyClass.EXCHANGE, KeyClass.LINKING)
            names.append(name_of(session, situation, session.get_one(Link, link.id)))
        trail.write_each(session, by, Kind.LISTED, [
            (name.situation, trail.YES, {"besluiten": [] if name.record is None else [name.record]}) for name in names
        ])  # fmt: skip
    return {name.link.id: name.read() for name in names}
