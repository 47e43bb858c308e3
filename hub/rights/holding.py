"""How is said of one table what it holds about a person: what they see of it, and what becomes of it afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from sqlalchemy import Table

import audit.models
import consent.models
import hub.exchange.models
import hub.identity.models
import hub.people.models
import hub.policy.models
import hub.rights.models
import hub.vault.models
from hub.db import Base

Store = Literal["main", "keys"]

METADATAS = (Base.metadata, consent.models.Base.metadata, audit.models.Base.metadata, hub.vault.models.Base.metadata)


class Use(StrEnum):
    """What a person who asks for their file gets to see of a column; or the reason why not."""

    SHOWN = "getoond"
    # Sealed under a key of the person: opened for them, and shown.
    OPENED = "geopend en getoond"
    # Only the hub's own key gives it a meaning, and what it was made of is shown, or was never kept.
    HASHED = "niet getoond: hash met een sleutel"
    # Whoever holds it could open the rest, or match what partners know. It says nothing about the person.
    SECRET = "niet getoond: geheim waarmee de hub sleutels en namen maakt"  # noqa: S105  # words, no secret
    # Row names and versions inside the hub: they lead to nothing outside it.
    TECHNICAL = "niet getoond: technisch"
    # Which system or colleague of a partner. Which partner it was, is shown (CJEU C-579/21, points 82 and 83).
    OTHERS = "niet getoond: gegeven van een ander"
    # Not about the person.
    NOBODY = "gaat over niemand"

    @property
    def visible(self) -> bool:
        """Whether the person sees the value."""
        return self in (Use.SHOWN, Use.OPENED)


class Erase(StrEnum):
    """What becomes of a person's rows when they are forgotten."""

    # Removed from the table.
    ROW = "rij weg"
    # Stays, because nothing here may be rewritten; what was sealed in it never opens again, since its key is gone.
    KEY = "sleutel vernietigd"
    # Stays, with an opaque id that leads to nobody any more: it proves that the hub did what it promised.
    NAMELESS = "blijft, naamloos"
    # Nothing here is about a person.
    NOTHING = "gaat over niemand"


@dataclass(frozen=True, slots=True)
class By:
    """How a person's rows are found: `column` holds the person's id, or (`via`) points at column `on` of such a row."""

    column: str
    via: str = ""
    on: str = "id"


@dataclass(frozen=True, slots=True)
class Holding:
    """One table: in which store, whose rows (`about`; None: nobody's), what each column is, what erasure does, why."""

    store: Store
    table: str
    columns: Mapping[str, Use]
    about: By | None
    erase: Erase
    why: str

    @property
    def visible(self) -> list[str]:
        """The columns that the person sees, in the order of the table."""
        return [column.name for column in table_of(self.table).columns if self.columns[column.name].visible]


def table_of(name: str) -> Table:
    """The bare table with this name, of whichever store. Raises KeyError when there is none."""
    return next(metadata.tables[name] for metadata in METADATAS if name in metadata.tables)
