"""
Answers a no on the beat, so that the time it took tells nothing about its cause.

The steps for nobody and for somebody are the same, and yet a person with choices to open takes some microseconds more.
Whoever asks often enough could measure that. So every answer that says no (an empty result, 400, 403, 404) leaves at
the next whole beat after the question came in; a yes leaves at once, since it tells what it is by itself.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from flask import g

# Well over what any road takes on an idle machine (3 to 9 ms). Under load answers fall over several beats; the threat
# model says what remains then.
SECONDS = 0.025
NO = frozenset({400, 403, 404})


@dataclass(frozen=True)
class Beat:
    """`seconds` between two beats, 0 for none (practice hubs and tests, where nobody is hidden from anybody)."""

    seconds: float = SECONDS
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def wait(self, begun: float) -> None:
        """Until the next beat after `begun` (of the same clock)."""
        if self.seconds:
            self.sleep(self.seconds - (self.clock() - begun) % self.seconds)


NO_BEAT = Beat(0)
"""For a practice hub and for tests: a no leaves when it is ready."""


def says_no() -> None:
    """The answer that is being made says no, with a status that does not: it leaves on the beat."""
    g.says_no = True


def is_no(status: int) -> bool:
    """Whether this answer leaves on the beat."""
    return status in NO or bool(g.get("says_no", False))
