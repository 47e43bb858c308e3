"""Who may tell what to whom, for which purpose and on which basis: the agreement that the partners signed."""

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from schemas.agreement_check import mistakes_in
from schemas.agreement_words import CONFIRMED, FORGET_DAYS, Basis, Role
from schemas.base import discover
from schemas.toml_lines import TomlLines

__all__ = [
    "SHIPPED",
    "Agreement",
    "AgreementError",
    "Basis",
    "Flow",
    "Partner",
    "Role",
    "parse_agreement",
    "read_agreement",
]

SHIPPED = Path(__file__).parent / "agreements"
"""The agreements that come with the hub; `almere.toml` is the pilot's."""


class AgreementError(Exception):
    """The file has mistakes. `mistakes` has them all, each "file:line: what is wrong; what to write"."""

    def __init__(self, *mistakes: str) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True)
class Partner:
    """An organisation in the chain. `oin` has 20 digits; a municipality has no branches."""

    name: str
    title: str
    role: Role
    oin: str
    branches: tuple[str, ...]


@dataclass(frozen=True)
class Flow:
    """
    One kind of message from partners of one role to those of another, and the fields that these see.

    `variant` None: the message has no variants. `basis_confirmed`: the parties' lawyers stand behind it.
    """

    message: str
    variant: str | None
    source: Role
    recipient: Role
    purpose: str
    basis: Basis
    fields: tuple[str, ...]
    hub_keeps_days: int
    recipient_keeps_days: int
    basis_confirmed: bool = False

    @property
    def id(self) -> str:
        """The flow's name in the trail and in counts; an agreement has no two flows of one id."""
        return f"{self.message}:{self.source}>{self.recipient}"

    @property
    def needs_consent(self) -> bool:
        return self.basis is Basis.CONSENT


@dataclass(frozen=True)
class Agreement:
    """
    One version of the agreement; `hash` is the SHA-256 of its UTF-8 text, in hex.

    Valid from `valid_from` up to and including `valid_until` (None: no end); `hours_threshold` is in hours
    a week; `forget_days`: who is known to nobody but coa for so long is forgotten. The mappings are left
    out when two are compared: they follow from the hash.
    """

    name: str
    hash: str
    text: str
    valid_from: date
    valid_until: date | None
    partners: Mapping[str, Partner] = field(compare=False)
    flows: tuple[Flow, ...]
    consent_days: int
    link_code_days: int
    reconfirm_days: int
    hours_threshold: int
    forget_days: int
    notices: Mapping[str, str] = field(compare=False)

    def in_force(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def flows_from(self, role: Role, message: str, variant: str | None = None) -> tuple[Flow, ...]:
        """The flows by which this role may tell this message; of this variant, when the message has them."""
        told = (flow for flow in self.flows if (flow.source, flow.message) == (role, message))
        return tuple(flow for flow in told if flow.variant in (None, variant))

    def flows_to(self, role: Role) -> tuple[Flow, ...]:
        return tuple(flow for flow in self.flows if flow.recipient is role)

    @property
    def consent_purposes(self) -> tuple[str, ...]:
        """The purposes that a resident is asked about, each once, in the order of the file."""
        return tuple(dict.fromkeys(flow.purpose for flow in self.flows if flow.needs_consent))

    def explained(self, purpose: str) -> str:
        """
        SHA-256 (hex) of what a notice about this purpose must say: who tells what to whom, on which basis, until when.

        Another digest is another thing to say yes to, whatever the version is called.
        """
        flows = [flow for flow in self.flows if flow.purpose == purpose]
        facts = {"dagen": self.consent_days, "stromen": [self._facts(flow) for flow in flows]}
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()

    def _facts(self, flow: Flow) -> list[object]:
        to = sorted(partner.name for partner in self.partners_with(flow.recipient))
        keeps = [flow.hub_keeps_days, flow.recipient_keeps_days]
        return [flow.id, flow.variant, flow.basis.value, list(flow.fields), to, *keeps]

    def partners_with(self, role: Role) -> tuple[Partner, ...]:
        return tuple(partner for partner in self.partners.values() if partner.role is role)


def read_agreement(path: Path) -> Agreement:
    """The agreement in this file. Raise AgreementError with every mistake, or when it cannot be read."""
    try:
        return parse_agreement(path.read_bytes().decode(), path.name)
    except OSError as error:
        raise AgreementError(
            f"{path}:1: dit bestand is niet te lezen ({error.strerror}); schrijf het pad van de afspraak."
        ) from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise AgreementError(f"{path.name}:{line}: dit is geen UTF-8; bewaar het bestand als UTF-8.") from None


def parse_agreement(text: str, file: str) -> Agreement:
    """The agreement with this text; `file` is its name in mistakes. Raise AgreementError with all of them."""
    content = _toml(text, file)
    lines = TomlLines(text)
    found = sorted({(lines.of(*it.where), it.says) for it in mistakes_in(content, discover())})
    if found:
        raise AgreementError(*(f"{file}:{line}: {says}" for line, says in found))
    return _built(content, text)


def _toml(text: str, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except ValueError as error:  # also a number of thousands of digits, of which Python tells no line
        at = re.search(r"at line (\d+)", str(error))
        ended = "end of document" in str(error)
        line = int(at[1]) if at else text.rstrip("\n").count("\n") + 1 if ended else 1
        raise AgreementError(
            f'{file}:{line}: dit is geen TOML; schrijf sleutel = waarde, met tekst tussen "…" ({error}).'
        ) from None


def _built(content: dict[str, Any], text: str) -> Agreement:
    """The agreement of a file that was found to be without mistakes."""
    head, settings = content["afspraak"], content["instellingen"]
    return Agreement(
        name=head["naam"],
        hash=hashlib.sha256(text.encode()).hexdigest(),
        text=text,
        valid_from=head["geldig_van"],
        valid_until=head.get("geldig_tot_en_met"),
        partners=MappingProxyType({row["naam"]: _partner(row) for row in content["partij"]}),
        flows=tuple(_flow(row) for row in content["stroom"]),
        consent_days=settings["toestemming_geldig_dagen"],
        link_code_days=settings["koppelcode_geldig_dagen"],
        reconfirm_days=settings["herbevestigen_na_dagen"],
        hours_threshold=settings["urendrempel_per_week"],
        forget_days=settings.get("persoon_vergeten_na_dagen", FORGET_DAYS),
        notices=MappingProxyType(content["kennisgeving"]),
    )


def _partner(row: dict[str, Any]) -> Partner:
    return Partner(row["naam"], row["titel"], Role(row["rol"]), row["oin"], tuple(row["vestigingen"]))


def _flow(row: dict[str, Any]) -> Flow:
    return Flow(
        message=row["bericht"],
        variant=row.get("soort"),
        source=Role(row["van"]),
        recipient=Role(row["naar"]),
        purpose=row["doel"],
        basis=Basis(row["grondslag"]),
        fields=tuple(row["velden"]),
        hub_keeps_days=row["bewaren_hub_dagen"],
        recipient_keeps_days=row["bewaren_ontvanger_dagen"],
        basis_confirmed=row["grondslag_status"] == CONFIRMED,
    )
