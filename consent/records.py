"""Records what a resident chose, and reads it back. Rows are added, never changed."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.orm import Session

from consent.models import ConsentEvent
from consent.standing import Choice, Given

Sealer = Callable[[str, bytes], bytes]
"""(row id, plaintext) → sealed, by whoever holds the person's consent key."""

_COLUMNS = (
    ConsentEvent.id, ConsentEvent.sequence, ConsentEvent.purpose, ConsentEvent.choice, ConsentEvent.notice,
    ConsentEvent.day, ConsentEvent.sealed,
)  # fmt: skip
_CHOICES = select(*_COLUMNS).where(ConsentEvent.subject == bindparam("subject")).order_by(ConsentEvent.sequence)


@dataclass(frozen=True, slots=True)
class Recorded:
    """Who wrote the choice down, at which instant, and how it was asked (language, interpreter)."""

    by: str
    at: datetime
    how: Mapping[str, str | bool]


@dataclass(frozen=True, slots=True)
class Kept:
    """A choice as it is stored: its row, its place among this person's choices, and the sealed copy of it."""

    row: str
    sequence: int
    given: Given
    sealed: bytes

    def says_the_same(self, plaintext: bytes) -> bool:
        """Whether the sealed copy says what the columns say. A row that was changed or made up does not."""
        copy = json.loads(plaintext)
        return isinstance(copy, dict) and {**copy, **_copy_of(self.given, self.sequence)} == copy


def choices_of(session: Session, subject: str) -> list[Kept]:
    """Everything this person chose, oldest first."""
    rows = session.connection().execute(_CHOICES, {"subject": subject})
    return [
        Kept(row.id, row.sequence, Given(row.purpose, Choice(row.choice), row.notice, row.day), row.sealed)
        for row in rows
    ]


def counting(kept: Sequence[Kept]) -> list[Kept]:
    """The choices on which something may be permitted: each purpose's newest, when that is a yes."""
    newest = {one.given.purpose: one for one in kept}
    return [one for one in newest.values() if one.given.choice is Choice.YES]


def record(session: Session, subject: str, given: Given, recorded: Recorded, seal: Sealer) -> str:
    """Add one choice in the caller's transaction, which holds the person's lock; gives the id of the row."""
    last = session.scalar(select(func.max(ConsentEvent.sequence)).where(ConsentEvent.subject == subject))
    row, sequence = uuid4().hex, (last or 0) + 1
    plaintext = json.dumps({**recorded.how, **_copy_of(given, sequence)}, sort_keys=True).encode()
    values = {
        "id": row, "subject": subject, "sequence": sequence, "purpose": given.purpose,
        "choice": given.choice.value, "notice": given.notice, "at": recorded.at, "day": given.day,
        "recorded_by": recorded.by, "sealed": seal(row, plaintext),
    }  # fmt: skip
    session.execute(insert(ConsentEvent), [values])
    return row


def _copy_of(given: Given, sequence: int) -> dict[str, str | int]:
    return {
        "doel": given.purpose, "keuze": given.choice.value, "kennisgeving": given.notice,
        "dag": given.day.isoformat(), "volgnummer": sequence,
    }  # fmt: skip
