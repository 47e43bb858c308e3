"""`ketenhub replay`: play a year of partners' exports on a hub of its own, and show what came of it."""

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from sqlalchemy import select

from hub.app import Stores, open_stores
from hub.cli.logs import silence_logs
from hub.errors import SettingsError
from hub.people.models import Subject
from hub.practice import PILOT
from hub.practice.exports import Event, read_exports
from hub.practice.house import make_keys, make_tables, practice_settings
from hub.practice.outcome import outcome
from hub.practice.replay import Stage, set_stage
from hub.settings import Settings

BASE_URL = "http://localhost:8080"


@click.command()
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path), default=PILOT)
@click.option("--json", "as_json", is_flag=True, help="The outcome as JSON on standard output, and nothing else.")
@click.option("--database", help="An empty database to play on, instead of a temporary one; its keys are not kept.")
def replay(folder: Path, as_json: bool, database: str | None) -> None:
    """Play partners' exports through the API; without DIR, the pilot's year."""
    silence_logs()
    events = read_exports(folder)
    with tempfile.TemporaryDirectory() as place:
        settings = practice_settings(Path(place), BASE_URL)
        if database is not None:
            settings = replace(settings, database_url=database)
        stores = _fresh(settings)
        try:
            stage = set_stage(settings, stores)
            _play(stage, events)
            result = outcome(stage.hub, stage.player.tally)
        finally:
            stores.close()
    if as_json:
        click.echo(json.dumps(result, indent=1))
    else:
        _show(result)


def _fresh(settings: Settings) -> Stores:
    make_keys(settings)
    make_tables(settings)
    stores = open_stores(settings)
    with stores.main.reading() as session:
        used = session.execute(select(Subject.id).limit(1)).first()
    if used is not None:
        stores.close()
        raise SettingsError("--database: this database has people in it. Give an empty one.")
    return stores


def _play(stage: Stage, events: Sequence[Event]) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("Playing", total=len(events))
        for event in stage.player.play(events):
            progress.update(task, advance=1, description=str(event.day))


def _show(result: Mapping[str, Any]) -> None:
    console = Console()
    flows = Table("Flow", "Offered", "Handed over", "Waits", "Not shared", title="Every decision, from the trail")
    for name, flow in result["stromen"].items():
        why = ", ".join(f"{reason} {count}" for reason, count in flow["niet-gedeeld"].items())
        counts = (flow["aangeboden"], flow["nageleverd"], flow["wacht-op-koppeling"])
        flows.add_row(name, *map(str, counts), why or "-")
    console.print(flows)
    boxes = Table("Inbox", "Opened", title="Opened and acknowledged")
    for partner, opened in result["postvak"].items():
        boxes.add_row(partner, ", ".join(f"{kind} {count}" for kind, count in opened.items()))
    console.print(boxes)
    _show_rest(console, result)


def _show_rest(console: Console, result: Mapping[str, Any]) -> None:
    rest = Table("What", "How many", title="And further")
    for kind, seen in result["publicaties"].items():
        rest.add_row(f"{kind}: taken, refused", f"{seen['aanvaard']}, {seen['geweigerd']}")
    for answer, count in result["antwoorden"]["werkmogelijkheid"].items():
        rest.add_row(f"may this person work: {answer}", str(count))
    for kind, count in result["intrekkingen"].items():
        rest.add_row(kind, str(count))
    trail = result["audit"]
    rest.add_row("entries in the trail", f"{trail['omvang']}, {'whole' if trail['geldig'] else 'BROKEN'}")
    console.print(rest)
    for file, line in result["afgekeurd"]:
        console.print(f"Rejected: {file}:{line}")
