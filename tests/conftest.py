"""The database floor: every test that asks for `database` or `stores` runs on SQLite and on PostgreSQL."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from hub.app import Stores as HubStores
from hub.db import Database
from tests.chain import Chain, build_chain
from tests.postgres import NoPostgreSQL
from tests.stores import DIALECTS, Dialect, Floor, PostgresFloor, SqliteFloor, Stores, postgres_floor

# How fast a machine makes examples up says nothing about the hub: no test here is one of time.
settings.register_profile("ketenhub", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ketenhub")

NewStores = Callable[[Dialect], Stores]


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> SqliteFloor:
    """Where SQLite stores come from."""
    return SqliteFloor(tmp_path_factory.mktemp("stores"))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresFloor]:
    """Where PostgreSQL stores come from: a server that starts with the first test that wants it."""
    try:
        with postgres_floor() as floor:
            yield floor
    except NoPostgreSQL as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(params=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> Dialect:
    """Each of the two databases in turn."""
    given: Dialect = request.param
    return given


@pytest.fixture
def floor(dialect: Dialect, request: pytest.FixtureRequest) -> Floor:
    """Where stores of this dialect come from. Only the server that is needed is started."""
    given: Floor = request.getfixturevalue(dialect)
    return given


@pytest.fixture
def new_stores(request: pytest.FixtureRequest) -> Iterator[NewStores]:
    """For more than one pair in a test: `new_stores("sqlite")`, as often as you like."""
    made: list[Stores] = []

    def make(dialect: Dialect) -> Stores:
        made.append(Stores(request.getfixturevalue(dialect)))
        return made[-1]

    yield make
    for stores in made:
        stores.close()


@pytest.fixture
def stores(dialect: Dialect, new_stores: NewStores) -> Stores:
    """Both stores, migrated and empty, for a whole app."""
    return new_stores(dialect)


@pytest.fixture
def database(stores: Stores) -> Database:
    """The main store, migrated and empty, as the application sees it."""
    return stores.database


@pytest.fixture
def chain(stores: Stores, tmp_path: Path) -> Chain:
    """The whole hub on both stores, with the people at their desks."""
    return build_chain(HubStores(stores.database, stores.keys), tmp_path)
