"""
The one way out for figures: of a quarter that is over, counted on record, protected, checked, and released once.

A second release of the same quarter would be a second set of numbers to subtract from the first: there is none. What
was released is given again, for ever.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from audit.events import Kind
from hub.errors import SealBroken
from hub.exchange import trail
from hub.exchange.hub import Hub
from hub.figures.gather import gather
from hub.figures.models import FigureRelease
from hub.figures.protect import Rules, protect
from hub.figures.quarters import Quarter, quarter
from hub.figures.shown import Picture, content, picture
from hub.figures.tables import Town, plan_for
from hub.identity.principals import Author
from hub.vault.seal import dump
from schemas.agreement import Role
from schemas.base import Json

RELEASED = "vrijgegeven"
RULES = Rules()


class NotNow(StrEnum):
    """Why there is no release of this quarter, nor will this hub make one today."""

    NOT_OVER = "nog-niet-voorbij"
    NO_AGREEMENT = "geen-afspraak"
    # A later quarter was released: this one would be told by people who are known now, and not then.
    TOO_LATE = "later-kwartaal-vrijgegeven"


@dataclass(frozen=True, slots=True)
class Released:
    """The figures of a quarter as they were released; `picture` to draw or write down."""

    quarter: Quarter
    at: datetime
    by: str
    agreement: str
    digest: str
    content: Mapping[str, Any] = field(repr=False)

    @property
    def picture(self) -> Picture:
        """The tables, for a template."""
        return picture(self.content)


def release(hub: Hub, by: Author, wanted: Quarter) -> Released | NotNow:
    """
    The figures of this quarter: those that were released, or else counted and released now.

    Of people, only that they were counted is kept, in their own trail. The raw counts never leave this function.
    """
    # 1. Released before: the same again. Not to be released (yet): not counted either.
    if (before := released(hub, wanted)) is not None:
        return before
    if (why := _not_now(hub, wanted)) is not None:
        return why

    # 2. Counted, person by person; then only what may be published of it is left.
    towns = _towns(hub)
    plan = plan_for(towns)
    published = protect(plan.add_up(gather(hub, by, wanted, [town.code for town in towns])), plan.sums, RULES)

    # 3. Stored once, with its hash in the trail. Whoever released it in the meantime was first, and theirs counts.
    try:
        _store(hub, by, wanted, content(wanted, plan, published, RULES))
    except IntegrityError:
        if released(hub, wanted) is None:
            raise
    return released(hub, wanted) or NotNow.TOO_LATE


def released(hub: Hub, wanted: Quarter) -> Released | None:
    """What was released of this quarter, or None. Raises SealBroken when it is not what was released."""
    with hub.database.reading() as session:
        row = session.get(FigureRelease, str(wanted))
    if row is None:
        return None
    if _digest(row.content) != row.digest:
        raise SealBroken(f"the figures of {wanted} are not what was released")
    return Released(wanted, row.released_at, row.released_by, row.agreement, row.digest, json.loads(row.content))


def quarters(hub: Hub) -> Sequence[Quarter]:
    """The quarters of which figures were released, the newest first."""
    with hub.database.reading() as session:
        found = session.scalars(select(FigureRelease.quarter).order_by(FigureRelease.quarter.desc()))
        return [quarter(one) for one in found]


def _not_now(hub: Hub, wanted: Quarter) -> NotNow | None:
    if hub.today() <= wanted.last_day:
        return NotNow.NOT_OVER
    if not hub.agreement.in_force(wanted.last_day) or not hub.agreement.in_force(hub.today()):
        return NotNow.NO_AGREEMENT
    with hub.database.reading() as session:
        return _overtaken(session, wanted)


def _overtaken(session: Session, wanted: Quarter) -> NotNow | None:
    newest = session.scalar(select(func.max(FigureRelease.quarter)))
    return NotNow.TOO_LATE if newest is not None and newest > str(wanted) else None


def _towns(hub: Hub) -> list[Town]:
    """The municipalities of the agreement, in its order."""
    return [Town(one.name, one.title) for one in hub.agreement.partners.values() if one.role is Role.MUNICIPALITY]


def _store(hub: Hub, by: Author, wanted: Quarter, told: Mapping[str, Json]) -> None:
    text = dump(told).decode()
    digest = _digest(text)
    with hub.database.writing() as session:
        if _overtaken(session, wanted) is not None:
            return
        row = {
            "quarter": str(wanted), "agreement": hub.agreement.hash, "released_at": hub.now(),
            "released_by": by.client_id, "content": text, "digest": digest,
        }  # fmt: skip
        session.execute(insert(FigureRelease), [row])
        record: dict[str, Json] = {"kwartaal": str(wanted), "afspraak": hub.agreement.hash, "hash": digest}
        trail.write_for_nobody(hub, session, by, Kind.FIGURES, RELEASED, record)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
