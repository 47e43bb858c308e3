"""
The list of who was to be forgotten, in a file outside both databases: a restored backup cannot bring anybody back.

One line per erasure, only ever added: version, opaque id, instant, and a hash over all lines up to here. Nothing else.
"""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from hub.clock import stamp
from hub.errors import LedgerBroken

VERSION = "1"
START = "0" * 64
"""What the chain of hashes begins with."""

_LINE = re.compile(r"1 ([0-9a-f]{32}) (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) ([0-9a-f]{64})")
_PRIVATE = 0o600


@dataclass(frozen=True)
class Ledger:
    """The file. It may be missing as long as nobody was forgotten; it grows by some 120 bytes a person."""

    path: Path

    def subjects(self) -> list[str]:
        """The opaque ids of everybody who was to be forgotten, oldest first. Raises LedgerBroken."""
        return [subject for subject, _ in self._lines()[0]]

    def add(self, subject: str, now: datetime) -> bool:
        """
        Write down that this person is to be forgotten, on the disk before this returns. False: it stood there already.

        From here on there is no way back: whatever stops us, the next start goes on with it. Raises LedgerBroken,
        and OSError when the file cannot be written.
        """
        with self._alone():
            lines, whole = self._lines()
            if any(known == subject for known, _ in lines):
                return False
            before = lines[-1][1] if lines else START
            said = f"{VERSION} {subject} {stamp(now)}"
            self._append(f"{said} {_chained(before, said)}\n".encode("ascii"), whole)
        return True

    def _lines(self) -> tuple[list[tuple[str, str]], int]:
        """(id, chain) of each line, and how many bytes are whole lines."""
        try:
            written = self.path.read_bytes()
        except FileNotFoundError:
            return [], 0
        # A last line without its end was being written when the power failed: nothing was removed after it yet.
        whole = written.rfind(b"\n") + 1
        lines, chain = [], START
        for number, line in enumerate(written[:whole].decode("ascii", "replace").splitlines(), start=1):
            found = _LINE.fullmatch(line)
            said = line.rpartition(" ")[0]
            if found is None or found[3] != _chained(chain, said):
                raise LedgerBroken(
                    f"HUB_ERASURE_LEDGER_FILE: line {number} of {self.path} is not as it was written."
                    " Put the newest copy of it back: without it, a backup could bring back who was forgotten."
                )
            chain = found[3]
            lines.append((found[1], chain))
        return lines, whole

    def _append(self, line: bytes, whole: int) -> None:
        new = not self.path.exists()
        with os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT, _PRIVATE), "r+b") as file:
            file.truncate(whole)
            file.seek(whole)
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
        if new:
            _sync_folder(self.path.parent)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with Path(f"{self.path}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _chained(before: str, said: str) -> str:
    return sha256(f"{before} {said}".encode("ascii", "replace")).hexdigest()


def _sync_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
