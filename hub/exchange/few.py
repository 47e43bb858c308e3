"""
What may be told of counts, so that nobody is found in a small number: for pages that tell no more than how many.

A count is small when it is about fewer than ten residents, however many messages there are: ten weeks of hours can be
one person's. What is told is rounded, so that one more or one less does not show.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

FEW = 10
STEP = 5

Name = TypeVar("Name")


@dataclass(frozen=True, slots=True)
class Count:
    """How many, and of how many different residents."""

    number: int = 0
    persons: int = 0

    @property
    def few(self) -> bool:
        """Too few residents to be told; nobody at all is too few as well."""
        return self.persons < FEW

    @property
    def told(self) -> int | None:
        """The number as it may be told, rounded; None when it may not."""
        return None if self.few else (self.number + STEP // 2) // STEP * STEP


def spread(whole: Count, parts: Mapping[Name, Count], first: Sequence[Name]) -> dict[Name, int | None]:
    """
    What may be told of the parts of a whole that is told itself; None where it may not.

    Where one part is small, it must not come back as the whole less the others: at least two stay untold, about at
    least ten residents. Which one goes along is settled by `first`, never by size: that would tell the size.
    """
    if whole.few:
        return dict.fromkeys(parts)
    untold = {name for name, count in parts.items() if count.few}
    for name in first:
        if not untold or _wide(untold, parts):
            break
        untold.add(name)
    return {name: None if name in untold else count.told for name, count in parts.items()}


def _wide(untold: set[Name], parts: Mapping[Name, Count]) -> bool:
    # Somebody can be in more than one part: the largest counts for them all. One untold that is not small is enough.
    return len(untold) > 1 and max(parts[name].persons for name in untold) >= FEW
