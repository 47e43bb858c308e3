"""Counts the steps that one request takes in both stores, and ends the process at one of them, as a power cut would."""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event


@dataclass
class Steps:
    """
    Before and after each statement, commit and rollback, and around the answer: each is a step.

    The same request on the same stores takes the same steps, so every one of them can be the last: `fatal`, from 1.
    """

    fatal: int = 0
    labels: list[str] = field(default_factory=list)

    def take(self, label: str) -> None:
        """One step further; the process ends here, without a word to anybody, when this is the fatal one."""
        self.labels.append(label)
        if len(self.labels) == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, engine: Engine, name: str) -> None:
        """Count what this store is asked to do."""

        def before(_: object, __: object, statement: str, *___: object) -> None:
            self.take(f"before {name}: {_short(statement)}")

        def after(_: object, __: object, statement: str, *___: object) -> None:
            self.take(f"after {name}: {_short(statement)}")

        event.listen(engine, "before_cursor_execute", before)
        event.listen(engine, "after_cursor_execute", after)
        for ending in ("do_commit", "do_rollback"):
            setattr(engine.dialect, ending, self._around(getattr(engine.dialect, ending), f"{name}: {ending[3:]}"))

    def _around(self, inner: Callable[[Any], None], label: str) -> Callable[[Any], None]:
        def counted(connection: Any) -> None:
            self.take(f"before {label}")
            inner(connection)
            self.take(f"after {label}")

        return counted


def _short(statement: str) -> str:
    words = statement.split()
    if words[0] == "SELECT" and "FROM" in words:
        return f"SELECT {words[words.index('FROM') + 1]}"
    return " ".join(words[:3])
