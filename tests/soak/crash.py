"""
Kills the hub at every step of every road, and looks whether all or nothing happened and the trail is whole.

`python -m tests.soak.crash` does all of it on both databases; `--moments N` adds N kills a road at moments that nobody
chose, in the middle of whatever the database was doing.
"""

import json
import logging
import os
import random
import select
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import click
import structlog

from audit import verify as trail_check
from hub.app import Stores as HubStores
from hub.app import create_app
from hub.exchange import remember, trail
from hub.practice.caller import Reply
from tests.chain import build_chain
from tests.soak import snapshots
from tests.soak.pictures import Picture, picture
from tests.soak.roads import ROADS, Road
from tests.soak.steps import Steps
from tests.stores import DIALECTS, Dialect, Floor, SqliteFloor, Stores, postgres_floor

PATIENCE_SECONDS = 60
# What chance decides in an answer; everything else must be the same in every run.
BY_CHANCE = frozenset({"id", "bladhash", "koppelcode"})
# Not every kill needs a whole new start of the hub: that takes ten times as long as all the rest.
RESTART_EVERY = 20


@dataclass(frozen=True)
class Ran:
    """What a child did: its answer if it came to one (delivered or not), its steps, and whether it was killed."""

    reply: Reply | None
    labels: tuple[str, ...]
    killed: bool
    seconds: float


@dataclass
class Figures:
    """What was done and what went wrong, for the report."""

    kills: int = 0
    passed: int = 0
    nothing: int = 0
    everything: int = 0
    steps: dict[str, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)


