"""Where one person stands in the tables on the reference date, by what was told about them. Pure."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from hub.figures.tables import AT_WORK, NOT_LINKED, NOT_PLACED, PLACED, SORTS, STOPPED, WAITING, WAITS, WITHOUT, cell
from schemas.base import Json


@dataclass(frozen=True, slots=True)
class Told:
    """What one message says, as far as it is counted with. `variant`: of which application."""

    message: str
    variant: str
    fields: Mapping[str, Json]

    def day(self, name: str) -> date | None:
        """The day in this field."""
        written = self.fields.get(name)
        return None if written is None else date.fromisoformat(str(written))


def cells(told: Sequence[Told], on: date, row_of: Mapping[str, str], elsewhere: str) -> list[str]:
    """
    The cells in which a participant is counted, from what was told, oldest first.

    `row_of`: municipality → its row; any other is `elsewhere`.
    """
    work = _work(told, on)
    town = _municipality(told, on)
    row = NOT_LINKED if town is None else row_of.get(town, elsewhere)
    placed = [] if work is None else [work]
    waits = [cell(sort, _wait(told, sort, on)) for sort in SORTS]
    return [cell(row, PLACED if placed else NOT_PLACED), *placed, *waits]


def _work(told: Sequence[Told], on: date) -> str | None:
    """At work or stopped on this day; None for who was never placed before or on it."""
    begun = [one for one in told if one.message == "dienstverband" and _since(one, on)]
    if not any(one.fields["werkt"] is True or one.day("einddatum") for one in begun):
        return None
    newest = begun[-1]
    last = newest.day("einddatum")
    works = newest.fields["werkt"] is True if last is None else last >= on
    return AT_WORK if works else STOPPED


def _municipality(told: Sequence[Told], on: date) -> str | None:
    linked = [one for one in told if one.message == "koppeling" and _since(one, on)]
    return str(linked[-1].fields["gemeente"]) if linked else None


def _since(one: Told, on: date) -> bool:
    begins = one.day("ingangsdatum")
    return begins is not None and begins <= on


def _wait(told: Sequence[Told], sort: str, on: date) -> str:
    """How long the newest application took; by its own days, since what was told later may be about earlier."""
    steps = [one for one in told if (one.message, one.variant) == ("aanvraagstatus", sort)]
    dated = [(day, str(one.fields["status"])) for one in steps if (day := one.day("datum")) is not None and day <= on]
    asked: date | None = None
    granted: date | None = None
    for day, status in sorted(dated, key=lambda step: step[0]):
        if status == "verleend":
            granted = granted or day
        elif status == "niet-beschikbaar":
            asked = granted = None
        elif asked is None or granted is not None:
            asked, granted = day, None
    if asked is None:
        return WITHOUT
    return WAITING if granted is None else _class(asked, granted)


def _class(asked: date, granted: date) -> str:
    ends = [asked, *(_months_later(asked, months) for months in range(1, len(WAITS))), date.max]
    return next(name for name, (_, end) in zip(WAITS, pairwise(ends), strict=True) if granted < end)


def _months_later(day: date, months: int) -> date:
    """The same day that many months later; the last of that month when it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
