"""
Somebody who knows the API only from its document: asks, tells and follows its links, rightly and wrongly, all day.

Schemathesis writes the requests, with the tokens of the three roles and persons that exist, and holds every answer
against the document. `python -m tests.soak.fuzz --examples 300` does that on both databases.
"""

import logging
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import click
import schemathesis
import structlog
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.hooks import unregister

from audit import verify
from hub.app import Stores as HubStores
from hub.exchange import trail
from tests.chain import Chain, Resident, build_chain
from tests.soak.knowledge import Knowledge, only_the_hub_knows
from tests.stores import DIALECTS, Dialect, Floor, SqliteFloor, Stores, postgres_floor

# One desk of each role.
DESKS = ("noor", "rik", "samira")
TOLD = {
    "noor": ("koppeling", "werkmogelijkheid", "verplaatsing", "aanvraagstatus"),
    "rik": ("dienstverband", "urenstaat"),
}
# The document's own examples, every border of every field, chance, and what links lead to.
PHASES = frozenset({"examples", "coverage", "fuzzing", "stateful"})
DOCUMENT = "/api/v1/openapi.json"
# The domain's clock goes on with every request, so that fifty wrong slips in an hour do not stand in the way.
A_REQUEST_TAKES = timedelta(minutes=1)


@dataclass(frozen=True)
class Plan:
    """`examples`: how many requests each road gets in each phase, beside the fixed ones of the coverage phase."""

    examples: int = 5
    seed: int = 1
    phases: frozenset[str] = PHASES

    def config(self) -> SchemathesisConfig:
        """For schemathesis: the same requests each time for the same seed, nothing kept between runs."""
        return SchemathesisConfig.from_dict(
            {
                "seed": self.seed,
                "continue-on-failure": True,
                "cache": {"enabled": False},
                "generation": {
                    "max-examples": self.examples, "deterministic": True, "database": "none", "no-shrink": True,
                },
                "phases": {phase: {"enabled": phase in self.phases} for phase in PHASES},
            }
        )  # fmt: skip


@dataclass
class Figures:
    """What was asked, by phase and status, and what was found: what is not as the document says."""

    answered: Counter[tuple[str, int]] = field(default_factory=Counter)
    roads: Counter[tuple[str, int]] = field(default_factory=Counter)
    checks: int = 0
    found: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def requests(self) -> int:
        """How many requests were answered."""
        return sum(self.answered.values())

    def add(self, event: events.ScenarioFinished) -> None:
        """One road, or one chain of linked roads, was tried."""
        for identifier, interaction in event.recorder.interactions.items():
            if interaction.response is not None:
                status = interaction.response.status_code
                self.answered[event.phase.value, status] += 1
                self.roads[event.recorder.cases[identifier].value.operation.label, status] += 1
        for checks in event.recorder.checks.values():
            for check in checks:
                self.checks += 1
                if check.failure_info is not None:
                    self._complain(event.recorder.label, check)

    def _complain(self, road: str, check: Any) -> None:
        failure = check.failure_info.failure
        # One of each kind a road: the rest says the same.
        text = f"{road}: {check.name}: {failure.title}: {failure.message} | {check.failure_info.code_sample}"
        self.found.setdefault((road, f"{check.name} {failure.title}"), text)


def seeded(chain: Chain, knowledge: Knowledge) -> None:
    """Two residents about whom everything was told; the third is registered, and nothing more."""
    for _ in range(2):
        knowledge.somebody_arrives(linked=True)
        for desk, kinds in TOLD.items():
            who = Resident("", {chain.people[desk].partner: knowledge.persons[desk][-1]})
            for kind in kinds:
                knowledge.learn(desk, chain.people[desk].publishes(who, kind).body)
    knowledge.somebody_arrives(linked=False)
    for item in chain.samira.opens_all()[:1]:
        knowledge.learn("samira", item)
    for desk in DESKS:
        knowledge.learn(desk, {"items": [{"id": item} for item in chain.people[desk].inbox()]})


def fuzz(chain: Chain, desk: str, plan: Plan) -> Figures:
    """
    Every road of the document, asked for by this desk; where links are followed, by whoever's road it is.

    Afterwards the trail must be whole.
    """
    knowledge, figures = Knowledge(chain, desk, plan.seed), Figures()
    seeded(chain, knowledge)
    schema = schemathesis.openapi.from_wsgi(DOCUMENT, chain.app, config=plan.config())
    schema.auth()(knowledge.badge())
    with _hooks(chain, knowledge):
        for event in from_schema(schema).execute():
            match event:
                case events.ScenarioFinished():
                    figures.add(event)
                case events.NonFatalError() | events.FatalError():
                    figures.found["error", str(event.id)] = f"schemathesis stopped: {event}"
    with chain.hub.database.reading() as session:
        if not verify.verify(session, partial(trail.opener, chain.hub)).valid:
            figures.found["trail", ""] = "the trail does not verify"
    return figures


@contextmanager
def _hooks(chain: Chain, knowledge: Knowledge) -> Iterator[None]:
    def before_call(_: Any, case: Any, kwargs: Mapping[str, Any]) -> None:
        chain.clock.instant += A_REQUEST_TAKES
        knowledge.fill_in(case)

    def after_call(_: Any, case: Any, response: Any) -> None:
        knowledge.hear(case, response)

    def filter_failure(_: Any, failure: Any, case: Any, response: Any) -> bool:
        return not only_the_hub_knows(failure, case, response)

    hooks = (before_call, after_call, filter_failure)
    for hook in hooks:
        schemathesis.hook(hook)
    try:
        yield
    finally:
        for hook in hooks:
            unregister(hook)


def run(plan: Plan, floor: Floor, desk: str, folder: Path) -> Figures:
    """One desk, on fresh stores of this floor."""
    stores = Stores(floor)
    try:
        return fuzz(build_chain(HubStores(stores.database, stores.keys), folder), desk, plan)
    finally:
        stores.close()


@click.command()
@click.option("--dialect", "dialects", multiple=True, type=click.Choice(DIALECTS), default=DIALECTS)
@click.option("--examples", default=300, show_default=True, help="Requests for each road in each phase.")
@click.option("--seed", default=Plan.seed, show_default=True)
def main(dialects: tuple[Dialect, ...], examples: int, seed: int) -> None:
    """Ask everything that the document allows, and much that it does not, on each database, as each role."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    plan, found = Plan(examples, seed), 0
    for dialect in dialects:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ketenhub-fuzz-")))
            floor = stack.enter_context(postgres_floor()) if dialect == "postgresql" else SqliteFloor(folder)
            for desk in DESKS:
                begun = time.monotonic()
                own = folder / desk
                own.mkdir()
                figures = run(plan, floor, desk, own)
                found += len(figures.found)
                _say(dialect, desk, figures, time.monotonic() - begun)
    click.echo(f"{found} findings")
    sys.exit(1 if found else 0)


def _say(dialect: Dialect, desk: str, figures: Figures, seconds: float) -> None:
    statuses: Counter[int] = Counter()
    for (_, status), count in figures.answered.items():
        statuses[status] += count
    click.echo(
        f"{dialect}, {desk}: {figures.requests} requests and {figures.checks} checks in {seconds:.0f} s;"
        f" answers {dict(sorted(statuses.items()))}; {len(figures.found)} findings."
    )
    for text in figures.found.values():
        click.echo(f"{dialect}, {desk}: {text}", err=True)


if __name__ == "__main__":
    main()
