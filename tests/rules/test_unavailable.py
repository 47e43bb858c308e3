"""A store that is full, busy or gone: a clear 503 that says when to come back, nothing half, and it works again."""

import json
import resource
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from psycopg import sql
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.engine import make_url

from hub.app import Stores as HubStores
from hub.clock import wall
from hub.db import Database
from hub.identity.assertions import make_assertion, token_form
from hub.practice.caller import Reply
from tests.chain import BASE_URL, Chain, Resident, build_chain
from tests.conftest import NewStores
from tests.soak.pictures import picture
from tests.stores import PostgresFloor, Stores

KEY = "dezelfde-sleutel"
SHORT_MS = 50
PERSON = "betrokkeneId"

Wrong = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def hub_stores(stores: Stores) -> HubStores:
    """Both stores as the hub has them."""
    return HubStores(stores.database, stores.keys)


@pytest.fixture
def impatient(hub_stores: HubStores, monkeypatch: pytest.MonkeyPatch) -> HubStores:
    """The same, on connections that wait for a lock no longer than a test likes to."""
    monkeypatch.setattr("hub.db.BUSY_SECONDS", SHORT_MS / 1000)
    for database in (hub_stores.main, hub_stores.keys):
        waits = f"PRAGMA busy_timeout={SHORT_MS}" if database.sqlite else f"SET lock_timeout = {SHORT_MS}"
        _on_every_connection(database, waits)
    return hub_stores


def _on_every_connection(database: Database, statement: str) -> None:
    def prepare(connection: Any, _: object) -> None:
        connection.cursor().execute(statement)
        connection.commit()

    event.listen(database.engine, "connect", prepare)
    database.close()


def _publishes(chain: Chain, resident: Resident, key: str = KEY) -> Reply:
    return chain.noor.publishes(resident, "werkmogelijkheid", key=key)


