"""Proof that somebody said yes, or all the reasons why not. Only `hub.policy.decide` makes either."""

from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """The moment at which a decision is taken. Each is a decision of its own; none leans on an earlier one."""

    PUBLISH = "publicatie"
    HAND_OVER = "nalevering"
    QUERY = "bevraging"
    OPEN = "opening"
    OWN = "eigen"


class Reason(StrEnum):
    """Why not, in the fixed order in which reasons are given."""

    NO_AGREEMENT = "geen-afspraak"
    NO_FLOW = "geen-stroom"
    NOT_ASKED = "niet-gevraagd"
    REFUSED = "geweigerd"
    WITHDRAWN = "ingetrokken"
    EXPIRED = "verlopen"
    OBJECTED = "bezwaar"
    RESTRICTED = "beperkt"
    NOTHING_BESIDE = "geen-andere-stroom"
    NOT_TO_KNOW = "niet-te-weten"
    NO_RECIPIENT = "geen-ontvanger"
    NOTHING_THERE = "niets-beschikbaar"


@dataclass(frozen=True, slots=True)
class Permit:
    """Proof that decide() said yes. Nothing personal is sealed, opened or handed out without one."""

    phase: Phase
    subject: str
    recipient: str
    flow: str
    purpose: str
    basis: str
    fields: tuple[str, ...]
    agreement: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """No, with every reason, in fixed order. A value, not an error: it is recorded like a yes."""

    phase: Phase
    recipient: str
    flow: str
    purpose: str
    reasons: tuple[Reason, ...]


Verdict = Permit | Refusal
