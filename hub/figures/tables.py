"""
Which tables a release has: the evaluation's 2.1, 2.2, 3.1 and 3.7, as far as messages can tell.

Every cell stands in at least one table, and the sums are all that hang them together, across the tables too.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hub.figures.bounds import Sum

WITHIN_AN_HOUR = Path(__file__).parent / "within_an_hour.toml"

# Columns of 3.7, and rows of it that are no municipality.
ALL, PLACED, NOT_PLACED = "alle", "geplaatst", "niet-geplaatst"
LINKED, NEARBY, ELSEWHERE, NOT_LINKED = "gekoppeld", "binnen-een-uur", "elders", "niet-gekoppeld"
REGISTERED, NO_INTAKE, AT_WORK, STOPPED = "aangemeld", "zonder-intake", "aan-het-werk", "gestopt"
# Rows of 2.1 and 2.2.
WITH, WITHOUT, WAITING = "met-aanvraag", "zonder-aanvraag", "nog-niet"
WAITS = ("onder-1-maand", "1-tot-2-maanden", "vanaf-2-maanden")
SORTS = ("BSN", "TWV")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table: its name, one cell per column, and how deep it lies under the one above ("waarvan")."""

    label: str
    cells: tuple[str, ...]
    level: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """A table before anything is counted. `number` is that of the evaluation."""

    number: str
    title: str
    about: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Town:
    """A municipality with a row of its own."""

    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The tables, the sums in them, and the cells: those that are left out first when something must be, first."""

    tables: tuple[Layout, ...]
    sums: tuple[Sum, ...]
    cells: tuple[str, ...]

    def add_up(self, counted: Mapping[str, int]) -> dict[str, int]:
        """The count of every cell, from those that are counted one by one; what was not met is 0."""
        parts = {one.whole: one.parts for one in self.sums}

        def count(name: str) -> int:
            return sum(count(part) for part in parts[name]) if name in parts else counted.get(name, 0)

        return {name: count(name) for name in self.cells}


@dataclass(frozen=True, slots=True)
class Near:
    """The municipalities within an hour, and who says so."""

    towns: Mapping[str, str]
    source: str


def cell(row: str, column: str) -> str:
    """The name of a cell."""
    return f"{row}/{column}"


PARTICIPANTS = cell(ALL, ALL)


@cache
def near() -> Near:
    """The fixed list of the evaluation."""
    read = tomllib.loads(WITHIN_AN_HOUR.read_text(encoding="utf-8"))
    return Near(read["gemeenten"], read["bron"])


def plan_for(towns: Sequence[Town]) -> Plan:
    """The tables for an agreement with these municipalities."""
    rows = [ELSEWHERE, NEARBY, *(town.code for town in reversed(towns))]
    return Plan(
        tables=(_waiting("2.1", "BSN"), _waiting("2.2", "TWV"), _participants(), _linkage(towns)),
        sums=(*_sums_of_linkage(rows), *_sums_of_participants(), *(one for sort in SORTS for one in _sums_of(sort))),
        cells=_in_order(rows),
    )


def _in_order(rows: Sequence[str]) -> tuple[str, ...]:
    """What is left out first: the finest and least asked for; last, how many participants there are."""
    parts = (NOT_PLACED, PLACED)
    return (
        *(cell(row, column) for column in parts for row in rows),
        *(cell(row, column) for row in (NOT_LINKED, LINKED) for column in parts),
        *(cell(row, ALL) for row in (*rows, NOT_LINKED, LINKED)),
        *(cell(sort, wait) for sort in SORTS for wait in (WAITING, *reversed(WAITS))),
        STOPPED, AT_WORK, NO_INTAKE,
        *(cell(sort, which) for sort in SORTS for which in (WITHOUT, WITH)),
        cell(ALL, NOT_PLACED), cell(ALL, PLACED), REGISTERED, PARTICIPANTS,
    )  # fmt: skip


def _sums_of_linkage(rows: Sequence[str]) -> list[Sum]:
    everywhere = (*rows, LINKED, NOT_LINKED, ALL)
    columns = (ALL, PLACED, NOT_PLACED)
    return [
        *(Sum(cell(LINKED, column), tuple(cell(row, column) for row in rows)) for column in columns),
        *(Sum(cell(ALL, column), (cell(LINKED, column), cell(NOT_LINKED, column))) for column in columns),
        *(Sum(cell(row, ALL), (cell(row, PLACED), cell(row, NOT_PLACED))) for row in everywhere),
    ]


def _sums_of_participants() -> list[Sum]:
    return [Sum(cell(ALL, PLACED), (AT_WORK, STOPPED)), Sum(REGISTERED, (PARTICIPANTS, NO_INTAKE))]


def _sums_of(sort: str) -> list[Sum]:
    return [
        Sum(cell(sort, WITH), tuple(cell(sort, wait) for wait in (*WAITS, WAITING))),
        Sum(PARTICIPANTS, (cell(sort, WITH), cell(sort, WITHOUT))),
    ]


def _waiting(number: str, sort: str) -> Layout:
    named = {
        cell(sort, WAITS[0]): "Minder dan 1 maand",
        cell(sort, WAITS[1]): "1 tot 2 maanden",
        cell(sort, WAITS[2]): "2 maanden of langer",
        cell(sort, WAITING): f"Nog geen {sort} op de peildatum",
    }
    return Layout(
        number,
        f"Doorlooptijd van de {sort}",
        f"Van de dag van de aanvraag tot de dag waarop de {sort} er was, zoals de partijen die dagen meldden.",
        ("Aantal",),
        (
            Line(f"Deelnemers met een aanvraag voor een {sort}", (cell(sort, WITH),)),
            *(Line(label, (name,), 1) for name, label in named.items()),
            Line("Deelnemers zonder lopende of verleende aanvraag", (cell(sort, WITHOUT),)),
        ),
    )


def _participants() -> Layout:
    return Layout(
        "3.1",
        "Deelnemers en plaatsingen",
        "Geplaatst is wie volgens de gemelde dienstverbanden aan het werk ging. Geteld zijn mensen, geen contracten.",
        ("Aantal",),
        (
            Line("Aangemeld bij de hub", (REGISTERED,)),
            Line("Zonder intake", (NO_INTAKE,), 1),
            Line("Deelnemers (hadden een intake)", (PARTICIPANTS,), 1),
            Line("Niet geplaatst", (cell(ALL, NOT_PLACED),), 2),
            Line("Geplaatst", (cell(ALL, PLACED),), 2),
            Line("Aan het werk op de peildatum", (AT_WORK,), 3),
            Line("Gestopt voor de peildatum", (STOPPED,), 3),
        ),
    )


def _linkage(towns: Sequence[Town]) -> Layout:
    def line(label: str, row: str, level: int) -> Line:
        return Line(label, tuple(cell(row, column) for column in (ALL, PLACED, NOT_PLACED)), level)

    return Layout(
        "3.7",
        "Koppeling aan een gemeente",
        f"Binnen een uur reizen: een vaste lijst van gemeenten. Bron: {near().source}.",
        ("Deelnemers", "Geplaatst", "Niet geplaatst"),
        (
            line("Alle deelnemers", ALL, 0),
            line("Gekoppeld", LINKED, 1),
            *(line(town.title, town.code, 2) for town in towns),
            line("Gemeente binnen een uur reizen", NEARBY, 2),
            line("Andere gemeente", ELSEWHERE, 2),
            line("Niet gekoppeld", NOT_LINKED, 1),
        ),
    )


CANNOT_TELL = (
    "Hoeveel bewoners er zijn, en hoeveel van hen tot de doelgroep horen: de hub kent alleen wie om hulp vroeg.",
    "Hoeveel bewoners mogen werken: de hub telt dat niet, en leidt het nergens uit af.",
    "Matches (de intentie van werkgever en deelnemer), en wie na een match niet begon: daar is geen bericht voor.",
    "Waarom iemand stopte, en of het een tijdelijke klus was.",
    "Hoeveel werkgevers benaderd zijn, en hoeveel er plaatsten.",
    "Gender, nationaliteit, verblijfsstatus, opleiding en taalniveau (tabellen 3.2 tot en met 3.6).",
    "Werk en aanvragen die niet gemeld zijn, bijvoorbeeld omdat de bewoner daar nee op zei.",
    "Wie bezwaar maakte, wie liet stilleggen en wie vergeten is of vertrekt: die zijn nergens meegeteld.",
)
"""What no message says, or what is left uncounted; goes with every release."""
