"""Does this person's choice for a purpose still count today? Pure: from what was chosen, the day and the terms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Choice(StrEnum):
    """What a resident can say; the values are the words on the wire."""

    YES = "ja"
    NO = "nee"
    WITHDRAWN = "ingetrokken"


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


@dataclass(frozen=True, slots=True)
class Terms:
    """How long a yes counts (on day `valid_days` it has expired), and on which version of the notice."""

    valid_days: int
    notice: str


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
    if newest.choice is Choice.NO:
        return Standing(State.REFUSED)
    if newest.choice is Choice.WITHDRAWN:
        return Standing(State.WITHDRAWN)
    until = newest.day + timedelta(days=terms.valid_days)
    # A yes to another text is no yes to this one.
    in_force = today < until and newest.notice == terms.notice
    return Standing(State.IN_FORCE, until) if in_force else Standing(State.EXPIRED)
