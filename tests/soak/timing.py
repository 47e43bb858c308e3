"""
Asks the same question many times, where the answer is no for six causes, and looks whether its time tells which.

`python -m tests.soak.timing --samples 3000`: every cause is set beside "unknown" by the chance that one of its answers
took longer than one of those (AUC; one half is chance). A second, shorter run without the beat shows that the
instrument can see a difference where there is one.
"""

import logging
import math
import random
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import NormalDist, median

import click
import structlog

from hub.api.beat import NO_BEAT, Beat
from hub.api.house import NAME
from hub.app import Stores as HubStores
from tests.chain import Chain, Resident, build_chain
from tests.stores import DIALECTS, Dialect, SqliteFloor, Stores, postgres_floor

WORK = "toeleiding-naar-werk"
CAUSES = ("unknown", "nothing published", "refused", "withdrawn", "expired", "of another vestiging")
PEOPLE = 12
# Together over all comparisons: one false alarm in a hundred runs.
ALARM = 0.01
POWER = 0.9


@dataclass(frozen=True)
class Found:
    """One cause beside "unknown": how often it took longer, and how unlikely that is by chance."""

    cause: str
    auc: float
    z: float
    milliseconds: float

    @property
    def tells(self) -> bool:
        """Whether the difference is more than chance gives."""
        return abs(self.z) > limit()


def limit() -> float:
    """Beyond this many standard errors it is no chance (two sides, Bonferroni over the comparisons)."""
    return NormalDist().inv_cdf(1 - ALARM / (2 * (len(CAUSES) - 1)))


def power(samples: int) -> float:
    """The smallest distance of the AUC from one half that this many samples show in nine runs of ten."""
    error = math.sqrt((2 * samples + 1) / (12 * samples * samples))
    return (limit() + NormalDist().inv_cdf(POWER)) * error


def compare(cause: str, some: Sequence[float], others: Sequence[float]) -> Found:
    """Mann-Whitney, by ranks; ties count half. Normal approximation, which for hundreds of samples is exact enough."""
    ranked = sorted([(one, 0) for one in some] + [(one, 1) for one in others])
    ranks, at = 0.0, 0
    while at < len(ranked):
        end = at
        while end < len(ranked) and ranked[end][0] == ranked[at][0]:
            end += 1
        ranks += sum((at + end + 1) / 2 for one in ranked[at:end] if one[1] == 0)
        at = end
    first, second = len(some), len(others)
    auc = (ranks - first * (first + 1) / 2) / (first * second)
    error = math.sqrt((first + second + 1) / (12 * first * second))
    return Found(cause, auc, (auc - 0.5) / error, 1000 * median(some))


def town(chain: Chain) -> Mapping[str, list[str]]:
    """For each cause some names that Rik can ask about."""
    numbers = iter(range(10, 99))

    def told() -> Resident:
        number = next(numbers)
        resident = chain.linked(f"99000000{number}", f"K{number}")
        assert chain.noor.publishes(resident, "werkmogelijkheid").status == 201
        return resident

    expired = [told() for _ in range(PEOPLE)]
    chain.clock.later(days=365)
    refused, withdrawn = ([told() for _ in range(PEOPLE)] for _ in range(2))
    for resident in refused:
        chain.noor.records(resident, WORK, "nee")
    for resident in withdrawn:
        chain.noor.records(resident, WORK, "ingetrokken")
    silent = [chain.linked(f"99000000{number}", f"K{number}") for number in (next(numbers) for _ in range(PEOPLE))]
    hidden = []
    for _ in range(PEOPLE):
        number = next(numbers)
        resident = chain.noor.registers(f"99000000{number}")
        chain.noor.records_yes_to_all(resident)
        chain.job.redeems(chain.noor.gives_slip(resident), resident, f"K{number}")
        chain.noor.publishes(resident, "werkmogelijkheid")
        hidden.append(resident)
    groups = (silent, refused, withdrawn, expired, hidden)
    names = {cause: [chain.rik.knows(one) for one in group] for cause, group in zip(CAUSES[1:], groups, strict=True)}
    unknown = ["".join(random.choices("abcdefghijklmnopqrstuvwxyz234567", k=26)) for _ in range(PEOPLE)]
    return {"unknown": unknown, **names}


def measure(chain: Chain, names: Mapping[str, list[str]], samples: int, beat: Beat) -> dict[str, list[float]]:
    """Seconds of each answer, by cause; the causes take turns in an order that chance gives."""
    at = chain.app.extensions[NAME]
    chain.app.extensions[NAME] = replace(at, beat=beat, registry=type(at.registry)())
    client = chain.app.test_client()
    found: dict[str, list[float]] = {cause: [] for cause in CAUSES}
    turns = [cause for cause in CAUSES for _ in range(samples)]
    random.shuffle(turns)
    for cause in turns:
        body, headers = {"betrokkeneId": random.choice(names[cause])}, chain.rik.caller._headers()
        begun = time.perf_counter()
        answer = client.post("/api/v1/werkmogelijkheden/_zoek", json=body, headers=headers)
        found[cause].append(time.perf_counter() - begun)
        assert answer.get_json() == {"resultaten": []}, cause
    return found


def told(times: Mapping[str, Sequence[float]]) -> list[Found]:
    """Every cause beside "unknown"."""
    return [compare(cause, times[cause], times["unknown"]) for cause in CAUSES[1:]]


def run(dialect: Dialect, samples: int) -> bool:
    """Measure on one database and say what was found; True when nothing could be told apart."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        floor = SqliteFloor(folder) if dialect == "sqlite" else stack.enter_context(postgres_floor())
        stores = Stores(floor)
        stack.callback(stores.close)
        keys = folder / "keys"
        keys.mkdir()
        chain = build_chain(HubStores(stores.database, stores.keys), keys)
        names = town(chain)
        without = told(measure(chain, names, max(100, samples // 5), NO_BEAT))
        found = told(measure(chain, names, samples, Beat()))
    show(f"{dialect}, without the beat ({max(100, samples // 5)} a cause)", without)
    show(f"{dialect}, on the beat ({samples} a cause; shows an AUC of 0.5 ± {power(samples):.3f} or more)", found)
    return not any(one.tells for one in found)


def show(title: str, found: Sequence[Found]) -> None:
    """A line for each cause."""
    click.echo(title)
    for one in found:
        verdict = "can be told apart" if one.tells else "chance"
        click.echo(f"  {one.cause:22} AUC {one.auc:.3f}  z {one.z:+.1f}  median {one.milliseconds:.2f} ms  {verdict}")


@click.command()
@click.option("--samples", default=3000, show_default=True, help="Answers for each cause.")
@click.option("--database", "dialects", multiple=True, type=click.Choice(DIALECTS), default=DIALECTS)
@click.option("--seed", default=1, show_default=True)
def main(samples: int, dialects: Sequence[Dialect], seed: int) -> None:
    """Exit code 1 when the time of an answer tells its cause."""
    logging.disable()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    random.seed(seed)
    good = [run(dialect, samples) for dialect in dialects]
    if not all(good):
        sys.exit(1)


if __name__ == "__main__":
    main()
