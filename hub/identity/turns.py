"""How many calls to one provider are under way at once: somebody who finds it busy is told so, and does not wait."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock


@dataclass(frozen=True)
class Turns:
    """At most so many at a time for each name, in this process: a slow provider must not take all of its threads."""

    most: int
    _under_way: Counter[str] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    @contextmanager
    def one(self, name: str) -> Iterator[bool]:
        """Whether there is a turn; it ends with the block."""
        with self._lock:
            free = self._under_way[name] < self.most
            self._under_way[name] += free
        try:
            yield free
        finally:
            with self._lock:
                self._under_way[name] -= free
