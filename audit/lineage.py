"""
A trail that lost entries for good goes on under another name and key, so that no promise of the old one is broken.

Whoever kept the old public key notices: nothing new is signed with it. They fetch the new key, and ask why.
"""

import os
import re
from pathlib import Path

from audit.note import Signer

_NUMBERED = re.compile(r"(.+)-([0-9]+)")


def next_name(name: str) -> str:
    """The name of the trail that goes on after this one: NAME-2, NAME-3 …"""
    numbered = _NUMBERED.fullmatch(name)
    return f"{numbered[1]}-{int(numbered[2]) + 1}" if numbered else f"{name}-2"


def begin_anew(key: Path, memory: Path) -> Signer:
    """
    Put a new signer in the place of the one in this file, and set the old one and its memory aside; gives the new one.

    The key goes first. After a power cut in between, the new key meets the old memory and signs nothing; the other
    order would let the old key sign what it must not. Typed again, it only finishes.
    """
    present = Signer.from_secret(key.read_text(encoding="utf-8").strip())
    promised = _origin(memory)
    if promised is not None and promised != present.name:
        set_memory_aside(memory, promised)
        return present
    old = key.with_name(f"{key.name}.{present.name.rpartition('/')[2]}")
    following = Signer.generate(next_name(present.name))
    draft = key.with_name(f"{key.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(following.secret)
        file.flush()
        os.fsync(file.fileno())
    if not old.exists():
        os.link(key, old)
    draft.replace(key)
    set_memory_aside(memory, present.name)
    return following


def _origin(memory: Path) -> str | None:
    return memory.read_text(encoding="utf-8").partition("\n")[0] if memory.exists() else None


def set_memory_aside(memory: Path, name: str) -> None:
    """Keep the last promise of the old signer beside the memory of the new one."""
    if memory.exists():
        memory.replace(memory.with_name(f"{memory.name}.{name.rpartition('/')[2]}"))
