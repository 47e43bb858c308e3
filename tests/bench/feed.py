"""
How many processes one PostgreSQL feeds: the hub's answers a second with 1, 2, 4 and 8 processes, as a table.

python -m tests.bench.feed, or with other numbers: PROCESSES=1,2,3 python -m tests.bench.feed. Each process has four
connections. Clients, processes and PostgreSQL share this machine: past its cores, more processes only take turns.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from hub.cli.logs import silence_logs
from tests.bench import store
from tests.bench.load import rate
from tests.bench.measure import READS, WRITES, Contestant, Plan, Say, filled, start_hub

CONNECTIONS_A_PROCESS = 4
ROADS = (*WRITES, *READS)
PLAN = Plan(sizes=(10_000,), rounds=5, seconds=0.8, processes=1, connections=CONNECTIONS_A_PROCESS)


def main() -> None:
    """Progress on standard error, the table on standard output."""
    silence_logs()
    began = time.monotonic()

    def say(what: str) -> None:
        sys.stderr.write(f"{time.monotonic() - began:5.0f} s  {what}\n")

    processes = [int(number) for number in os.environ.get("PROCESSES", "1,2,4,8").split(",")]
    with tempfile.TemporaryDirectory(prefix="ketenhub-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        floor = stack.enter_context(store.floor("postgresql", folder))
        contestant = filled(stack, floor, folder, PLAN.sizes[0], PLAN, say)
        found = {number: _rates(contestant, folder, number, say) for number in processes}
    sys.stdout.write("\n".join(_table(found)) + "\n")


def _rates(contestant: Contestant, folder: Path, processes: int, say: Say) -> dict[str, list[float]]:
    plan = replace(PLAN, processes=processes, connections=processes * CONNECTIONS_A_PROCESS)
    with ExitStack() as stack:
        start_hub(stack, contestant, folder, plan)
        for road in ROADS:
            rate(contestant.scenarios[road], 0.3, plan.connections)
        rates: dict[str, list[float]] = {road: [] for road in ROADS}
        for _ in range(plan.rounds):
            for road in ROADS:
                rates[road].append(rate(contestant.scenarios[road], plan.seconds, plan.connections))
    say(f"{processes} processes, {plan.connections} connections")
    return rates


def _table(found: dict[int, dict[str, list[float]]]) -> Iterator[str]:
    yield "| processes | connections | " + " | ".join(f"{road}/s" for road in ROADS) + " |"
    yield "|--:|--:|" + "--:|" * len(ROADS)
    for processes, rates in found.items():
        middle = " | ".join(f"{statistics.median(rates[road]):.0f}" for road in ROADS)
        yield f"| {processes} | {processes * CONNECTIONS_A_PROCESS} | {middle} |"


if __name__ == "__main__":
    main()
