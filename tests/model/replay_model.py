"""Plays a folder of partners' exports on the model, as `ketenhub replay --json` plays it on the hub.

python -m tests.model.replay_model DIR prints what must come out: all but `audit`, which only a hub has.
"""

import csv
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from tests.model.accepted import Value
from tests.model.counts import flows, taken_back
from tests.model.rules import Client, Model, Opened

Row = Mapping[str, str]

COA = Client("coa", "coa", frozenset({"azc-almere-engelse-mijl", "nol-almere-markerkant"}))
RANDSTAD = Client("randstad", "bemiddelaar", frozenset({"almere", "zwolle"}))
CLIENTS = (COA, RANDSTAD, Client("GM0034", "gemeente"), Client("GM0363", "gemeente"))

# On one day: people, choices and codes first, then what is told about them.
ORDER = (
    "coa/aanmeldingen.csv",
    "coa/toestemmingen.csv",
    "coa/koppelcodes.csv",
    "randstad/intakes.csv",
    "coa/werkmogelijkheden.csv",
    "coa/koppelingen.csv",
    "coa/verplaatsingen.csv",
    "randstad/twv.csv",
    "coa/bsn.csv",
    "randstad/dienstverbanden.csv",
    "randstad/urenstaten.jsonl",
)


class Unreadable(Exception):
    """A row that cannot be turned into a request; told apart by its place, never by its content."""


@dataclass(frozen=True)
class Line:
    day: date
    file: str
    number: int
    row: Row


def read_folder(folder: Path) -> list[Line]:
    lines = [line for file in ORDER for line in _read_file(folder, file)]
    return sorted(lines, key=lambda line: (line.day, ORDER.index(line.file), line.number))


def _read_file(folder: Path, file: str) -> Iterator[Line]:
    text = (folder / file).read_text(encoding="utf-8")
    if file.endswith(".jsonl"):
        for number, timecard in enumerate(text.splitlines(), start=1):
            row = _read_timecard(json.loads(timecard))
            yield Line(date.fromisoformat(row["datum"]), file, number, row)
        return
    reader = csv.DictReader(text.splitlines(), delimiter=";")
    for row in reader:
        yield Line(date.fromisoformat(row["datum"]), file, reader.line_num, row)


def _read_timecard(line: Mapping[str, Any]) -> Row:
    """Keep the person, the week of the period's start and the sum of the hours; look at nothing else."""
    timecard = line["timecard"]
    year, week, _ = date.fromisoformat(timecard["period"]["datePeriod"]["start"]).isocalendar()
    return {
        "datum": line["verzonden"],
        "kandidaatnummer": timecard["person"]["id"][0]["value"],
        "week": f"{year}-W{week:02}",
        "uren": str(sum(Decimal(interval["timeTotal"]) for interval in timecard["timeInterval"])),
    }


def _boolean(text: str) -> Value:
    return {"ja": True, "nee": False}.get(text, text)


def _number(text: str) -> Value:
    try:
        return float(Decimal(text.replace(",", ".")))
    except InvalidOperation as error:
        raise Unreadable from error


def _filled(row: Row, columns: Mapping[str, str]) -> dict[str, Value]:
    """Rename columns to wire names; an empty cell is a field left out."""
    return {name: row[column] for column, name in columns.items() if row[column] != ""}


