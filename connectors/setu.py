"""
Reads a SETU Timecard (JSON, Timecard 2.0) for three things: whose, which week, how many hours.

Names, intervals, remarks and everything else in a card are dropped here and go nowhere.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from connectors.errors import Unreadable

# One form, and a short one: Decimal itself also takes "1_0", other alphabets, and "1e999999" to keep us busy.
NUMBER = re.compile(r"[0-9]{1,3}(\.[0-9]{1,6})?")


@dataclass(frozen=True, slots=True)
class Timecard:
    """The candidate number, the ISO week in which the card's period begins, and the hours worked in it."""

    candidate: str = field(repr=False)
    week: str
    hours: int | float = field(repr=False)


def read_timecard(card: Any) -> Timecard:
    """What the hub needs of one card. Raises Unreadable with the part that is missing."""
    return Timecard(_candidate(card), _week(card), _hours(card))


def read_cards(content: bytes) -> Iterator[tuple[int, Timecard | Unreadable]]:
    """
    Every card of a file that somebody sent: one card, a list of them, or one a line; with its place, from 1.

    A card that cannot be read comes as what is wrong with it, and the rest goes on. Raises Unreadable for what is no
    text in UTF-8.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("bestand: dit is geen tekst in UTF-8") from None
    for place, card in _cards(text):
        try:
            yield place, read_timecard(card)
        except Unreadable as wrong:
            yield place, wrong


def _cards(text: str) -> Iterator[tuple[int, Any]]:
    whole = _json(text)
    if isinstance(whole, list):
        yield from enumerate(whole, start=1)
    elif whole is not None:
        yield 1, whole
    else:
        # One card a line; a line that is no JSON is a card in which nothing can be found.
        yield from ((place, _json(line)) for place, line in enumerate(text.split("\n"), start=1) if line.strip())


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _at(card: Any, *path: str | int) -> Any:
    found = card
    for step in path:
        inside = isinstance(found, Mapping) if isinstance(step, str) else isinstance(found, list)
        if not inside:
            raise Unreadable(f"timecard: {'.'.join(map(str, path))} ontbreekt")
        try:
            found = found[step]
        except (KeyError, IndexError):
            raise Unreadable(f"timecard: {'.'.join(map(str, path))} ontbreekt") from None
    return found


def _candidate(card: Any) -> str:
    found = _at(card, "person", "id", 0, "value")
    if not isinstance(found, str):
        raise Unreadable("timecard: person.id is geen tekst")
    return found


def _week(card: Any) -> str:
    start = _at(card, "period", "datePeriod", "start")
    try:
        year, week, _ = date.fromisoformat(start).isocalendar()
    except (TypeError, ValueError):
        raise Unreadable("timecard: period begint niet op een bestaande datum") from None
    return f"{year:04}-W{week:02}"


def _hours(card: Any) -> int | float:
    intervals = _at(card, "timeInterval")
    if not isinstance(intervals, list):
        raise Unreadable("timecard: timeInterval is geen lijst")
    # Decimal: 7.20 five times is 36, and not a hair less.
    total = sum((_decimal(_at(one, "timeTotal")) for one in intervals), Decimal(0))
    return int(total) if total == total.to_integral_value() else float(total)


def _decimal(total: Any) -> Decimal:
    text = total if isinstance(total, str) else str(total)
    if not NUMBER.fullmatch(text):
        raise Unreadable("timecard: timeTotal is geen getal")
    return Decimal(text)
