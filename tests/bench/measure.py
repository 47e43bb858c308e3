"""One database: a yardstick and a hub for each size, all running at once and asked in turn: all share the weather."""

import json
import secrets
import statistics
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import cycle
from pathlib import Path
from uuid import uuid4

from audit import proofs, tree
from audit.verify import verify
from hub.app import Stores as HubStores
from hub.cli.partner import fetch_token
from hub.practice.house import practice_settings
from tests.bench import fill, people, servers, store, yardstick
from tests.bench.load import Connection, Scenario, rate, request
from tests.bench.pages import Desk, first_candidate
from tests.bench.people import People
from tests.bench.servers import Running, running
from tests.chain import COLLECTIONS, EXAMPLES, Chain
from tests.stores import Dialect, Floor, Stores

PAGE = 20
PROOFS = 100
WRITES, READS = ("publish", "query", "open"), ("inbox", "page-start")
# A candidate's page asks five things and records each before it shows them: five commits, so it has no goal of its own.
PAGES_THAT_ASK = ("page-candidate",)
Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """How long and how much: the default takes some minutes, the quick one less than one."""

    sizes: Sequence[int]
    rounds: int
    seconds: float
    processes: int
    connections: int


@dataclass
class Measured:
    """What was found for one hub; rates and ratios by scenario, one for each round."""

    size: int
    start_seconds: float = 0.0
    worker_megabytes: float = 0.0
    bytes_per_message: float = 0.0
    proof_milliseconds: float = 0.0
    proof_bytes: int = 0
    answer_milliseconds: float = 0.0
    answer_bytes: int = 0
    entries: int = 0
    rates: dict[str, list[float]] = field(default_factory=dict)
    bare: dict[str, list[float]] = field(default_factory=dict)

    def ratios(self, scenario: str) -> list[float]:
        """Hub by yardstick, round by round."""
        return [mine / theirs for mine, theirs in zip(self.rates[scenario], self.bare[scenario], strict=True)]


@dataclass
class Contestant:
    """A filled store with a hub in front of it."""

    size: int
    stores: Stores
    people: People
    found: Measured
    served: Running | None = None
    scenarios: Mapping[str, Scenario] = field(default_factory=dict)

    @property
    def running(self) -> Running:
        """The hub as it runs."""
        assert self.served is not None
        return self.served


def measure(dialect: Dialect, folder: Path, plan: Plan, say: Say) -> list[Measured]:
    """All sizes on one database, each against the yardstick beside it."""
    with ExitStack() as stack:
        floor = stack.enter_context(store.floor(dialect, folder))
        contestants = [filled(stack, floor, folder, size, plan, say) for size in plan.sizes]
        bare = _start_yardstick(stack, floor, folder, plan)
        for contestant in contestants:
            start_hub(stack, contestant, folder, plan)
        _race(contestants, _bare_scenarios(bare), plan, say)
        for contestant in contestants:
            _look(contestant, say)
        return [contestant.found for contestant in contestants]


def filled(stack: ExitStack, floor: Floor, folder: Path, size: int, plan: Plan, say: Say) -> Contestant:
    """A store with so many messages in it, and people in front of it."""
    began = time.monotonic()
    stores = Stores(floor)
    stack.callback(stores.close)
    store.check_durable(stores)
    place = folder / f"{size}"
    place.mkdir()
    found = people.settle(HubStores(stores.database, stores.keys), place)
    say(f"{floor.dialect}: {len(found.residents)} residents settled in {time.monotonic() - began:.0f} s")
    began, empty = time.monotonic(), store.size(stores)
    fill.fill(found.chain, size)
    measured = Measured(size, bytes_per_message=(store.size(stores) - empty) / size)
    say(f"{floor.dialect}: {size} messages stored in {time.monotonic() - began:.0f} s")
    return Contestant(size, stores, found, measured)


def _start_yardstick(stack: ExitStack, floor: Floor, folder: Path, plan: Plan) -> Running:
    url = floor.empty()
    stack.callback(floor.remove, url)
    yardstick.fill(url, min(plan.sizes))
    place = folder / "yardstick"
    # It keeps no keys, but the settings must name a place for them.
    settings = replace(practice_settings(place, "http://localhost"), database_url=url)
    log = folder / "yardstick.log"
    path = f"/rows?owner={yardstick.LISTED}&limit=1"
    return stack.enter_context(running(servers.YARDSTICK, settings, path, plan.processes, log))


def start_hub(stack: ExitStack, contestant: Contestant, folder: Path, plan: Plan) -> None:
    """Serve it until the stack unwinds, with items that nobody opened yet."""
    stores = contestant.stores
    items = people.lay_ready(contestant.people, int(plan.rounds * plan.seconds * 2000))
    store.tidy(stores)
    settings = replace(contestant.people.chain.settings, database_url=stores.main_url, keystore_url=stores.keys_url)
    log = folder / f"hub-{contestant.size}.log"
    served = stack.enter_context(running(servers.HUB, settings, "/health/ready", plan.processes, log))
    contestant.served, contestant.found.start_seconds = served, served.start_seconds
    contestant.scenarios = _hub_scenarios(contestant.people, served, items)