def _answer_of(chain: Chain, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """The whole answer, with its headers."""
    headers = {**chain.noor.caller._headers(), "Idempotency-Key": KEY}
    return chain.app.test_client().open("/api/v1" + path, method=method, json=body, headers=headers)


def _says_come_back(answer: Any) -> None:
    assert answer.status_code == 503, answer.get_data(as_text=True)
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.mimetype == "application/problem+json"
    problem = json.loads(answer.get_data())
    assert problem["code"] == "even-niet-beschikbaar"
    assert set(problem) == {"status", "title", "detail", "code"}


def _publication(chain: Chain, resident: Resident) -> dict[str, Any]:
    return {PERSON: chain.noor.knows(resident), "magWerken": True, "geldigVan": "2023-03-01", "twvNodig": False}


def _is_refused_and_then_done_once(chain: Chain, stores: HubStores, resident: Resident, wrong: Wrong) -> None:
    """The story of every test here: 503 while something is wrong, not a row changed, and afterwards once."""
    before = picture(stores)

    with wrong():
        answer = _answer_of(chain, "POST", "/werkmogelijkheden", _publication(chain, resident))
    _says_come_back(answer)

    assert picture(stores).exact == before.exact
    _works_again_once(chain, resident)


def _works_again_once(chain: Chain, resident: Resident) -> None:
    first, second = _publishes(chain, resident), _publishes(chain, resident)
    assert first.status == 201, first
    assert second == first
    assert [item["soort"] for item in chain.rik.opens_all()] == ["werkmogelijkheid"]


# Busy: somebody else holds what the request needs, for longer than a request waits.


def test_a_busy_store_asks_to_come_back(chain: Chain, impatient: HubStores) -> None:
    resident = chain.linked()
    _is_refused_and_then_done_once(chain, impatient, resident, lambda: _held(impatient.main))


def test_a_busy_key_store_asks_to_come_back(chain: Chain, impatient: HubStores) -> None:
    chain.noor.registers()

    with _held(impatient.keys):
        body = {"eigenKenmerk": "9900000025", "taal": "ar", "vestiging": chain.noor.branches[0]}
        _says_come_back(_answer_of(chain, "POST", "/betrokkenen", body))

    assert chain.noor.registers("9900000025").names


def test_a_list_does_not_wait_for_who_writes(chain: Chain, impatient: HubStores) -> None:
    chain.noor.publishes(chain.linked(), "werkmogelijkheid")

    with _held(impatient.main):
        assert len(chain.rik.inbox()) == 1


@contextmanager
def _held(database: Database) -> Iterator[None]:
    other = Database(database.url)
    tables = "subject_keys" if "subject_keys" in _tables(database) else "subjects, audit_head"
    with other.writing() as session:
        if not database.sqlite:
            session.execute(text(f"LOCK TABLE {tables} IN EXCLUSIVE MODE"))
        yield
        session.rollback()
    other.close()


def _tables(database: Database) -> set[str]:
    with database.reading() as session:
        names = "sqlite_master" if database.sqlite else "pg_tables"
        column = "name" if database.sqlite else "tablename"
        return set(session.scalars(text(f"SELECT {column} FROM {names}")))


# Full: not a byte more can be written.


@pytest.fixture
def sqlite_stores(new_stores: NewStores) -> HubStores:
    """Two files."""
    stores = new_stores("sqlite")
    return HubStores(stores.database, stores.keys)


@pytest.fixture
def filed(sqlite_stores: HubStores, tmp_path: Path) -> Chain:
    """A hub on two files."""
    return build_chain(sqlite_stores, tmp_path)


def test_a_full_disk_asks_to_come_back(filed: Chain, sqlite_stores: HubStores) -> None:
    resident = filed.linked()
    _is_refused_and_then_done_once(filed, sqlite_stores, resident, lambda: _full_disk(sqlite_stores.main))


def test_a_disk_that_fills_halfway_takes_everything_back(filed: Chain, sqlite_stores: HubStores) -> None:
    resident = filed.linked()
    before = picture(sqlite_stores)

    # However much room is left, from one page on: it is refused and nothing is there, or it is done and all is.
    refused = 0
    for pages in range(1, 40):
        with _full_disk(sqlite_stores.main, pages):
            answer = _answer_of(filed, "POST", "/werkmogelijkheden", _publication(filed, resident))
        if answer.status_code == 201:
            break
        _says_come_back(answer)
        assert picture(sqlite_stores).exact == before.exact
        refused += 1

    assert refused > 2
    _works_again_once(filed, resident)


def test_a_database_at_its_largest_asks_to_come_back(filed: Chain, sqlite_stores: HubStores) -> None:
    resident = filed.linked()
    with sqlite_stores.main.reading() as session:
        pages = session.scalar(text("PRAGMA page_count"))
    largest = _Largest(sqlite_stores.main.engine, int(pages or 0))

    answers = []
    with largest:
        sqlite_stores.main.close()
        for number in range(200):
            answers.append(_publishes(filed, resident, key=f"sleutel-{number}"))
            if answers[-1].status != 201:
                break
    sqlite_stores.main.close()

    assert answers[-1].status == 503
    assert len(filed.rik.opens_all()) == len(answers) - 1
    assert _publishes(filed, resident, key=f"sleutel-{len(answers) - 1}").status == 201
    assert len(filed.rik.opens_all()) == len(answers)


class _Largest:
    """SQLite's own limit, for as long as it lasts."""

    def __init__(self, engine: Engine, pages: int) -> None:
        self.engine, self.pages = engine, pages

    def __enter__(self) -> None:
        event.listen(self.engine, "connect", self._limit)

    def __exit__(self, *_: object) -> None:
        event.remove(self.engine, "connect", self._limit)

    def _limit(self, connection: Any, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count={self.pages}")


@contextmanager
def _full_disk(database: Database, pages: int = 0) -> Iterator[None]:
    """No file of this process grows beyond what the store's log is now, and so many pages."""
    log = Path(f"{make_url(database.url).database}-wal")
    size = log.stat().st_size if log.exists() else 0
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + pages * 4096, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


# Gone: PostgreSQL stopped, or stops in the middle.


@pytest.fixture
def served_stores(new_stores: NewStores) -> HubStores:
    """Two databases of a server."""
    stores = new_stores("postgresql")
    return HubStores(stores.database, stores.keys)


@pytest.fixture
def served(served_stores: HubStores, tmp_path: Path) -> Chain:
    """A hub on that server."""
    return build_chain(served_stores, tmp_path)


@pytest.fixture
def sessions(postgresql: PostgresFloor) -> "Sessions":
    """Who can end the sessions of others."""
    return Sessions(postgresql)


@dataclass(frozen=True)
class Sessions:
    """The sessions of a server that other tests use too: only those on one database are ended."""

    floor: PostgresFloor

    def end(self, database: Database) -> None:
        """Throw out whoever is on this database, as a server that stops does."""
        statement = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s"
        self.floor.control.execute(statement, [make_url(database.url).database])

    @contextmanager
    def refused(self, database: Database) -> Iterator[None]:
        """There is a server, and it lets nobody in."""
        name = sql.Identifier(make_url(database.url).database or "")
        self.floor.control.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
        self.end(database)
        yield
        self.floor.control.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))

    @contextmanager
    def gone(self, database: Database, nowhere: Path) -> Iterator[None]:
        """There is no server any more."""

        def elsewhere(_: object, __: object, ___: object, how: dict[str, Any]) -> None:
            how["host"] = str(nowhere)

        event.listen(database.engine, "do_connect", elsewhere)
        self.end(database)
        yield
        event.remove(database.engine, "do_connect", elsewhere)

    @contextmanager
    def cut(self, database: Database, before: str) -> Iterator[None]:
        """The server ends the session when this statement is about to be sent."""

        def end(connection: Connection, _: object, statement: str, *__: object) -> None:
            if statement.startswith(before):
                self.end(database)

        event.listen(database.engine, "before_cursor_execute", end)
        yield
        event.remove(database.engine, "before_cursor_execute", end)

    @contextmanager
    def cut_at_commit(self, database: Database, *, after: bool) -> Iterator[None]:
        """The server ends the session when all was said and only the commit is left, or just done and not yet told."""
        dialect = database.engine.dialect
        inner = dialect.do_commit

        def commit(connection: Any) -> None:
            if after:
                inner(connection)
            self.end(database)
            inner(connection)
            # A commit on a connection that ended without our knowing is no error to the driver: a question is.
            connection.cursor().execute("SELECT 1")

        vars(dialect)["do_commit"] = commit
        yield
        del vars(dialect)["do_commit"]


