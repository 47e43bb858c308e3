"""Records what a resident chose, and reads it back. Rows are added, never changed."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import uuid4

from sqlalchemy import bindparam, exists, insert, or_, select
from sqlalchemy.orm import Session, aliased

from consent.models import ConsentEvent
from consent.standing import Choice, Given, Terms

START = bytes(32)
"""What the chain of a person's choices begins with."""

Sealer = Callable[[str, bytes], bytes]
"""(row id, plaintext) → sealed, by whoever holds the person's consent key."""

_COLUMNS = (
    ConsentEvent.id, ConsentEvent.sequence, ConsentEvent.purpose, ConsentEvent.choice, ConsentEvent.notice,
    ConsentEvent.day, ConsentEvent.facts, ConsentEvent.sealed, ConsentEvent.chain,
)  # fmt: skip
_NEWEST = (
    select(ConsentEvent.sequence, ConsentEvent.chain)
    .where(ConsentEvent.subject == bindparam("subject"))
    .order_by(ConsentEvent.sequence.desc())
    .limit(1)
)
_WHOSE = select(ConsentEvent.subject).where(ConsentEvent.id == bindparam("row"))
_MOMENTS = select(ConsentEvent.id, ConsentEvent.at).where(ConsentEvent.subject == bindparam("subject"))
_CHOICES = select(*_COLUMNS).where(ConsentEvent.subject == bindparam("subject")).order_by(ConsentEvent.sequence)


@dataclass(frozen=True, slots=True)
class Recorded:
    """Who wrote the choice down, at which instant, and how it was asked (language, interpreter, method)."""

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
    chain: bytes | None = None

    def says_the_same(self, plaintext: bytes) -> bool:
        """Whether the sealed copy says what the columns say. A row that was changed or made up does not."""
        copy = json.loads(plaintext)
        return isinstance(copy, dict) and {**copy, **_copy_of(self.given, self.sequence)} == copy


def choices_of(session: Session, subject: str) -> list[Kept]:
    """Everything this person chose, oldest first."""
    rows = session.connection().execute(_CHOICES, {"subject": subject})
    return [
        Kept(
            row.id, row.sequence, Given(row.purpose, Choice(row.choice), row.notice, row.day, row.facts),
            row.sealed, row.chain,
        )
        for row in rows
    ]  # fmt: skip


def whose(session: Session, row: str) -> str | None:
    """The person who chose this; None for a choice that is not there."""
    return session.connection().execute(_WHOSE, {"row": row}).scalar_one_or_none()


def moments_of(session: Session, subject: str) -> dict[str, datetime]:
    """At which instant each choice of this person was recorded, by row."""
    return {row.id: row.at for row in session.connection().execute(_MOMENTS, {"subject": subject})}


def unbroken(kept: Sequence[Kept]) -> bool:
    """Whether these choices (all of one person, oldest first) are all there are, each after the one before it."""
    chain = START
    for number, one in enumerate(kept, start=1):
        if one.sequence != number:
            return False
        if one.chain is None and chain == START:
            # Of before there were chains; the first that has one begins it.
            continue
        chain = _chained(chain, one.row, one.sequence, one.sealed)
        if one.chain != chain:
            return False
    return True


def counting(kept: Sequence[Kept]) -> list[Kept]:
    """The choices on which something may be permitted: each purpose's newest, when that is a yes."""
    newest = {one.given.purpose: one for one in kept}
    return [one for one in newest.values() if one.given.choice is Choice.YES]


def record(session: Session, subject: str, given: Given, recorded: Recorded, seal: Sealer) -> Kept:
    """Add one choice in the caller's transaction, which holds the person's lock; gives it as it is kept."""
    last = session.execute(_NEWEST, {"subject": subject}).one_or_none()
    row, sequence = uuid4().hex, 1 if last is None else last.sequence + 1
    plaintext = json.dumps({**recorded.how, **_copy_of(given, sequence)}, sort_keys=True).encode()
    sealed = seal(row, plaintext)
    before = START if last is None or last.chain is None else last.chain
    kept = Kept(row, sequence, given, sealed, _chained(before, row, sequence, sealed))
    values = {
        "id": row, "subject": subject, "sequence": sequence, "purpose": given.purpose,
        "choice": given.choice.value, "notice": given.notice, "facts": given.facts, "at": recorded.at,
        "day": given.day, "recorded_by": recorded.by, "sealed": sealed, "chain": kept.chain,
    }  # fmt: skip
    session.execute(insert(ConsentEvent), [values])
    return kept


def chain_of(session: Session, row: str) -> bytes | None:
    """The chain up to this choice: empty for one of before there were chains, None when it is not there."""
    found = session.execute(select(ConsentEvent.chain).where(ConsentEvent.id == row)).one_or_none()
    return None if found is None else found.chain or b""


def run_out(session: Session, purpose: str, terms: Terms, today: date) -> list[str]:
    """Persons whose newest choice for this purpose is a yes that no longer counts, opaque ids, in no order."""
    later = aliased(ConsentEvent)
    newer = exists().where(
        later.subject == ConsentEvent.subject, later.purpose == purpose, later.sequence > ConsentEvent.sequence
    )
    over = or_(
        ConsentEvent.day <= today - timedelta(days=terms.valid_days),
        ConsentEvent.notice != terms.notice,
        ConsentEvent.facts != terms.facts,
    )
    a_yes = (ConsentEvent.purpose == purpose, ConsentEvent.choice == Choice.YES.value)
    return list(session.scalars(select(ConsentEvent.subject).where(*a_yes, over, ~newer)))


def _copy_of(given: Given, sequence: int) -> dict[str, str | int]:
    copy: dict[str, str | int] = {
        "doel": given.purpose, "keuze": given.choice.value, "kennisgeving": given.notice,
        "dag": given.day.isoformat(), "volgnummer": sequence,
    }  # fmt: skip
    return {**copy, "feiten": given.facts} if given.facts else copy


def _chained(before: bytes, row: str, sequence: int, sealed: bytes) -> bytes:
    return sha256(before + row.encode() + sequence.to_bytes(8, "big") + sealed).digest()
