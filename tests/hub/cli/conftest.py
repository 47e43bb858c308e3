import os
from pathlib import Path

import pytest

from tests.hub.cli.operator import Operator


@pytest.fixture
def operator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Operator:
    """An operator who is about to set up a demo on SQLite."""
    for name in os.environ:
        if name.startswith("HUB_") and not name.startswith("HUB_TEST_"):
            monkeypatch.delenv(name)
    someone = Operator(tmp_path, monkeypatch, capsys)
    someone.sets_up_a_demo()
    return someone
