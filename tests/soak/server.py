"""A hub with partners on the line: `ketenhub serve` in processes of its own, one of which dies now and then."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hub.settings import Settings

PATIENCE_SECONDS = 60


@dataclass
class Server:
    """The running hub."""

    process: subprocess.Popen[bytes]
    port: int
    killed: int = 0

    def kill_one_worker(self, chance: random.Random) -> None:
        """kill -9 to one of the processes that answer; another takes its place."""
        workers = self._workers()
        if len(workers) > 1:
            os.kill(chance.choice(workers), signal.SIGKILL)
            self.killed += 1

    def _workers(self) -> list[int]:
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def serving(settings: Settings, port: int, folder: Path, processes: int) -> Iterator[Server]:
    """The hub with these settings, on this port of this machine only. Its log stays in the folder."""
    given = {
        "HUB_DATABASE_URL": settings.database_url, "HUB_KEYSTORE_URL": settings.keystore_url,
        "HUB_MASTER_KEY_FILE": str(settings.master_key_file), "HUB_TOKEN_KEY_FILE": str(settings.token_key_file),
        "HUB_CHECKPOINT_KEY_FILE": str(settings.checkpoint_key_file), "HUB_BASE_URL": settings.base_url,
        "HUB_DEMO": "1",
    }  # fmt: skip
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    command = [sys.executable, "-m", "hub", "serve", "--port", str(port), "--processes", str(processes)]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, env={**kept, **given}, stdout=log, stderr=log, start_new_session=True)
        try:
            _wait_until_it_answers(process, port, folder)
            yield Server(process, port)
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE_SECONDS)


def _wait_until_it_answers(process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    patience = time.monotonic() + PATIENCE_SECONDS
    while True:
        if process.poll() is not None or time.monotonic() > patience:
            raise RuntimeError((folder / "server.log").read_text()[-2000:])
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=5).close()
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)
