"""A text is reviewed to the letter, by name and date: another letter, and nobody stands behind it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from consent.models import NoticeReview
from consent.notices import notice
from consent.reviews import TextState, review, state_of, states_of
from hub.db import Database
from schemas.agreement import SHIPPED, read_agreement

AGREEMENT = read_agreement(SHIPPED / "almere.toml")
DUTCH, TIGRINYA = (notice(AGREEMENT, "toeleiding-naar-werk", code) for code in ("nl", "ti"))
AT = datetime(2023, 3, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def reviewed(database: Database) -> Database:
    """Fatima stands behind the text in Tigrinya."""
    with database.writing() as session:
        assert review(session, TIGRINYA, "Fatima", AT)
    return database


def test_a_text_that_nobody_reviewed_says_who_wrote_it(database: Database) -> None:
    with database.reading() as session:
        assert state_of(session, DUTCH) is TextState.HUMAN
        assert state_of(session, TIGRINYA) is TextState.MACHINE


def test_a_review_is_of_one_text(reviewed: Database) -> None:
    with reviewed.reading() as session:
        states = states_of(session, [DUTCH, TIGRINYA])

    assert states == {DUTCH.hash: TextState.HUMAN, TIGRINYA.hash: TextState.REVIEWED}


@pytest.mark.parametrize(
    "other",
    [
        replace(TIGRINYA, version="2023-2"),
        replace(TIGRINYA, title=TIGRINYA.title + "።"),
        replace(TIGRINYA, facts="0" * 64),
        replace(TIGRINYA, sections=TIGRINYA.sections[:-1]),
    ],
    ids=["version", "a letter", "facts", "a section"],
)
def test_another_text_is_not_reviewed(reviewed: Database, other: object) -> None:
    assert isinstance(other, type(TIGRINYA))
    with reviewed.reading() as session:
        assert state_of(session, other) is TextState.MACHINE


def test_the_row_says_who_when_and_what(reviewed: Database) -> None:
    with reviewed.reading() as session:
        [row] = session.scalars(select(NoticeReview))

        assert (row.purpose, row.version, row.language) == ("toeleiding-naar-werk", "2023-1", "ti")
        assert (row.text_hash, row.reviewed_by) == (TIGRINYA.hash, "Fatima")


def test_a_second_review_of_the_same_text_adds_nothing(reviewed: Database) -> None:
    with reviewed.writing() as session:
        assert not review(session, TIGRINYA, "Petra", AT)
