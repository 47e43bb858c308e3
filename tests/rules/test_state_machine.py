"""
Whatever six desks do, in whatever order, the hub does what the model of the eleven rules says.

Short in `make test`. For `make soak`, HUB_TEST_SOAK_EXAMPLES=500 plays that many stories on SQLite, and a fifth of
them on PostgreSQL, longer ones and other ones each time.
"""

import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from hub.app import Stores as HubStores
from hub.cli.logs import silence_logs
from tests.chain import AZC, COLLECTIONS, OFFICES, OTHER_AZC, PURPOSES, Chain, Clock, build_chain
from tests.chain import EXAMPLES as TOLD
from tests.model.beside import Beside
from tests.soak import snapshots
from tests.stores import Dialect, Floor, Stores

SOAK = int(os.environ.get("HUB_TEST_SOAK_EXAMPLES", "0"))
EXAMPLES: Mapping[Dialect, int] = {"sqlite": SOAK or 15, "postgresql": SOAK // 5 or 5}
STEPS = 60 if SOAK else 30
# A file in which the figures stand after each story; with the database's name behind it.
PROGRESS = os.environ.get("HUB_TEST_SOAK_PROGRESS", "")

DESKS = tuple(OFFICES)
MUNICIPALITIES = ("GM0034", "GM0363", "GM0758")
DAYS = ("2022-12-31", "2023-03-01", "2023-09-14")
FROM_COA = ("werkmogelijkheid", "koppeling", "verplaatsing", "aanvraagstatus")
FROM_RANDSTAD = ("dienstverband", "urenstaat", "aanvraagstatus")
HOLDS = ("bezwaar", "beperking")
CHANGES = ("no", "expired", "moved", "unlinked", "corrected")
# Somebody who may receive it.
RECIPIENTS = dict.fromkeys(FROM_COA, "rik") | {
    "koppeling": "samira",
    "dienstverband": "samira",
    "urenstaat": "samira",
}
NUMBERS = ("9900000017", "9900000025", "9900000033")

# The first of a row is what a failing story is brought back to: mostly the ordinary, so that stories go far.
residents = some.sampled_from((NUMBERS[0], *NUMBERS))
desks = some.sampled_from(DESKS)
mostly_noor = some.sampled_from(("noor",) * 7 + ("noortje",))
mostly_rik = some.sampled_from(("rik",) * 7 + ("job",))
# How far a resident is at the start: 1 registered, 2 said yes to all, 3 linked with Rik, 4 with Almere.
levels = some.sampled_from((4, 4, 4, 3, 3, 2, 1, 0))
purposes = some.sampled_from((*PURPOSES, *PURPOSES, "inburgering"))
choices = some.sampled_from(("ja", "ja", "ja", "ingetrokken", "nee"))
# Counted from the newest; 0 is a code that never was.
slips = some.sampled_from((-1, -1, -1, -2, 0))
# Slips tried in vain: mostly one or two, now and then all that an hour allows, or just not.
guesses = some.sampled_from((1,) * 12 + (2, 49, 50, 51))
references = some.sampled_from(("K1", "K2", f"K{NUMBERS[0]}"))
seldom = some.sampled_from((False,) * 15 + (True,))
places = some.integers(0, 40)
# Counted from the newest.
newest = some.sampled_from((-1, -1, -1, -2, -2, -3, -4, -6))
days = some.sampled_from(DAYS)
booleans = some.booleans()

# What a message may say, and now and then something that it may not.
BODIES: Mapping[str, some.SearchStrategy[dict[str, Any]]] = {
    "werkmogelijkheid": some.fixed_dictionaries(
        {"magWerken": booleans, "twvNodig": booleans}, optional={"geldigVan": days}
    ),
    "koppeling": some.fixed_dictionaries({"gemeente": some.sampled_from(MUNICIPALITIES), "ingangsdatum": days}),
    "verplaatsing": some.fixed_dictionaries(
        {"naarLocatie": some.sampled_from(("azc-gilze", "azc-ter-apel")), "ingangsdatum": days}
    ),
    "aanvraagstatus": some.fixed_dictionaries(
        {
            "soort": some.sampled_from(("BSN", "TWV")),
            "status": some.sampled_from(("aangevraagd", "verleend", "niet-beschikbaar")),
            "datum": days,
        }
    ),
    "dienstverband": some.fixed_dictionaries(
        {"werkt": booleans, "ingangsdatum": days},
        optional={"einddatum": days},
    ).flatmap(lambda body: _at_work(body)),
    "urenstaat": some.fixed_dictionaries(
        {"week": some.sampled_from(("2023-W30", "2020-W53")), "gewerkteUren": some.sampled_from((0, 22.5, 36.25))}
    ),
}
WRONG: tuple[Any, ...] = ("ja", 1, 12.7, None, "2023-02-30", "GM9999X", "2023-W53", -1, [], "a" * 81, "Uit\nGilze")


def _at_work(body: dict[str, Any]) -> some.SearchStrategy[dict[str, Any]]:
    work = {
        "werkgever": some.sampled_from(("Hotel Polderzicht", "Bakkerij 't Hoekje")),
        "werkgemeente": some.sampled_from(MUNICIPALITIES),
        "contracturenPerWeek": some.sampled_from((12, 23.75, 24, 32.0)),
    }
    # Who does not work may leave the rest out.
    told = some.fixed_dictionaries(work) if body["werkt"] else some.fixed_dictionaries({}, optional=work)
    return told.map(lambda more: {**body, **more})


@some.composite
def publications(draw: some.DrawFn, kinds: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """A type and a body that is right, nearly always."""
    kind = draw(some.sampled_from(kinds))
    body = draw(BODIES[kind])
    if draw(seldom):
        body[draw(some.sampled_from((*body, "reden")))] = draw(some.sampled_from(WRONG))
    if draw(seldom):
        body.pop(draw(some.sampled_from(tuple(body))))
    return kind, body


class Stage:
    """One hub, put back to its first day before each story: to build one anew costs a quarter of a story."""

    def __init__(self, floor: Floor, stores: Stores, folder: Path) -> None:
        self.dialect = floor.dialect
        self.hub_stores = HubStores(stores.database, stores.keys)
        self.chain = build_chain(self.hub_stores, folder)
        self.hub_stores.close()
        self.snapshot = snapshots.take(floor, stores)

    def first_day(self) -> Chain:
        """The hub on which nothing ever happened, on the day on which every story begins."""
        self.hub_stores.close()
        self.snapshot.put_back()
        self.chain.clock.instant = Clock().instant
        return self.chain


@pytest.fixture
def stage(floor: Floor, stores: Stores, tmp_path: Path) -> Iterator[Stage]:
    """Where the stories of one database are played."""
    made = Stage(floor, stores, tmp_path)
    yield made
    made.snapshot.remove()


class SixDesks(RuleBasedStateMachine):
    """Each rule is one thing that one desk does, to the hub and to the model."""

    def __init__(self, stage: Stage, tally: Counter[str]) -> None:
        super().__init__()
        self.tally = tally
        self.tally["stories"] += 1
        self.dialect = stage.dialect
        self.beside = Beside(stage.first_day())

    @initialize(levels=some.tuples(levels, levels))
    def some_are_known_already(self, levels: tuple[int, int]) -> None:
        """Start somewhere in the middle."""
        for number, level in zip(NUMBERS, levels, strict=False):
            if level > 0:
                self.beside.registers("noor", number, "ti", AZC)
            for purpose in PURPOSES if level > 1 else ():
                self.beside.chooses("noor", number, purpose, "ja")
            if level > 2:
                self.beside.gives_slip("noor", number)
                self.beside.redeems("rik", -1, f"K{number}", "almere")
            if level > 3:
                body = {"gemeente": "GM0034", "ingangsdatum": "2023-03-01"}
                self.beside.publishes("noor", number, "koppeling", body)
                self.beside.opens_and_confirms_all("samira")

    # People and links

    @rule(desk=mostly_noor, other=desks, odd=seldom, v_number=residents)
    def register(self, desk: str, other: str, odd: bool, v_number: str) -> None:
        branch = OTHER_AZC if desk == "noortje" else AZC
        self.beside.registers(other if odd else desk, v_number, "ti", branch)
        self.beside.finds(other, v_number)

    @rule(desk=mostly_noor, v_number=residents, odd=seldom)
    def give_slip(self, desk: str, v_number: str, odd: bool) -> None:
        self.beside.gives_slip(desk, v_number, "GM0034" if odd else "randstad")

    @rule(desk=mostly_rik, slip=slips, reference=references, odd=seldom)
    def redeem(self, desk: str, slip: int, reference: str, odd: bool) -> None:
        own = "zwolle" if desk == "job" else "almere"
        self.beside.redeems(desk, slip, reference, "utrecht" if odd else own)
        self.beside.finds(desk, reference)

    @rule(desk=mostly_rik, v_number=residents, times=guesses, minutes=some.sampled_from((0, 59, 60)))
    def guess_before_a_slip_comes(self, desk: str, v_number: str, times: int, minutes: int) -> None:
        """After 50 that opened nothing, the right one opens nothing either, for an hour; others are not in it."""
        own, other = ("zwolle", "rik") if desk == "job" else ("almere", "job")
        self.beside.guesses_slips(desk, times, own)
        self.beside.chain.clock.instant += timedelta(minutes=minutes)
        self.beside.unlinks("noor", v_number)
        self.beside.gives_slip("noor", v_number)
        self.beside.redeems(desk, -1, "K1", own)
        self.beside.redeems(other, -1, "K1", "almere" if other == "rik" else "zwolle")

    @rule(desk=mostly_rik, v_number=residents, reference=references)
    def link_anew(self, desk: str, v_number: str, reference: str) -> None:
        self.beside.unlinks("noor", v_number)
        self.beside.gives_slip("noor", v_number)
        self.beside.redeems(desk, -1, reference, "zwolle" if desk == "job" else "almere")

    @rule(
        desk=some.sampled_from(("rik", "noor", "job", "samira")),
        v_number=residents,
        named=some.sampled_from((None, "randstad", "coa", "uitzendbureau")),
    )
    def unlink(self, desk: str, v_number: str, named: str | None) -> None:
        self.beside.unlinks(desk, v_number, named)

    @rule(desk=some.sampled_from(("rik", "noor")), v_number=residents, told=publications(FROM_RANDSTAD))
    def unlink_after_randstad_told(self, desk: str, v_number: str, told: tuple[str, dict[str, Any]]) -> None:
        self.beside.publishes("rik", v_number, *told)
        self.beside.unlinks(desk, v_number)
        self.beside.asks("noor", v_number, told[0])
        self.beside.asks("samira", v_number, told[0])

    @rule(
        desk=mostly_noor, other=desks, odd=seldom, v_number=residents, back=booleans,
        often=some.sampled_from((False, False, True)),
    )  # fmt: skip
    def leave(self, desk: str, other: str, odd: bool, v_number: str, back: bool, often: bool) -> None:
        """Whoever saw something deletes it; nothing is taken in, and who comes back is somebody new."""
        if not often:
            return
        self.beside.leaves(other if odd else desk, v_number)
        for each in DESKS:
            self.beside.looks(each)
            self.beside.asks(each, v_number, "koppeling")
        self.beside.publishes("rik", v_number, "urenstaat", {"week": "2023-W30", "gewerkteUren": 22.5})
        if back:
            self.beside.registers("noor", v_number, "ti", AZC)

    # What residents choose

    @rule(desk=mostly_noor, v_number=residents, purpose=purposes, choice=choices, odd=seldom)
    def choose(self, desk: str, v_number: str, purpose: str, choice: str, odd: bool) -> None:
        self.beside.chooses(desk, v_number, purpose, choice, "2022-1" if odd else "2023-1")

    @rule(v_number=residents, choice=choices)
    def choose_for_all_purposes(self, v_number: str, choice: str) -> None:
        for purpose in PURPOSES:
            self.beside.chooses("noor", v_number, purpose, choice)

    @rule(v_number=residents, days=some.sampled_from((365, 364)))
    def a_year_later_the_answer_is_still_yes(self, v_number: str, days: int) -> None:
        """What lay there unopened lies there again, and is not handed over a second time."""
        self.beside.chain.clock.later(days=days)
        for purpose in PURPOSES:
            self.beside.chooses("noor", v_number, purpose, "ja")
        self.beside.looks("rik")

    # What is told and asked

    @rule(told=publications(FROM_COA), desk=mostly_noor, v_number=residents, twice=booleans)
    def coa_tells(self, told: tuple[str, dict[str, Any]], desk: str, v_number: str, twice: bool) -> None:
        self.beside.publishes(desk, v_number, *told, twice=twice)

    @rule(told=publications(FROM_RANDSTAD), desk=mostly_rik, v_number=residents, twice=booleans)
    def randstad_tells(self, told: tuple[str, dict[str, Any]], desk: str, v_number: str, twice: bool) -> None:
        self.beside.publishes(desk, v_number, *told, twice=twice)

    @rule(v_number=residents, municipality=some.sampled_from(MUNICIPALITIES), told=publications(FROM_RANDSTAD))
    def randstad_tells_before_a_move(self, v_number: str, municipality: str, told: tuple[str, dict[str, Any]]) -> None:
        self.beside.publishes("rik", v_number, *told)
        self.link_to_municipality(v_number, municipality, DAYS[0])

    @rule(told=publications(tuple(COLLECTIONS)), desk=desks, v_number=residents)
    def somebody_tells(self, told: tuple[str, dict[str, Any]], desk: str, v_number: str) -> None:
        self.beside.publishes(desk, v_number, *told)

    @rule(v_number=residents, municipality=some.sampled_from(MUNICIPALITIES), day=days)
    def link_to_municipality(self, v_number: str, municipality: str, day: str) -> None:
        self.beside.publishes("noor", v_number, "koppeling", {"gemeente": municipality, "ingangsdatum": day})
        self.beside.looks("samira")
        self.beside.looks("amsterdam")

    @rule(desk=desks, v_number=residents)
    def ask(self, desk: str, v_number: str) -> None:
        for kind in COLLECTIONS:
            self.beside.asks(desk, v_number, kind)
        self.beside.calls(desk, v_number)

    @rule(desk=desks, place=places, kind=some.sampled_from((None, None, None, *COLLECTIONS)))
    def read_back(self, desk: str, place: int, kind: str | None) -> None:
        """One's own, an older one, or somebody else's."""
        self.beside.reads_back(desk, place, kind)

    # What is put right

    @rule(place=newest, desk=desks, v_number=residents, odd=seldom, twice=booleans, data=some.data())
    def correct(self, place: int, desk: str, v_number: str, odd: bool, twice: bool, data: some.DataObject) -> None:
        """Mostly something that its source told lately, replaced or not; now and then anything, at anybody's desk."""
        kind, source, about = self.beside.who_told(place)
        _, body = data.draw(publications((kind,)))
        if odd:
            self.beside.corrects(desk, v_number, kind, place, body)
        else:
            self.beside.corrects(source, about, kind, place, body, twice=twice)
        self.beside.follows_corrections(desk if odd else "noor", about)

    @rule(
        kind=some.sampled_from(tuple(COLLECTIONS)),
        v_number=residents,
        seen=some.sampled_from(("opened", "asked", "no")),
        between=some.sampled_from(("nothing", "nothing", *CHANGES)),
        data=some.data(),
    )
    def correct_what_was_just_told(
        self, kind: str, v_number: str, seen: str, between: str, data: some.DataObject
    ) -> None:
        """Somebody sees it or not, something changes or not, and then it is put right."""
        desk = "rik" if kind in FROM_RANDSTAD[:2] else "noor"
        self.beside.makes_known(v_number)
        self.beside.publishes(desk, v_number, *data.draw(publications((kind,))))
        place = len(self.beside.told) - 1
        if seen == "opened":
            self.open_all(RECIPIENTS[kind])
        elif seen == "asked":
            self.beside.asks(RECIPIENTS[kind], v_number, kind)
        self.something_changes(between, v_number, data)
        self.correct(place if between != "corrected" else -1, desk, v_number, False, False, data)
        self.beside.looks(RECIPIENTS[kind])

    def something_changes(self, what: str, v_number: str, data: some.DataObject) -> None:
        """Between telling and putting right, or while something is held still."""
        if what == "no":
            self.beside.chooses("noor", v_number, data.draw(purposes), "ingetrokken")
        elif what == "expired":
            self.beside.chain.clock.later(days=365)
            self.beside.chooses("noor", v_number, data.draw(purposes), "ja")
        elif what == "moved":
            self.link_to_municipality(v_number, data.draw(some.sampled_from(MUNICIPALITIES)), DAYS[0])
        elif what == "unlinked":
            self.beside.unlinks("noor", v_number)
        elif what == "corrected":
            self.correct(-1, "noor", v_number, False, False, data)

    # What is held still

    @rule(desk=mostly_noor, other=desks, odd=seldom, v_number=residents, sort=some.sampled_from(HOLDS))
    def ask_to_hold(self, desk: str, other: str, odd: bool, v_number: str, sort: str) -> None:
        self.beside.asks_for(other if odd else desk, v_number, sort)

    @rule(
        desk=mostly_noor, other=desks, odd=seldom, place=some.sampled_from((-1, -1, -1, -2, -3)),
        decision=some.sampled_from(("toegewezen", "opgeheven", "afgewezen")),
    )  # fmt: skip
    def settle(self, desk: str, other: str, odd: bool, place: int, decision: str) -> None:
        self.beside.settles(other if odd else desk, place, decision)

    @rule(
        kind=some.sampled_from(("koppeling", "koppeling", *COLLECTIONS)),
        v_number=residents,
        sort=some.sampled_from(HOLDS),
        granted=booleans,
        meanwhile=some.lists(some.sampled_from(("told", *CHANGES)), max_size=2),
        data=some.data(),
    )
    def hold_and_let_go(
        self, kind: str, v_number: str, sort: str, granted: bool, meanwhile: list[str], data: some.DataObject
    ) -> None:
        """What lay there lies there again, and what was missed is handed over; an objection may be upheld too."""
        desk = "rik" if kind in FROM_RANDSTAD[:2] else "noor"
        self.beside.makes_known(v_number)
        self.beside.publishes(desk, v_number, *data.draw(publications((kind,))))
        self.beside.asks_for("noor", v_number, sort)
        request = len(self.beside.requests) - 1
        if granted or sort == "beperking":
            self.beside.settles("noor", request, "toegewezen")
        for what in meanwhile:
            if what == "told":
                self.beside.publishes(desk, v_number, *data.draw(publications((kind,))))
            else:
                self.something_changes(what, v_number, data)
        for other in {"rik", RECIPIENTS[kind]}:
            self.beside.looks(other)
            self.beside.asks(other, v_number, kind)
        self.beside.settles("noor", request, "opgeheven" if sort == "beperking" else "afgewezen")
        self.open_all(RECIPIENTS[kind])

    @rule(v_number=residents, days=some.sampled_from((90, 91)), answer=booleans)
    def ask_when_the_answer_is_old(self, v_number: str, days: int, answer: bool) -> None:
        self.beside.publishes("noor", v_number, "werkmogelijkheid", {"magWerken": answer, "twvNodig": True})
        self.beside.chain.clock.later(days=days)
        self.beside.asks("rik", v_number, "werkmogelijkheid")

    # Inboxes

    @rule(desk=desks, place=places, confirm=booleans)
    def open_one(self, desk: str, place: int, confirm: bool) -> None:
        listed = self.beside.looks(desk)
        if listed:
            item = listed[place % len(listed)]
            self.beside.opens(desk, item)
            if confirm:
                self.beside.confirms(desk, item)

    @rule(desk=desks)
    def open_all(self, desk: str) -> None:
        self.beside.opens_and_confirms_all(desk)

    @rule(desk=desks, place=places, confirm=booleans)
    def come_back_to_an_item(self, desk: str, place: int, confirm: bool) -> None:
        """One's own or another's, still there or gone."""
        for each in DESKS:
            self.beside.looks(each)
        if self.beside.seen:
            item = self.beside.seen[place % len(self.beside.seen)]
            (self.beside.confirms if confirm else self.beside.opens)(desk, item)

    @rule(minutes=some.sampled_from((1, 15, 59, 240)), days=some.sampled_from((0, 0, 0, 1, 3)))
    def a_little_later(self, minutes: int, days: int) -> None:
        """Between two ordinary steps some time goes by."""
        self.beside.chain.clock.instant += timedelta(days=days, minutes=minutes)

    @rule(days=some.sampled_from((0, 0, 1, 13, 14, 30, 90, 91, 275, 364, 365)), hours=some.sampled_from((1, 6, 14, 23)))
    def time_passes(self, days: int, hours: int) -> None:
        self.beside.chain.clock.later(days=days, hours=hours)

    @invariant()
    def one_step_more(self) -> None:
        """Only counts."""
        self.tally["steps"] += 1

    def teardown(self) -> None:
        """At the end of every story the books are compared; after a difference there is nothing to compare."""
        try:
            if sys.exc_info()[0] is None:
                self.beside.ends_alike()
        finally:
            self.tally["differed"] += isinstance(sys.exc_info()[1], AssertionError)
            if PROGRESS:
                # A long run that is cut off has said what it saw.
                Path(f"{PROGRESS}-{self.dialect}").write_text(f"{dict(self.tally)}\n")


def test_on_the_roads_that_chance_seldom_takes_too(chain: Chain) -> None:
    """Fifty slips in vain, an end by name, and reading back what was told over a link that ended."""
    beside, number = Beside(chain), NUMBERS[0]
    beside.registers("noor", number, "ti", AZC)
    for purpose in PURPOSES:
        beside.chooses("noor", number, purpose, "ja")
    for times, minutes in ((49, 0), (50, 0), (50, 60)):
        beside.guesses_slips("rik", times, "almere")
        chain.clock.instant += timedelta(minutes=minutes)
        for partner in ("coa", "uitzendbureau", "randstad"):
            beside.unlinks("noor", number, partner)
        beside.gives_slip("noor", number)
        beside.redeems("rik", -1, "K1", "almere")
        beside.publishes("rik", number, "urenstaat", {"week": "2023-W30", "gewerkteUren": 22.5})
        beside.publishes("rik", number, "dienstverband", {"werkt": False, "ingangsdatum": DAYS[1]})
        for desk, place in product(DESKS, range(len(beside.told))):
            beside.reads_back(desk, place)
            beside.reads_back(desk, place, "dienstverband")
        chain.clock.later(hours=2)
    assert {kind for kind, _, _ in beside.told} == {"koppeling", "dienstverband"}
    beside.ends_alike()


def test_putting_right_holding_still_and_leaving_in_one_story(chain: Chain) -> None:
    """Of each type, seen or not: put right, twice; then held still in both ways; and then nobody knows them."""
    beside, number = Beside(chain), NUMBERS[0]
    beside.makes_known(number)
    for seen, kind in product((True, False), COLLECTIONS):
        source = "rik" if kind in FROM_RANDSTAD[:2] else "noor"
        beside.publishes(source, number, kind, TOLD[kind])
        for desk in ("rik", "samira", "noor") if seen else ():
            beside.opens_and_confirms_all(desk)
        for place in (-1, -2, -1):
            beside.corrects(source, number, kind, place, TOLD[kind], twice=True)
        beside.follows_corrections("noor", number)
    for sort, *decisions in (
        ("bezwaar", "afgewezen"),
        ("beperking", "toegewezen", "opgeheven"),
        ("bezwaar", "toegewezen"),
    ):
        beside.asks_for("noor", number, sort)
        for decision in decisions:
            beside.publishes("noor", number, "koppeling", {"gemeente": "GM0363", "ingangsdatum": DAYS[2]})
            beside.looks("amsterdam")
            beside.settles("noor", -1, decision)
            beside.opens_and_confirms_all("amsterdam")
    beside.leaves("noor", number)
    for desk, kind in product(("noor", "rik", "amsterdam"), COLLECTIONS):
        beside.asks(desk, number, kind)
        beside.publishes(desk, number, kind, TOLD[kind])
    beside.registers("noor", number, "ti", AZC)
    beside.ends_alike()


def test_the_hub_does_what_the_model_says(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    tally: Counter[str] = Counter()
    if SOAK:
        # Thousands of lines that nobody reads take a tenth of the time.
        silence_logs()

    def new_story() -> SixDesks:
        return SixDesks(stage, tally)

    run_state_machine_as_test(
        # Any factory will do; the annotation knows only of classes.
        cast("type[SixDesks]", new_story),
        settings=settings(
            max_examples=EXAMPLES[stage.dialect],
            stateful_step_count=STEPS,
            derandomize=not SOAK,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
    if SOAK:
        with capsys.disabled():
            sys.stdout.write(
                f"\n{stage.dialect}: {tally['stories']} stories, {tally['steps']} steps, nothing differed\n"
            )
