"""
`make bench`: what the hub costs beside a bare Flask and SQLAlchemy view, on this machine, as a table.

QUICK=1: 10,000 messages only, under a minute. BIG=1: 1,000,000 as well. PROCESSES and CONNECTIONS: how many, each.
DATABASES: sqlite, postgresql or both with a comma.
"""

import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import structlog

from hub.cli.logs import silence_logs
from hub.cli.serve import serve
from tests.bench.measure import PAGES_THAT_ASK, READS, WRITES, Measured, Plan, measure
from tests.stores import DIALECTS

GOALS = {**dict.fromkeys(WRITES, 0.35), **dict.fromkeys(READS, 0.3)}
AGAINST = {**dict.fromkeys((*WRITES, *PAGES_THAT_ASK), "insert"), **dict.fromkeys(READS, "select")}
GROWTH, MEGABYTES, START_SECONDS, PROOF_MILLISECONDS, PROOF_BYTES = 1.25, 150, 3, 5, 1000


def main() -> None:
    """Progress on standard error, the table on standard output."""
    silence_logs()
    began, plan = time.monotonic(), _plan()

    def say(what: str) -> None:
        sys.stderr.write(f"{time.monotonic() - began:5.0f} s  {what}\n")

    found: dict[str, list[Measured]] = {}
    for dialect in DIALECTS:
        if dialect in os.environ.get("DATABASES", ",".join(DIALECTS)):
            with tempfile.TemporaryDirectory(prefix="ketenhub-bench-") as folder:
                found[dialect] = measure(dialect, Path(folder), plan, say)
    sys.stdout.write("\n".join(_report(found, plan)) + "\n")


def _plan() -> Plan:
    quick, big = os.environ.get("QUICK") == "1", os.environ.get("BIG") == "1"
    usual = {option.name: str(option.default) for option in serve.params}
    return Plan(
        sizes=(10_000,) if quick else (10_000, 200_000, 1_000_000) if big else (10_000, 200_000),
        rounds=5 if quick else 7,
        seconds=0.4 if quick else 0.8,
        processes=int(os.environ.get("PROCESSES") or usual["processes"]),
        connections=int(os.environ.get("CONNECTIONS") or usual["threads"]),
    )


def _report(found: dict[str, list[Measured]], plan: Plan) -> Iterator[str]:
    yield f"{datetime.now(UTC):%Y-%m-%d}, {_machine()}; gunicorn gthread, {plan.processes} processes of 4 threads,"
    yield f"{plan.connections} connections; {plan.rounds} rounds of {plan.seconds} s; median (least-most)."
    yield ""
    yield "| database | stored | road | hub/s | bare/s | ratio | goal | met |"
    yield "|---|--:|---|--:|--:|--:|--:|---|"
    for dialect, sizes in found.items():
        for one in sizes:
            yield from (_ratio_line(dialect, one, road) for road in AGAINST)
    yield ""
    yield "| database | stored | what | found | goal | met |"
    yield "|---|--:|---|--:|--:|---|"
    for dialect, sizes in found.items():
        yield from _growth_lines(dialect, sizes)
        for one in sizes:
            yield from _other_lines(dialect, one)


def _ratio_line(dialect: str, found: Measured, road: str) -> str:
    ratios = found.ratios(road)
    middle = statistics.median(ratios)
    mine, theirs = statistics.median(found.rates[road]), statistics.median(found.bare[road])
    spread = f"{middle:.2f} ({min(ratios):.2f}-{max(ratios):.2f})"
    bare = f"{theirs:.0f} {AGAINST[road]}"
    goal = GOALS.get(road)
    wanted = "| | |" if goal is None else f"| {goal} | {_met(middle >= goal)} |"
    return f"| {dialect} | {found.size:,} | {road} | {mine:.0f} | {bare} | {spread} {wanted}"


def _growth_lines(dialect: str, sizes: Sequence[Measured]) -> Iterator[str]:
    smallest = sizes[0]
    for one in sizes[1:]:
        for road in AGAINST:
            # Side by side: both hubs ran in the same rounds.
            costs = [less / more for less, more in zip(smallest.rates[road], one.rates[road], strict=True)]
            middle, spread = statistics.median(costs), f"({min(costs):.2f}-{max(costs):.2f})"
            what = f"cost of {road} relative to {smallest.size:,}"
            yield f"| {dialect} | {one.size:,} | {what} | {middle:.2f} {spread} | {GROWTH} | {_met(middle <= GROWTH)} |"


def _other_lines(dialect: str, found: Measured) -> Iterator[str]:
    lines = (
        ("worker's memory, MB", found.worker_megabytes, MEGABYTES),
        ("start until ready, s", found.start_seconds, START_SECONDS),
        (f"proof among {found.entries:,}: made, ms", found.proof_milliseconds, PROOF_MILLISECONDS),
        ("proof: its hashes, bytes", found.proof_bytes, PROOF_BYTES),
        ("proof over the API, ms", found.answer_milliseconds, PROOF_MILLISECONDS),
        ("proof over the API: tlog-proof with checkpoint, bytes", found.answer_bytes, PROOF_BYTES),
    )
    for what, value, goal in lines:
        yield f"| {dialect} | {found.size:,} | {what} | {value:.4g} | {goal} | {_met(value < goal)} |"
    what = "stored per message, with two entries, bytes"
    yield f"| {dialect} | {found.size:,} | {what} | {found.bytes_per_message:.0f} | | |"


def _met(met: bool) -> str:
    return "yes" if met else "no"


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    kind, python = f"{platform.system()} {platform.machine()}", f"Python {platform.python_version()}"
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {kind}, {python}"


if __name__ == "__main__":
    structlog.reset_defaults()
    main()
