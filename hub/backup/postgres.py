"""Copies of a PostgreSQL database by PostgreSQL's own programs, which must be of the server's version or newer."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, text
from sqlalchemy.engine import make_url

from hub.db import Database
from hub.errors import NotReady
from hub.vault.keyring import write_private


def dump(url: str, schema: str, snapshot: str, file: Path) -> None:
    """What this snapshot of the database holds in this schema, into a new file. Raises NotReady."""
    _run("pg_dump", url, "--format=custom", f"--schema={schema}", f"--snapshot={snapshot}", f"--file={file}")


def load(url: str, schema: str, file: Path) -> None:
    """Put a copy into an empty database: all of it, or nothing. Raises NotReady."""
    _run("pg_restore", url, f"--schema={schema}", "--exit-on-error", "--single-transaction", str(file))


def schema_of(database: Database) -> str:
    """The schema in which this store's tables are."""
    with database.engine.connect() as connection:
        return str(connection.scalar(text("SELECT current_schema()")) or "public")


@contextmanager
def spare(url: str, name: str) -> Iterator[str]:
    """A database of this name on the same server, while it is needed: its URL. Takes a role with CREATEDB."""
    database = Database(url)
    quoted = database.engine.dialect.identifier_preparer.quote(name)
    try:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if not connection.scalar(text("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")):
                raise NotReady("The drill needs a database of its own. Type: ALTER ROLE ... CREATEDB (docs/backup.md).")
            connection.exec_driver_sql(f"CREATE DATABASE {quoted} TEMPLATE template0")
            try:
                # In `public`, wherever the tables of the live store are.
                found = make_url(url).set(database=name).difference_update_query(["options"])
                yield found.render_as_string(hide_password=False)
            finally:
                connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)")
    finally:
        database.close()


def _run(program: str, url: str, *options: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise NotReady(f"{program} is not on the PATH. Install PostgreSQL's client programs, of the server's version.")
    with tempfile.TemporaryDirectory() as folder:
        words = [found, "--no-owner", "--no-privileges", *_target(program, make_url(url), Path(folder)), *options]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["no reason given"]
        raise NotReady(f"{program} stopped: {said[-1]}")


def _target(program: str, url: URL, folder: Path) -> list[str]:
    # A password on the command line can be read by everybody on the machine; in a file of our own it cannot.
    if url.password:
        line = ":".join(_escaped(part) for part in (str(url.username), str(url.password)))
        write_private(folder / "pgpass", f"*:*:*:{line}\n".encode())
        url = url.update_query_dict({"passfile": str(folder / "pgpass")})
    plain = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
    return ["--no-password", f"--dbname={plain.render_as_string(hide_password=False)}"]


def _escaped(part: str) -> str:
    return part.replace("\\", "\\\\").replace(":", "\\:")
