"""«Mag werken?» as one reads it at a glance: yes, no, not yet, to be confirmed anew, or no answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from hub.clock import day_of
from schemas.base import Json


class Says(StrEnum):
    """What the answer says. In this order, the first counts: where two sources differ, the careful one."""

    NO = "nee"
    STALE = "herbevestigen"
    LATER = "later"
    YES = "ja"
    NOTHING = "geen-antwoord"


@dataclass(frozen=True, slots=True)
class MayWork:
    """The answer of this moment. `since`: from when it counts; `until`: the last day on which it is good."""

    says: Says
    since: date | None = None
    twv: bool = False
    confirmed: date | None = None
    until: date | None = None


def may_work(results: Sequence[Json], today: date) -> MayWork:
    """The answer in what the exchange gave; an empty list is no answer, whatever the cause."""
    answers = [_read(one, today) for one in results if isinstance(one, Mapping)]
    order = list(Says)
    return min(answers, key=lambda answer: order.index(answer.says), default=MayWork(Says.NOTHING))


def day(text: object) -> date:
    """The day of a date, or of an instant as the hub writes it."""
    said = str(text)
    return date.fromisoformat(said) if len(said) == len("2023-03-01") else day_of(datetime.fromisoformat(said))


def _read(fact: Mapping[str, Any], today: date) -> MayWork:
    since = day(fact["geldigVan"])
    return MayWork(
        _says(fact, since, today), since, fact["twvNodig"] is True, day(fact["gepubliceerdOp"]),
        day(fact["herbevestigenVoor"]),
    )  # fmt: skip


def _says(fact: Mapping[str, Any], since: date, today: date) -> Says:
    # Nothing but true is a yes, and a yes that begins later is none today.
    if fact["status"] != "actueel":
        return Says.STALE
    if fact.get("magWerken") is not True:
        return Says.NO
    return Says.YES if since <= today else Says.LATER
