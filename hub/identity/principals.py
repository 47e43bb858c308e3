"""Who is asking: a partner's system, its role, and the offices (vestigingen) that it acts for."""

from collections.abc import Iterable
from dataclasses import dataclass

from schemas.agreement import Agreement, Role


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
