"""The same request twice, at the same moment or much later: it happens once, and both hear the same."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import make_url

from hub.app import Stores as HubStores
from hub.practice.caller import Reply
from tests.chain import Chain, Resident, build_chain
from tests.conftest import NewStores
from tests.stores import PostgresFloor

KEY = "dezelfde-sleutel"
# Statements that a request sends while it holds the person: the second one is waiting then.
WHILE_HELD = {"redeem": "UPDATE link_codes", "publish": "INSERT INTO messages", "choose": "INSERT INTO consent_events"}


@pytest.fixture
def served_stores(new_stores: NewStores) -> HubStores:
    """On PostgreSQL two requests are under way at once; on SQLite the second begins when the first has committed."""
    stores = new_stores("postgresql")
    return HubStores(stores.database, stores.keys)


@pytest.fixture
def served(served_stores: HubStores, tmp_path: Path) -> Chain:
    """A hub on PostgreSQL."""
    return build_chain(served_stores, tmp_path)


def _redeems(chain: Chain, code: str) -> Reply:
    body = {"koppelcode": code, "eigenKenmerk": "K21052", "vestiging": "almere"}
    return chain.rik.caller.post("/koppelcodes/_verzilver", body, key=KEY)


@contextmanager
def _second_one_waits(stores: HubStores, floor: PostgresFloor, statement: str, second: Any) -> Iterator[Future[Reply]]:
    """When the first comes to this statement, the second is sent, and the first goes on once that one waits for it."""
    name = make_url(stores.main.url).database
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"
    answer: Future[Reply] = Future()
    with ThreadPoolExecutor(max_workers=1) as elsewhere:

        def meet(_: object, __: object, said: str, *___: object) -> None:
            if said.startswith(statement) and not answer.running():
                answer.set_running_or_notify_cancel()
                elsewhere.submit(second).add_done_callback(lambda done: answer.set_result(done.result()))
                while floor.control.execute(waiting, [name]).fetchone() != (1,) and not answer.done():
                    pass

        event.listen(stores.main.engine, "before_cursor_execute", meet)
        yield answer
        event.remove(stores.main.engine, "before_cursor_execute", meet)


def test_a_slip_that_is_offered_twice_at_once_is_answered_twice_the_same(
    served: Chain, served_stores: HubStores, postgresql: PostgresFloor
) -> None:
    resident = served.noor.registers()
    code = served.noor.gives_slip(resident)
    served.rik.inbox()

    def again() -> Reply:
        return _redeems(served, code)

    with _second_one_waits(served_stores, postgresql, WHILE_HELD["redeem"], again) as second:
        first = again()

    assert first.status == 201
    assert second.result(timeout=30) == first


@pytest.mark.parametrize("road", ["publish", "choose"])
def test_a_message_that_is_sent_twice_at_once_is_answered_twice_the_same(
    served: Chain, served_stores: HubStores, postgresql: PostgresFloor, road: str
) -> None:
    resident = served.linked()

    def again() -> Reply:
        if road == "publish":
            return served.noor.publishes(resident, "werkmogelijkheid", key=KEY)
        return _chooses(served, resident)

    with _second_one_waits(served_stores, postgresql, WHILE_HELD[road], again) as second:
        first = again()

    assert first.status == 201
    assert second.result(timeout=30) == first


def test_what_was_answered_before_a_link_ended_is_answered_the_same_after_it(chain: Chain) -> None:
    resident = chain.linked()
    first = chain.rik.publishes(resident, "dienstverband", key=KEY)
    assert first.status == 201
    assert chain.noor.unlinks(resident).status == 200

    assert chain.rik.publishes(resident, "dienstverband", key=KEY) == first


def _chooses(chain: Chain, resident: Resident) -> Reply:
    body = {
        "betrokkeneId": chain.noor.knows(resident), "doel": "toeleiding-naar-werk", "keuze": "ingetrokken",
        "taal": "ti", "tolk": True, "kennisgeving": "2023-1",
    }  # fmt: skip
    return chain.noor.caller.post("/toestemmingen", body, key=KEY)
