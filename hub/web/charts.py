"""
Bars for a table of released figures: where each stands and what is written at it, for a template to draw.

Nothing here knows more than was published. What was left out has no length: it is an outline, and words.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap

from hub.figures.shown import Cell, Picture, Row, Table, told

# In units of the drawing, which is as wide as what a telephone of 360 leaves. The letters are 14 of them high.
WIDTH, INDENT, LETTER = 320, 14, 7.4
LINE, BAR, GAP, HIDDEN = 19, 12, 10, 36


@dataclass(frozen=True, slots=True)
class Written:
    """A line of text; the name of a row stands out."""

    text: str
    x: int
    y: int
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar; `hidden`: the count was left out."""

    x: int
    y: int
    width: int
    hidden: bool
    height: int = BAR


@dataclass(frozen=True, slots=True)
class Chart:
    """A whole drawing."""

    height: int
    lines: Sequence[Written]
    bars: Sequence[Bar]
    width: int = WIDTH


def chart(picture: Picture, table: Table) -> Chart:
    """The bars of the first two columns: a third is what they leave."""
    columns = table.columns[:2]
    most = max((cell.count or 0 for row in table.rows for cell in row.cells), default=0)
    lines: list[Written] = []
    bars: list[Bar] = []
    y = 0
    for row in table.rows:
        x = row.level * INDENT
        if len(columns) > 1:
            y = _write(lines, row.label, x, y, strong=True)
        for label, cell in _named(row, columns):
            y = _write(lines, f"{label}: {told(picture, cell)}", x, y)
            bars.append(_bar(cell, x, y + 5, most))
            y += 5 + BAR + GAP
    return Chart(y, lines, bars)


def _named(row: Row, columns: Sequence[str]) -> Iterator[tuple[str, Cell]]:
    names = columns if len(columns) > 1 else (row.label,)
    return zip(names, row.cells[: len(columns)], strict=True)


def _write(lines: list[Written], text: str, x: int, y: int, *, strong: bool = False) -> int:
    """The text in as many lines as it takes; gives where the last one stands."""
    for part in wrap(text, int((WIDTH - x) / LETTER)):
        y += LINE
        lines.append(Written(part, x, y - 4, strong))
    return y


def _bar(cell: Cell, x: int, y: int, most: int) -> Bar:
    if cell.count is None:
        return Bar(x, y, HIDDEN, hidden=True)
    return Bar(x, y, round((WIDTH - 4 * INDENT) * cell.count / most), hidden=False)
