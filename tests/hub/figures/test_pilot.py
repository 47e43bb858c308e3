"""The figures of the pilot's year, counted by the hub, are those that the partners' own files give, read without it."""

import csv
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from hub.app import Stores as HubStores
from hub.db import Base
from hub.figures.gather import gather
from hub.figures.protect import Rules, check
from hub.figures.quarters import Quarter
from hub.figures.release import Released, release
from hub.figures.tables import Town, plan_for
from hub.identity.principals import officer
from hub.practice import PILOT
from hub.practice.exports import read_exports
from hub.practice.house import make_keys, practice_settings
from hub.practice.replay import Stage, set_stage
from tests.chain import BASE_URL
from tests.stores import SqliteFloor, Stores

PETRA = officer("petra")
HALFWAY, END = Quarter(2023, 2), Quarter(2023, 4)
TOWNS = ["GM0034", "GM0363"]
# The eleven of footnote 14, typed over from the evaluation by name; their codes as in hub/web/staff/municipalities.txt.
WITHIN_AN_HOUR = {
    "GM0307", "GM0384", "GM1942", "GM0394", "GM0402", "GM0415", "GM0546", "GM0995", "GM0356", "GM0344", "GM1773",
}  # fmt: skip
ABOUT_WORK = ("inburgering-planning", "kansrijke-koppeling")
# Rows that are wrong on purpose: the file and its line (hub/practice/pilot/verwacht.json).
WRONG = {
    ("coa/koppelingen.csv", 14), ("coa/koppelingen.csv", 15), ("coa/werkmogelijkheden.csv", 91),
    ("coa/werkmogelijkheden.csv", 93), ("randstad/dienstverbanden.csv", 53),
}  # fmt: skip


def read(name: str) -> Iterator[dict[str, str]]:
    """The rows of a file, without those that are wrong."""
    with (PILOT / name).open(encoding="utf-8") as file:
        for line, row in enumerate(csv.DictReader(file, delimiter=";"), start=2):
            if (name, line) not in WRONG:
                yield row


def day(written: str) -> date:
    return date.fromisoformat(written)


@dataclass
class Files:
    """What the partners' files say, person by person, under COA's number."""

    registered: dict[str, date] = field(default_factory=dict)
    intake: dict[str, date] = field(default_factory=dict)
    choices: dict[str, list[tuple[date, str, str]]] = field(default_factory=dict)
    rows: dict[tuple[str, str], list[dict[str, str]]] = field(default_factory=dict)

    @classmethod
    def read(cls) -> "Files":
        found = cls()
        slips = {row["bewijs"]: row["v_nummer"] for row in read("coa/koppelcodes.csv")}
        found.registered = {row["v_nummer"]: day(row["datum"]) for row in read("coa/aanmeldingen.csv")}
        candidates = {row["kandidaatnummer"]: slips[row["bewijs"]] for row in read("randstad/intakes.csv")}
        for row in read("randstad/intakes.csv"):
            found.intake[slips[row["bewijs"]]] = day(row["datum"])
        for row in read("coa/toestemmingen.csv"):
            found.choices.setdefault(row["v_nummer"], []).append((day(row["datum"]), row["doel"], row["keuze"]))
        for name in ("coa/koppelingen", "coa/bsn", "randstad/twv", "randstad/dienstverbanden"):
            for row in read(f"{name}.csv"):
                who = row.get("v_nummer") or candidates[row["kandidaatnummer"]]
                found.rows.setdefault((name, who), []).append(row)
        return found

    def said(self, who: str, purpose: str, on: date) -> str:
        """What this person said last about a purpose, on this day: ja, nee, ingetrokken; verlopen; or nothing."""
        given = [(when, choice) for when, about, choice in self.choices.get(who, []) if about == purpose and when <= on]
        if not given:
            return ""
        when, choice = given[-1]
        return "verlopen" if choice == "ja" and on >= when + timedelta(days=365) else choice

    def told(self, name: str, who: str, purposes: tuple[str, ...], known_on: date) -> list[dict[str, str]]:
        """The rows that a hub may have and count with: somebody said yes when it was told, and not no to all since."""
        rows = [row for row in self.rows.get((name, who), []) if day(row["datum"]) <= known_on]
        if not purposes:
            return rows
        if all(self.said(who, one, known_on) in ("", "nee", "ingetrokken") for one in purposes):
            return []
        return [row for row in rows if any(self.said(who, one, day(row["datum"])) == "ja" for one in purposes)]


def expected(files: Files, on: date, known_on: date) -> Counter[str]:
    """The leaves of the tables on a day, as known on a later one."""
    found: Counter[str] = Counter()
    for who, registered in files.registered.items():
        if registered > on:
            continue
        if files.intake.get(who, date.max) > on:
            found["zonder-intake"] += 1
            continue
        work = work_of(files.told("randstad/dienstverbanden", who, ABOUT_WORK, known_on), on)
        linked = [row for row in files.told("coa/koppelingen", who, (), known_on) if day(row["ingangsdatum"]) <= on]
        found[f"{row_of(linked)}/{'geplaatst' if work else 'niet-geplaatst'}"] += 1
        if work:
            found[work] += 1
        for sort, name in (("BSN", "coa/bsn"), ("TWV", "randstad/twv")):
            steps = files.told(name, who, ("toeleiding-naar-werk",), known_on)
            dated = {row["status"]: day(row["datum"]) for row in steps if day(row["datum"]) <= on}
            found[f"{sort}/{wait_of(dated)}"] += 1
    return found


