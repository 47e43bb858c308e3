"""What was recorded stays recorded: the database itself refuses, whoever asks, on both databases."""

from datetime import UTC, date, datetime
from importlib import import_module
from typing import Any

import pytest
from sqlalchemy import (
    Column,
    Connection,
    Index,
    PrimaryKeyConstraint,
    Table,
    TypeDecorator,
    UniqueConstraint,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from hub import schema
from hub.db import Database
from hub.errors import SettingsError
from hub.vault.models import SubjectKey
from tests.conftest import NewStores
from tests.stores import Stores

TABLES = {
    name: table
    for tables in schema.STORES.values()
    for metadata in tables.metadatas
    for name, table in metadata.tables.items()
}
STORE_OF = {name: store for store, tables in schema.STORES.items() for name in tables.names}
APPEND_ONLY = sorted(name for tables in schema.STORES.values() for name in tables.append_only)
KEPT = sorted(name for tables in schema.STORES.values() for name in tables.kept)
GUARDED = APPEND_ONLY + KEPT

VALUES: dict[type, Any] = {
    str: "a",
    int: 1,
    bytes: b"a",
    bool: True,
    datetime: datetime(2023, 3, 1, 12, 0, tzinfo=UTC),
    date: date(2023, 3, 1),
}


OTHERS: dict[type, Any] = {
    str: "b",
    int: 2,
    bytes: b"b",
    bool: False,
    datetime: datetime(2024, 3, 1, 12, 0, tzinfo=UTC),
    date: date(2024, 3, 1),
}


def row(table: Table, values: dict[type, Any] = VALUES) -> dict[str, Any]:
    return {column.name: values[kind(column)] for column in table.columns}


def kind(column: Column[Any]) -> type:
    of = column.type
    return of.impl_instance.python_type if isinstance(of, TypeDecorator) else of.python_type


def unique(table: Table) -> list[list[str]]:
    """Each set of columns that no two rows share: the ways in which an insert can push a row aside."""
    constraints = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    indexes = [one for one in table.indexes if one.unique]
    return [names(table.primary_key), *map(names, constraints), *map(names, indexes)]


def names(of: PrimaryKeyConstraint | UniqueConstraint | Index) -> list[str]:
    return [column.name for column in of.columns]


def pairs(tables: list[str]) -> list[Any]:
    found = [(name, key) for name in tables for key in unique(TABLES[name])]
    return [pytest.param(name, key, id=f"{name}-{'+'.join(key)}") for name, key in found]


def another(table: Table, key: list[str]) -> dict[str, Any]:
    """A row that differs in everything but this key."""
    return row(table, OTHERS) | {name: row(table)[name] for name in key}


class Attacked:
    """One table with one row in it, and the owner's way in: the attacker has every right there is."""

    def __init__(self, stores: Stores, table: Table) -> None:
        self.table = table
        main = STORE_OF[table.name] == "main"
        self.application: Database = stores.database if main else stores.keys
        self.owner: Database = stores.owner if main else stores.keys_owner
        with self.application.writing() as session:
            # The trail's head is there from the start.
            if not self.rows(session):
                session.execute(insert(table).values(row(table)))
        with self.application.reading() as session:
            self.before = self.rows(session)

    def rows(self, session: Session | Connection) -> list[Any]:
        return [tuple(found) for found in session.execute(select(self.table))]

    def refuses(self, statement: Any, values: dict[str, Any] | None = None) -> None:
        with (
            pytest.raises(IntegrityError, match=r"is append-only|keeps its rows"),
            self.owner.writing() as session,
        ):
            session.execute(text(statement) if isinstance(statement, str) else statement, values)
        with self.owner.reading() as session:
            assert self.rows(session) == self.before

    def denies(self, statement: str) -> None:
        """PostgreSQL: the application's role may not even try."""
        words = r"permission denied|must be owner"
        with pytest.raises(ProgrammingError, match=words), self.application.writing() as session:
            session.execute(text(statement))


@pytest.fixture
def attacked(stores: Stores, name: str) -> Attacked:
    return Attacked(stores, TABLES[name])


@pytest.fixture
def attacked_on_postgresql(new_stores: NewStores, name: str) -> Attacked:
    return Attacked(new_stores("postgresql"), TABLES[name])


@pytest.fixture
def attacked_on_sqlite(new_stores: NewStores, name: str) -> Attacked:
    return Attacked(new_stores("sqlite"), TABLES[name])


# Which tables.


def test_these_are_the_tables_that_are_only_added_to() -> None:
    assert APPEND_ONLY == [
        "agreement_versions", "audit_entries", "audit_nodes", "consent_events", "figure_releases", "notice_reviews",
    ]  # fmt: skip


def test_no_key_and_no_head_is_ever_thrown_away() -> None:
    assert KEPT == ["audit_head", "key_epochs", "partner_keys", "subject_keys"]


@pytest.mark.parametrize("module", ["audit.models", "consent.models", "hub.policy.models"])
def test_what_a_room_calls_append_only_is_guarded(module: str) -> None:
    assert set(import_module(module).APPEND_ONLY) <= set(APPEND_ONLY)


# The owner is refused, on both.


@pytest.mark.parametrize("name", APPEND_ONLY)
def test_no_row_is_changed(attacked: Attacked) -> None:
    column = attacked.table.columns.values()[-1].name

    attacked.refuses(f"UPDATE {attacked.table} SET {column} = {column}")


@pytest.mark.parametrize("name", GUARDED)
def test_no_row_is_deleted(attacked: Attacked) -> None:
    attacked.refuses(f"DELETE FROM {attacked.table}")


@pytest.mark.parametrize(("name", "key"), pairs(APPEND_ONLY))
def test_no_row_is_changed_by_an_insert_that_meets_it(attacked: Attacked, key: list[str]) -> None:
    names = ", ".join(column.name for column in attacked.table.columns)
    last = attacked.table.columns.values()[-1].name
    statement = (
        f"INSERT INTO {attacked.table} ({names}) SELECT {names} FROM {attacked.table} WHERE true "
        f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {last} = excluded.{last}"
    )

    attacked.refuses(statement)


# SQLite's own ways around.


@pytest.mark.parametrize(("name", "key"), pairs(GUARDED))
def test_no_row_is_replaced(attacked_on_sqlite: Attacked, key: list[str]) -> None:
    """REPLACE removes the row in its way, and fires no trigger for the removal."""
    table = attacked_on_sqlite.table

    attacked_on_sqlite.refuses(insert(table).prefix_with("OR REPLACE").values(another(table, key)))


@pytest.mark.parametrize(
    "name", [name for name in GUARDED if TABLES[name].dialect_options["sqlite"]["with_rowid"] is not False]
)
def test_no_row_is_replaced_by_its_number(attacked_on_sqlite: Attacked) -> None:
    table = attacked_on_sqlite.table
    values = another(table, []) | {"rowid": 1}
    names = ", ".join(name for name in values)
    places = ", ".join(f":{name}" for name in values)
    plain = {name: str(value) if isinstance(value, date) else value for name, value in values.items()}

    attacked_on_sqlite.refuses(f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({places})", plain)


# A second head cannot be made in the first place.
@pytest.mark.parametrize(("name", "key"), pairs([name for name in KEPT if name != "audit_head"]))
def test_no_row_is_pushed_aside_by_another_that_changes(attacked_on_sqlite: Attacked, key: list[str]) -> None:
    table = attacked_on_sqlite.table
    with attacked_on_sqlite.application.writing() as session:
        session.execute(insert(table).values(another(table, [])))
    with attacked_on_sqlite.application.reading() as session:
        attacked_on_sqlite.before = attacked_on_sqlite.rows(session)

    same = {name: row(table)[name] for name in key}
    attacked_on_sqlite.refuses(update(table).prefix_with("OR REPLACE").values(same))


# PostgreSQL's own ways around.


@pytest.mark.parametrize("name", GUARDED)
def test_no_table_is_emptied(attacked_on_postgresql: Attacked) -> None:
    attacked_on_postgresql.refuses(f"TRUNCATE {attacked_on_postgresql.table} CASCADE")


@pytest.mark.parametrize("name", GUARDED)
def test_the_guard_stands_while_a_superuser_plays_replica(attacked_on_postgresql: Attacked) -> None:
    """session_replication_role switches ordinary triggers off; who is no superuser may not even set it."""

    def play_replica() -> None:
        with attacked_on_postgresql.owner.writing() as session:
            session.execute(text("SET LOCAL session_replication_role = replica"))
            session.execute(text(f"DELETE FROM {attacked_on_postgresql.table}"))

    with pytest.raises(DatabaseError, match=r"is append-only|keeps its rows|permission denied to set"):
        play_replica()


@pytest.mark.parametrize("name", APPEND_ONLY)
def test_the_application_may_not_change_a_row(attacked_on_postgresql: Attacked) -> None:
    table = attacked_on_postgresql.table
    column = table.columns.values()[-1].name

    attacked_on_postgresql.denies(f"UPDATE {table} SET {column} = {column}")


@pytest.mark.parametrize("name", GUARDED)
@pytest.mark.parametrize(
    "words",
    [
        "DELETE FROM {}",
        "TRUNCATE {}",
        "DROP TABLE {}",
        "ALTER TABLE {} DISABLE TRIGGER ALL",
        "CREATE TRIGGER mine BEFORE INSERT ON {} EXECUTE FUNCTION ketenhub_refuses()",
    ],
)
def test_the_application_may_not_take_the_guard_away(attacked_on_postgresql: Attacked, words: str) -> None:
    attacked_on_postgresql.denies(words.format(attacked_on_postgresql.table))


@pytest.mark.parametrize("store", list(schema.STORES))
def test_the_application_has_these_rights_and_no_other(new_stores: NewStores, store: schema.Store) -> None:
    stores = new_stores("postgresql")
    database, url = (stores.owner, stores.main_url) if store == "main" else (stores.keys_owner, stores.keys_url)
    question = text(
        "SELECT table_name, string_agg(privilege_type, ' ' ORDER BY privilege_type) "
        "FROM information_schema.role_table_grants WHERE grantee IN (:role, 'PUBLIC') "
        "AND table_schema = 'public' GROUP BY table_name"
    )
    with database.reading() as session:
        found = session.execute(question, {"role": make_url(url).username})
        rights = {str(name): str(given) for name, given in found}

    tables = schema.STORES[store]
    assert rights == {f"alembic_version_{store}": "SELECT"} | {
        name: "INSERT SELECT"
        if name in tables.append_only
        else "INSERT SELECT UPDATE"
        if name in tables.kept
        else "DELETE INSERT SELECT UPDATE"
        for name in tables.names
    }


# Keys.


@pytest.fixture
def destroyed(stores: Stores) -> Stores:
    with stores.keys.writing() as session:
        session.execute(insert(SubjectKey).values(row(TABLES["subject_keys"]) | {"destroyed_at": None}))
    with stores.keys.writing() as session:
        session.execute(update(SubjectKey).values(wrapped=None, destroyed_at=VALUES[datetime]))
    return stores


def test_a_key_can_be_wrapped_anew(stores: Stores) -> None:
    with stores.keys.writing() as session:
        session.execute(insert(SubjectKey).values(row(TABLES["subject_keys"])))
        session.execute(update(SubjectKey).values(wrapped=b"anew", epoch=2))

    with stores.keys.reading() as session:
        assert session.scalars(select(SubjectKey.wrapped)).all() == [b"anew"]


def test_a_destroyed_key_has_no_way_back(destroyed: Stores) -> None:
    back = update(SubjectKey).values(wrapped=b"a", destroyed_at=None)

    with pytest.raises(IntegrityError, match="no way back"), destroyed.keys_owner.writing() as session:
        session.execute(back)


def test_a_destroyed_key_is_not_made_again(destroyed: Stores) -> None:
    again = insert(SubjectKey).values(row(TABLES["subject_keys"]) | {"key_id": "another"})

    with pytest.raises(IntegrityError), destroyed.keys_owner.writing() as session:
        session.execute(again)


# Giving the rights.


def test_an_owner_who_is_the_application_keeps_its_rights(new_stores: NewStores) -> None:
    """A small installation has one role. Its rights stay; the triggers stand."""
    stores = new_stores("postgresql")

    schema.grant_application_role(stores.owner_url, "main", make_url(stores.owner_url).username or "")

    with stores.owner.writing() as session:
        session.execute(text("DELETE FROM subjects"))


def test_giving_the_rights_twice_is_giving_them_once(new_stores: NewStores) -> None:
    stores = new_stores("postgresql")

    schema.grant_application_role(stores.owner_url, "main", make_url(stores.main_url).username or "")

    with pytest.raises(ProgrammingError), stores.database.writing() as session:
        session.execute(text("DELETE FROM consent_events"))


def test_a_role_that_is_not_there_is_named_with_the_words_to_make_it(new_stores: NewStores) -> None:
    stores = new_stores("postgresql")

    with pytest.raises(SettingsError, match='CREATE ROLE "Nobody" LOGIN'):
        schema.grant_application_role(stores.owner_url, "main", "Nobody")


def test_sqlite_has_no_roles_to_give_rights_to(new_stores: NewStores) -> None:
    stores = new_stores("sqlite")

    schema.grant_application_role(stores.owner_url, "main", "anybody")

    with pytest.raises(DatabaseError), stores.database.writing() as session:
        session.execute(text("DELETE FROM audit_head"))
