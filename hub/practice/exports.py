"""A folder of partners' exports as one list of events, in the order in which they are played."""

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

from connectors.errors import Unreadable
from connectors.setu import read_timecard
from connectors.spreadsheet import Line, read_lines
from hub.errors import HubError

Body = dict[str, Any]


class NotAnExport(HubError):
    """The folder, or a file in it, is not what a replay can play; says which."""


@dataclass(frozen=True, slots=True)
class Event:
    """One row: its day and place, who it is about in the partner's own words, what it says (None: unreadable)."""

    day: date
    file: str
    line: int
    who: str = ""
    body: Body | None = None
    extra: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """One export: where it lies, and how a row becomes a body. Files are played in this order within a day."""

    path: str
    who: str
    read: Callable[[Line], Body]
    extra: str = ""


def _registration(line: Line) -> Body:
    return {"taal": line.text("taal"), "vestiging": line.text("locatie")}


def _consent(line: Line) -> Body:
    return {
        "doel": line.text("doel"), "keuze": line.text("keuze"), "taal": line.text("taal"), "tolk": line.yes_no("tolk"),
    }  # fmt: skip


def _employment(line: Line) -> Body:
    body: Body = {"werkt": line.yes_no("werkt")}
    named = ("werkgever", "werkgemeente", "ingangsdatum", "einddatum")
    body |= {name: line.text(name) for name in named if line.text(name)}
    if line.text("contracturen_per_week"):
        body["contracturenPerWeek"] = line.number_of("contracturen_per_week")
    return body


def _application(kind: str) -> Callable[[Line], Body]:
    return lambda line: {"soort": kind, "status": line.text("status"), "datum": line.text("datum")}


FILES: Sequence[File] = (
    File("coa/aanmeldingen.csv", "v_nummer", _registration),
    File("coa/toestemmingen.csv", "v_nummer", _consent),
    File("coa/koppelcodes.csv", "v_nummer", lambda line: {"voor": line.text("voor")}, "bewijs"),
    File("randstad/intakes.csv", "kandidaatnummer", lambda line: {}, "bewijs"),
    File(
        "coa/werkmogelijkheden.csv",
        "v_nummer",
        lambda line: {"magWerken": line.yes_no("mag_werken"), "twvNodig": line.yes_no("twv_nodig")},
    ),
    File(
        "coa/koppelingen.csv",
        "v_nummer",
        lambda line: {"gemeente": line.text("gemeente"), "ingangsdatum": line.text("ingangsdatum")},
    ),
    File(
        "coa/verplaatsingen.csv",
        "v_nummer",
        lambda line: {"naarLocatie": line.text("naar_locatie"), "ingangsdatum": line.text("ingangsdatum")},
    ),
    File("randstad/twv.csv", "kandidaatnummer", _application("TWV")),
    File("coa/bsn.csv", "v_nummer", _application("BSN")),
    File("randstad/dienstverbanden.csv", "kandidaatnummer", _employment),
)
TIMECARDS = "randstad/urenstaten.jsonl"


def read_exports(folder: Path) -> list[Event]:
    """Every event of the folder, by day, file and line. Raises NotAnExport when there is nothing to play."""
    if not folder.is_dir():
        raise NotAnExport(f"{folder} is no folder. Type: ketenhub replay DIR")
    files = [list(_read_file(folder, file)) for file in FILES if (folder / file.path).is_file()]
    cards = list(_read_timecards(folder)) if (folder / TIMECARDS).is_file() else []
    if not files and not cards:
        raise NotAnExport(f"{folder} holds no exports; coa/aanmeldingen.csv would be one.")
    # sorted() keeps the order of files and lines within a day.
    return sorted(chain(*files, cards), key=lambda event: event.day)


def _read_file(folder: Path, file: File) -> Iterator[Event]:
    day = date.min
    try:
        for line in read_lines(folder / file.path):
            event = _read_line(line, file, day)
            day = event.day
            yield event
    except (OSError, csv.Error):
        raise NotAnExport(f"{file.path} cannot be read as a spreadsheet with semicolons.") from None


def _read_line(line: Line, file: File, before: date) -> Event:
    # A row without a readable day is reported on the day of the row before it.
    try:
        day = date.fromisoformat(line.text("datum"))
    except (ValueError, Unreadable):
        return Event(before, file.path, line.number)
    try:
        extra = line.text(file.extra) if file.extra else ""
        return Event(day, file.path, line.number, line.text(file.who), file.read(line), extra)
    except Unreadable:
        return Event(day, file.path, line.number)


def _read_timecards(folder: Path) -> Iterator[Event]:
    day = date.min
    with (folder / TIMECARDS).open(encoding="utf-8", errors="replace") as file:
        for number, text in enumerate(file, start=1):
            event = _read_timecard(number, text, day)
            day = event.day
            yield event


def _read_timecard(number: int, text: str, before: date) -> Event:
    try:
        row = json.loads(text)
        day = date.fromisoformat(row["verzonden"])
    except (ValueError, KeyError, TypeError):
        return Event(before, TIMECARDS, number)
    try:
        card = read_timecard(row.get("timecard"))
    except Unreadable:
        return Event(day, TIMECARDS, number)
    return Event(day, TIMECARDS, number, card.candidate, {"week": card.week, "gewerkteUren": card.hours})
