"""
What the documents tell to type, works as written: the README's walk through, getting a token, checking a proof.

Every command is run against a demo, and every answer compared with the one that is shown.
"""

import json
import re
import shlex
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PORT = "localhost:8080"
README = (ROOT / "README.md").read_text(encoding="utf-8")
WALK = README.split("\n## Walk through\n")[1].split("\n## ")[0]
TRAIL = (ROOT / "docs" / "trail.md").read_text(encoding="utf-8")
IDENTITY = (ROOT / "docs" / "identity.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(bash|json|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PATIENCE_SECONDS = 60
MARK = "----- answer -----"

# What differs each time: names, hashes, instants, days, weeks and places in the trail.
VOLATILE = (
    (r'"[0-9a-f]{64}"', '"HASH"'),
    (r'"[0-9a-f]{32}"', '"ID"'),
    (r'"betrokkeneId":"[a-z2-7]{26}"', '"betrokkeneId":"NAME"'),
    (r'"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"', '"INSTANT"'),
    (r'"\d{4}-\d\d-\d\d"', '"DAY"'),
    (r'"\d{4}-W\d\d"', '"WEEK"'),
    (r'"index":\d+', '"index":N'),
    (r"Entry \d+", "Entry N"),
    (r"\d+ entries", "N entries"),
    (r"of \d+\.", "of N."),
    (r"localhost:\d+", PORT),
)


def constant(answer: str) -> list[str]:
    """The lines of an answer without what differs each time. Items of one instant have no order among them."""
    for pattern, word in VOLATILE:
        answer = re.sub(pattern, word, answer)
    return sorted(line for line in answer.splitlines() if line)


def blocks(document: str) -> list[tuple[str, str]]:
    """Each command with the answer that the document shows under it; no answer: it prints nothing."""
    found: list[tuple[str, str]] = []
    for kind, text in BLOCK.findall(document):
        if kind == "bash":
            found.append((text, ""))
        else:
            found[-1] = (found[-1][0], text)
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/health/ready", timeout=5):  # noqa: S310  # our own demo
            return True
    except (urllib.error.URLError, ConnectionError):
        return False


def wait_until_ready(address: str, demo: subprocess.Popen[bytes], log: Path) -> None:
    patience = time.monotonic() + PATIENCE_SECONDS
    while not is_ready(address):
        assert time.monotonic() < patience, log.read_text()
        # Look again in a moment; a demo that ended ends the waiting too.
        with suppress(subprocess.TimeoutExpired):
            demo.wait(timeout=0.1)
        assert demo.poll() is None, log.read_text()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    """A demo on a free port, in a folder with a `.venv/bin/ketenhub`, as after `make demo`."""
    folder, port = tmp_path_factory.mktemp("clone"), free_port()
    command = folder / ".venv" / "bin" / "ketenhub"
    command.parent.mkdir(parents=True)
    python = f"PYTHONPATH={shlex.quote(str(ROOT))} exec {shlex.quote(sys.executable)}"
    command.write_text(f'#!/bin/sh\n{python} -m hub "$@"\n')
    command.chmod(0o755)
    log = folder / "log"
    with log.open("wb") as out:
        process = subprocess.Popen([command, "demo", "--port", str(port)], cwd=folder, stdout=out, stderr=out)
        try:
            wait_until_ready(f"http://localhost:{port}", process, log)
            yield folder, port
        finally:
            process.terminate()
            process.wait(timeout=30)


def run(demo: tuple[Path, int], document: str) -> list[str]:
    """What each block of a document printed, run in order in one shell."""
    folder, port = demo
    script = "".join(f"{command}echo; echo '{MARK}'\n" for command, _ in blocks(document))
    script = script.replace(PORT, f"localhost:{port}")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.split(MARK)[:-1]


@pytest.fixture(scope="module")
def answers(demo: tuple[Path, int]) -> list[str]:
    """What the README's walk through printed, block by block."""
    return run(demo, WALK)


def test_the_walk_through_answers_as_the_readme_shows(answers: list[str]) -> None:
    shown = [answer for _, answer in blocks(WALK)]

    assert [constant(answer) for answer in answers] == [constant(answer) for answer in shown]


def test_the_consultants_question_takes_three_commands(answers: list[str]) -> None:
    assert '"magWerken":true' in answers[2]


def test_after_the_withdrawal_the_answer_is_empty(answers: list[str]) -> None:
    assert answers[-1].split()[-1] == '{"resultaten":[]}'


def test_the_walk_through_names_the_default_port_and_folder_only() -> None:
    commands = "".join(command for command, _ in blocks(WALK))

    assert set(re.findall(r"localhost:\d+", commands)) == {PORT}
    assert set(re.findall(r"--key (\S+)", commands)) == {f"demo-data/{name}.pem" for name in ("rik", "noor", "samira")}


def test_the_demo_prints_the_code_of_a_slip(demo: tuple[Path, int]) -> None:
    folder, _ = demo
    code = "-".join(["[0-9A-Z]{4}"] * 3)

    assert re.search(f"A slip that nobody redeemed yet: {code}\n", (folder / "log").read_text())


@pytest.fixture(scope="module")
def said(demo: tuple[Path, int]) -> list[str]:
    """What the page about the trail printed, block by block; its files lie in the folder of the demo."""
    return run(demo, TRAIL)


def test_an_outsider_checks_a_receipt_and_the_growth_of_the_trail_as_the_page_shows(said: list[str]) -> None:
    assert [constant(answer) for answer in said] == [constant(shown) for _, shown in blocks(TRAIL)]


def test_a_receipt_with_another_proof_is_told_by_the_exit_code(demo: tuple[Path, int], said: list[str]) -> None:
    folder, _ = demo
    (folder / "other.json").write_text(json.dumps({"index": 0, "bladhash": "0" * 64}))
    check = '.venv/bin/ketenhub verify receipt other.json entry.tlog-proof --key "$(cat trail.key)"'

    assert subprocess.run(["bash", "-c", check], cwd=folder, capture_output=True, check=False).returncode == 1


def test_the_worked_example_gets_a_token(demo: tuple[Path, int]) -> None:
    folder, port = demo
    (example,) = re.findall(r"^```python\n(.*?)^```$", IDENTITY, re.MULTILINE | re.DOTALL)
    code = example.replace(PORT, f"localhost:{port}")

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, timeout=60, check=True
    )

    token = json.loads(done.stdout)
    assert (token["token_type"], token["expires_in"]) == ("Bearer", 600)
