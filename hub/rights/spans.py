"""Stretches of time: when something was so, when two things were, when the one was without the other."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

FAR = datetime.max.replace(tzinfo=UTC)
"""Not ended yet."""


class Span(NamedTuple):
    """From `begin` up to, not including, `end`."""

    begin: datetime
    end: datetime


def span(begin: datetime, *ends: datetime | None) -> list[Span]:
    """From here to the first of these ends that there is; nothing when that comes before."""
    end = min((end for end in ends if end is not None), default=FAR)
    return [Span(begin, end)] if begin < end else []


def both(one: Iterable[Span], other: Sequence[Span]) -> list[Span]:
    """When the one held and the other held too."""
    met = (Span(max(a.begin, b.begin), min(a.end, b.end)) for a in one for b in other)
    return sorted(found for found in met if found.begin < found.end)


def without(one: Sequence[Span], holes: Iterable[Span]) -> list[Span]:
    """When the one held and none of the holes did."""
    left = list(one)
    for hole in holes:
        left = [piece for kept in left for piece in (*span(kept.begin, kept.end, hole.begin), *_after(kept, hole))]
    return sorted(left)


def _after(kept: Span, hole: Span) -> list[Span]:
    return span(max(kept.begin, hole.end), kept.end)
