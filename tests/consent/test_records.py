"""Choices are added, never changed; how somebody was asked (language, interpreter) can be read by nobody."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from consent.models import ConsentEvent
from consent.records import Kept, Recorded, choices_of, counting, record, unbroken
from consent.standing import Choice, Given
from hub.db import Database
from hub.vault.seal import pad
from tests.chain import PURPOSES, Chain

NOOR, RIK = "a" * 32, "b" * 32
NOW = datetime(2023, 3, 1, 9, 12, 44, tzinfo=UTC)
DAY = date(2023, 3, 1)
WORK, STAY = "toeleiding-naar-werk", "behoud-van-werk"
HOW: dict[str, str | bool] = {"taal": "ti", "tolk": True}


class Envelope:
    """Seals by remembering: what went in, under which row; and gives something else back."""

    def __init__(self) -> None:
        self.sealed: list[tuple[str, bytes]] = []

    def __call__(self, row: str, plaintext: bytes) -> bytes:
        self.sealed.append((row, plaintext))
        return b"sealed"


def chosen(choice: Choice = Choice.YES, purpose: str = WORK, day: date = DAY) -> Given:
    return Given(purpose, choice, "2023-1", day)


def add(database: Database, given: Given, subject: str = NOOR, envelope: Envelope | None = None) -> str:
    with database.writing() as session:
        return record(session, subject, given, Recorded("coa-almere", NOW, HOW), envelope or Envelope()).row


def choices(database: Database, subject: str = NOOR) -> list[Given]:
    with database.reading() as session:
        return [kept.given for kept in choices_of(session, subject)]


def sequences(database: Database, subject: str = NOOR) -> list[int]:
    with database.reading() as session:
        found = select(ConsentEvent.sequence).where(ConsentEvent.subject == subject).order_by(ConsentEvent.sequence)
        return list(session.scalars(found))


def test_who_chose_nothing_has_no_choices(database: Database) -> None:
    assert choices(database) == []


def test_choices_come_back_as_they_were_made_oldest_first(database: Database) -> None:
    # Days can lie: the order of recording counts.
    made = [
        chosen(Choice.YES),
        chosen(Choice.NO, STAY, DAY - timedelta(days=3)),
        chosen(Choice.WITHDRAWN, day=DAY + timedelta(days=1)),
    ]
    for given in made:
        add(database, given)
    assert choices(database) == made


def test_choices_are_numbered_from_one_for_each_person(database: Database) -> None:
    for subject in (NOOR, NOOR, RIK, NOOR):
        add(database, chosen(), subject)
    assert (sequences(database, NOOR), sequences(database, RIK)) == ([1, 2, 3], [1])


def test_two_choices_in_one_transaction_follow_each_other(database: Database) -> None:
    with database.writing() as session:
        for choice in (Choice.YES, Choice.NO):
            record(session, NOOR, chosen(choice), Recorded("coa-almere", NOW, HOW), Envelope())
    assert [given.choice for given in choices(database)] == [Choice.YES, Choice.NO]


def test_another_persons_choices_are_not_seen(database: Database) -> None:
    add(database, chosen(), RIK)
    assert choices(database) == []


def test_a_number_is_given_once(database: Database) -> None:
    add(database, chosen())
    again = text("INSERT INTO consent_events SELECT 'x', subject, sequence, purpose, 'nee', notice, at, day,"
                 " recorded_by, sealed, facts, chain FROM consent_events")  # fmt: skip
    with pytest.raises(IntegrityError), database.writing() as session:
        session.execute(again)
    assert choices(database) == [chosen()]


@pytest.mark.parametrize(
    "change", [update(ConsentEvent).values(choice="ja"), delete(ConsentEvent)], ids=["change", "remove"]
)
def test_a_choice_is_never_changed_or_removed(database: Database, change: object) -> None:
    add(database, chosen(Choice.NO))
    with pytest.raises(DatabaseError), database.writing() as session:
        session.execute(change)  # type: ignore[call-overload]
    assert choices(database) == [chosen(Choice.NO)]


def test_a_transaction_that_fails_leaves_no_choice_behind(database: Database) -> None:
    def fail() -> None:
        with database.writing() as session:
            record(session, NOOR, chosen(), Recorded("coa-almere", NOW, HOW), Envelope())
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        fail()
    assert choices(database) == []


def test_how_somebody_was_asked_is_sealed_for_its_own_row(database: Database) -> None:
    envelope = Envelope()
    row = add(database, chosen(), envelope=envelope)
    ((sealed_for, plaintext),) = envelope.sealed
    assert sealed_for == row
    assert HOW.items() <= json.loads(plaintext).items()
    with database.reading() as session:
        stored = session.scalars(select(ConsentEvent)).one()
    assert (stored.id, stored.sealed, stored.recorded_by) == (row, b"sealed", "coa-almere")


@pytest.mark.parametrize("choice", Choice)
@pytest.mark.parametrize("purpose", PURPOSES)
def test_the_length_of_what_is_sealed_tells_no_interpreter(database: Database, purpose: str, choice: Choice) -> None:
    """The one letter between true and false must not lift a value over the edge of a size."""
    envelope = Envelope()
    with database.writing() as session:
        for with_interpreter in (True, False) * 6:
            how = Recorded("coa-almere", NOW, {"taal": "ti", "tolk": with_interpreter})
            record(session, NOOR, chosen(choice, purpose), how, envelope)
    assert len({len(pad(plaintext)) for _, plaintext in envelope.sealed}) == 1


# The sealed copy: what the columns say can be checked against it.

CHANGES: dict[str, object] = {
    "purpose": STAY, "choice": Choice.NO, "notice": "2022-1", "day": DAY + timedelta(days=1),
}  # fmt: skip


@pytest.fixture
def kept(database: Database) -> tuple[Kept, bytes]:
    """A choice as it is stored, and the plaintext of its sealed copy."""
    envelope = Envelope()
    add(database, chosen(), envelope=envelope)
    with database.reading() as session:
        return choices_of(session, NOOR)[0], envelope.sealed[0][1]


def test_a_row_says_the_same_as_its_copy(kept: tuple[Kept, bytes]) -> None:
    row, copy = kept
    assert row.says_the_same(copy)


@pytest.mark.parametrize("name", CHANGES)
def test_a_row_that_was_changed_does_not_say_the_same(kept: tuple[Kept, bytes], name: str) -> None:
    row, copy = kept
    change: dict[str, Any] = {name: CHANGES[name]}
    assert not replace(row, given=replace(row.given, **change)).says_the_same(copy)


def test_a_row_that_was_moved_does_not_say_the_same(kept: tuple[Kept, bytes]) -> None:
    row, copy = kept
    assert not replace(row, sequence=2).says_the_same(copy)


@pytest.mark.parametrize("copy", [b"{}", b"[]", b"null", b'{"taal": "ti", "tolk": true}'])
def test_a_copy_of_something_else_does_not_say_the_same(kept: tuple[Kept, bytes], copy: bytes) -> None:
    assert not kept[0].says_the_same(copy)


def test_only_a_newest_yes_counts(database: Database) -> None:
    for purpose, choice in ((WORK, Choice.YES), (STAY, Choice.YES), (STAY, Choice.WITHDRAWN), (WORK, Choice.YES)):
        add(database, chosen(choice, purpose))
    with database.reading() as session:
        found = counting(choices_of(session, NOOR))
    assert [(one.sequence, one.given.purpose) for one in found] == [(4, WORK)]


# Through the front door.


def test_the_language_and_the_interpreter_cannot_be_read_or_guessed_in_the_store(chain: Chain) -> None:
    resident = chain.noor.registers()
    for language, interpreter in (("ti", True), ("ti", False), ("nl", True), ("so", False)):
        body = {"doel": WORK, "keuze": "ja", "taal": language, "tolk": interpreter, "kennisgeving": "2023-1"}
        reply = chain.noor.caller.post("/toestemmingen", {**body, "betrokkeneId": chain.noor.knows(resident)})
        assert reply.status == 201
    with chain.hub.database.reading() as session:
        rows = session.execute(text("SELECT sealed FROM consent_events")).all()
    sealed = [bytes(row.sealed) for row in rows]
    assert len({len(one) for one in sealed}) == 1
    assert not [one for one in sealed for word in (b"taal", b"tolk", b"true", b"false") if word in one]
    assert len(set(sealed)) == 4


def test_the_row_of_a_choice_has_no_other_place_for_it(chain: Chain) -> None:
    resident = chain.noor.registers(language="so")
    assert chain.noor.records(resident, WORK, "ja").status == 201
    with chain.hub.database.reading() as session:
        row = session.execute(text("SELECT * FROM consent_events")).mappings().one()
    readable = {name: value for name, value in row.items() if name not in ("id", "subject", "sealed", "at", "day")}
    assert readable == {
        "sequence": 1, "purpose": WORK, "choice": "ja", "notice": "2023-1", "recorded_by": "noor",
        "facts": chain.hub.agreement.explained(WORK), "chain": row["chain"],
    }  # fmt: skip


@pytest.mark.parametrize("taken", [0, 1, 2], ids=["first", "middle", "newest but one"])
def test_a_choice_that_was_taken_out_breaks_the_chain(database: Database, taken: int) -> None:
    for choice in (Choice.YES, Choice.NO, Choice.YES, Choice.WITHDRAWN):
        add(database, chosen(choice))
    with database.reading() as session:
        kept = choices_of(session, NOOR)
    assert unbroken(kept)
    assert not unbroken([*kept[:taken], *kept[taken + 1 :]])
    moved = [replace(one, sequence=number) for number, one in enumerate([*kept[:taken], *kept[taken + 1 :]], start=1)]
    assert not unbroken(moved)


def test_a_choice_that_was_sealed_anew_breaks_the_chain(database: Database) -> None:
    add(database, chosen())
    add(database, chosen(Choice.NO))
    with database.reading() as session:
        first, second = choices_of(session, NOOR)
    assert not unbroken([replace(first, sealed=b"other"), second])
