"""The stores of a bench: every commit on the disk before it is answered, as in production; and how large they are."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import text

from tests import postgres
from tests.stores import Dialect, Floor, SqliteFloor, Stores, postgres_floor

# What the tests leave out, a bench must pay for.
DURABLE = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "autovacuum": "on",
    "shared_buffers": "256MB",
}


@contextmanager
def floor(dialect: Dialect, folder: Path) -> Iterator[Floor]:
    """Where stores of this dialect come from."""
    if dialect == "sqlite":
        yield SqliteFloor(folder)
        return
    with patch.dict(postgres.SETTINGS, DURABLE), postgres_floor() as found:
        yield found


def check_durable(stores: Stores) -> None:
    """Raises AssertionError when this database may lose what it committed: then nothing here could be compared."""
    with stores.database.engine.connect() as connection:
        if stores.dialect == "sqlite":
            # 2 is FULL.
            assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
            assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
            return
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            assert connection.execute(text(f"SHOW {name}")).scalar() == "on", name


def tidy(stores: Stores) -> None:
    """What the database does by itself in the quiet hours: otherwise it would do so while we measure."""
    for database in (stores.owner, stores.keys_owner):
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if stores.dialect == "sqlite":
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            else:
                connection.exec_driver_sql("VACUUM (ANALYZE)")
                connection.exec_driver_sql("CHECKPOINT")


def size(stores: Stores) -> int:
    """Bytes on the disk, both stores, indexes and all."""
    tidy(stores)
    return sum(_size(stores, url) for url in (stores.owner_url, stores.keys_owner_url))


def _size(stores: Stores, url: str) -> int:
    database = stores.owner if url == stores.owner_url else stores.keys_owner
    if stores.dialect == "sqlite":
        return Path(database.engine.url.database or "").stat().st_size
    with database.engine.connect() as connection:
        return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