class Replay:
    """One run of a folder on a fresh model, counted in the words of `verwacht.json`."""

    def __init__(self) -> None:
        self.model = Model()
        self.now = datetime.min.replace(tzinfo=UTC)
        self.people: dict[str, str] = {}
        self.slips: dict[str, str] = {}
        self.rejected: list[tuple[str, int]] = []
        self.published: dict[str, dict[str, int]] = {}
        self.answers = {"ja": 0, "nee": 0, "geen-antwoord": 0}
        self.opened: dict[str, dict[str, int]] = {}
        self.play: Mapping[str, Callable[[Row], int]] = {
            "coa/aanmeldingen.csv": self._register,
            "coa/toestemmingen.csv": self._choose,
            "coa/koppelcodes.csv": self._issue_code,
            "randstad/intakes.csv": self._redeem_and_ask,
            "coa/werkmogelijkheden.csv": self._tell_may_work,
            "coa/koppelingen.csv": self._tell_linkage,
            "coa/verplaatsingen.csv": self._tell_relocation,
            "randstad/twv.csv": self._tell_twv,
            "coa/bsn.csv": self._tell_bsn,
            "randstad/dienstverbanden.csv": self._tell_employment,
            "randstad/urenstaten.jsonl": self._tell_hours,
        }

    def run(self, folder: Path) -> dict[str, object]:
        month = None
        for line in read_folder(folder):
            # One moment a day: the model judges by days, and nothing in a file is finer.
            self.now = datetime.combine(line.day, time(12), UTC)
            if (line.day.year, line.day.month) != month:
                self._everyone_opens()
            month = (line.day.year, line.day.month)
            self._play(line)
        self._everyone_opens()
        return self._outcome()

    def _play(self, line: Line) -> None:
        try:
            status = self.play[line.file](line.row)
        except Unreadable:
            status = 400
        if status == 400:
            self.rejected.append((line.file, line.number))

    def _everyone_opens(self) -> None:
        for client in CLIENTS:
            for handle, _ in self.model.inbox(self.now, client):
                opened = self.model.open(self.now, client, handle)
                assert opened.status == 200
                assert self.model.acknowledge(self.now, client, handle).status == 204
                _count(self.opened.setdefault(client.partner, {}), _kind(opened))

    # One method a file

    def _register(self, row: Row) -> int:
        answer = self.model.register(self.now, COA, row["v_nummer"], row["taal"], row["locatie"])
        if answer.handle:
            self.people[row["v_nummer"]] = answer.handle
        return answer.status

    def _choose(self, row: Row) -> int:
        person, interpreter = self._person(row), _boolean(row["tolk"])
        return self.model.choose(self.now, COA, person, row["doel"], row["keuze"], row["taal"], interpreter).status

    def _issue_code(self, row: Row) -> int:
        answer = self.model.issue_code(self.now, COA, self._person(row), row["voor"])
        if answer.handle:
            self.slips[row["bewijs"]] = answer.handle
        return answer.status

    def _redeem_and_ask(self, row: Row) -> int:
        code = self.slips.get(row["bewijs"], "no such slip")
        answer = self.model.redeem(self.now, RANDSTAD, code, row["kandidaatnummer"], "almere")
        if answer.status != 201 or answer.handle is None:
            return answer.status
        self.people[row["kandidaatnummer"]] = answer.handle
        results = self.model.query(self.now, RANDSTAD, "werkmogelijkheid", answer.handle)
        may_work = results[0].get("magWerken") if results else None
        _count(self.answers, "geen-antwoord" if may_work is None else "ja" if may_work else "nee")
        return answer.status

    def _tell_may_work(self, row: Row) -> int:
        fields = {"magWerken": _boolean(row["mag_werken"]), "twvNodig": _boolean(row["twv_nodig"])}
        return self._publish(COA, "werkmogelijkheid", row, fields)

    def _tell_linkage(self, row: Row) -> int:
        fields = _filled(row, {"gemeente": "gemeente", "ingangsdatum": "ingangsdatum"})
        return self._publish(COA, "koppeling", row, fields)

    def _tell_relocation(self, row: Row) -> int:
        fields = _filled(row, {"naar_locatie": "naarLocatie", "ingangsdatum": "ingangsdatum"})
        return self._publish(COA, "verplaatsing", row, fields)

    def _tell_twv(self, row: Row) -> int:
        return self._publish(RANDSTAD, "aanvraagstatus", row, _application(row, "TWV"))

    def _tell_bsn(self, row: Row) -> int:
        return self._publish(COA, "aanvraagstatus", row, _application(row, "BSN"))

    def _tell_employment(self, row: Row) -> int:
        names = {"werkgever": "werkgever", "werkgemeente": "werkgemeente"}
        dates = {"ingangsdatum": "ingangsdatum", "einddatum": "einddatum"}
        fields = _filled(row, names | dates)
        fields["werkt"] = _boolean(row["werkt"])
        fields["contracturenPerWeek"] = _number(row["contracturen_per_week"])
        return self._publish(RANDSTAD, "dienstverband", row, fields)

    def _tell_hours(self, row: Row) -> int:
        fields = {"week": row["week"], "gewerkteUren": _number(row["uren"])}
        return self._publish(RANDSTAD, "urenstaat", row, fields)

    def _publish(self, client: Client, message: str, row: Row, fields: Mapping[str, Value]) -> int:
        answer = self.model.publish(self.now, client, message, self._person(row), fields)
        tally = self.published.setdefault(message, {"aanvaard": 0, "geweigerd": 0})
        if answer.status != 400:
            _count(tally, "aanvaard" if answer.status == 201 else "geweigerd")
        return answer.status

    def _person(self, row: Row) -> str:
        return self.people.get(row.get("v_nummer") or row["kandidaatnummer"], "nobody")

    # The outcome

    def _outcome(self) -> dict[str, object]:
        return {
            "afgekeurd": [list(place) for place in sorted(self.rejected)],
            "publicaties": self.published,
            "stromen": flows(self.model),
            "antwoorden": {"werkmogelijkheid": self.answers},
            "postvak": self.opened,
            "intrekkingen": taken_back(self.model, self.now),
        }


def _application(row: Row, sort: str) -> dict[str, Value]:
    return {"soort": sort} | _filled(row, {"status": "status", "datum": "datum"})


def _kind(opened: Opened) -> str:
    assert opened.type is not None
    ended = opened.type == "koppeling" and opened.fields["status"] == "beeindigd"
    return "koppeling-beeindigd" if ended else opened.type


def _count(tally: dict[str, int], key: str) -> None:
    tally[key] = tally.get(key, 0) + 1


if __name__ == "__main__":
    json.dump(Replay().run(Path(sys.argv[1])), sys.stdout, indent=1)
