"""Reads the spreadsheets that partners export: semicolons, UTF-8, a header, «ja» and «nee», a decimal comma."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connectors.errors import Unreadable

YES_NO = {"ja": True, "nee": False}
# A cell is a name, a date or a number; more is a mistake, or an attempt.
LONGEST_CELL = 1000
# No point: in Dutch, 1.000 is a thousand.
NUMBER = re.compile(r"[0-9]{1,9}(,[0-9]{1,9})?")
UNREADABLE = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class Line:
    """One row and the line that it stands on; the header is line 1."""

    number: int
    cells: Mapping[str, str] = field(repr=False)

    def text(self, column: str) -> str:
        """A cell as it stands. Raises Unreadable when the row has none."""
        found = self.cells.get(column)
        if found is None or len(found) > LONGEST_CELL or UNREADABLE in found:
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
    # What is not UTF-8 makes its own row unreadable, and not the whole file.
    # utf-8-sig: Excel puts a mark before the header.
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        yield from _lines(file)


def read_bytes(content: bytes) -> Iterator[Line]:
    """The same, of a file that somebody sent."""
    yield from _lines(_text(content))


def columns_of(content: bytes) -> list[str]:
    """The names in the header of a file that somebody sent; none when there is no header."""
    return _next(csv.reader(_text(content), delimiter=";")) or []


def _text(content: bytes) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", errors="replace", newline="")


def _lines(file: Iterable[str]) -> Iterator[Line]:
    rows = csv.reader(file, delimiter=";")
    header: list[str] | None = None
    start = 1
    while (row := _next(rows)) is not None:
        if header is None:
            header = row
        elif row:
            # More cells than columns: cut in a wrong place, so nothing in the row is sure.
            yield Line(start, dict(zip(header, row, strict=False)) if len(row) <= len(header) else {})
        start = rows.line_num + 1


def _next(rows: Any) -> list[str] | None:
    try:
        found: list[str] | None = next(rows, None)
        return found
    except csv.Error:
        # A cell longer than the reader holds: a row in which nothing can be read.
        return [UNREADABLE]


def number(text: str, column: str) -> int | float:
    """A Dutch number (24 or 22,5) as a JSON number."""
    if not NUMBER.fullmatch(text):
        raise Unreadable(f"kolom {column}: schrijf een getal, met een komma voor de decimalen")
    found = float(text.replace(",", "."))
    return int(found) if found.is_integer() else found
