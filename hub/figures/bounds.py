"""
How far what was published lets somebody narrow down what was not: the exact least and most that a count can be.

A linear programme over whole numbers, small and without rounding: a dictionary of Chvátal, with bounds on every
variable and the rule of Bland. Each answer comes with a whole table that attains it, checked before it is believed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

Number = int | Fraction


class Contradiction(Exception):
    """No table of whole, non-negative counts fits what was published."""


class NoWholeTable(Exception):
    """The bound is attained between whole numbers only: this shape of tables cannot be checked in this way."""


@dataclass(frozen=True, slots=True)
class Sum:
    """One count is made of others: the whole, and every part of it."""

    whole: str
    parts: tuple[str, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        """All of them."""
        return (self.whole, *self.parts)


@dataclass(frozen=True, slots=True)
class Range:
    """From the least to the most that a count can be; `most` None: there is no end to it."""

    least: int
    most: int | None

    def is_as_wide_as(self, width: int) -> bool:
        """Do the least and the most lie this far apart?"""
        return self.most is None or self.most - self.least >= width


class Tables:
    """Every table of counts that fits: these sums hold, each known count lies in its range, all others are ≥ 0."""

    def __init__(self, sums: Sequence[Sum], known: Mapping[str, Range]) -> None:
        """Raises Contradiction when there is no such table."""
        self._sums = sums
        cells = dict.fromkeys(cell for one in sums for cell in one.cells)
        self._ranges = {cell: known.get(cell, Range(0, None)) for cell in cells}
        self._least: dict[str, Number] = {cell: one.least for cell, one in self._ranges.items()}
        self._most: dict[str, Number | None] = {cell: one.most for cell, one in self._ranges.items()}
        self._at: dict[str, Number] = dict(self._least)
        self._rows: dict[str, dict[str, Number]] = {}
        self._fit()

    def range_of(self, cell: str) -> Range:
        """The least and the most of this count. Raises NoWholeTable when only fractions attain them."""
        self._push(cell, -1)
        least = self._whole(cell)
        return Range(least, self._whole(cell) if self._push(cell, 1) else None)

    def _fit(self) -> None:
        """Begin at the least of every count; what each sum then lacks is brought to nothing, one sum after another."""
        for number, one in enumerate(self._sums):
            lack = f"\0{number}"
            self._rows[lack] = {one.whole: 1, **dict.fromkeys(one.parts, -1)}
            self._at[lack] = short = self._at[one.whole] - sum(self._at[part] for part in one.parts)
            self._least[lack], self._most[lack] = min(short, 0), max(short, 0)
        for number in range(len(self._sums)):
            lack = f"\0{number}"
            if self._at[lack] != 0:
                self._push(lack, -1 if self._at[lack] > 0 else 1)
            if self._at[lack] != 0:
                raise Contradiction(f"what is known of {self._sums[number].whole} does not add up")
            self._least[lack] = self._most[lack] = 0

    def _push(self, goal: str, way: int) -> bool:
        """Make this one as small (-1) or as large (1) as it can be; False when there is no end to it."""
        while True:
            step = self._next_step(goal, way)
            if step is None:
                return True
            entering, direction = step
            leaving, far = self._ratio_test(entering, direction)
            if far is None:
                return False
            self._move(entering, direction * far)
            if leaving is not None:
                self._pivot(entering, leaving)

    def _next_step(self, goal: str, way: int) -> tuple[str, int] | None:
        """The first free variable, by name, that still has room in a direction that helps."""
        row = self._rows.get(goal, {goal: 1})
        for name in sorted(row):
            direction = way if row[name] > 0 else -way
            if self._room(name, direction) != 0:
                return name, direction
        return None

    def _ratio_test(self, entering: str, direction: int) -> tuple[str | None, Number | None]:
        """Who stops it, and how far it comes: nobody, when it meets its own bound first."""
        leaving, far = None, self._room(entering, direction)
        for name in sorted(self._rows):
            slope = self._rows[name].get(entering, 0) * direction
            if slope == 0:
                continue
            room = self._room(name, 1 if slope > 0 else -1)
            if room is not None:
                reach = _divide(room, slope if slope > 0 else -slope)
                if far is None or reach < far:
                    leaving, far = name, reach
        return leaving, far

    def _room(self, name: str, direction: int) -> Number | None:
        most = self._most[name]
        if direction < 0:
            return self._at[name] - self._least[name]
        return None if most is None else most - self._at[name]

    def _move(self, entering: str, by: Number) -> None:
        self._at[entering] += by
        for name, row in self._rows.items():
            if entering in row:
                self._at[name] += row[entering] * by

    def _pivot(self, entering: str, leaving: str) -> None:
        """The entering variable is now told by the others; the leaving one is free, at its bound."""
        old = self._rows.pop(leaving)
        slope = old.pop(entering)
        new = {name: _divide(-value, slope) for name, value in old.items()}
        new[leaving] = _divide(1, slope)
        for row in self._rows.values():
            if entering in row:
                factor = row.pop(entering)
                for name, value in new.items():
                    total = row.get(name, 0) + factor * value
                    if total == 0:
                        row.pop(name, None)
                    else:
                        row[name] = total
        self._rows[entering] = new

    def _whole(self, cell: str) -> int:
        """The value of this count now; only when the whole table here is one that fits, looked at anew."""
        table = {name: self._at[name] for name in self._ranges}
        if any(value != int(value) for value in table.values()):
            raise NoWholeTable(f"the bound of {cell} is attained by fractions only")
        if not fits(table, self._sums, self._ranges):
            raise Contradiction(f"the bound of {cell} was not attained")
        return int(table[cell])


def fits(table: Mapping[str, Number], sums: Sequence[Sum], ranges: Mapping[str, Range]) -> bool:
    """Is this a table that these sums and ranges allow? Knows nothing of how it was found."""
    return all(_holds(table, one) for one in sums) and all(_lies_in(table[cell], one) for cell, one in ranges.items())


def _holds(table: Mapping[str, Number], one: Sum) -> bool:
    return table[one.whole] == sum(table[part] for part in one.parts)


def _lies_in(value: Number, one: Range) -> bool:
    return value >= one.least and (one.most is None or value <= one.most)


def _divide(value: Number, by: Number) -> Number:
    # Nearly always 1: whole numbers stay whole, and are ten times as quick as fractions.
    return value * by if by in (1, -1) else Fraction(value) / by
