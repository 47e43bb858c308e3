"""Tables to try the protection on: how their cells hang together, and every table of a size, one by one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hub.figures.bounds import Sum


@dataclass(frozen=True)
class Shape:
    """The cells that are counted, and the sums above them, parts before wholes."""

    name: str
    leaves: tuple[str, ...]
    sums: tuple[Sum, ...]

    def __str__(self) -> str:
        return self.name

    def table(self, leaves: Sequence[int]) -> dict[str, int]:
        """The whole table with these counts in its leaves."""
        counts = dict(zip(self.leaves, leaves, strict=True))
        for one in self.sums:
            counts[one.whole] = sum(counts[part] for part in one.parts)
        return counts

    def tables(self, most: int) -> Iterator[dict[str, int]]:
        """Every table of at most this many people."""
        return (self.table(leaves) for leaves in spread(len(self.leaves), most))


def spread(places: int, most: int) -> Iterator[tuple[int, ...]]:
    """Every way to put at most this many people in these places."""
    if places == 0:
        yield ()
        return
    for first in range(most + 1):
        for rest in spread(places - 1, most - first):
            yield (first, *rest)


def holds(table: Mapping[str, int], sums: Sequence[Sum]) -> bool:
    return all(table[one.whole] == sum(table[part] for part in one.parts) for one in sums)


LIST = Shape("list", ("a", "b", "c"), (Sum("t", ("a", "b", "c")),))
TREE = Shape("tree", ("a", "b", "c", "d"), (Sum("m", ("a", "b")), Sum("t", ("m", "c", "d"))))
CROSS = Shape(
    "cross", ("a", "b", "c", "d"),
    (Sum("r1", ("a", "b")), Sum("r2", ("c", "d")), Sum("c1", ("a", "c")), Sum("c2", ("b", "d")),
     Sum("t", ("r1", "r2")), Sum("t", ("c1", "c2"))),
)  # fmt: skip
# Two tables with one total: what the one leaves out, the other must not tell.
TWINS = Shape(
    "twins", ("a", "b", "x"), (Sum("t", ("a", "b")), Sum("t", ("x", "y"))),
)  # fmt: skip


def twins(a: int, b: int, x: int) -> dict[str, int]:
    """The same total, cut in two ways; `x` is at most that total."""
    return {"a": a, "b": b, "x": min(x, a + b), "y": a + b - min(x, a + b), "t": a + b}


SHAPES = (LIST, TREE, CROSS)
