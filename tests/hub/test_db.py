"""How the two databases behave under the one door."""

import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from threading import Event
from typing import Any

import pytest
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError, StatementError
from sqlalchemy.orm import Session

from audit.models import HeadRow
from hub.db import Database, UtcDateTime, new_id
from hub.policy.models import AgreementVersion
from tests.conftest import NewStores

NOON = datetime(2023, 3, 1, 12, 0, tzinfo=UTC)


def remember(session: Session, name: str, at: datetime = NOON) -> None:
    session.execute(insert(AgreementVersion).values(hash=new_id(), name=name, text="", first_used_at=at))


def names(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(AgreementVersion.name).order_by(AgreementVersion.name)))


def test_what_was_written_is_there(database: Database) -> None:
    with database.writing() as session:
        remember(session, "a")

    assert names(database) == ["a"]


def test_an_exception_takes_the_whole_block_back(database: Database) -> None:
    def stop_halfway() -> None:
        with database.writing() as session:
            remember(session, "a")
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        stop_halfway()
    assert names(database) == []


def test_a_mistake_that_shows_at_the_commit_takes_the_whole_block_back(database: Database) -> None:
    row = {"hash": new_id(), "name": "a", "text": "", "first_used_at": NOON}
    with database.writing() as session:
        session.execute(insert(AgreementVersion), [row])

    with pytest.raises(IntegrityError), database.writing() as session:
        remember(session, "b")
        session.connection().execute(insert(AgreementVersion), row)

    with database.writing() as session:
        remember(session, "c")
    assert names(database) == ["a", "c"]


def test_closing_writes_are_one_trip_on_postgresql(database: Database) -> None:
    """Nobody waits for what has no answer: it goes along with the commit."""
    with database.writing() as session:
        session.execute(text("SELECT 1"))
        result = session.connection().execute(
            insert(AgreementVersion), {"hash": new_id(), "name": "a", "text": "", "first_used_at": NOON}
        )
        assert result.rowcount == (1 if database.sqlite else -1)
    assert names(database) == ["a"]


def test_a_reader_does_not_wait_for_the_writer_and_sees_nothing_half_done(database: Database) -> None:
    with database.writing() as session:
        remember(session, "a")
        assert names(database) == []

    assert names(database) == ["a"]


def test_a_writer_does_not_wait_for_a_reader(database: Database) -> None:
    with database.reading() as reader:
        reader.execute(select(AgreementVersion)).all()
        with database.writing() as session:
            remember(session, "a")

    assert names(database) == ["a"]


def test_concurrent_writers_lose_nothing(database: Database) -> None:
    each, writers = 15, 8

    def count_up(_: int) -> None:
        for _ in range(each):
            with database.writing() as session:
                size = session.scalars(select(HeadRow.size).with_for_update()).one()
                session.execute(update(HeadRow).values(size=size + 1))

    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(count_up, range(writers)))

    with database.reading() as session:
        assert session.scalar(select(HeadRow.size)) == each * writers


def test_an_instant_comes_back_in_utc(database: Database) -> None:
    summer = timezone(timedelta(hours=2))
    with database.writing() as session:
        remember(session, "a", NOON.astimezone(summer))

    with database.reading() as session:
        at = session.scalars(select(AgreementVersion.first_used_at)).one()
    assert at == NOON
    assert at.tzinfo is UTC


def test_instants_compare_in_the_database_as_in_python(database: Database) -> None:
    elsewhere = timezone(timedelta(hours=-5))
    with database.writing() as session:
        remember(session, "early", NOON - timedelta(microseconds=1))
        remember(session, "late", NOON + timedelta(microseconds=1))

    with database.reading() as session:
        later = AgreementVersion.first_used_at > NOON.astimezone(elsewhere)
        assert session.scalars(select(AgreementVersion.name).where(later)).all() == ["late"]


def test_an_instant_without_a_zone_is_refused(database: Database) -> None:
    naive = NOON.replace(tzinfo=None)

    with pytest.raises(StatementError, match="zone"), database.writing() as session:
        remember(session, "a", naive)


def test_no_instant_is_no_instant() -> None:
    dialect = make_url("sqlite://").get_dialect()()

    assert UtcDateTime().process_bind_param(None, dialect) is None
    assert UtcDateTime().process_result_value(None, dialect) is None


