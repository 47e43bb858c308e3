"""
What may be published of counts, so that no small group can be found in them: the rules, and the check on the outcome.

Small counts are left out, and as many others as it takes; what stays is rounded. Then the audit asks, of each count
that was left out, what somebody with all of it and patience can still compute.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from hub.figures.bounds import Range, Sum, Tables

Counts = Mapping[str, int]
Published = Mapping[str, int | None]
"""By cell: the rounded count, or None where it is left out."""


@dataclass(frozen=True, slots=True)
class Rules:
    """
    Counts below `threshold` are left out, 0 too; the others are rounded to the nearest multiple of `base`.

    What is left out must stay as open as the words "less than `threshold`" are: `width` is how far apart the least
    and the most that it can be must lie. To somebody who knows more than was published, it must at least be less known
    than a published count is: `base` apart.
    """

    threshold: int = 10
    base: int = 5

    @property
    def width(self) -> int:
        """From 0 up to one below the threshold."""
        return self.threshold - 1

    @property
    def small(self) -> Range:
        """What a count is that must be left out."""
        return Range(0, self.threshold - 1)

    @property
    def large(self) -> Range:
        """What a count is that need not be."""
        return Range(self.threshold, None)

    def rounded(self, count: int) -> int:
        """To the nearest multiple; a half goes up."""
        return (count + self.base // 2) // self.base * self.base

    def behind(self, published: int) -> Range:
        """Every count that is published so."""
        below, above = self.base // 2, (self.base - 1) // 2
        return Range(max(published - below, self.threshold), published + above)


class NotProtected(Exception):
    """What is to be published says too much. Names the cell, never its count."""


def protect(counts: Counts, sums: Sequence[Sum], rules: Rules) -> Published:
    """
    What may be published of these counts, which hang together by these sums; where more must be left out than is
    small, what stands first in `counts` goes first.

    The sums must be all there are: a total that is published elsewhere, or known, must be one of the cells.
    Raises ValueError when a sum does not hold.
    """
    for one in sums:
        if counts[one.whole] != sum(counts[part] for part in one.parts):
            raise ValueError(f"{one.whole} is not the sum of its parts")
    small = frozenset(cell for cell, count in counts.items() if count < rules.threshold)
    published = {cell: None if cell in small else rules.rounded(count) for cell, count in counts.items()}
    while (more := _needed(list(counts), sums, published, small, rules)) is not None:
        published[more] = None
    check(published, sums, rules)
    return published


def check(published: Published, sums: Sequence[Sum], rules: Rules) -> None:
    """Raises NotProtected when something that was left out is not open enough."""
    for cell, open_to in audit(published, sums, rules).items():
        if not open_to.is_as_wide_as(rules.width):
            raise NotProtected(f"{cell} can be narrowed down too far")


def audit(
    published: Published, sums: Sequence[Sum], rules: Rules, small: Collection[str] | None = None
) -> Mapping[str, Range]:
    """
    For each count that was left out, exactly what it can be for whoever has all that was published and these rules;
    with `small`, for somebody who can also tell which were left out for being small, and which to help others.

    Raises hub.figures.bounds.Contradiction when no counts can be behind what was published.
    """
    known = {cell: rules.behind(count) for cell, count in published.items() if count is not None}
    left_out = [cell for cell, count in published.items() if count is None]
    if small is not None:
        known |= {cell: rules.small if cell in small else rules.large for cell in left_out}
    tables = Tables(sums, known)
    return {cell: tables.range_of(cell) for cell in left_out}


def _needed(
    cells: Sequence[str], sums: Sequence[Sum], published: Published, small: Collection[str], rules: Rules
) -> str | None:
    """
    The next count to leave out, so that another one stays open; None when all of them are.

    Which one helps is settled beforehand, by the order of the cells. Were it the smallest, then whoever knows this
    program would learn from what was left out how large it is (the tests count what they would).
    """
    # Nothing that stands alone in a sum: rounding hides it a little, and is never the only thing that does.
    for one in sums:
        shown = [cell for cell in one.cells if published[cell] is not None]
        if len(shown) == len(one.cells) - 1:
            return min(shown, key=cells.index)
    for known, width in ((None, rules.width), (small, rules.base)):
        for cell, open_to in audit(published, sums, rules, known).items():
            if not open_to.is_as_wide_as(width) and (nearby := _nearby(sums, published, cell)):
                return min(nearby, key=cells.index)
    return None


def _nearby(sums: Sequence[Sum], published: Published, cell: str) -> set[str]:
    """The published counts in the sums of this one; when there are none, in those of what was left out around it."""
    reached: set[str] = set()
    around = {cell}
    while around > reached:
        reached = around
        around = reached | {other for one in sums if reached & {*one.cells} for other in one.cells}
        if shown := {other for other in around if published[other] is not None}:
            return shown
    return set()
