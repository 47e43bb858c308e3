"""
Where a request's time goes: CPU, SQL statements, and the functions that cost most. For who makes it faster.

python -m tests.bench.look [sqlite|postgresql] [rows]
"""

import cProfile
import pstats
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any, cast

from sqlalchemy import event

from hub.app import Stores as HubStores
from hub.cli.logs import silence_logs
from hub.db import Database
from tests.bench import people, store
from tests.bench.measure import PAGE
from tests.bench.people import People
from tests.chain import COLLECTIONS, EXAMPLES
from tests.stores import Dialect, Stores

TIMES = 200
Road = Callable[[], int]


class Statements:
    """Every statement that both stores get, with the time that the database took for it."""

    def __init__(self, **databases: Database) -> None:
        self.seen: Counter[str] = Counter()
        self.took: Counter[str] = Counter()
        for name, database in databases.items():
            self._watch(name, database)

    def clear(self) -> None:
        """Begin again."""
        self.seen.clear()
        self.took.clear()

    def _watch(self, name: str, database: Database) -> None:
        engine = database.engine

        def begin(connection: Any, *_: object) -> None:
            connection.info["began"] = time.perf_counter()

        def end(connection: Any, cursor: object, statement: str, *_: object) -> None:
            words = f"{name}: {' '.join(statement.split())[:150]}"
            self.seen[words] += 1
            self.took[words] += int((time.perf_counter() - connection.info["began"]) * 1e6)

        event.listen(engine, "before_cursor_execute", begin)
        event.listen(engine, "after_cursor_execute", end)
        for what in ("commit", "rollback"):
            event.listen(engine, what, lambda *_, what=what: self.seen.update([f"{name}: {what.upper()}"]))


def main() -> None:
    """Every road in turn."""
    silence_logs()
    dialect = cast("Dialect", sys.argv[1] if len(sys.argv) > 1 else "sqlite")
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else 25
    with tempfile.TemporaryDirectory() as name, store.floor(dialect, Path(name)) as floor:
        stores = Stores(floor)
        known = people.settle(HubStores(stores.database, stores.keys), Path(name))
        statements = Statements(main=stores.database, keys=stores.keys)
        for road, ask in _roads(known).items():
            _look(road, ask, statements, rows)
        stores.close()


def _roads(known: People) -> dict[str, Road]:
    noor, rik = known.chain.noor.caller, known.chain.rik.caller
    fact = f"/{COLLECTIONS['werkmogelijkheid']}"
    mine = cycle([resident.names["coa"] for resident in known.residents])
    theirs = cycle([resident.names["randstad"] for resident in known.residents])
    items = iter(people.lay_ready(known, 5 * TIMES))
    return {
        "publish": lambda: noor.post(fact, {**EXAMPLES["werkmogelijkheid"], "betrokkeneId": next(mine)}).status,
        "query": lambda: rik.post(f"{fact}/_zoek", {"betrokkeneId": next(theirs)}).status,
        "open": lambda: rik.get(f"/postvak/{next(items)}").status,
        "inbox": lambda: rik.get(f"/postvak?limiet={PAGE}").status,
        "live, nothing but Flask and this client": lambda: rik.app.test_client().get("/health/live").status_code,
    }


def _look(road: str, ask: Road, statements: Statements, rows: int) -> None:
    for _ in range(20):
        assert ask() in (200, 201)
    statements.clear()
    cpu, wall = time.process_time(), time.perf_counter()
    for _ in range(TIMES):
        ask()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    sys.stdout.write(f"\n== {road}: {cpu / TIMES * 1000:.2f} ms CPU, {wall / TIMES * 1000:.2f} ms in all, a request\n")
    for words, count in statements.seen.items():
        took = statements.took[words] / TIMES / 1000
        sys.stdout.write(f"  {count / TIMES:5.2f} x {took:6.3f} ms  {words}\n")
    profile = cProfile.Profile()
    profile.enable()
    for _ in range(TIMES):
        ask()
    profile.disable()
    for order in ("tottime", "cumulative"):
        pstats.Stats(profile, stream=sys.stdout).sort_stats(order).print_stats(rows)


if __name__ == "__main__":
    main()
