"""Somebody says that nothing of this person may be thrown away now (a claim, a complaint), until it is released."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from audit.events import Kind
from hub.db import new_id
from hub.errors import KeyDestroyed, NotFound
from hub.exchange import trail
from hub.exchange.hub import Hub
from hub.exchange.situation import locked
from hub.identity.principals import Author
from hub.people.models import Link, Subject
from hub.rights.models import Hold

SET, RELEASED = "ingesteld", "opgeheven"


class Reason(StrEnum):
    """Why: a code, never a sentence about a person."""

    COMPLAINT = "klacht"
    LAWSUIT = "rechtszaak"
    INQUIRY = "onderzoek"
    SUPERVISOR = "toezichthouder"


@dataclass(frozen=True, slots=True)
class Standing:
    """A hold that stands, without saying of whom."""

    id: str
    reason: str
    set_by: str
    since: str


def is_held(session: Session, subject: str) -> bool:
    """Does a hold stand? Asked under the person's lock."""
    held = select(Hold.id).where(Hold.subject_id == subject, Hold.released_at.is_(None)).limit(1)
    return session.scalar(held) is not None


def is_restricted(session: Session, subject: str) -> bool:
    """Is everything about this person held still (AVG art. 18)? Asked under the person's lock."""
    return session.scalar(select(Subject.restricted_at).where(Subject.id == subject)) is not None


def person_of(hub: Hub, partner: str, name: str) -> str:
    """The person whom this partner knows, or knew last, by this name. Raises NotFound."""
    known = select(Link.subject_id).where(Link.partner == partner, Link.pseudonym == name)
    with hub.database.reading() as session:
        subject = session.scalar(known.order_by(Link.since.desc()).limit(1))
    if subject is None:
        raise NotFound("betrokkene")
    return subject


def hold(hub: Hub, by: Author, subject: str, reason: Reason) -> str:
    """Keep what is there. Gives the hold's id. Raises NotFound for somebody who was forgotten already."""
    hold_id = new_id()
    try:
        with hub.database.writing() as session:
            situation = locked(hub, session, subject)
            # Between the rows and the keys of an erasure there is somebody with keys and without a secret.
            if not session.scalar(select(Subject.secret).where(Subject.id == subject)):
                raise NotFound("betrokkene")
            row = {
                "id": hold_id, "subject_id": subject, "reason": reason.value, "set_by": by.client_id,
                "set_at": situation.now,
            }  # fmt: skip
            session.execute(insert(Hold), [row])
            trail.write(session, situation, by, Kind.HOLD, SET, {"bewaarstopId": hold_id, "reden": reason.value})
    except KeyDestroyed:
        raise NotFound("betrokkene") from None
    return hold_id


def release(hub: Hub, by: Author, hold_id: str) -> None:
    """The reason is over. Raises NotFound for a hold that does not stand."""
    with hub.database.writing() as session:
        subject = session.scalar(select(Hold.subject_id).where(Hold.id == hold_id, Hold.released_at.is_(None)))
        if subject is None:
            raise NotFound("bewaarstop")
        situation = locked(hub, session, subject)
        session.execute(update(Hold).where(Hold.id == hold_id).values(released_at=situation.now))
        trail.write(session, situation, by, Kind.HOLD, RELEASED, {"bewaarstopId": hold_id})


def standing(hub: Hub) -> Sequence[Standing]:
    """The holds that stand, oldest first."""
    stands = select(Hold).where(Hold.released_at.is_(None)).order_by(Hold.set_at, Hold.id)
    with hub.database.reading() as session:
        return [
            Standing(one.id, one.reason, one.set_by, one.set_at.date().isoformat()) for one in session.scalars(stands)
        ]
