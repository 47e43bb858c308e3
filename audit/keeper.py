"""
Signs checkpoints, and remembers the last one outside the database: it never signs a trail that does not continue it.

Who rolls the database back, or rewrites it, meets a signer that knows better.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from audit import checkpoint, proofs
from audit.checkpoint import Checkpoint
from audit.errors import Forked, OutsideTrail
from audit.note import Signer
from audit.tlog_proof import Growth, TlogProof


@dataclass(frozen=True)
class Keeper:
    """The signer with its memory: a file that holds the last checkpoint that it signed."""

    signer: Signer
    memory: Path

    @property
    def origin(self) -> str:
        """The name of the trail."""
        return self.signer.name

    def last(self) -> Checkpoint | None:
        """The last checkpoint that was signed here, None before the first. Raises NoteError for a strange file."""
        written = self._remembered()
        return None if written is None else checkpoint.verify(written, self.origin, [self.signer.verifier])

    def sign_head(self, session: Session) -> str:
        """
        The trail's head now, signed. Raises Forked, and signs nothing, when it does not continue the last one.

        One process signs at a time; what was signed is on the disk before it is given out.
        """
        return self._promise(session)[1]

    def prove(self, session: Session, index: int) -> TlogProof:
        """The proof that this entry stands in the trail now. Raises OutsideTrail, or Forked."""
        now, signed = self._promise(session)
        return TlogProof(index, tuple(proofs.inclusion_proof(session, index, now.size)), signed)

    def prove_growth(self, session: Session, old_size: int) -> Growth:
        """The proof that the trail of `old_size` entries only grew since. Raises OutsideTrail, or Forked."""
        now, signed = self._promise(session)
        return Growth(old_size, tuple(proofs.consistency_proof(session, old_size, now.size)), signed)

    def _promise(self, session: Session) -> tuple[Checkpoint, str]:
        with self._alone():
            # The head is read under the lock: whoever signed before us signed no more than we see.
            head = proofs.head(session)
            now = Checkpoint(self.origin, head.size, head.root)
            written = self._remembered()
            last = None if written is None else checkpoint.verify(written, self.origin, [self.signer.verifier])
            check_continues(session, last, now)
            if written is not None and last == now:
                # Promised before, and on the disk already.
                return now, written
            signed = checkpoint.sign(now, self.signer)
            self._remember(signed)
            return now, signed

    def _remembered(self) -> str | None:
        try:
            return self.memory.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self.memory.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _remember(self, signed: str) -> None:
        draft = self.memory.with_suffix(".new")
        with draft.open("w", encoding="utf-8") as file:
            file.write(signed)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.memory)
        folder = os.open(self.memory.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def check_continues(session: Session, old: Checkpoint | None, now: Checkpoint) -> None:
    """Return when the trail in this database continues an earlier checkpoint; raise Forked otherwise."""
    if old is None:
        return
    if now.size < old.size:
        raise Forked(f"The trail holds {now.size} entries; {old.size} were signed for. It was rolled back.")
    try:
        root = proofs.root_at(session, old.size)
    except OutsideTrail:
        raise Forked(f"The trail no longer holds the {old.size} entries that were signed for.") from None
    if root != old.root:
        raise Forked(f"The first {old.size} entries of the trail are not those that were signed for.")
