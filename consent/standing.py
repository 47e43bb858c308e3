"""Does this person's choice for a purpose still count today? Pure: from what was chosen, the day and the terms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Choice(StrEnum):
    """What a resident can say, in the words on the wire; and what becomes of a yes without the resident."""

    YES = "ja"
    NO = "nee"
    WITHDRAWN = "ingetrokken"
    # By the controller: it should never have been asked, or not so.
    REVOKED = "herroepen"
    # By the hub: the facts that were explained changed; its days were over.
    INVALIDATED = "ongeldig"
    EXPIRED = "verlopen"


BY_RESIDENT = (Choice.YES, Choice.NO, Choice.WITHDRAWN)
"""What only the resident can say."""


class State(StrEnum):
    """What the newest choice means today."""

    IN_FORCE = "van-kracht"
    NOT_ASKED = "niet-gevraagd"
    REFUSED = "geweigerd"
    WITHDRAWN = "ingetrokken"
    EXPIRED = "verlopen"


@dataclass(frozen=True, slots=True)
class Given:
    """One choice as it was recorded, on a calendar day at the desk."""

    purpose: str
    choice: Choice
    notice: str
    day: date
    # SHA-256 (hex) of the facts that were explained.
    facts: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """How long a yes counts (on day `valid_days` it has expired), on which version of the notice, with which facts."""

    valid_days: int
    notice: str
    facts: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """The state today; `until` is the first day on which a yes that is in force no longer counts."""

    state: State
    until: date | None = None


def standing(given: Sequence[Given], purpose: str, today: date, terms: Terms) -> Standing:
    """The newest choice for this purpose decides (`given` is in the order of recording); no choice is no yes."""
    newest = next((choice for choice in reversed(given) if choice.purpose == purpose), None)
    if newest is None:
        return Standing(State.NOT_ASKED)
    if newest.choice is not Choice.YES:
        return Standing(_AFTER[newest.choice])
    until = newest.day + timedelta(days=terms.valid_days)
    # A yes to another text, or to other facts, is no yes to this one.
    in_force = today < until and (newest.notice, newest.facts) == (terms.notice, terms.facts)
    return Standing(State.IN_FORCE, until) if in_force else Standing(State.EXPIRED)


_AFTER: Mapping[Choice, State] = {
    Choice.NO: State.REFUSED,
    Choice.WITHDRAWN: State.WITHDRAWN,
    Choice.REVOKED: State.WITHDRAWN,
    Choice.INVALIDATED: State.EXPIRED,
    Choice.EXPIRED: State.EXPIRED,
}
