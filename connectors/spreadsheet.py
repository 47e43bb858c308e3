"""Reads the spreadsheets that partners export: semicolons, UTF-8, a header, «ja» and «nee», a decimal comma."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from connectors.errors import Unreadable

YES_NO = {"ja": True, "nee": False}
# A cell is a name, a date or a number; more is a mistake, or an attempt.
LONGEST_CELL = 1000


@dataclass(frozen=True, slots=True)
class Line:
    """One row and the line that it stands on; the header is line 1."""

    number: int
    cells: Mapping[str, str] = field(repr=False)

    def text(self, column: str) -> str:
        """A cell as it stands. Raises Unreadable when the row has none."""
        found = self.cells.get(column)
        if found is None or len(found) > LONGEST_CELL:
            raise Unreadable(f"kolom {column}: hier staat niets leesbaars")
        return found

    def yes_no(self, column: str) -> bool:
        """«ja» or «nee» as true or false. Raises Unreadable for anything else."""
        found = YES_NO.get(self.text(column))
        if found is None:
            raise Unreadable(f"kolom {column}: schrijf ja of nee")
        return found

    def number_of(self, column: str) -> int | float:
        """A number with a decimal comma. Raises Unreadable for anything else."""
        return number(self.text(column), column)


def read_lines(path: Path) -> Iterator[Line]:
    """The rows of a file in their order, under the names of its header."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter=";")
        for row in rows:
            yield Line(rows.line_num, {name: cell for name, cell in row.items() if name and isinstance(cell, str)})


def number(text: str, column: str) -> int | float:
    """A Dutch number (24 or 22,5) as a JSON number."""
    digits = text.replace(",", ".", 1)
    if not digits.isascii() or not digits.replace(".", "", 1).isdigit():
        raise Unreadable(f"kolom {column}: schrijf een getal, met een komma voor de decimalen")
    found = float(digits)
    return int(found) if found.is_integer() else found
