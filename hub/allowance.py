"""How much one system may ask: plenty, and no more, so that one that runs wild leaves time for the others."""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from hub.errors import TooMany

MINUTE_SECONDS = 60.0
CODE = "te-veel-verzoeken"
DETAIL = "Uw systeem vraagt te veel achter elkaar. Wacht even en probeer het weer."


@dataclass
class Allowance:
    """
    A bucket per client, of this process alone: full it holds a minute's worth, and it fills evenly.

    In memory on purpose: a count in the database would cost every request a write. With n processes a client may
    ask up to n times as much. Only clients with a good token have a bucket, so strangers cannot fill the memory.
    """

    per_minute: int
    clock: Callable[[], float] = time.monotonic
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, client_id: str) -> None:
        """One request more. Raises TooMany with the seconds after which there is room again."""
        rate = self.per_minute / MINUTE_SECONDS
        with self._lock:
            now = self.clock()
            left, since = self._left.get(client_id, (float(self.per_minute), now))
            left = min(float(self.per_minute), left + (now - since) * rate)
            short = 1 - left
            self._left[client_id] = (left if short > 0 else left - 1, now)
        if short > 0:
            raise TooMany(math.ceil(short / rate), CODE, DETAIL)
