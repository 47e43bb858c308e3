"""What the trail records: that something happened, when, by which partner, with which outcome."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from audit.errors import RecordError

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"

# Partner and outcome stand unsealed beside the record. A short code cannot hold a sentence about a person.
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9:._-]{0,39}")


class Kind(StrEnum):
    """The sorts of events. A value once used keeps its meaning for ever: entries carry it."""

    REGISTERED = "aanmelding"
    LINK_CODE_ISSUED = "koppelcode-uitgegeven"
    LINK_CODE_REFUSED = "koppelcode-geweigerd"
    LINKED = "koppelcode-verzilverd"
    UNLINKED = "ontkoppeling"
    CONSENT = "toestemming"
    PUBLISHED = "publicatie"
    PUBLICATION_REFUSED = "publicatie-geweigerd"
    QUERIED = "bevraging"
    CONSULTED = "raadpleging"
    OPENED = "opening"
    OPENING_REFUSED = "opening-geweigerd"
    ACKNOWLEDGED = "bevestiging"
    LISTED = "lijst-getoond"
    CLIENT = "client"
    NOTICE_REVIEWED = "kennisgeving-beoordeeld"
    WINDOW_ISSUED = "venster-uitgegeven"
    WINDOW_USED = "venster-geopend"
    WINDOW_REFUSED = "venster-geweigerd"
    REQUESTED = "verzoek"
    REQUEST_DECIDED = "verzoek-besloten"
    OBJECTION = "bezwaar"
    RESTRICTION = "beperking"
    ACCESSED = "inzage"
    CORRECTED = "correctie"
    ERASED = "wissing"
    RETENTION = "bewaarplan"
    HOLD = "bewaarstop"
    KEYS = "sleutels"
    DRILL = "oefening"
    RESTORED = "terugzetting"
    BREACH = "lekvraag"
    CONTACT = "contactpersoon"
    # A person was counted for the figures of a quarter, or not; the figures were released.
    COUNTED = "telling"
    FIGURES = "cijfers"
    # Somebody who watches over the trail searched it, read an entry, or had the whole of it checked.
    TRAIL_READ = "spoor-gelezen"


@dataclass(frozen=True)
class Event:
    """
    One thing that happened. `record` holds the rest of it, and is only ever stored sealed.

    `at` is an aware time; `partner` and `outcome` are short codes. Raises RecordError when they are not.
    """

    kind: Kind
    at: datetime
    partner: str | None
    outcome: str | None
    record: Mapping[str, Json] = field(repr=False)

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise RecordError("An event needs a time with its zone.")
        for name, code in (("partner", self.partner), ("outcome", self.outcome)):
            if code is not None and not _CODE.fullmatch(code):
                raise RecordError(f"The {name} of an event is a code of at most 40 letters, digits, :._-")
