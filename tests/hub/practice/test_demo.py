"""The demo: a story that was told through the API, and a folder that is its own."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from hub.cli import commands
from hub.errors import SettingsError
from hub.practice.demo import ENVIRONMENT, OFFICES, Demo, build_demo
from hub.settings import read_settings
from tests.chain import BASE_URL


@pytest.fixture
def demo(tmp_path: Path) -> Demo:
    """A demo that was just built; nothing serves it."""
    built = build_demo(tmp_path / "demo", BASE_URL)
    built.stores.close()
    return built


@pytest.mark.usefixtures("demo")
def test_every_person_has_a_key_that_only_the_owner_of_the_folder_can_read(tmp_path: Path) -> None:
    modes = {(tmp_path / "demo" / f"{name}.pem").stat().st_mode & 0o777 for name in OFFICES}
    assert modes == {0o600}


@pytest.mark.usefixtures("demo")
def test_its_settings_lead_other_commands_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = (tmp_path / "demo" / ENVIRONMENT).read_text().splitlines()
    given = dict(line.split("=", 1) for line in lines)
    for name, value in given.items():
        monkeypatch.setenv(name, value.strip("'"))

    assert read_settings().demo
    verified = CliRunner().invoke(commands, ["verify"], catch_exceptions=False)

    assert verified.exit_code == 0, verified.output
    assert "The trail is whole" in verified.output


def test_a_folder_that_holds_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "werk.txt").write_text("van iemand anders")

    with pytest.raises(SettingsError, match="--data DIR"):
        build_demo(tmp_path, BASE_URL)

    assert [path.name for path in tmp_path.iterdir()] == ["werk.txt"]


@pytest.mark.usefixtures("demo")
def test_it_begins_anew_in_its_own_folder(tmp_path: Path) -> None:
    again = build_demo(tmp_path / "demo", BASE_URL)
    again.stores.close()
    assert again.told.slip
