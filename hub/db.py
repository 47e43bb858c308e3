"""The door to the database: one way to read, one way to write, the same on SQLite and PostgreSQL."""

import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from threading import Lock
from typing import Any, cast
from uuid import uuid4

from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, Row, Select, Table, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import QueuePool
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

# How long a writer waits for another before the answer is 503 with Retry-After.
BUSY_SECONDS = 10
# On SQLite, how long until a writer looks again whether another process is done.
LOOK_AGAIN_SECONDS = 0.0003

_PATIENT = f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}"
_ALONE = "BEGIN IMMEDIATE"
PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    # FULL: what was answered survives a power cut, not only a crash of the program.
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
    _PATIENT,
)


# The execution option of an UPDATE or DELETE of which nobody asks how many rows it changed (see `_sent_together`).
UNANSWERED = "unanswered"
_PIPELINE = "ketenhub_pipeline"


class Base(DeclarativeBase):
    """The hub's own tables."""

    metadata = MetaData(naming_convention=NAMES)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant in UTC, in and out; SQLite itself keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database: in UTC. A naive value is a programming mistake."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database: aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def table_of(model: type[DeclarativeBase]) -> Table:
    """The bare table of a model: for the roads where every message passes, the quickest way to write a row."""
    return cast("Table", model.__table__)


def new_id() -> str:
    """A random name for a row: 32 hexadecimal digits that say nothing about when or what."""
    return uuid4().hex


class Database:
    """One store. `reading()` and `writing()` are the only two ways in; nothing else opens a session."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.sqlite = make_url(url).get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(url) if self.sqlite else _postgres_engine(url)
        # Threads of one process queue here: SQLite would let each sleep and look again, longer every time.
        self._turn = Lock()
        self._changing = self.engine.execution_options(ketenhub_writes=True)
        # PostgreSQL sees each statement's own moment anyway (READ COMMITTED): begin and end would be two trips more.
        self._looking = self.engine if self.sqlite else self.engine.execution_options(isolation_level="AUTOCOMMIT")
        # One statement by itself needs no BEGIN on SQLite either.
        self._glancing = self.engine.execution_options(ketenhub_alone=True) if self.sqlite else self._looking

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A look, never a change: readers do not wait for the writer."""
        with Session(self._looking, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """
        A change: all of it at the end of the block, or nothing when the block raises.

        SQLite: BEGIN IMMEDIATE, so that two writers queue up instead of failing halfway.
        """
        with (
            self._in_turn(),
            self._changing.connect() as connection,
            Session(connection, expire_on_commit=False, autoflush=False) as session,
            _sent_together(connection),
        ):
            session.connection()  # begins here, not at the first statement
            yield session
            session.commit()

    def look_up(self, statement: Select[*tuple[Any, ...]], **values: object) -> Sequence[Row[Any]]:
        """The rows of one prepared statement, read by itself: the quick way in for what every request asks."""
        with self._glancing.connect() as connection:
            return connection.execute(statement, values).all()

    def clean(self, tables: Iterable[str]) -> bool:
        """
        Let no deleted bytes of these tables linger where this process can reach; False: somebody reads, try again.

        SQLite: the write-ahead log goes into the file (secure_delete wrote zeros there) and is emptied. PostgreSQL:
        VACUUM, by the role that owns the tables; another role's is skipped, and autovacuum comes by in its own time.
        """
        with self.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            if self.sqlite:
                busy, *_ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
                return not busy
            quote = connection.dialect.identifier_preparer.quote
            named = ", ".join(quote(table) for table in tables)
            connection.exec_driver_sql(f"VACUUM (SKIP_LOCKED) {named}")
            return True

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        # Whoever waited too long goes on: then the database itself says that it is busy.
        mine = self.sqlite and self._turn.acquire(timeout=BUSY_SECONDS)
        try:
            yield
        finally:
            if mine:
                self._turn.release()

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """One store, for the length of a block."""
    database = Database(url)
    try:
        yield database
    finally:
        database.close()


def _postgres_engine(url: str) -> Engine:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), pool_size=10, max_overflow=20)
    event.listen(engine, "connect", _prepare_postgres)
    event.listen(engine, "after_cursor_execute", _read_answer)
    event.listen(engine, "rollback", _read_on)
    return engine


def _prepare_postgres(connection: Any, record: Any) -> None:
    # A statement that waits for a lock longer than this gives up: 503, the client tries again.
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = {BUSY_SECONDS * 1000}")
        cursor.execute("SET timezone = 'UTC'")
    connection.commit()


@contextmanager
def _sent_together(connection: Connection) -> Iterator[None]:
    """
    On PostgreSQL, a statement that nobody waits for goes along with the next one that has an answer, or the commit.

    So the closing writes of a road are one trip, and the head of the trail is held no longer than that. A mistake in
    one of them is raised where the answer is read: by that next statement or by the commit. Either way nothing stands.
    """
    if connection.dialect.name != "postgresql":
        yield
        return
    driver: Any = connection.connection.driver_connection
    here = connection.info
    with driver.pipeline() as pipeline:
        here[_PIPELINE] = pipeline
        try:
            yield
        except BaseException:
            # A commit that was sent after a mistake was never tried: the transaction is still open.
            _read_on(connection)
            if not driver.broken:
                driver.rollback()
            raise
        finally:
            here.pop(_PIPELINE, None)


def _read_on(connection: Connection) -> None:
    """What was sent after a mistake is answered by «aborted», one by one: read until all is answered."""
    if connection.invalidated or _PIPELINE not in connection.info:
        return
    driver: Any = connection.connection.driver_connection
    while not driver.broken:
        with suppress(driver.Error):
            connection.info[_PIPELINE].sync()
            return


def _read_answer(connection: Connection, cursor: Any, statement: str, values: Any, context: Any, many: bool) -> None:
    pipeline = connection.info.get(_PIPELINE)
    silent = context.execution_options.get(UNANSWERED) or (context.isinsert and "RETURNING" not in statement)
    if pipeline is not None and not silent:
        pipeline.sync()


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(url, poolclass=QueuePool, pool_size=10, max_overflow=20)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, record: Any) -> None:
    # The driver's own transactions begin too late (400 appends, 399 numbers); we begin them ourselves, below.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("ketenhub_writes"):
        _begin_writing(connection)
    elif not options.get("ketenhub_alone"):
        connection.exec_driver_sql("BEGIN")


def _begin_writing(connection: Connection) -> None:
    """
    Begin as the only writer, soon after the one of another process is done. Raises OperationalError after BUSY_SECONDS.

    Left to itself SQLite sleeps 1, 2, 5, 10 and up to 100 ms between two looks, and nobody writes meanwhile.
    """
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA busy_timeout=0")
    try:
        _wait_to_begin(driver)
    except sqlite3.OperationalError:
        # Once more in the ordinary way, so that the mistake has SQLAlchemy's name.
        connection.exec_driver_sql(_ALONE)
    finally:
        driver.execute(_PATIENT)


def _wait_to_begin(driver: Any) -> None:
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            driver.execute(_ALONE)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= until:
                raise
            # SQLite tells nobody that it is free: all one can do is look again.
            time.sleep(LOOK_AGAIN_SECONDS)
        else:
            return
