"""Who sits at a desk: somebody's function at one organisation, and the offices (vestigingen) that they work for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256

from hub.identity.principals import Principal, Someone, principal_of
from schemas.agreement import Agreement, Role

# A colon stands in no client's name: what somebody did by hand is never taken for what a system did.
STAFF_PREFIX = "mw:"


class Function(StrEnum):
    """What somebody does at their organisation; the values are the words in settings and addresses."""

    CASEMANAGER = "casemanager"
    CONSULTANT = "consulent"
    CLIENT_MANAGER = "klantmanager"
    SECRETARY = "projectsecretaris"
    OFFICER = "privacy-officer"


ROLE_OF: Mapping[Function, Role] = {
    Function.CASEMANAGER: Role.COA,
    Function.CONSULTANT: Role.INTERMEDIARY,
    Function.CLIENT_MANAGER: Role.MUNICIPALITY,
    Function.SECRETARY: Role.COA,
    Function.OFFICER: Role.COA,
}
"""At which kind of organisation a function exists."""

KNOWS_PEOPLE = frozenset({Function.CASEMANAGER, Function.CONSULTANT, Function.CLIENT_MANAGER})
"""Who works with residents. The others see that it works, and whether it is in order; never a person's page."""


@dataclass(frozen=True)
class Staff:
    """One person at a desk. `id` is a short hash: the trail names it, and no name or address of staff."""

    id: str
    name: str = field(repr=False)
    function: Function
    partner: str
    branches: frozenset[str] = frozenset()

    def author(self) -> Someone:
        """As the trail names whoever did something."""
        return Someone(self.id, self.partner, self.branches)


def staff_id(issuer: str, subject: str) -> str:
    """The same person at the same provider is always the same id; two providers never share one."""
    return STAFF_PREFIX + sha256(f"{issuer}\n{subject}".encode("utf-8", "replace")).hexdigest()[:24]


def mistakes_in(function: Function, partner: str, branches: Iterable[str], agreement: Agreement) -> list[str]:
    """Why nobody can have this function there, in sentences for whoever administers accounts; empty when they can."""
    party, given = agreement.partners.get(partner), set(branches)
    if party is None:
        return [f"{partner!r} is no partner in the agreement."]
    if party.role is not ROLE_OF[function]:
        return [f"A {function.value} works at a partner in the role {ROLE_OF[function].value}; {partner} is none."]
    unknown = sorted(given - set(party.branches))
    if unknown:
        return [f"{partner} has no vestiging {', '.join(unknown)}."]
    if function in KNOWS_PEOPLE and party.branches and not given:
        return [f"A {function.value} of {partner} works for at least one vestiging."]
    return []


def at_desk(staff: Staff, agreement: Agreement) -> bool:
    """Does the agreement, as it is today, still have a place for them?"""
    return not mistakes_in(staff.function, staff.partner, staff.branches, agreement)


def principal_of_staff(staff: Staff, agreement: Agreement) -> Principal | None:
    """Their rights at the exchange: those of a system of their partner and vestigingen; None for who knows nobody."""
    if staff.function not in KNOWS_PEOPLE:
        return None
    return principal_of(staff.id, staff.partner, staff.branches, agreement)