def _bare_scenarios(served: Running) -> dict[str, Scenario]:
    added = request("POST", "/rows", body=json.dumps({"owner": "coa", "body": "x" * 500}).encode())
    shown = request("GET", f"/rows?owner={yardstick.LISTED}&limit={PAGE}")
    return {
        "insert": Scenario("insert", served.port, lambda: added, 201),
        "select": Scenario("select", served.port, lambda: shown, 200),
    }


def token(chain: Chain, name: str, served: Running) -> str:
    """A token as a partner's own system fetches it."""
    office = chain.people[name].caller.office
    return fetch_token(office.client, office.private_key, served.settings.base_url)


def _hub_scenarios(known: People, served: Running, items: Sequence[str]) -> dict[str, Scenario]:
    noor, rik = (token(known.chain, name, served) for name in ("noor", "rik"))
    fact = f"/api/v1/{COLLECTIONS['werkmogelijkheid']}"
    mine = cycle([resident.names["coa"] for resident in known.residents])
    theirs = cycle([resident.names["randstad"] for resident in known.residents])
    fresh = deque(items)
    listed = request("GET", f"/api/v1/postvak?limiet={PAGE}", rik)

    def publish() -> bytes:
        body = {**EXAMPLES["werkmogelijkheid"], "betrokkeneId": next(mine)}
        return request("POST", fact, noor, json.dumps(body).encode(), str(uuid4()))

    def query() -> bytes:
        return request("POST", f"{fact}/_zoek", rik, json.dumps({"betrokkeneId": next(theirs)}).encode())

    def opening() -> bytes:
        return request("GET", f"/api/v1/postvak/{fresh.popleft()}", rik)

    return {
        "publish": Scenario("publish", served.port, publish, 201),
        "query": Scenario("query", served.port, query, 200),
        "open": Scenario("open", served.port, opening, 200),
        "inbox": Scenario("inbox", served.port, lambda: listed, 200),
        **_pages(served),
    }


def _pages(served: Running) -> dict[str, Scenario]:
    """What people at a desk look at: a candidate, which asks and records; a casemanager's start, which only counts."""
    rik, noor = Desk(served, "rik"), Desk(served, "noor")
    candidate, start = rik.looks_at(first_candidate(rik)), noor.looks_at("/coa")
    return {
        "page-candidate": Scenario("page-candidate", served.port, lambda: candidate, 200),
        "page-start": Scenario("page-start", served.port, lambda: start, 200),
    }


def _race(contestants: Sequence[Contestant], bare: Mapping[str, Scenario], plan: Plan, say: Say) -> None:
    """Slices in turn; each scenario of each hub is held against the yardstick's slice of the same round."""
    for scenario in (*bare.values(), *(one for hub in contestants for one in hub.scenarios.values())):
        rate(scenario, min(plan.seconds, 0.3), plan.connections)
    for number in range(plan.rounds):
        for measured_against, names in (("insert", (*WRITES, *PAGES_THAT_ASK)), ("select", READS)):
            turns = [(hub.found, hub.scenarios[name]) for name in names for hub in contestants]
            # Everybody is first once, and the yardstick stands in the middle.
            turns = turns[number % len(turns) :] + turns[: number % len(turns)]
            rates = [rate(scenario, plan.seconds, plan.connections) for _, scenario in turns[: len(turns) // 2]]
            theirs = rate(bare[measured_against], plan.seconds, plan.connections)
            rates += [rate(scenario, plan.seconds, plan.connections) for _, scenario in turns[len(turns) // 2 :]]
            for (found, scenario), mine in zip(turns, rates, strict=True):
                found.rates.setdefault(scenario.name, []).append(mine)
                found.bare.setdefault(scenario.name, []).append(theirs)
        say(f"round {number + 1} of {plan.rounds}")


def _look(contestant: Contestant, say: Say) -> None:
    found, database = contestant.found, contestant.stores.database
    found.worker_megabytes = contestant.running.worker_megabytes
    with database.reading() as session:
        size = proofs.head(session).size
        spread = [secrets.randbelow(size) for _ in range(PROOFS)]
        took = []
        for index in spread:
            began = time.perf_counter()
            proof = proofs.inclusion_proof(session, index, size)
            took.append(time.perf_counter() - began)
            tree.verify_inclusion(proofs.leaf_at(session, index), index, size, proof, proofs.root_at(session, size))
    found.entries = size
    found.proof_milliseconds = statistics.median(took) * 1000
    found.proof_bytes = max(len(proof) * tree.HASH_BYTES, found.proof_bytes)
    _ask_proofs(contestant)
    if contestant.size <= 10_000:
        with database.reading() as session:
            report = verify(session)
        assert report.valid, report.problems
        say(f"the trail of {report.size} entries verifies")


def _ask_proofs(contestant: Contestant) -> None:
    """The same proofs over the API, for publications of COA: these have an even place after the people's own."""
    with contestant.stores.database.reading() as session:
        size = proofs.head(session).size
    connection = Connection(contestant.running.port)
    noor = token(contestant.people.chain, "noor", contestant.running)
    took, sizes = [], []
    for _ in range(PROOFS):
        index = secrets.randbelow(size)
        asked = request("GET", f"/api/v1/audit/bewijzen/{index}", noor)
        began = time.perf_counter()
        status, body = connection.ask(asked)
        if status == 200:
            took.append(time.perf_counter() - began)
            sizes.append(len(body))
    connection.close()
    contestant.found.answer_milliseconds = statistics.median(took) * 1000
    contestant.found.answer_bytes = max(sizes)