class Bench:
    """One road on one pair of stores: put back before every kill, looked at after it."""

    def __init__(self, floor: Floor, road: Road, folder: Path, figures: Figures) -> None:
        self.road, self.figures = road, figures
        self.stores = Stores(floor)
        self.hub_stores = HubStores(self.stores.database, self.stores.keys)
        self.chain = build_chain(self.hub_stores, folder)
        self.case = road.prepare(self.chain)
        self.before = self._look()
        self.hub_stores.close()
        self.snapshot = snapshots.take(floor, self.stores)
        self._warm_up()
        self.whole = self._run(Steps())
        self._refuse_other_end()
        self.after = self._look()
        self.name = f"{floor.dialect}, {road.name}"
        figures.steps[self.name] = len(self.whole.labels)

    def close(self) -> None:
        """Throw everything away."""
        self.hub_stores.close()
        self.snapshot.remove()
        self.stores.close()

    def _warm_up(self) -> None:
        # Once in this process, undone: tokens and partners' keys are in hand from here on, so that every child takes
        # the same steps.
        self.road.act(self.case)
        writes_keys = self._look().exact[1] != self.before.exact[1]
        self.hub_stores.close()
        self.snapshot.put_back()
        self.snapshot.keys_too = writes_keys

    def kill_at(self, step: int) -> None:
        """Stop at this step, from 1; then look, try again, and look again."""
        label = f"{self.name}, step {step} of {len(self.whole.labels)} ({self.whole.labels[step - 1]})"
        self._judged(label, Steps(fatal=step), None)

    def kill_after(self, seconds: float) -> None:
        """Stop at a moment rather than at a step."""
        self._judged(f"{self.name}, after {seconds * 1000:.2f} ms", Steps(), seconds)

    def _judged(self, label: str, steps: Steps, moment: float | None) -> None:
        self.hub_stores.close()
        self.snapshot.put_back()
        ran = self._run(steps, moment)
        self.figures.kills += ran.killed
        try:
            assert ran.killed or moment is not None, "the child came to its end"
            self._look_and_try_again(ran)
            self.figures.passed += 1
        except Exception as error:  # noqa: BLE001  # whatever it is, it belongs in the report and the rest goes on
            self.figures.failures.append(f"{label}: {type(error).__name__}: {error}")

    def _look_and_try_again(self, ran: Ran) -> None:
        if self.figures.kills % RESTART_EVERY == 0:
            create_app(self.chain.settings, self.hub_stores, self.chain.clock)
        # 1. All or nothing, and a whole trail.
        found = self._look()
        done = self._is_all_or_nothing(found, ran)
        self._trail_is_whole()

        # 2. The partner tries again, as one does that had no answer.
        self.road.between(self.case)
        reply = self.road.act(self.case)
        wanted = self.road.statuses or {self.road.status}
        assert reply.status in wanted, f"the second attempt was answered with {reply.status}"
        if self.road.keyed and self.road.undisturbed:
            self._is_as_if_answered(reply, ran)
        if not self.road.undisturbed:
            assert (reply.status == 201) == done, f"done: {done}, second attempt: {reply.status}"

        # 3. What must be so however it went.
        self._trail_is_whole()
        self.road.then(self.case)

    def _is_all_or_nothing(self, found: Picture, ran: Ran) -> bool:
        if found.exact == self.before.exact or self._only_keys_stayed(found):
            assert ran.reply is None or ran.killed, "answered, and nothing is there"
            assert ran.reply is None, "the answer was ready, and nothing is there"
            self.figures.nothing += 1
            return False
        assert found.shape == self.after.shape, f"half done: {found.differs_from(self.after)}"
        self.figures.everything += 1
        return True

    def _only_keys_stayed(self, found: Picture) -> bool:
        if not self.road.may_stay:
            return False
        other = {name for name, rows in found.shape.items() if rows != self.before.shape[name]}
        return other <= self.road.may_stay

    def _is_as_if_answered(self, reply: Reply, ran: Ran) -> None:
        assert self.whole.reply is not None
        assert _certain(reply.body) == _certain(self.whole.reply.body), "another answer than without a crash"
        if ran.reply is not None:
            assert reply.body == ran.reply.body, "another answer than the one that was on its way"
        now = self._look()
        assert now.shape == self.after.shape, f"not exactly once: {now.differs_from(self.after)}"
        assert self.road.act(self.case).body == reply.body, "a third attempt is answered otherwise"
        assert self._look().exact == now.exact, "a third attempt changed something"

    def _trail_is_whole(self) -> None:
        hub = self.chain.hub
        with hub.database.reading() as session:
            report = trail_check.verify(session, partial(trail.opener, hub))
        assert report.valid, report.problems

    def _look(self) -> Picture:
        return picture(self.hub_stores)

    def _refuse_other_end(self) -> None:
        reply = self.whole.reply
        assert reply is not None, f"{self.road.name}: no answer"
        assert reply.status == self.road.status, f"{self.road.name}: {reply}"

    def _run(self, steps: Steps, moment: float | None = None) -> Ran:
        """The request in a child of its own, with connections of its own; it dies at its step, or after `moment`."""
        # Nobody is connected at this point: a connection that two processes share would be no test of anything.
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            self._live(steps, writing)
        os.close(writing)
        begun = time.monotonic()
        if moment is not None:
            select.select([reading], [], [], moment)
            os.kill(child, signal.SIGKILL)
        told = _read_all(reading, child)
        _, status = os.waitpid(child, 0)
        seconds = time.monotonic() - begun
        self.snapshot.settle()
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        if not killed and os.waitstatus_to_exitcode(status) != 0:
            raise RuntimeError(told.decode(errors="replace"))
        return _as_told(told, killed=killed, seconds=seconds)

    def _live(self, steps: Steps, writing: int) -> None:
        """The child's whole life; it never returns."""
        try:
            # Sweeping old answers comes by chance; a life must take the same steps each time to be ended at each.
            remember.SWEEP_EVERY = sys.maxsize
            steps.watch(self.hub_stores.main.engine, "main")
            steps.watch(self.hub_stores.keys.engine, "keys")
            steps.take("begin")
            reply = self.road.act(self.case)
            told = {"status": reply.status, "body": reply.body, "labels": [*steps.labels, "answered, undelivered"]}
            # For the driver only: it knows the answer that the partner never got.
            os.write(writing, json.dumps(told).encode())
            steps.take("answered, undelivered")
            os._exit(0)
        except BaseException:  # noqa: BLE001  # a child of a fork must not live on as a second driver
            os.write(writing, traceback.format_exc().encode())
            os._exit(1)


