"""The tables that the migrations make are the tables that the models mean, on both databases."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import Script
from sqlalchemy import Engine, MetaData, inspect, text
from sqlalchemy.exc import DatabaseError

import hub
from hub import schema
from hub.db import Database
from hub.errors import NotReady
from tests.conftest import NewStores
from tests.stores import Dialect, Floor, Stores

STORES = list(schema.STORES)
ROOT = Path(hub.__file__).parent.parent
ROOMS = ("schemas", "consent", "audit", "connectors", "hub")


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest) -> schema.Store:
    given: schema.Store = request.param
    return given


@pytest.fixture
def migrated(stores: Stores, store: schema.Store) -> Engine:
    return (stores.owner if store == "main" else stores.keys_owner).engine


@pytest.fixture
def empty(floor: Floor) -> Iterator[str]:
    """A database without any table."""
    url = floor.empty()
    yield url
    floor.remove(url)


@pytest.fixture
def modelled(store: schema.Store, empty: str) -> Iterator[Engine]:
    """The same store, made from the models instead of by the migrations."""
    database = Database(empty)
    for metadata in schema.STORES[store].metadatas:
        metadata.create_all(database.engine)
    yield database.engine
    database.close()


def tables_in(url: str) -> list[str]:
    database = Database(url)
    names = inspect(database.engine).get_table_names()
    database.close()
    return names


# The models.


@pytest.mark.parametrize(
    "path",
    sorted(path for room in ROOMS for path in (ROOT / room).rglob("models.py")),
    ids=lambda path: path.parent.name,
)
def test_every_models_file_belongs_to_a_store(path: Path) -> None:
    module = import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    named = {value.__tablename__ for value in vars(module).values() if hasattr(value, "__tablename__")}

    assert named
    assert named <= {name for tables in schema.STORES.values() for name in tables.names}


def test_no_two_tables_have_one_name() -> None:
    names = [name for tables in schema.STORES.values() for name in tables.names]

    assert len(names) == len(set(names))


@pytest.mark.parametrize("room", ["consent", "audit"])
def test_no_key_points_out_of_consent_or_audit(room: str) -> None:
    metadata: MetaData = import_module(f"{room}.models").Base.metadata

    assert not [key for table in metadata.tables.values() for key in table.foreign_keys]


# Models and migrations.


def test_alembic_finds_no_difference(migrated: Engine, store: schema.Store) -> None:
    options: dict[str, Any] = {
        "compare_type": True,
        "compare_server_default": True,
        "version_table": f"alembic_version_{store}",
        "target_metadata": list(schema.STORES[store].metadatas),
    }
    with migrated.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        differences = compare_metadata(context, options["target_metadata"])

    assert differences == []


def test_models_and_migrations_give_the_same_tables(migrated: Engine, modelled: Engine) -> None:
    by_migrations, by_models = described(migrated), described(modelled)

    assert sorted(by_migrations) == sorted(by_models)
    for name, table in by_models.items():
        assert by_migrations[name] == table, name


def described(engine: Engine) -> dict[str, Any]:
    """Everything that the database itself tells about its tables, column by column."""
    look = inspect(engine)
    names = [name for name in look.get_table_names() if not name.startswith("alembic_version")]
    return {
        name: {
            "columns": {
                one["name"]: (str(one["type"]), one["nullable"], one["default"], one.get("autoincrement"))
                for one in look.get_columns(name)
            },
            "primary key": look.get_pk_constraint(name),
            "foreign keys": by_name(look.get_foreign_keys(name)),
            "unique": by_name(look.get_unique_constraints(name)),
            "checks": by_name(look.get_check_constraints(name)),
            "indexes": definitions(engine, name),
            "without rowid": "WITHOUT ROWID" in table_text(engine, name),
        }
        for name in names
    }


def by_name(things: Any) -> list[Any]:
    return sorted(things, key=lambda thing: str(thing["name"]))


def definitions(engine: Engine, table: str) -> list[str]:
    """Indexes in the words of the database, so with their condition, order and uniqueness."""
    of = {
        "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :name AND sql <> ''",
        "postgresql": "SELECT indexdef FROM pg_indexes WHERE tablename = :name",
    }
    with engine.connect() as connection:
        return sorted(connection.scalars(text(of[engine.dialect.name]), {"name": table}))


def table_text(engine: Engine, table: str) -> str:
    if engine.dialect.name != "sqlite":
        return ""
    question = text("SELECT sql FROM sqlite_master WHERE name = :name")
    with engine.connect() as connection:
        return str(connection.scalar(question, {"name": table}))


# Upgrading.


def test_an_empty_database_is_pending_until_it_was_upgraded(empty: str, store: schema.Store) -> None:
    assert schema.pending(empty, store)

    schema.upgrade(empty, store)

    assert not schema.pending(empty, store)


def test_upgrading_twice_changes_nothing(empty: str, store: schema.Store) -> None:
    schema.upgrade(empty, store)
    before = tables_in(empty)

    schema.upgrade(empty, store)

    assert tables_in(empty) == before


def test_asking_does_not_make_a_file(tmp_path: Path) -> None:
    file = tmp_path / "hub.sqlite"

    assert schema.pending(f"sqlite:///{file}", "main")
    assert not file.exists()


def test_the_application_itself_may_ask(stores: Stores) -> None:
    assert not schema.pending(stores.main_url, "main")
    assert not schema.pending(stores.keys_url, "keys")


def test_a_step_that_fails_leaves_nothing_behind(empty: str, store: schema.Store) -> None:
    database = Database(empty)
    in_the_way = schema.STORES[store].names[-1]
    with database.writing() as session:
        session.execute(text(f"CREATE TABLE {in_the_way} (id integer)"))
    database.close()

    with pytest.raises(DatabaseError, match="already exists"):
        schema.upgrade(empty, store)

    assert tables_in(empty) == [in_the_way]
    assert schema.pending(empty, store)


def test_a_database_of_a_newer_version_is_left_alone(empty: str, store: schema.Store) -> None:
    schema.upgrade(empty, store)
    database = Database(empty)
    with database.writing() as session:
        session.execute(text(f"UPDATE alembic_version_{store} SET version_num = '9999'"))
    database.close()

    with pytest.raises(NotReady, match="A newer Ketenhub"):
        schema.upgrade(empty, store)
    with pytest.raises(NotReady, match="A newer Ketenhub"):
        schema.pending(empty, store)


def test_two_processes_that_upgrade_at_once_both_find_it_done(empty: str) -> None:
    program = "import sys; from hub import schema; schema.upgrade(sys.argv[1], 'main')"
    words = [sys.executable, "-c", program, empty]

    both = [subprocess.Popen(words, cwd=ROOT) for _ in range(2)]

    assert [process.wait(timeout=60) for process in both] == [0, 0]
    assert not schema.pending(empty, "main")


def test_both_stores_can_be_schemas_of_one_postgresql_database(new_stores: NewStores) -> None:
    stores = new_stores("postgresql")
    keys = f"{stores.owner_url}&options=-csearch_path%3Dkeys"
    with stores.owner.writing() as session:
        session.execute(text("CREATE SCHEMA keys"))

    schema.upgrade(keys, "keys")

    assert not schema.pending(keys, "keys")
    assert not schema.pending(stores.owner_url, "main")
    assert "subject_keys" not in inspect(stores.owner.engine).get_table_names()


def test_upgrading_leaves_the_log_as_it_was(tmp_path: Path) -> None:
    root, ours = logging.getLogger(), logging.getLogger("hub.that.was.here.before")
    before = (root.level, list(root.handlers), ours.disabled)

    schema.upgrade(f"sqlite:///{tmp_path / 'hub.sqlite'}", "main")

    assert (root.level, list(root.handlers), ours.disabled) == before


# The steps.


def steps(store: schema.Store) -> list[Script]:
    return list(schema.scripts(store).walk_revisions())


def test_the_steps_make_one_line(store: schema.Store) -> None:
    assert len(schema.scripts(store).get_heads()) == 1


def test_every_step_says_what_it_does_and_lies_within_the_package(store: schema.Store) -> None:
    for step in steps(store):
        assert step.doc
        assert Path(step.path).is_relative_to(Path(hub.__file__).parent / "migrations" / store)


def test_there_is_no_way_back(store: schema.Store) -> None:
    for step in steps(store):
        with pytest.raises(NotImplementedError, match="Restore a backup"):
            step.module.downgrade()


def test_a_changed_model_gives_a_draft_of_the_next_step(
    dialect: Dialect, stores: Stores, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The tool for who changes a model; here nothing changed, so the draft is empty."""
    monkeypatch.setattr(schema, "MIGRATIONS", copied(schema.MIGRATIONS, tmp_path / "with space %"))

    draft = schema.propose(stores.owner_url, "main", "nothing is new")

    assert draft.name == f"{len(steps('main')):04}_nothing_is_new.py"
    assert "op." not in draft.read_text()


def copied(folder: Path, to: Path) -> Path:
    for file in [*folder.glob("*.*"), *folder.glob("*/*.py")]:
        target = to / file.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.read_bytes())
    return to
