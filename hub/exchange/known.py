"""
Whom a client knows now: its own people, by the reference that it gave them itself, who came last first.

Showing a reference is looking, too: decided and in the trail of each person, before anything is opened.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from audit.events import Kind
from hub.errors import KeyDestroyed, NotFound
from hub.exchange import trail
from hub.exchange.hub import Hub
from hub.exchange.situation import Situation, under_lock
from hub.identity.principals import Principal
from hub.people import subjects
from hub.people.models import Link
from hub.people.subjects import Found
from hub.policy.decide import decide_own
from hub.vault.subject_keys import KeyClass
from schemas.base import Json

PAGE = 25
REFERENCE = "eigenKenmerk"


@dataclass(frozen=True, slots=True)
class Known:
    """One of one's own people: the link, the name for the exchange, what one calls them, and since when."""

    link_id: str
    name: str
    reference: str = field(repr=False)
    since: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """Some of one's own people; pages count from 1."""

    people: Sequence[Known]
    number: int
    last: int
    total: int


def list_known(hub: Hub, by: Principal, number: int) -> Page:
    """A page of one's own people. A number past the end is the last page."""
    with hub.database.reading() as session:
        total = subjects.how_many(session, by)
        last = max(1, -(-total // PAGE))
        number = min(max(1, number), last)
        found = subjects.page_of(session, by, (number - 1) * PAGE, PAGE)
    return Page(_show(hub, by, found), number, last, total)


def one(hub: Hub, by: Principal, name: str) -> Known:
    """One of one's own people. Raises NotFound for anybody else."""
    with hub.database.reading() as session:
        found = subjects.find(session, by, name)
    shown = _show(hub, by, [] if found is None else [found])
    if not shown:
        raise NotFound("betrokkene")
    return shown[0]


def called(hub: Hub, by: Principal, reference: str) -> Link | None:
    """The link of one's own person with this reference; None for nobody's and for another vestiging's."""
    with hub.database.reading() as session:
        link = subjects.find_reference(session, hub.vault, by.partner, reference)
        return None if link is None or not subjects.sees(session, by, link) else link


def link_named(hub: Hub, by: Principal, name: object) -> str | None:
    """The link of one's own person with this name; None for anybody else's."""
    with hub.database.reading() as session:
        found = subjects.find(session, by, name)
        return None if found is None else found.id


def _show(hub: Hub, by: Principal, found: Sequence[Found]) -> list[Known]:
    with hub.database.writing() as session:
        # 1. Everybody is locked, always in the same order, before anything is read about anybody.
        for subject in sorted({one.subject_id for one in found}):
            subjects.lock(session, subject)

        # 2. Who is still one's own, and was not forgotten meanwhile.
        known = [shown for one in found if (shown := _still(hub, session, by, one)) is not None]

        # 3. Decided and recorded for each, and committed before anything is opened.
        trail.write_each(session, by, Kind.LISTED, [
            (situation, trail.YES, _record(situation, by)) for situation, _ in known
        ])  # fmt: skip
    return [_opened(situation, link) for situation, link in known]


def _still(hub: Hub, session: Session, by: Principal, found: Found) -> tuple[Situation, Link] | None:
    try:
        situation = under_lock(hub, session, found.subject_id, KeyClass.LINKING)
    except KeyDestroyed:
        return None
    link = situation.link_of(by.partner)
    return None if link is None or link.id != found.id else (situation, link)


def _record(situation: Situation, by: Principal) -> dict[str, Json]:
    permit = decide_own(situation.subject, by.partner, (REFERENCE,), situation.hub.agreement.hash)
    return {"lijst": "eigen-mensen", "velden": list(permit.fields)}


def _opened(situation: Situation, link: Link) -> Known:
    reference = "" if link.reference is None else subjects.reference_of(link, situation.key(KeyClass.LINKING))
    return Known(link.id, link.pseudonym, reference, link.since)