def test_a_server_that_lets_nobody_in_asks_to_come_back(
    served: Chain, served_stores: HubStores, sessions: Sessions
) -> None:
    resident = served.linked()
    before = picture(served_stores)

    with sessions.refused(served_stores.main):
        _says_come_back(_answer_of(served, "POST", "/werkmogelijkheden", _publication(served, resident)))

    assert picture(served_stores).exact == before.exact
    _works_again_once(served, resident)


@pytest.mark.parametrize("road", ["/postvak", "/postvak/" + 32 * "0"])
def test_reading_from_a_server_that_is_gone_asks_to_come_back(
    served: Chain, served_stores: HubStores, sessions: Sessions, tmp_path: Path, road: str
) -> None:
    served.rik.inbox()
    served.noor.inbox()

    with sessions.gone(served_stores.main, tmp_path / "nowhere"):
        _says_come_back(_answer_of(served, "GET", road))
        _says_come_back(served.app.test_client().get("/health/ready"))
        assert served.app.test_client().get("/health/live").status_code == 200

    assert served.app.test_client().get("/health/ready").status_code == 200
    assert served.rik.inbox() == []


def test_a_token_from_a_server_that_is_gone_asks_to_come_back(
    served: Chain, served_stores: HubStores, sessions: Sessions, tmp_path: Path
) -> None:
    office = served.noor.caller.office
    assertion = make_assertion(office.client, office.private_key, f"{BASE_URL}/oauth/token", wall())

    with sessions.gone(served_stores.main, tmp_path / "nowhere"):
        answer = served.app.test_client().post("/oauth/token", data=token_form(assertion))
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0

    # It was not used up: the same proof still gets its token.
    assert served.app.test_client().post("/oauth/token", data=token_form(assertion)).status_code == 200


def test_a_key_store_that_is_gone_asks_to_come_back(
    served: Chain, served_stores: HubStores, sessions: Sessions, tmp_path: Path
) -> None:
    resident = served.linked()
    _is_refused_and_then_done_once(
        served, served_stores, resident, lambda: sessions.gone(served_stores.keys, tmp_path / "nowhere")
    )


@pytest.mark.parametrize("statement", ["SELECT consent_events.id", "INSERT INTO audit_entries", "INSERT INTO answers"])
def test_a_server_that_stops_halfway_asks_to_come_back(
    served: Chain, served_stores: HubStores, sessions: Sessions, statement: str
) -> None:
    resident = served.linked()
    _is_refused_and_then_done_once(served, served_stores, resident, lambda: sessions.cut(served_stores.main, statement))


def test_a_server_that_stops_before_the_commit_asks_to_come_back(
    served: Chain, served_stores: HubStores, sessions: Sessions
) -> None:
    resident = served.linked()
    _is_refused_and_then_done_once(
        served, served_stores, resident, lambda: sessions.cut_at_commit(served_stores.main, after=False)
    )


def test_a_server_that_stops_after_the_commit_is_asked_again_and_has_it_once(
    served: Chain, served_stores: HubStores, sessions: Sessions
) -> None:
    resident = served.linked()

    with sessions.cut_at_commit(served_stores.main, after=True):
        _says_come_back(_answer_of(served, "POST", "/werkmogelijkheden", _publication(served, resident)))

    _works_again_once(served, resident)
