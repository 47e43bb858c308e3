"""Records what a resident chose, and reads it back. Rows are added, never changed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.orm import Session

from consent.models import ConsentEvent
from consent.standing import Choice, Given

Sealer = Callable[[str, bytes], bytes]
"""(row id, plaintext) → sealed, by whoever holds the person's consent key."""

_CHOICES = (
    select(ConsentEvent.purpose, ConsentEvent.choice, ConsentEvent.notice, ConsentEvent.day)
    .where(ConsentEvent.subject == bindparam("subject"))
    .order_by(ConsentEvent.sequence)
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """Who wrote the choice down, at which instant, and how it was asked (sealed: language, interpreter)."""

    by: str
    at: datetime
    how: bytes


def choices_of(session: Session, subject: str) -> Sequence[Given]:
    """Everything this person chose, oldest first."""
    rows = session.connection().execute(_CHOICES, {"subject": subject})
    return [Given(row.purpose, Choice(row.choice), row.notice, row.day) for row in rows]


def record(session: Session, subject: str, given: Given, recorded: Recorded, seal: Sealer) -> str:
    """Add one choice in the caller's transaction, which holds the person's lock; gives the id of the row."""
    last = session.scalar(select(func.max(ConsentEvent.sequence)).where(ConsentEvent.subject == subject))
    row = uuid4().hex
    values = {
        "id": row, "subject": subject, "sequence": (last or 0) + 1, "purpose": given.purpose,
        "choice": given.choice.value, "notice": given.notice, "at": recorded.at, "day": given.day,
        "recorded_by": recorded.by, "sealed": seal(row, recorded.how),
    }  # fmt: skip
    session.execute(insert(ConsentEvent), [values])
    return row
