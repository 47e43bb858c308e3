"""Migrated, empty stores for a test, on SQLite or PostgreSQL: made once, then copied in milliseconds."""

import os
import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Literal, get_args
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

from hub import schema
from hub.db import Database
from tests import postgres

Dialect = Literal["sqlite", "postgresql"]
DIALECTS: tuple[Dialect, ...] = get_args(Dialect)


class Floor(ABC):
    """Where stores of one dialect come from."""

    dialect: Dialect

    @abstractmethod
    def lay(self, store: schema.Store) -> tuple[str, str]:
        """A fresh copy of the migrated, empty store: the application's URL, and the owner's."""

    @abstractmethod
    def empty(self) -> str:
        """A database without any table: the owner's URL."""

    @abstractmethod
    def remove(self, url: str) -> None:
        """Throw away what `lay` or `empty` made."""


class SqliteFloor(Floor):
    """Files in one folder. SQLite has no roles: the owner is whoever holds the file."""

    dialect: Dialect = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.migrated: dict[schema.Store, Path] = {}

    def lay(self, store: schema.Store) -> tuple[str, str]:
        if store not in self.migrated:
            url = self.empty()
            schema.upgrade(url, store)
            self.migrated[store] = self._file(url)
        url = self.empty()
        shutil.copyfile(self.migrated[store], self._file(url))
        return url, url

    def empty(self) -> str:
        return f"sqlite:///{self.folder / uuid4().hex}.sqlite"

    def remove(self, url: str) -> None:
        file = self._file(url)
        for name in (file, *file.parent.glob(f"{file.name}-*")):
            name.unlink(missing_ok=True)

    def _file(self, url: str) -> Path:
        return Path(make_url(url).database or "")


class PostgresFloor(Floor):
    """Databases in one server, copied from a template. The application's role has the rights of `init`."""

    dialect: Dialect = "postgresql"

    def __init__(self, server: URL) -> None:
        self.server = server
        # One server can serve several test processes.
        self.name = f"kh_{uuid4().hex[:10]}"
        self.role = f"{self.name}_app"
        self.password = uuid4().hex
        self.count = 0
        self.migrated: dict[schema.Store, URL] = {}
        self.control = psycopg.connect(postgres.libpq(server), autocommit=True)
        self._run("CREATE ROLE {} LOGIN PASSWORD {}", sql.Identifier(self.role), sql.Literal(self.password))
        # Only who is a member may end its sessions when a database goes.
        self._run("GRANT {} TO CURRENT_USER", sql.Identifier(self.role))

    def lay(self, store: schema.Store) -> tuple[str, str]:
        if store not in self.migrated:
            owner = self.empty()
            schema.upgrade(owner, store)
            schema.grant_application_role(owner, store, self.role)
            self.migrated[store] = make_url(owner)
        # Copying the files takes 9 ms, the default way 50.
        template = self.migrated[store].database or ""
        made = self._make("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", template)
        return _text(made.set(username=self.role, password=self.password)), _text(made)

    def empty(self) -> str:
        return _text(self._make("CREATE DATABASE {} TEMPLATE {}", "template0"))

    def remove(self, url: str) -> None:
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", sql.Identifier(make_url(url).database or ""))

    def close(self) -> None:
        """Remove the templates and the role."""
        for url in self.migrated.values():
            self.remove(_text(url))
        self._run("DROP ROLE {}", sql.Identifier(self.role))
        self.control.close()

    def _make(self, statement: str, template: str) -> URL:
        self.count += 1
        name = f"{self.name}_{self.count}"
        self._run(statement, sql.Identifier(name), sql.Identifier(template))
        return self.server.set(database=name)

    def _run(self, statement: str, *words: sql.Composable) -> None:
        self.control.execute(sql.SQL(statement).format(*words))


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)


@contextmanager
def postgres_floor() -> Iterator[PostgresFloor]:
    """On HUB_TEST_DATABASE_URL (a role that may make databases and roles), or else on a server of our own."""
    given = os.environ.get("HUB_TEST_DATABASE_URL")
    server = None if given else postgres.start()
    try:
        floor = PostgresFloor(server.url if server else make_url(given or ""))
        yield floor
        floor.close()
    finally:
        if server:
            server.stop()


class Stores:
    """The two stores of one hub. What a test does not ask for is not made."""

    def __init__(self, floor: Floor) -> None:
        self.dialect = floor.dialect
        self._floor = floor
        self._opened: list[Database] = []
        self._laid: dict[schema.Store, tuple[str, str]] = {}

    @property
    def main_url(self) -> str:
        """The application's way into the main store."""
        return self._url("main")[0]

    @property
    def keys_url(self) -> str:
        """The application's way into the key store."""
        return self._url("keys")[0]

    @property
    def owner_url(self) -> str:
        """The owner's way into the main store: for attacks that the application's role could not try."""
        return self._url("main")[1]

    @property
    def keys_owner_url(self) -> str:
        """The owner's way into the key store."""
        return self._url("keys")[1]

    @cached_property
    def database(self) -> Database:
        """The main store, as the application."""
        return self.opened(self.main_url)

    @cached_property
    def keys(self) -> Database:
        """The key store, as the application."""
        return self.opened(self.keys_url)

    @cached_property
    def owner(self) -> Database:
        """The main store, as its owner."""
        return self.opened(self.owner_url)

    @cached_property
    def keys_owner(self) -> Database:
        """The key store, as its owner."""
        return self.opened(self.keys_owner_url)

    def opened(self, url: str) -> Database:
        """A Database that is closed when the test ends."""
        database = Database(url)
        self._opened.append(database)
        return database

    def close(self) -> None:
        """Close every connection, then throw both stores away."""
        for database in self._opened:
            database.close()
        for _, owner_url in self._laid.values():
            self._floor.remove(owner_url)

    def _url(self, store: schema.Store) -> tuple[str, str]:
        if store not in self._laid:
            self._laid[store] = self._floor.lay(store)
        return self._laid[store]
