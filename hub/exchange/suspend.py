"""
Holds still: what rests on a public task while an objection is open, and everything while a restriction stands.

Nothing is thrown away. What lies in an inbox unopened is hidden there and cannot be opened; when the hold ends, it is
there again, and what is true by then is handed over, judged afresh.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import Session

from audit.events import Kind
from hub.exchange import route, trail, withdraw
from hub.exchange.hand_over import Handed, hand_over, offers_of
from hub.exchange.hub import Hub
from hub.exchange.models import Delivery
from hub.exchange.route import Item, Offer
from hub.exchange.situation import Situation, locked, under_lock
from hub.identity.principals import Author
from hub.people.models import Subject
from hub.vault.subject_keys import KeyClass
from schemas.agreement import Basis, Role
from schemas.base import Json

BEGUN, ENDED = "ingesteld", "opgeheven"
UPHELD, REJECTED = "toegewezen", "afgewezen"

_ON_TASK = Delivery.basis != Basis.CONSENT.value


def object_to(hub: Hub, by: Author, subject: str) -> dict[str, Json]:
    """
    The resident objects (AVG art. 21): what rests on a public task stops at once, until somebody decided.

    Gives a receipt. An objection on top of an open one changes nothing. Raises KeyDestroyed for who was erased.
    """
    with hub.database.writing() as session:
        return objecting(session, locked(hub, session, subject, KeyClass.EXCHANGE), by)


def settle(hub: Hub, by: Author, subject: str, *, upheld: bool) -> dict[str, Json]:
    """
    The controller decided on an objection. Upheld: it stays stopped, and whoever saw something deletes its copy.

    Rejected: it goes on, with what is true now. Gives a receipt.
    """
    with hub.database.writing() as session:
        return settling(session, locked(hub, session, subject, KeyClass.EXCHANGE), by, upheld=upheld)


def restrict(hub: Hub, by: Author, subject: str) -> dict[str, Json]:
    """Hold everything still (AVG art. 18): nothing is delivered, answered or thrown away. Gives a receipt."""
    with hub.database.writing() as session:
        return restricting(session, locked(hub, session, subject, KeyClass.EXCHANGE), by)


def lift(hub: Hub, by: Author, subject: str) -> dict[str, Json]:
    """The restriction ends: it goes on, with what is true now. Gives a receipt."""
    with hub.database.writing() as session:
        return lifting(session, locked(hub, session, subject, KeyClass.EXCHANGE), by)


# The same four, in the transaction of whoever does more at once: a request and its effect are one commit.


def objecting(session: Session, situation: Situation, by: Author) -> dict[str, Json]:
    """See object_to."""
    if not situation.objected:
        _mark(session, situation, objected_at=situation.now)
        _suspend(session, situation, _ON_TASK)
    return _written(session, situation, by, Kind.OBJECTION, BEGUN)


def settling(session: Session, situation: Situation, by: Author, *, upheld: bool) -> dict[str, Json]:
    """See settle."""
    if not upheld:
        _mark(session, situation, objected_at=None)
        return _resume(session, situation, by, Kind.OBJECTION, REJECTED)
    withdraw.fence(session, situation, _ON_TASK)
    asked = [
        offer
        for purpose in _purposes_on_task(situation)
        for offer in withdraw.ask_to_delete(session, situation, withdraw.seen_for(purpose))
    ]
    return _written(session, situation, by, Kind.OBJECTION, UPHELD, asked=asked)


def restricting(session: Session, situation: Situation, by: Author) -> dict[str, Json]:
    """See restrict."""
    if not situation.restricted:
        _mark(session, situation, restricted_at=situation.now)
        _suspend(session, situation)
    return _written(session, situation, by, Kind.RESTRICTION, BEGUN)


def lifting(session: Session, situation: Situation, by: Author) -> dict[str, Json]:
    """See lift."""
    _mark(session, situation, restricted_at=None)
    return _resume(session, situation, by, Kind.RESTRICTION, ENDED)


def _resume(session: Session, before: Situation, by: Author, kind: Kind, outcome: str) -> dict[str, Json]:
    now = under_lock(before.hub, session, before.subject, KeyClass.EXCHANGE)
    ours = (Delivery.subject_id == now.subject, Delivery.suspended.is_(True))
    session.execute(update(Delivery).where(*ours).values(suspended=False))
    if now.restricted:
        _suspend(session, now)
    elif now.objected:
        _suspend(session, now, _ON_TASK)
    links = [link for role in Role for link in now.linked(role)]
    handed = hand_over(session, now, now.hub.agreement.flows, links)
    return _written(session, now, by, kind, outcome, handed=handed)


def _mark(session: Session, situation: Situation, **values: object) -> None:
    session.execute(update(Subject).where(Subject.id == situation.subject).values(**values))


def _suspend(session: Session, situation: Situation, *which: ColumnElement[bool]) -> None:
    # Notices of the hub's own (delete your copy, the linkage ended) are never held up.
    ours = (Delivery.subject_id == situation.subject, Delivery.kind == Item.MESSAGE.value, *which)
    session.execute(update(Delivery).where(*ours).values(suspended=True))


def _purposes_on_task(situation: Situation) -> list[str]:
    flows = situation.hub.agreement.flows
    return list(dict.fromkeys(flow.purpose for flow in flows if not flow.needs_consent))


def _written(
    session: Session, situation: Situation, by: Author, kind: Kind, outcome: str,
    *, handed: Sequence[Handed] = (), asked: Sequence[Offer] = (),
) -> dict[str, Json]:  # fmt: skip
    record: dict[str, Json] = {
        "naleveringen": [one.record for one in handed],
        "verwijderverzoeken": list(withdraw.names(asked)),
    }
    entry = trail.write(session, situation, by, kind, outcome, record)
    route.store(session, situation, [*offers_of(handed), *asked], entry.index)
    return {"ontvangstbewijs": trail.receipt(entry)}
