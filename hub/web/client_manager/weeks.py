"""Hours per week as a drawing: a column for every week from the first to the last that was told, empty ones too."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 640, 220, 36, 14, 26
MOST = 26
"""Weeks in the drawing: half a year, as much as a screen shows at a glance. The table beside it has them all."""

STEP = 10
LABELS = 6


@dataclass(frozen=True)
class Column:
    """One week: a bar when hours were told, a gap when not; its label now and then."""

    x: float
    y: float
    width: float
    height: float
    told: bool
    label: str


@dataclass(frozen=True)
class Line:
    """A line across, with the hours that it stands for."""

    y: float
    label: str


@dataclass(frozen=True)
class Drawing:
    """All that a template needs; `contract` is the height of the hours in the contract."""

    columns: Sequence[Column]
    lines: Sequence[Line]
    contract: Line | None
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    floor: int = HEIGHT - BOTTOM


def drawing(weeks: Mapping[str, float], contract: float | None, words: Mapping[float, str]) -> Drawing | None:
    """The drawing of these weeks (2026-W48 → hours); None without any. `words`: numbers as one reads them."""
    if not weeks:
        return None
    shown = list(_from_to(min(weeks), max(weeks)))[-MOST:]
    top = _ceiling(max([*(weeks.get(week, 0) for week in shown), contract or 0]))
    space = (WIDTH - LEFT) / max(len(shown), 8)
    every = -(-len(shown) // LABELS)
    columns = [
        Column(
            round(LEFT + at * space + space * 0.15, 1), _height(weeks.get(week, 0), top), round(space * 0.7, 1),
            round(HEIGHT - BOTTOM - _height(weeks.get(week, 0), top), 1), week in weeks,
            f"W{int(week[-2:])}" if (len(shown) - 1 - at) % every == 0 else "",
        )
        for at, week in enumerate(shown)
    ]  # fmt: skip
    lines = [Line(_height(hours, top), str(hours)) for hours in range(0, top + 1, max(STEP, top // 4 // STEP * STEP))]
    at_contract = None if contract is None else Line(_height(contract, top), words[contract])
    return Drawing(columns, lines, at_contract)


def _ceiling(hours: float) -> int:
    return max(STEP, -(-int(-(-hours // 1)) // STEP) * STEP)


def _height(hours: float, top: int) -> float:
    return round(HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * hours / top, 1)


def _from_to(first: str, last: str) -> Iterator[str]:
    day, end = _monday(first), _monday(last)
    while day <= end:
        year, week, _ = day.isocalendar()
        yield f"{year:04}-W{week:02}"
        day += timedelta(days=7)


def _monday(week: str) -> date:
    return date.fromisocalendar(int(week[:4]), int(week[-2:]), 1)
