"""Who is asking: a partner's system, its role, and the offices (vestigingen) that it acts for."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from schemas.agreement import Agreement, Role


class Author(Protocol):
    """Whoever did something, as the trail names them: a partner's system, the resident, an officer, the hub itself."""

    @property
    def client_id(self) -> str:
        """Which system, or which officer by name."""
        ...

    @property
    def partner(self) -> str:
        """On whose side: a partner's name, or one of those below."""
        ...

    @property
    def branches(self) -> frozenset[str]:
        """The vestigingen that it acts for; none for the whole."""
        ...


@dataclass(frozen=True)
class Someone:
    """An author without a partner's role: no road of the API opens for it."""

    client_id: str
    partner: str
    branches: frozenset[str] = frozenset()


RESIDENT = Someone("venster", "betrokkene")
HOUSE = Someone("hub", "hub")


def officer(name: str) -> Someone:
    """A privacy officer or operator at the command line, by the name that they give."""
    return Someone(name, "beheer")


@dataclass(frozen=True)
class Principal:
    """A system that proved who it is. No branches means the whole partner (municipalities)."""

    client_id: str
    partner: str
    role: Role
    branches: frozenset[str]


def principal_of(client_id: str, partner: str, branches: Iterable[str], agreement: Agreement) -> Principal | None:
    """
    What the agreement says today about this client; None when it says nothing (any more).

    A branch that left the agreement is no longer acted for.
    """
    party = agreement.partners.get(partner)
    if party is None:
        return None
    registered = frozenset(branches)
    known = registered & frozenset(party.branches)
    # An empty set means the whole partner: no client comes by that because its offices left the file.
    if not known and (registered or party.branches):
        return None
    return Principal(client_id, partner, party.role, known)
