"""Puts both stores back as they were, at the same address, in milliseconds."""

import shutil
import time
from abc import ABC, abstractmethod
from pathlib import Path

from psycopg import sql
from sqlalchemy.engine import make_url

from tests.stores import Floor, PostgresFloor, Stores

PATIENCE_SECONDS = 30


class Snapshot(ABC):
    """How both stores stood at one moment. Nobody may be connected while it is made or put back."""

    # The key store is left alone where nothing writes to it: that saves half of the time.
    keys_too: bool = True

    @abstractmethod
    def put_back(self) -> None:
        """Everything since then never happened."""

    @abstractmethod
    def settle(self) -> None:
        """Wait until nothing that a killed process left behind is still at work in the database."""

    @abstractmethod
    def remove(self) -> None:
        """Throw the copy away; the stores stay as they are."""


def take(floor: Floor, stores: Stores) -> Snapshot:
    """Of both stores of one hub."""
    if isinstance(floor, PostgresFloor):
        return _PostgresSnapshot(floor, stores)
    return _SqliteSnapshot(stores)


class _SqliteSnapshot(Snapshot):
    def __init__(self, stores: Stores) -> None:
        urls = (stores.main_url, stores.keys_url)
        self.files = [Path(make_url(url).database or "") for url in urls]
        for file in self.files:
            # Nobody is connected: the write-ahead log has gone into the file.
            shutil.copyfile(file, self._copy(file))

    def put_back(self) -> None:
        for file in self.files if self.keys_too else self.files[:1]:
            for rest in file.parent.glob(f"{file.name}-*"):
                rest.unlink()
            shutil.copyfile(self._copy(file), file)

    def settle(self) -> None:
        """A dead process holds no locks, and nothing of SQLite runs elsewhere."""

    def remove(self) -> None:
        for file in self.files:
            self._copy(file).unlink()

    def _copy(self, file: Path) -> Path:
        return file.with_suffix(".snapshot")


class _PostgresSnapshot(Snapshot):
    def __init__(self, floor: PostgresFloor, stores: Stores) -> None:
        self.control = floor.control
        self.names = [make_url(url).database or "" for url in (stores.owner_url, stores.keys_owner_url)]
        self.settle()
        for name in self.names:
            self._copy(name, f"{name}_snapshot")

    def put_back(self) -> None:
        for name in self.names if self.keys_too else self.names[:1]:
            self._drop(name)
            self._copy(f"{name}_snapshot", name)

    def settle(self) -> None:
        patience = time.monotonic() + PATIENCE_SECONDS
        while self._at_work():
            if time.monotonic() > patience:
                raise TimeoutError("PostgreSQL still works for a process that is dead")
            time.sleep(0.001)

    def remove(self) -> None:
        for name in self.names:
            self._drop(f"{name}_snapshot")

    def _at_work(self) -> bool:
        row = self.control.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = ANY(%s)", [self.names])
        return row.fetchone() != (0,)

    def _copy(self, source: str, target: str) -> None:
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        self.control.execute(statement.format(sql.Identifier(target), sql.Identifier(source)))

    def _drop(self, name: str) -> None:
        self.control.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
