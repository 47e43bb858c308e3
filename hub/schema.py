"""Makes the tables of both stores, checks that they are up to date, gives the application its rights."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.engine import make_url

import audit.models
import consent.models
import hub.exchange.models
import hub.figures.models
import hub.identity.models
import hub.people.models
import hub.policy.models
import hub.rights.models
import hub.vault.models
from hub.db import BUSY_SECONDS, Base, opened
from hub.errors import NotReady, SettingsError

Store = Literal["main", "keys"]

MIGRATIONS = Path(__file__).parent / "migrations"

# Any fixed number does: it keeps two processes from migrating one database at the same moment.
_ONE_AT_A_TIME = 0x6B657465


@dataclass(frozen=True)
class Tables:
    """The tables of one store, and which of them the application may never change."""

    metadatas: tuple[MetaData, ...]
    # INSERT and SELECT, nothing else.
    append_only: frozenset[str]
    # Also UPDATE, never DELETE.
    kept: frozenset[str]

    @property
    def names(self) -> list[str]:
        """Every table, in alphabetical order."""
        return sorted(name for metadata in self.metadatas for name in metadata.tables)


STORES: dict[Store, Tables] = {
    "main": Tables(
        metadatas=(Base.metadata, consent.models.Base.metadata, audit.models.Base.metadata),
        append_only=frozenset(
            (
                *audit.models.APPEND_ONLY,
                *consent.models.APPEND_ONLY,
                *hub.policy.models.APPEND_ONLY,
                *hub.figures.models.APPEND_ONLY,
            )
        ),
        # Every writer moves the head of the trail; nobody takes it away.
        kept=frozenset({"audit_head"}),
    ),
    "keys": Tables(
        metadatas=(hub.vault.models.Base.metadata,),
        append_only=frozenset(),
        # The row of a destroyed key stays: it stops the key from being made again.
        kept=frozenset(hub.vault.models.Base.metadata.tables),
    ),
}


def upgrade(url: str, store: Store) -> None:
    """
    Bring the tables to this version, in one transaction; nothing happens when they are.

    PostgreSQL: with the owner's URL. Raises NotReady when the database was made by a newer version.
    """
    with _migrating(url) as connection:
        _refuse_newer(connection, store)
        command.upgrade(_alembic(store, connection), "heads")


def pending(url: str, store: Store) -> bool:
    """Whether `upgrade` has work to do. Changes nothing; a SQLite file that is not there is not made."""
    if _missing_file(url):
        return True
    with opened(url) as database, database.engine.connect() as connection:
        _refuse_newer(connection, store)
        return _current(connection, store) != set(scripts(store).get_heads())


def grant_application_role(owner_url: str, store: Store, role: str) -> None:
    """
    Give the role that the hub runs as its rights, as few as it needs. After each upgrade again.

    Append-only tables: SELECT and INSERT. The key store: no DELETE. Nothing is emptied, made or altered.
    SQLite knows no roles, and an owner cannot be kept out: there, only the triggers stand. Raises
    SettingsError when the role does not exist.
    """
    with opened(owner_url) as database:
        if database.sqlite:
            return
        with database.engine.begin() as connection:
            if connection.scalar(text("SELECT current_user")) != role:
                _grant(connection, store, role)


def propose(url: str, store: Store, sentence: str) -> Path:
    """
    Write the next step into `hub/migrations/`: how the models differ from this (migrated) database.

    It is a draft: a person reads it, and adds the guards (`hub/migrations/guards.py`) that a new table needs.
    """
    number = f"{len(list(scripts(store).walk_revisions())) + 1:04}"
    with opened(url) as database, database.engine.connect() as connection:
        config = _alembic(store, connection)
        script = command.revision(config, message=sentence, autogenerate=True, rev_id=number)
    if script is None or isinstance(script, list):
        raise NotReady("Alembic wrote no step, or more than one.")
    return Path(script.path)


def _grant(connection: Connection, store: Store, role: str) -> None:
    quote = connection.dialect.identifier_preparer.quote
    to = quote(role)
    if not connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}):
        raise SettingsError(f"PostgreSQL has no role {to}. Type: CREATE ROLE {to} LOGIN PASSWORD '...';")
    schema = quote(connection.scalar(text("SELECT current_schema()")) or "public")
    connection.exec_driver_sql(f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC")
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA {schema} TO {to}")
    connection.exec_driver_sql(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {to}")
    for table, rights in _rights(store).items():
        connection.exec_driver_sql(f"REVOKE ALL ON TABLE {schema}.{quote(table)} FROM {to}")
        connection.exec_driver_sql(f"GRANT {rights} ON TABLE {schema}.{quote(table)} TO {to}")


def _rights(store: Store) -> dict[str, str]:
    tables = STORES[store]
    rights = {_version_table(store): "SELECT"}
    for name in tables.names:
        if name in tables.append_only:
            rights[name] = "SELECT, INSERT"
        elif name in tables.kept:
            rights[name] = "SELECT, INSERT, UPDATE"
        else:
            rights[name] = "SELECT, INSERT, UPDATE, DELETE"
    return rights


@contextmanager
def _migrating(url: str) -> Iterator[Connection]:
    """One transaction, alone: a second process waits its turn and then finds nothing left to do."""
    with opened(url) as database, database.engine.connect() as connection:
        if database.sqlite:
            # A table made anew must not take along the rows that point to it; they are checked at the end.
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
            connection = connection.execution_options(ketenhub_writes=True)
        with connection.begin():
            if not database.sqlite:
                _wait_for_turn(connection)
            yield connection
            if database.sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise NotReady("A row points to one that is not there. Nothing was changed; restore a backup.")


def _wait_for_turn(connection: Connection) -> None:
    # The turn is waited for as long as it takes; a table that others use only as long as by any statement.
    connection.exec_driver_sql("SELECT set_config('lock_timeout', '0', true)")
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})")
    connection.exec_driver_sql(f"SELECT set_config('lock_timeout', '{BUSY_SECONDS}s', true)")


def _missing_file(url: str) -> bool:
    where = make_url(url)
    return where.get_backend_name() == "sqlite" and not Path(where.database or "").is_file()


def _version_table(store: Store) -> str:
    # Two names, so that both stores can also be two schemas of one PostgreSQL database.
    return f"alembic_version_{store}"


def _alembic(store: Store, connection: Connection | None = None) -> Config:
    config = Config()
    for option, path in (("script_location", MIGRATIONS), ("version_locations", MIGRATIONS / store)):
        config.set_main_option(option, str(path).replace("%", "%%"))
    # A folder may have a space in its name.
    config.set_main_option("path_separator", "newline")
    config.attributes.update(
        connection=connection, metadatas=list(STORES[store].metadatas), version_table=_version_table(store)
    )
    return config


def scripts(store: Store) -> ScriptDirectory:
    """The steps of one store, for whoever wants to look at them."""
    return ScriptDirectory.from_config(_alembic(store))


def _current(connection: Connection, store: Store) -> set[str]:
    context = MigrationContext.configure(connection, opts={"version_table": _version_table(store)})
    return set(context.get_current_heads())


def _refuse_newer(connection: Connection, store: Store) -> None:
    known = {script.revision for script in scripts(store).walk_revisions()}
    if not _current(connection, store) <= known:
        raise NotReady("A newer Ketenhub made this database. Install that version, or restore a backup.")
