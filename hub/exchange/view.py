"""What a partner may see of a message: the fields of its flow, opened with a permit, after the trail was committed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Insert
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from hub.clock import day_of, stamp
from hub.db import table_of
from hub.exchange.hub import Hub
from hub.exchange.models import Exposure, Message
from hub.exchange.situation import Situation
from hub.people.models import Link
from hub.permit import Permit, Phase
from hub.vault.seal import Row, open_for
from hub.vault.subject_keys import DataKey
from schemas.base import Json

_EXPOSURES = table_of(Exposure)
# Seen twice is seen: the first time stands.
_EXPOSE: Mapping[str, Insert] = {
    "postgresql": postgres_insert(_EXPOSURES).on_conflict_do_nothing(),
    "sqlite": sqlite_insert(_EXPOSURES).on_conflict_do_nothing(),
}


@dataclass(frozen=True, slots=True)
class Readable:
    """A stored message with the permit to read it: nothing is opened yet."""

    permit: Permit
    message: Message

    def fields(self, key: DataKey) -> dict[str, Json]:
        """Open exactly the permitted fields."""
        row = Row("messages", self.message.id, self.message.revision)
        return open_for(self.permit, self.message.fields, key, row)


def fact(hub: Hub, readable: Readable, key: DataKey) -> dict[str, Json]:
    """A current fact as an answer: its fields and when it was published, and for may-work whether it is still fresh."""
    fields = readable.fields(key)
    answer: dict[str, Json] = {**fields, "gepubliceerdOp": stamp(readable.message.at)}
    expires = hub.messages[readable.message.type].reconfirm
    return answer if expires is None else _with_freshness(hub, answer, readable.message.at, expires)


def _with_freshness(hub: Hub, answer: Mapping[str, Json], published: datetime, expires: str) -> dict[str, Json]:
    before = day_of(published) + timedelta(days=hub.agreement.reconfirm_days)
    stale = hub.today() > before
    # After this day a yes is no longer a yes: the field itself is left out.
    shown = {name: value for name, value in answer.items() if not (stale and name == expires)}
    return {**shown, "herbevestigenVoor": before.isoformat(), "status": "herbevestigen" if stale else "actueel"}


def expose(session: Session, situation: Situation, link: Link, permit: Permit) -> None:
    """Remember that this partner saw something for this purpose: it is asked to delete it when that must end."""
    if permit.phase is Phase.OWN:
        return
    row = {
        "subject_id": situation.subject, "partner": link.partner, "purpose": permit.purpose,
        "link_id": link.id, "since": situation.now,
    }  # fmt: skip
    connection = session.connection()
    connection.execute(_EXPOSE[connection.dialect.name], [row])
