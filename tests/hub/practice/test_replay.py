"""The year of the pilot, played through the API, comes out as a simulation that shares no code says it must."""

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from hub.app import Stores as HubStores
from hub.cli import commands
from hub.practice import PILOT
from hub.practice.exports import read_exports
from hub.practice.house import make_keys, practice_settings
from hub.practice.outcome import outcome
from hub.practice.replay import set_stage
from tests.chain import BASE_URL
from tests.stores import Stores

EXPECTED: dict[str, Any] = json.loads((PILOT / "verwacht.json").read_text(encoding="utf-8"))


def without_zeros(part: Any) -> Any:
    """Zeros, and what holds nothing else, may be left out."""
    if not isinstance(part, dict):
        return part
    return {name: rest for name, value in part.items() if (rest := without_zeros(value)) not in (0, {})}


def test_the_pilots_year_comes_out_as_expected(stores: Stores, tmp_path: Path) -> None:
    settings = practice_settings(tmp_path, BASE_URL)
    make_keys(settings)
    stage = set_stage(settings, HubStores(stores.database, stores.keys))
    events = read_exports(PILOT)

    played = list(stage.player.play(events))
    result = outcome(stage.hub, stage.player.tally)

    assert len(played) == len(events)
    trail = result.pop("audit")
    assert without_zeros(result) == without_zeros(EXPECTED)
    assert trail["geldig"] is True
    assert trail["omvang"] > len(events)


def test_the_command_prints_one_json_document_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "coa"
    folder.mkdir()
    rows = ["datum;v_nummer;taal;locatie", "2023-01-02;9900000017;ti;azc-almere-engelse-mijl", "2023-01-03;12;ti;x"]
    (folder / "aanmeldingen.csv").write_text("\n".join(rows), encoding="utf-8")

    done = CliRunner().invoke(commands, ["replay", str(tmp_path), "--json"], catch_exceptions=False)

    assert done.exit_code == 0
    result = json.loads(done.stdout)
    assert result["afgekeurd"] == [["coa/aanmeldingen.csv", 3]]
    assert result["audit"]["geldig"] is True


def test_a_row_without_a_readable_day_is_reported_and_the_rest_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "coa"
    folder.mkdir()
    rows = ["datum;v_nummer;taal;locatie", "30 februari;9900000017;ti;x", "2023-01-02;9900000017;ti;nergens", ";;;"]
    (folder / "aanmeldingen.csv").write_text("\n".join(rows), encoding="utf-8")

    done = CliRunner().invoke(commands, ["replay", str(tmp_path), "--json"], catch_exceptions=False)

    rejected = json.loads(done.stdout)["afgekeurd"]
    assert rejected == [["coa/aanmeldingen.csv", line] for line in (2, 3, 4)]


def test_a_partner_that_is_told_to_wait_waits_and_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "randstad"
    folder.mkdir()
    rows = [f"2023-01-02;K{number};S-{number}" for number in range(60)]
    (folder / "intakes.csv").write_text("\n".join(["datum;kandidaatnummer;bewijs", *rows]), encoding="utf-8")

    done = CliRunner().invoke(commands, ["replay", str(tmp_path), "--json"], catch_exceptions=False)

    assert len(json.loads(done.stdout)["afgekeurd"]) == 60