class TestSqlite:
    """Only SQLite needs telling."""

    @pytest.fixture
    def database(self, new_stores: NewStores) -> Database:
        return new_stores("sqlite").database

    @pytest.mark.parametrize(
        ("pragma", "value"),
        [
            ("journal_mode", "wal"),
            ("synchronous", 2),
            ("foreign_keys", 1),
            ("secure_delete", 1),
            ("busy_timeout", 10_000),
        ],
    )
    def test_every_connection_is_prepared(self, database: Database, pragma: str, value: object) -> None:
        with database.reading() as one, database.reading() as other:
            for session in (one, other):
                assert session.scalar(text(f"PRAGMA {pragma}")) == value

    def test_a_writer_takes_its_turn_before_its_first_word(self, database: Database) -> None:
        other = sqlite3.connect(make_url(database.url).database or "", timeout=0)

        with database.writing(), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.execute("BEGIN IMMEDIATE")
        other.close()

    def test_who_waits_for_another_process_begins_when_that_is_done(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        other = sqlite3.connect(
            make_url(database.url).database or "", timeout=0, isolation_level=None, check_same_thread=False
        )
        other.execute("BEGIN IMMEDIATE")
        looks, pause = Event(), time.sleep

        def hear(seconds: float) -> None:
            looks.set()
            pause(seconds)

        monkeypatch.setattr("hub.db.time.sleep", hear)

        def ends() -> None:
            # Only when it was looked at in vain.
            assert looks.wait(10)
            other.execute("COMMIT")

        with ThreadPoolExecutor(1) as elsewhere:
            ended = elsewhere.submit(ends)
            with database.writing() as session:
                remember(session, "a")
            ended.result()
        other.close()
        assert names(database) == ["a"]

    def test_who_waits_too_long_for_another_process_gives_up(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("hub.db.BUSY_SECONDS", 0.05)
        other = sqlite3.connect(make_url(database.url).database or "", timeout=0, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(OperationalError, match="locked"), database.writing():
            pass
        other.execute("COMMIT")
        with database.writing() as session:
            assert session.scalar(text("PRAGMA busy_timeout")) == 10_000
        other.close()

    def test_only_another_writer_is_a_reason_to_wait(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("hub.db.LOOK_AGAIN_SECONDS", "never")
        with database._changing.connect() as connection:
            driver: Any = connection.connection.driver_connection
            driver.execute("BEGIN")

            with pytest.raises(OperationalError, match="within a transaction"):
                connection.begin()

    def test_a_reader_takes_no_turn(self, database: Database) -> None:
        other = sqlite3.connect(make_url(database.url).database or "", timeout=0)

        with database.reading() as session:
            session.execute(select(AgreementVersion)).all()
            other.execute("BEGIN IMMEDIATE")
        other.close()

    def test_a_row_that_points_nowhere_is_refused(self, database: Database) -> None:
        with pytest.raises(Exception, match="FOREIGN KEY"), database.writing() as session:
            session.execute(text("INSERT INTO link_branches (link_id, branch) VALUES ('nobody', 'almere')"))


class TestPostgresql:
    """Only PostgreSQL has roles and waits without end."""

    @pytest.fixture
    def database(self, new_stores: NewStores) -> Database:
        return new_stores("postgresql").database

    @pytest.mark.parametrize(("setting", "value"), [("lock_timeout", "10s"), ("TimeZone", "UTC")])
    def test_every_connection_is_prepared(self, database: Database, setting: str, value: str) -> None:
        with database.reading() as one, database.reading() as other:
            for session in (one, other):
                assert session.scalar(select(func.current_setting(setting))) == value

    def test_who_waits_too_long_for_a_row_gives_up(self, database: Database) -> None:
        head = select(HeadRow.size).with_for_update()
        with database.writing() as holder, database.writing() as other:
            holder.execute(head)
            other.execute(text("SET LOCAL lock_timeout = '50ms'"))
            with pytest.raises(OperationalError, match="lock timeout"):
                other.execute(head)
            other.rollback()

    def test_the_tests_run_as_the_application_and_not_as_the_owner(self, database: Database) -> None:
        with pytest.raises(ProgrammingError, match="permission denied"), database.writing() as session:
            session.execute(text("CREATE TABLE mine (id integer)"))
