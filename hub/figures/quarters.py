"""A quarter of the calendar: what a release is about, and the day on which things stand as it tells them."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from hub.errors import HubError

_WRITTEN = re.compile(r"(\d{4})-Q([1-4])")


class NoQuarter(HubError):
    """What was typed is not a quarter; says how one is written."""


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """The first, second, third or fourth three months of a year."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year:04}-Q{self.number}"

    @property
    def last_day(self) -> date:
        """The reference date (peildatum)."""
        after = date(self.year + self.number // 4, self.number % 4 * 3 + 1, 1)
        return after - timedelta(days=1)


def quarter(written: str) -> Quarter:
    """2023-Q1 and so on. Raises NoQuarter for anything else."""
    found = _WRITTEN.fullmatch(written)
    if found is None or not 2000 <= int(found[1]) <= 9998:
        raise NoQuarter("Write a quarter as 2023-Q1.")
    return Quarter(int(found[1]), int(found[2]))
