"""
Many clients at once, with mixed traffic and faults: lines that break, processes that are killed, mistakes, doubles.

`python -m tests.soak.load --requests 100000` compares the hub with the driver's own book afterwards.
"""

import logging
import random
import sys
import tempfile
import threading
import time
import traceback
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import click
import structlog

from hub.app import Stores as HubStores
from hub.app import build_hub
from hub.practice.house import enrol, make_keys, practice_settings
from hub.settings import Settings
from schemas.agreement import read_agreement
from tests.chain import OFFICES
from tests.soak.book import Book, Comparison
from tests.soak.line import Line, Tally, Tokens
from tests.soak.server import Server, free_port, serving
from tests.soak.traffic import Client, Person, Town
from tests.stores import DIALECTS, Dialect, Floor, SqliteFloor, Stores, postgres_floor


@dataclass(frozen=True)
class Plan:
    """How much, by how many, and how rough."""

    requests: int = 2000
    clients: int = 8
    people: int = 40
    processes: int = 2
    hangs_up: float = 0.05
    kills: int = 10
    seed: int = 1
    most_seconds: float = 7200


@dataclass(frozen=True)
class Run:
    """What came of it."""

    comparison: Comparison
    tally: Tally
    killed: int
    seconds: float


def run(plan: Plan, floor: Floor, folder: Path) -> Run:
    """One run on fresh stores of this floor."""
    with ExitStack() as stack:
        stores = Stores(floor)
        stack.callback(stores.close)
        port = free_port()
        settings = settings_for(folder, stores, port)
        hub_stores = HubStores(stores.database, stores.keys)
        hub = build_hub(settings, hub_stores)
        offices = enrol(hub_stores, read_agreement(settings.agreement), OFFICES)
        hub_stores.close()

        book, tally, town, begun = Book(), Tally(), Town(), time.monotonic()
        tokens = Tokens(port, settings.base_url, offices)
        with serving(settings, port, folder, plan.processes) as server:
            _drive(plan, tokens, book, tally, town, server)
        comparison = Comparison(hub, book, tally)
        comparison.run()
        return Run(comparison, tally, server.killed, time.monotonic() - begun)


def settings_for(folder: Path, stores: Stores, port: int) -> Settings:
    settings = replace(
        practice_settings(folder, f"http://127.0.0.1:{port}"),
        database_url=stores.main_url, keystore_url=stores.keys_url,
    )  # fmt: skip
    make_keys(settings)
    return settings


def _drive(plan: Plan, tokens: Tokens, book: Book, tally: Tally, town: Town, server: Server) -> None:
    def client(number: int) -> Client:
        chance = random.Random(plan.seed * 1000 + number)
        # The second line has a chance of its own: two threads that share one would not be repeatable.
        second = Line(tokens, tally, random.Random(plan.seed * 1000 + number + 500), plan.hangs_up)
        return Client(Line(tokens, tally, chance, plan.hangs_up), second, book, town, chance)

    first = client(0)
    for number in range(plan.people):
        person = Person(number)
        first.arrives(person)
        town.people.append(person)
    first.close()

    until = time.monotonic() + plan.most_seconds
    workers = [
        threading.Thread(target=_work, args=(client(number), plan, tally, book, until))
        for number in range(1, plan.clients + 1)
    ]
    for worker in workers:
        worker.start()
    _kill_now_and_then(plan, tally, server, workers)
    for worker in workers:
        worker.join()


def _work(client: Client, plan: Plan, tally: Tally, book: Book, until: float) -> None:
    try:
        while tally.sent < plan.requests and time.monotonic() < until:
            client.act()
    except Exception:  # noqa: BLE001  # a client that stops is a finding
        book.complain(f"a client stopped: {traceback.format_exc()}")
    finally:
        client.close()


def _kill_now_and_then(plan: Plan, tally: Tally, server: Server, workers: list[threading.Thread]) -> None:
    chance = random.Random(plan.seed)
    begun = tally.sent
    for number in range(1, plan.kills + 1):
        at = begun + number * (plan.requests - begun) // (plan.kills + 1)
        while tally.sent < at and any(worker.is_alive() for worker in workers):
            time.sleep(0.01)
        server.kill_one_worker(chance)


@click.command()
@click.option("--dialect", "dialects", multiple=True, type=click.Choice(DIALECTS), default=DIALECTS)
@click.option("--requests", default=Plan.requests, show_default=True)
@click.option("--clients", default=Plan.clients, show_default=True)
@click.option("--processes", default=Plan.processes, show_default=True, help="Of the hub.")
@click.option("--kills", default=Plan.kills, show_default=True, help="Of one of these processes.")
@click.option("--seed", default=Plan.seed, show_default=True)
def main(dialects: tuple[Dialect, ...], requests: int, clients: int, processes: int, kills: int, seed: int) -> None:
    """Press the hub on each database, and say whether its stores equal the book."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    plan = Plan(requests=requests, clients=clients, processes=processes, kills=kills, seed=seed)
    passed = failed = 0
    for dialect in dialects:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ketenhub-load-")))
            floor = stack.enter_context(postgres_floor()) if dialect == "postgresql" else SqliteFloor(folder)
            done = run(plan, floor, folder)
        _say(dialect, done)
        failed += len(done.comparison.wrong)
        passed += done.comparison.checks - len(done.comparison.wrong)
    click.echo(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


def _say(dialect: Dialect, done: Run) -> None:
    book, tally = done.comparison.book, done.tally
    refused = sum(n for (_, status), n in book.answered.items() if status == 403)
    wrong = sum(n for (_, status), n in book.answered.items() if status in (400, 409))
    click.echo(
        f"{dialect}: {tally.sent} requests in {done.seconds:.0f} s; {tally.hung_up} hung up on, {tally.broken} broken,"
        f" {dict(tally.unavailable)} to come back, {done.killed} processes killed;"
        f" {len(book.published)} published, {refused} not shared, {wrong} mistakes, {len(book.choices)} choices,"
        f" {len(book.opened)} opened, {len(book.acknowledged)} confirmed, {len(book.roots)} signed heads."
    )
    for complaint in done.comparison.wrong:
        click.echo(f"{dialect}: {complaint}", err=True)


if __name__ == "__main__":
    main()
