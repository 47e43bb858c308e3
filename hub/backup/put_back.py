"""Puts a copy of a store back, into an empty database only, and brings its tables to this version."""

import os
import shutil
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.engine import make_url

from hub import schema
from hub.backup import postgres
from hub.backup.manifest import Copy
from hub.db import Database
from hub.errors import NotReady
from hub.vault.keyring import open_private


def refuse_unfit(copy: Copy, url: str, hub: str) -> None:
    """Raise NotReady when this copy is of another hub or kind of database, or when something is there already."""
    dialect = "sqlite" if make_url(url).get_backend_name() == "sqlite" else "postgresql"
    if copy.manifest.hub != hub:
        raise NotReady(f"This copy is of {copy.manifest.hub}, and HUB_BASE_URL says {hub}.")
    if copy.manifest.dialect != dialect:
        raise NotReady(f"This copy is of {copy.manifest.dialect}; it cannot be put back into {dialect}.")
    if not _is_empty(url):
        raise NotReady("A copy is put back into empty databases only. Move what is there away, or name new ones.")


def put_back(copy: Copy, url: str) -> None:
    """The copy as the database of this URL (PostgreSQL: the owner's), with the tables of this version."""
    if copy.manifest.dialect == "sqlite":
        _put_back_file(copy.file, Path(make_url(url).database or ""))
    else:
        database = Database(url)
        try:
            postgres.load(url, postgres.schema_of(database), copy.file)
        finally:
            database.close()
    schema.upgrade(url, copy.manifest.store)


def _is_empty(url: str) -> bool:
    if make_url(url).get_backend_name() == "sqlite" and not Path(make_url(url).database or "").exists():
        return True
    database = Database(url)
    try:
        return not inspect(database.engine).get_table_names()
    finally:
        database.close()


def _put_back_file(copy: Path, file: Path) -> None:
    try:
        for there in (file, *file.parent.glob(f"{file.name}-*")):
            # Empty, as we saw: what a connection made of nothing.
            there.unlink(missing_ok=True)
        draft = file.with_name(f"{file.name}.new")
        draft.unlink(missing_ok=True)
        with copy.open("rb") as source, open_private(draft) as target:
            shutil.copyfileobj(source, target)
            target.flush()
            os.fsync(target.fileno())
        draft.rename(file)
    except OSError as error:
        raise NotReady(f"{file} cannot be written ({error.strerror}). Mend that, and type the same again.") from None
