"""What strangers try, in the log: at most so many lines a minute, and then one that says how many were left out."""

import threading
import time
from collections.abc import Callable

import structlog

log = structlog.get_logger("security")

LINES_A_MINUTE = 30
MINUTE_SECONDS = 60.0


class SecurityLog:
    """
    The lines marked `logger: security`: fixed words, names of registered clients, networks. Never what was sent.

    Of each process by itself. A flood costs the disk of the log no more than `lines` a minute.
    """

    def __init__(self, lines: int = LINES_A_MINUTE, clock: Callable[[], float] = time.monotonic) -> None:
        self._lines, self._clock = lines, clock
        self._began, self._written, self._left_out = clock(), 0, 0
        self._lock = threading.Lock()

    def warn(self, event: str, **facts: str) -> None:
        """One line, or one more that is only counted."""
        self.tick()
        with self._lock:
            room = self._written < self._lines
            self._written += room
            self._left_out += not room
        if room:
            log.warning(event, logger="security", **facts)

    def tick(self) -> None:
        """Begin a new minute when the old one is over, and say how many lines it had too many."""
        with self._lock:
            if self._clock() - self._began < MINUTE_SECONDS:
                return
            left_out = self._left_out
            self._began, self._written, self._left_out = self._clock(), 0, 0
        if left_out:
            log.warning("lines_left_out", logger="security", count=left_out)
