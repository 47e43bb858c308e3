"""The master key (KEK) and nothing else: it wraps the keys of persons and partners, and never leaves its provider."""

import base64
import json
import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, Protocol

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag

from hub.errors import EpochGone, SealBroken, SettingsError

PRIVATE = 0o600


class KeyProvider(Protocol):
    """Where the master key lives: a file now, a PKCS#11 token or a transit service later."""

    @property
    def epoch(self) -> int:
        """The newest epoch that is known here."""
        ...

    def wrap(self, secret: bytes, context: bytes, epoch: int | None = None) -> bytes:
        """Wrap a key under this epoch (None: the newest), bound to its context. Raises EpochGone."""
        ...

    def unwrap(self, wrapped: bytes, epoch: int, context: bytes) -> bytes:
        """The key again. Raises SealBroken when it was moved or changed, EpochGone when its epoch is not here."""
        ...


@dataclass(frozen=True)
class FileKeyring:
    """The master key in a file that only its owner can read; one key per epoch."""

    epoch: int
    keys: Mapping[int, bytes] = field(repr=False)
    demo: bool = False
    # The epochs of which a copy was written for the safe (hub/vault/escrow.py).
    escrowed: frozenset[int] = field(default=frozenset(), repr=False)

    def wrap(self, secret: bytes, context: bytes, epoch: int | None = None) -> bytes:
        """Wrap a key under this epoch (None: the newest), bound to its context. Raises EpochGone."""
        encryptor = Cobblestone256Encryptor(self._key(self.epoch if epoch is None else epoch), context)
        return encryptor.update(secret) + encryptor.finalize()

    def unwrap(self, wrapped: bytes, epoch: int, context: bytes) -> bytes:
        """The key again. Raises SealBroken when it was moved or changed, EpochGone when its epoch is not here."""
        key = self._key(epoch)
        try:
            decryptor = Cobblestone256Decryptor(key, context)
            return decryptor.update(wrapped) + decryptor.finalize()
        except InvalidTag:
            raise SealBroken("a wrapped key does not open here") from None

    def _key(self, epoch: int) -> bytes:
        if epoch not in self.keys:
            raise EpochGone("the master key of this epoch is gone")
        return self.keys[epoch]


def open_private(path: Path) -> BinaryIO:
    """
    A new file that only its owner can read, open for writing. Raises OSError when it exists or cannot be made.

    The mode is set as it is made, so that nobody can look in between; never over a key that is there.
    """
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb")


def write_private(path: Path, content: bytes) -> None:
    """Write a new file that only its owner can read (0600). Raises SettingsError when it exists: never overwrites."""
    try:
        opened = open_private(path)
    except FileExistsError:
        refuse_existing([path])
        raise
    except OSError as error:
        raise SettingsError(f"{path} cannot be written ({error.strerror}); make its folder first.") from None
    with opened as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def refuse_existing(paths: Sequence[Path]) -> None:
    """Raise SettingsError when there are any: a key is never overwritten."""
    if paths:
        named = ", ".join(map(str, paths))
        raise SettingsError(f"{named} exists already; the hub never overwrites a key. Move it away first.")


def read_private(path: Path, setting: str) -> bytes:
    """The content of a key file. Raises SettingsError when it is missing or when others than its owner can read it."""
    try:
        mode = path.stat().st_mode
        content = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{setting}: cannot read {path} ({error.strerror}). Type: ketenhub init") from None
    if stat.S_IMODE(mode) & 0o077:
        raise SettingsError(f"{setting}: others can read {path}. Type: chmod 600 {path}")
    return content


def make_keyring(path: Path, *, demo: bool = False) -> FileKeyring:
    """A new master key, epoch 1, written to a file of its own. One of a demo says so, and production refuses it."""
    keyring = FileKeyring(1, {1: new_master_key()}, demo)
    write_private(path, dump_keyring(keyring))
    return keyring


def new_master_key() -> bytes:
    """A master key for an epoch that is to begin: 32 random bytes."""
    return Cobblestone256Encryptor.generate_key()


def newest_alone(keyring: FileKeyring) -> FileKeyring:
    """The same without the master keys of older epochs."""
    newest = keyring.epoch
    return replace(keyring, keys={newest: keyring.keys[newest]}, escrowed=keyring.escrowed & {newest})


def dump_keyring(keyring: FileKeyring) -> bytes:
    """A key file's content: JSON, the keys in base64."""
    keys = {str(epoch): base64.b64encode(key).decode() for epoch, key in keyring.keys.items()}
    written = {"epoch": keyring.epoch, "demo": keyring.demo, "keys": keys, "escrowed": sorted(keyring.escrowed)}
    return json.dumps(written).encode()


def parse_keyring(content: bytes) -> FileKeyring | None:
    """What `dump_keyring` wrote; None when this is no such thing."""
    try:
        data = json.loads(content)
        keys = {int(epoch): base64.b64decode(key, validate=True) for epoch, key in data["keys"].items()}
        escrowed = frozenset(int(epoch) for epoch in data.get("escrowed", ()))
        keyring = FileKeyring(int(data["epoch"]), keys, data.get("demo") is True, escrowed)
        fits = keyring.epoch in keys and all(len(key) == 32 for key in keys.values())
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return None
    return keyring if fits else None


def load_keyring(path: Path) -> FileKeyring:
    """The master key from its file. Raises SettingsError with the words to type."""
    keyring = parse_keyring(read_private(path, "HUB_MASTER_KEY_FILE"))
    if keyring is None:
        raise SettingsError(f"HUB_MASTER_KEY_FILE: {path} is no key file. Put back the one that `init` made.")
    return keyring
