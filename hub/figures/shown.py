"""A release as it is stored and shown: tables with their words, in which every number is a protected one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from babel.numbers import format_decimal, format_percent

from hub.figures.protect import Published, Rules
from hub.figures.quarters import Quarter
from hub.figures.tables import CANNOT_TELL, Plan
from schemas.base import Json

FORMAT = "ketenhub/cijfers/1"
# What is released is a document in Dutch, on every page.
LOCALE = "nl"


@dataclass(frozen=True, slots=True)
class Cell:
    """A published count, and its share of the first row of its column; None where it was left out."""

    count: int | None
    percent: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """A row, and how deep it lies ("waarvan")."""

    label: str
    level: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table to draw: `number` is that of the evaluation, `about` a sentence under the title."""

    number: str
    title: str
    about: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that one release shows."""

    quarter: str
    reference_day: str
    threshold: int
    base: int
    tables: tuple[Table, ...]
    cannot_tell: tuple[str, ...]


def content(quarter: Quarter, plan: Plan, published: Published, rules: Rules) -> dict[str, Json]:
    """What is stored: words and protected numbers, so that it reads the same for ever."""
    return {
        "formaat": FORMAT,
        "kwartaal": str(quarter),
        "peildatum": quarter.last_day.isoformat(),
        "drempel": rules.threshold,
        "afgerondOp": rules.base,
        "tabellen": [
            {
                "nummer": table.number,
                "titel": table.title,
                "toelichting": table.about,
                "kolommen": list(table.columns),
                "rijen": [
                    {"naam": line.label, "niveau": line.level, "aantallen": [published[cell] for cell in line.cells]}
                    for line in table.lines
                ],
            }
            for table in plan.tables
        ],
        "nietTeZien": list(CANNOT_TELL),
    }


def picture(stored: Mapping[str, Any]) -> Picture:
    """What was stored, to draw. Shares are made of published numbers only."""
    return Picture(
        quarter=stored["kwartaal"],
        reference_day=stored["peildatum"],
        threshold=stored["drempel"],
        base=stored["afgerondOp"],
        tables=tuple(_table(one) for one in stored["tabellen"]),
        cannot_tell=tuple(stored["nietTeZien"]),
    )


def told(picture: Picture, cell: Cell) -> str:
    """A count as one reads it, or that it was left out: the same words for a small one and for one that helps."""
    if cell.count is None:
        return f"minder dan {picture.threshold} of afgeschermd"
    return format_decimal(cell.count, locale=LOCALE)


def share(cell: Cell) -> str:
    """The share of the first row; a dash where there is none to tell."""
    return "–" if cell.percent is None else format_percent(cell.percent / 100, locale=LOCALE)


def reading(picture: Picture) -> str:
    """What a reader must know of the numbers."""
    return (
        f"Aantallen zijn afgerond op {picture.base}; delen tellen daardoor niet altijd op tot het totaal. Een aantal "
        f"onder de {picture.threshold} staat er niet, 0 ook niet. Soms is ook een groter aantal afgeschermd: anders "
        "was het kleine uit te rekenen."
    )


def _table(stored: Mapping[str, Any]) -> Table:
    wholes = stored["rijen"][0]["aantallen"]
    rows = (
        Row(one["naam"], one["niveau"], tuple(_cell(*pair) for pair in zip(one["aantallen"], wholes, strict=True)))
        for one in stored["rijen"]
    )
    return Table(stored["nummer"], stored["titel"], stored["toelichting"], tuple(stored["kolommen"]), tuple(rows))


def _cell(count: int | None, whole: int | None) -> Cell:
    return Cell(count, None if count is None or whole is None else round(100 * count / whole))
