"""Starts the hub or the yardstick under gunicorn, in processes of their own, and looks how large they are."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from pathlib import Path

from hub.settings import PREFIX, Settings
from tests.bench.load import WrongAnswer

PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Running:
    """A gunicorn that answers, and how long it took before it did."""

    port: int
    process: subprocess.Popen[bytes]
    settings: Settings
    start_seconds: float

    @property
    def worker_megabytes(self) -> float:
        """The largest resident size among its processes that answer requests."""
        pids = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return max(_resident(pid) for pid in pids)


HUB = ("-m", "hub", "serve")
YARDSTICK = ("-m", "tests.bench.yardstick")


@contextmanager
def running(what: Sequence[str], settings: Settings, ready: str, processes: int, log: Path) -> Iterator[Running]:
    """Serve from these settings on a free port until the block ends; `ready` answers when it can work."""
    port = _free_port()
    here = replace(settings, base_url=f"http://127.0.0.1:{port}")
    command = [sys.executable, *what, "--port", str(port), "--processes", str(processes)]
    began = time.monotonic()
    with log.open("wb") as file:
        process = subprocess.Popen(command, env=_environment(here), stdout=file, stderr=file)
    try:
        _wait(f"{here.base_url}{ready}", process, log)
        yield Running(port, process, here, time.monotonic() - began)
    except WrongAnswer as wrong:
        wrong.add_note(_errors(log))
        raise
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=PATIENCE_SECONDS)


def _environment(settings: Settings) -> dict[str, str]:
    others = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    given = {field.name: getattr(settings, field.name) for field in fields(settings)}
    texts = {name: "1" if value is True else str(value) for name, value in given.items() if value}
    return {**others, **{PREFIX + name.upper(): text for name, text in texts.items()}}


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    patience = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < patience and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310  # our own
                if answer.status == 200:
                    return
        except urllib.error.HTTPError:
            raise
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"it does not answer: {log.read_text()[-2000:]}")


def _errors(log: Path) -> str:
    lines = [line for line in log.read_text().splitlines() if '"level": "info"' not in line]
    return "\n".join([f"{log.name} says:", *lines[-30:]])


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _resident(pid: str) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))