def work_of(rows: list[dict[str, str]], on: date) -> str:
    begun = [row for row in rows if day(row["ingangsdatum"]) <= on]
    if not begun:
        return ""
    ended = begun[-1]["einddatum"]
    return "gestopt" if ended and day(ended) < on else "aan-het-werk"


def row_of(linked: list[dict[str, str]]) -> str:
    if not linked:
        return "niet-gekoppeld"
    town = linked[-1]["gemeente"]
    return town if town in TOWNS else "binnen-een-uur" if town in WITHIN_AN_HOUR else "elders"


def wait_of(steps: Mapping[str, date]) -> str:
    asked, granted = steps.get("aangevraagd"), steps.get("verleend")
    if asked is None:
        return "zonder-aanvraag"
    if granted is None:
        return "nog-niet"
    months = (granted.year - asked.year) * 12 + granted.month - asked.month - (granted.day < asked.day)
    return ("onder-1-maand", "1-tot-2-maanden", "vanaf-2-maanden")[min(months, 2)]


@dataclass
class Year:
    """The year as it was played: what was counted halfway and at its end, and what was released."""

    counted: dict[Quarter, Counter[str]]
    released: Released
    stage: Stage


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory, sqlite: SqliteFloor) -> Iterator[Year]:
    """Played once, on SQLite; counted on the first day that somebody works in July, and in January."""
    stores = Stores(sqlite)
    settings = practice_settings(tmp_path_factory.mktemp("year"), BASE_URL)
    make_keys(settings)
    stage = set_stage(settings, HubStores(stores.database, stores.keys))
    counted: dict[Quarter, Counter[str]] = {}
    for event in stage.player.play(read_exports(PILOT)):
        if event.day > HALFWAY.last_day and HALFWAY not in counted:
            counted[HALFWAY] = gather(stage.hub, PETRA, HALFWAY, TOWNS)
    stage.player.clock.go_to(date(2024, 1, 2))
    counted[END] = gather(stage.hub, PETRA, END, TOWNS)
    done = release(stage.hub, PETRA, END)
    assert isinstance(done, Released)
    yield Year(counted, done, stage)
    stores.close()


def test_the_raw_counts_are_those_of_the_partners_files(year: Year) -> None:
    files = Files.read()

    assert year.counted[END] == expected(files, END.last_day, date(2024, 1, 2))
    assert year.counted[HALFWAY] == expected(files, HALFWAY.last_day, HALFWAY.last_day + timedelta(days=1))


def test_linkages_and_placements_are_those_of_the_evaluation_counted_in_people(year: Year) -> None:
    plan = plan_for([Town(town, town) for town in TOWNS])
    counts = plan.add_up(year.counted[END])

    # Table 3.7: 20, 28, 18 and 13, and one whose municipality was not known there.
    linked = [counts[f"{row}/alle"] for row in (*TOWNS, "binnen-een-uur", "elders")]
    assert linked == [20, 28, 18, 13 + 1]
    # Table 3.1: 22 at work; 24 had stopped, three of whom were at work again: 43 people had 46 placements.
    assert (counts["aan-het-werk"], counts["gestopt"], counts["alle/geplaatst"]) == (22, 24 - 3, 43)


def test_what_was_released_is_rounded_protected_and_can_be_checked_by_whoever_has_it(year: Year) -> None:
    shown = {
        table.number: [[cell.count for cell in row.cells] for row in table.rows]
        for table in year.released.picture.tables
    }
    hidden = None

    assert shown["3.1"] == [[190], [15], [180], [135], [45], [20], [20]]
    assert shown["2.1"] == [[30], [10], [hidden], [hidden], [hidden], [150]]
    assert shown["2.2"] == [[30], [20], [hidden], [hidden], [hidden], [150]]
    assert shown["3.7"] == [
        [180, 45, 135], [80, 15, 65], [20, hidden, hidden], [30, hidden, hidden], [20, hidden, hidden],
        [15, hidden, hidden], [100, 30, 70],
    ]  # fmt: skip

    plan = plan_for([Town(town, town) for town in TOWNS])
    published = {
        name: count
        for layout in plan.tables
        for line, counts in zip(layout.lines, shown[layout.number], strict=True)
        for name, count in zip(line.cells, counts, strict=True)
    }
    check(published, plan.sums, Rules())
    raw = plan.add_up(year.counted[END])
    assert all(count is None or (raw[name] >= 10 and abs(raw[name] - count) <= 2) for name, count in published.items())


def test_only_protected_numbers_are_kept_anywhere(year: Year) -> None:
    with year.stage.hub.database.reading() as session:
        tables = Base.metadata.tables
        counted = [name for name in tables if "figure" in name]
        [kept] = session.execute(select(tables["figure_releases"])).mappings()

    assert counted == ["figure_releases"]
    numbers = {
        count
        for table in json.loads(kept["content"])["tabellen"]
        for row in table["rijen"]
        for count in row["aantallen"]
    }
    assert {count for count in numbers if count is not None and (count < 10 or count % 5)} == set()