def _read_all(reading: int, child: int) -> bytes:
    parts: list[bytes] = []
    while True:
        if not select.select([reading], [], [], PATIENCE_SECONDS)[0]:
            os.kill(child, signal.SIGKILL)
        part = os.read(reading, 65536)
        if not part:
            os.close(reading)
            return b"".join(parts)
        parts.append(part)


def _as_told(told: bytes, *, killed: bool, seconds: float) -> Ran:
    if not told:
        return Ran(None, (), killed, seconds)
    said = json.loads(told)
    return Ran(Reply(said["status"], said["body"]), tuple(said["labels"]), killed, seconds)


def _certain(body: Mapping[str, Any]) -> dict[str, Any]:
    """The answer without what chance decides."""
    return {
        name: _certain(value) if isinstance(value, Mapping) else value
        for name, value in body.items()
        if name not in BY_CHANCE
    }


@contextmanager
def bench(floor: Floor, road: Road, figures: Figures) -> Iterator[Bench]:
    """A bench for this road, thrown away afterwards."""
    with tempfile.TemporaryDirectory(prefix="ketenhub-crash-") as folder:
        made = Bench(floor, road, Path(folder), figures)
        try:
            yield made
        finally:
            made.close()


def near_commits(labels: Iterable[str], every: int) -> list[int]:
    """The steps where most can go wrong, and each `every`th beside them: for a run that must be short."""
    steps = list(labels)
    return [
        at
        for at, label in enumerate(steps, start=1)
        if label.endswith("commit") or at in (1, len(steps)) or at % every == 0
    ]


def crash_everywhere(floor: Floor, road: Road, figures: Figures, moments: int, chance: random.Random) -> None:
    """Every step of this road, and so many moments."""
    with bench(floor, road, figures) as made:
        for step in range(1, len(made.whole.labels) + 1):
            made.kill_at(step)
        for _ in range(moments):
            made.kill_after(chance.uniform(0, made.whole.seconds))


@click.command()
@click.option("--dialect", "dialects", multiple=True, type=click.Choice(DIALECTS), default=DIALECTS)
@click.option("--road", "names", multiple=True, type=click.Choice([road.name for road in ROADS]))
@click.option("--moments", default=20, show_default=True, help="Kills a road at moments that nobody chose.")
@click.option("--seed", default=1, show_default=True)
def main(dialects: tuple[Dialect, ...], names: tuple[str, ...], moments: int, seed: int) -> None:
    """Kill the hub at every step of every road, and say how often it was found whole."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    chance, figures, begun = random.Random(seed), Figures(), time.monotonic()
    roads = [road for road in ROADS if road.name in (names or [road.name])]
    with ExitStack() as stack:
        for dialect in dialects:
            floor = _floor(dialect, stack)
            for road in roads:
                failed, kills = len(figures.failures), figures.kills
                crash_everywhere(floor, road, figures, moments, chance)
                _say_road(floor, road, figures, figures.kills - kills, len(figures.failures) - failed)
    for failure in figures.failures:
        click.echo(failure, err=True)
    click.echo(
        f"{figures.kills} kills in {time.monotonic() - begun:.0f} s: nothing had happened {figures.nothing} times,"
        f" everything {figures.everything} times."
    )
    click.echo(f"{figures.passed} passed, {len(figures.failures)} failed")
    sys.exit(1 if figures.failures else 0)


def _floor(dialect: Dialect, stack: ExitStack) -> Floor:
    if dialect == "postgresql":
        return stack.enter_context(postgres_floor())
    return SqliteFloor(Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ketenhub-crash-"))))


def _say_road(floor: Floor, road: Road, figures: Figures, kills: int, failed: int) -> None:
    steps = figures.steps[f"{floor.dialect}, {road.name}"]
    click.echo(f"{floor.dialect}, {road.name}: {steps} steps, {kills} kills, {failed} failed")


if __name__ == "__main__":
    main()
