"""Puts what happened together as one reads it: per organisation and per thing, with the days on which it happened."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from hub.clock import day_of
from hub.rights.lines import NOT_SHARED
from hub.rights.story import Received, Story


@dataclass
class Told:
    """One organisation saw the same fields for the same purpose in the same way, on these days (newest first)."""

    message: str
    purpose: str
    basis: str
    fields: tuple[str, ...]
    how: str
    days: list[date] = field(default_factory=list)


@dataclass
class Receiver:
    """One organisation, and all that it received."""

    title: str
    told: list[Told] = field(default_factory=list)


@dataclass
class Kept:
    """Something that one organisation did not get, for these reasons, on these days (newest first)."""

    title: str
    message: str
    reasons: tuple[str, ...]
    days: list[date] = field(default_factory=list)


def receivers(received: Sequence[Received]) -> list[Receiver]:
    """Who received what; whoever received something last comes first."""
    found: dict[str, Receiver] = {}
    told: dict[tuple[object, ...], Told] = {}
    for one in received:
        same = (one.partner, one.message, one.purpose, one.basis, one.fields, one.how)
        if same not in told:
            told[same] = Told(one.message, one.purpose, one.basis, one.fields, one.how)
            found.setdefault(one.partner, Receiver(one.title)).told.append(told[same])
        _add(told[same].days, one.at)
    return list(found.values())


def kept_back(story: Story) -> list[Kept]:
    """What was not shared, and why; the newest first."""
    found: dict[tuple[object, ...], Kept] = {}
    for line in story.lines:
        for share in line.shares:
            if share.outcome == NOT_SHARED:
                same = (share.partner, share.message, share.reasons)
                _add(found.setdefault(same, Kept(share.title, share.message, share.reasons)).days, line.at)
    return list(found.values())


def _add(days: list[date], at: datetime) -> None:
    if day_of(at) not in days:
        days.append(day_of(at))
