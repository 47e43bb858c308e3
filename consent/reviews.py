"""Who read which text and stands behind it: rows are added, never changed, each bound to the hash of that text."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from uuid import uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from consent.models import NoticeReview
from consent.notices import Notice
from consent.words import Written


class TextState(StrEnum):
    """How far one may trust a text, in the words on the wire. Only what was reviewed can carry a yes."""

    MACHINE = "machinevertaling"
    HUMAN = "geschreven"
    REVIEWED = "beoordeeld"


def review(session: Session, notice: Notice, by: str, at: datetime) -> bool:
    """Somebody stands behind this text, in the caller's transaction; False when somebody did before."""
    if _reviewed(session, [notice]):
        return False
    values = {
        "id": uuid4().hex, "purpose": notice.purpose, "version": notice.version, "language": notice.language,
        "text_hash": notice.hash, "reviewed_by": by, "reviewed_at": at,
    }  # fmt: skip
    session.execute(insert(NoticeReview), [values])
    return True


def state_of(session: Session, notice: Notice) -> TextState:
    """Whether this text, to the letter, was reviewed; otherwise who wrote it."""
    return states_of(session, [notice])[notice.hash]


def states_of(session: Session, notices: Iterable[Notice]) -> dict[str, TextState]:
    """The state of each of these texts, by its hash."""
    texts = list(notices)
    reviewed = _reviewed(session, texts)
    return {text.hash: TextState.REVIEWED if text.hash in reviewed else as_written(text) for text in texts}


def as_written(notice: Notice) -> TextState:
    """The state of a text that nobody reviewed."""
    return TextState.HUMAN if notice.written is Written.HUMAN else TextState.MACHINE


def _reviewed(session: Session, notices: Iterable[Notice]) -> set[str]:
    # The hash covers purpose, version and language: by itself it says which text was read.
    hashes = [notice.hash for notice in notices]
    return set(session.scalars(select(NoticeReview.text_hash).where(NoticeReview.text_hash.in_(hashes))))
