"""A copy of both stores while the hub serves: the main store first, so that the key store has a key for all in it."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from audit import proofs
from hub.backup import postgres
from hub.backup.manifest import FOLDERS, Copy, Manifest, check, hash_of, newest, write
from hub.db import Database, opened
from hub.errors import NotReady
from hub.schema import Store
from hub.vault.keyring import open_private
from hub.vault.models import KeyEpoch

PRIVATE_FOLDER = 0o700

Look = Callable[[Session], dict[str, object]]
"""Reads from the copied moment what the manifest says of it."""


@dataclass(frozen=True)
class Source:
    """A store to copy: PostgreSQL as the role that owns the tables, where that is another."""

    store: Store
    url: str


def stamp_of(now: datetime) -> str:
    """The name of a copy: when it was begun, in UTC."""
    return now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def back_up(place: Path, hub: str, main: Source, keys: Source, checkpoint: str, now: datetime) -> tuple[Copy, Copy]:
    """
    Copy both stores into `place`/data and `place`/keys, under one stamp. Each copy appears whole, or not at all.

    Raises NotReady with what to type. What changes meanwhile in the key store alone is newer than the main store.
    """
    # A person's keys are committed before the data that needs them: who is in the first copy has keys in the second.
    data = _copy(place, hub, main, now, lambda session: {**_head(session), "checkpoint": checkpoint})
    return data, _copy(place, hub, keys, now, _epoch)


def _copy(place: Path, hub: str, source: Source, now: datetime, look: Look) -> Copy:
    stamp = stamp_of(now)
    whole = place / FOLDERS[source.store] / stamp
    part = whole.with_name(f".{stamp}.part")
    if whole.exists() or part.exists():
        raise NotReady(f"{whole} is there already, or was left half done. Try again in a second, or remove it.")
    try:
        part.mkdir(PRIVATE_FOLDER, parents=True)
        _fill(part, hub, source, stamp, look)
        part.rename(whole)
    except (OSError, sqlite3.Error) as error:
        raise NotReady(f"{whole} cannot be written ({error}). Is the disk full, or another's?") from None
    finally:
        # Only what was left half done is still under this name.
        shutil.rmtree(part, ignore_errors=True)
    found = newest(place, source.store, stamp)
    check(found)
    return found


def _fill(part: Path, hub: str, source: Source, stamp: str, look: Look) -> None:
    with opened(source.url) as database:
        dialect = "sqlite" if database.sqlite else "postgresql"
        file = part / f"{source.store}.{'sqlite' if database.sqlite else 'dump'}"
        told = _copy_sqlite(database, file, look) if database.sqlite else _copy_postgres(database, file, look)
    told_of = {"hub": hub, "store": source.store, "stamp": stamp, "dialect": dialect, "file": file.name}
    write(part, Manifest(**told_of, sha256=hash_of(file), **told))  # type: ignore[arg-type]  # told by one of two functions, each with its own fields


def _copy_sqlite(database: Database, file: Path, look: Look) -> dict[str, object]:
    open_private(file).close()
    connection = database.engine.raw_connection()
    try:
        # Also leaves out what was deleted and still lay in free pages.
        connection.cursor().execute("VACUUM INTO ?", (str(file),))
    finally:
        connection.close()
    with file.open("rb") as written:
        os.fsync(written.fileno())
    with opened(f"sqlite:///{file}") as copy, copy.reading() as session:
        told = look(session)
    # Looking left nothing beside the copy, and changed its header only: the hash is taken after this.
    for beside in file.parent.glob(f"{file.name}-*"):
        beside.unlink()
    return told


def _copy_postgres(database: Database, file: Path, look: Look) -> dict[str, object]:
    open_private(file).close()
    one_moment = database.engine.execution_options(isolation_level="REPEATABLE READ")
    with Session(one_moment) as session:
        snapshot = str(session.scalar(text("SELECT pg_export_snapshot()")))
        told = look(session)
        postgres.dump(database.url, postgres.schema_of(database), snapshot, file)
    return told


def _head(session: Session) -> dict[str, object]:
    head = proofs.head(session)
    return {"size": head.size, "root": head.root.hex()}


def _epoch(session: Session) -> dict[str, object]:
    return {"epoch": session.scalar(select(func.max(KeyEpoch.epoch))) or 0}
