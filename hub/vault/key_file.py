"""The master key as the running hub uses it: from its file, read again when an epoch is met that it does not know."""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from hub.errors import SettingsError
from hub.vault.keyring import PRIVATE, FileKeyring, dump_keyring, load_keyring


class KeyFile:
    """A KeyProvider that follows its file: `ketenhub keys renew` needs no restart of the hub."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.keyring = load_keyring(path)

    @property
    def epoch(self) -> int:
        """The newest epoch that is known here."""
        return self.keyring.epoch

    def wrap(self, secret: bytes, context: bytes, epoch: int | None = None) -> bytes:
        """Wrap a key under this epoch (None: the newest), bound to its context. Raises EpochGone."""
        return self._knowing(epoch).wrap(secret, context, epoch)

    def unwrap(self, wrapped: bytes, epoch: int, context: bytes) -> bytes:
        """The key again. Raises SealBroken when it was moved or changed, EpochGone when its epoch is not here."""
        return self._knowing(epoch).unwrap(wrapped, epoch, context)

    def _knowing(self, epoch: int | None) -> FileKeyring:
        # What is read replaces what was known: a master key that was destroyed leaves the memory too.
        if epoch is not None and epoch not in self.keyring.keys:
            self.keyring = load_keyring(self.path)
        return self.keyring


def replace_keyring(path: Path, keyring: FileKeyring) -> None:
    """
    Write the key file anew; whoever reads meanwhile, or after a power cut, finds the old one or the new one, whole.

    Owner and mode stay. The old content is written over with zeros, for what that is worth: a disk that writes
    elsewhere, a snapshot or a backup still has it (docs/keys.md). Raises SettingsError when it cannot be written.
    """
    # A file that is mounted by a link stays one.
    real = path.resolve()
    draft = real.with_name(f"{real.name}.new")
    try:
        with real.open("r+b") as old:
            # A draft is left behind by a power cut only; nothing depends on it yet.
            draft.unlink(missing_ok=True)
            _write_like(draft, os.fstat(old.fileno()), dump_keyring(keyring))
            draft.replace(real)
            _sync_folder(real.parent)
            _wipe(old.fileno())
    except OSError as error:
        raise SettingsError(f"{path} cannot be written anew ({error.strerror}). It is as it was.") from None


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """One change of the key file at a time on this machine; the file itself is replaced, so it cannot be the lock."""
    real = path.resolve()
    with real.with_name(f"{real.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def mark_escrowed(path: Path, epoch: int) -> None:
    """A copy of this epoch's master key lies in the safe: write that down in the key file, where it stays with it."""
    with alone(path):
        keyring = load_keyring(path)
        replace_keyring(path, replace(keyring, escrowed=keyring.escrowed | {epoch}))


def _write_like(draft: Path, like: os.stat_result, content: bytes) -> None:
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb") as file:
        if (like.st_uid, like.st_gid) != (os.geteuid(), os.getegid()):
            # An operator as root keeps the file readable for the account that the hub runs as.
            os.fchown(file.fileno(), like.st_uid, like.st_gid)
        os.fchmod(file.fileno(), stat.S_IMODE(like.st_mode))
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _wipe(opened: int) -> None:
    os.pwrite(opened, bytes(os.fstat(opened).st_size), 0)
    os.fsync(opened)
