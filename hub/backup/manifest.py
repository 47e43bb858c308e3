"""What stands beside a copy of a store: of which hub, when, how far its trail went, and the hash of the copy."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from hub.errors import NotReady
from hub.schema import Store

NAME = "manifest.json"
FOLDERS: Mapping[Store, str] = {"main": "data", "keys": "keys"}
CHUNK = 1 << 20


@dataclass(frozen=True)
class Manifest:
    """`checkpoint` is the trail's head, signed, of just before the copy; `size` and `root` are those of the copy."""

    hub: str
    store: Store
    stamp: str
    dialect: str
    file: str
    sha256: str
    epoch: int = 0
    size: int = 0
    root: str = ""
    checkpoint: str = ""


@dataclass(frozen=True)
class Copy:
    """One copy of one store, in a folder of its own."""

    folder: Path
    manifest: Manifest

    @property
    def file(self) -> Path:
        """The copy itself."""
        return self.folder / self.manifest.file


def write(folder: Path, manifest: Manifest) -> None:
    """Write it beside the copy."""
    with (folder / NAME).open("w", encoding="utf-8") as file:
        file.write(json.dumps(asdict(manifest), indent=1) + "\n")
        file.flush()
        os.fsync(file.fileno())


def newest(place: Path, store: Store, stamp: str | None = None) -> Copy:
    """The newest whole copy of this store, or the one of this stamp. Raises NotReady when there is none."""
    folders = sorted(one for one in (place / FOLDERS[store]).glob(stamp or "*Z") if (one / NAME).is_file())
    if not folders:
        raise NotReady(f"{place / FOLDERS[store]} holds no copy{f' {stamp}' if stamp else ''}. Name another folder.")
    return _read(folders[-1], store)


def check(copy: Copy) -> None:
    """Return when the copy is what was written; raise NotReady when a byte of it differs."""
    if not copy.file.is_file() or hash_of(copy.file) != copy.manifest.sha256:
        raise NotReady(f"{copy.file} is not what was copied. Take another copy.")


def hash_of(file: Path) -> str:
    """SHA-256 in hex, without holding the file in memory."""
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while chunk := opened.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _read(folder: Path, store: Store) -> Copy:
    try:
        manifest = Manifest(**json.loads((folder / NAME).read_text(encoding="utf-8")))
        bytes.fromhex(manifest.root)
        fits = manifest.store == store and Path(manifest.file).name == manifest.file
    except (ValueError, TypeError, OSError):
        fits = False
    if not fits:
        raise NotReady(f"{folder / NAME} is no manifest of a copy of this store. Take another copy.")
    return Copy(folder, manifest)
