"""
Says in plain words what a receipt says, to whoever holds one; and what is not written as a receipt is refused.

Looks at the text only. Whether the hub signed it is another question, asked first (`ketenhub verify consent`).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from consent.errors import ReceiptMalformed
from consent.receipts import canonical
from schemas.base import Json

WHOLE = "ketenhub/toestemmingsbewijs/1"
"""The first line of a whole receipt; the second is the JSON-LD."""
BRIEF = "ketenhub/toestemmingsbewijs-kort/1"
"""The first line of what fits in a square on paper."""

_STATES = {
    "dpv:ConsentGiven": "yes",
    "dpv:RenewedConsentGiven": "yes, once more",
    "dpv:ConsentRefused": "no",
    "dpv:ConsentWithdrawn": "taken back by the resident",
    "dpv:ConsentRevoked": "struck out by the controller",
    "dpv:ConsentInvalidated": "ended: the explanation changed",
    "dpv:ConsentExpired": "ended: its days were over",
}
_YES = ("dpv:ConsentGiven", "dpv:RenewedConsentGiven")
_CHOICES = {
    "ja": "yes", "nee": "no", "ingetrokken": "taken back by the resident", "herroepen": "struck out by the controller",
    "ongeldig": "ended: the explanation changed", "verlopen": "ended: its days were over",
}  # fmt: skip


@dataclass(frozen=True)
class Brief:
    """The few facts of a receipt that stand in the square: `check` is the check value of the whole receipt."""

    id: str
    purpose: str
    choice: str
    day: str
    notice: str
    until: str
    check: str

    def text(self) -> str:
        """As it is signed."""
        content: dict[str, Json] = {
            "id": self.id, "doel": self.purpose, "keuze": self.choice, "dag": self.day,
            "kennisgeving": self.notice, "verlooptOp": self.until, "controle": self.check,
        }  # fmt: skip
        return f"{BRIEF}\n{canonical({name: value for name, value in content.items() if value})}\n"


def whole_text(receipt: Mapping[str, Json]) -> str:
    """A whole receipt as it is signed."""
    return f"{WHOLE}\n{canonical(receipt)}\n"


def check_value(text: str) -> str:
    """SHA-256 (hex) of a whole receipt as it is signed: whoever has paper and file sees that they belong together."""
    return sha256(text.encode()).hexdigest()


def grouped(check: str) -> str:
    """The check value as it stands on paper: the first 16 digits, by four."""
    return " ".join(check[place : place + 4] for place in range(0, 16, 4))


def in_words(text: str) -> str:
    """What this receipt says, in English, a few lines. Raises ReceiptMalformed for what is none."""
    kind, _, line = text.removesuffix("\n").partition("\n")
    content = _content(line)
    try:
        if kind == WHOLE:
            return _whole(content, check_value(text))
        if kind == BRIEF:
            return _brief(content)
    except (KeyError, TypeError, IndexError, AttributeError):
        raise ReceiptMalformed("This receipt lacks something that every receipt says.") from None
    raise ReceiptMalformed(f"The first line of a receipt is {WHOLE} or {BRIEF}.")


def _content(line: str) -> dict[str, Any]:
    try:
        content = json.loads(line)
        written = canonical(content)
    except (ValueError, RecursionError):
        raise ReceiptMalformed("The second line of a receipt is JSON.") from None
    if not isinstance(content, dict) or written != line:
        raise ReceiptMalformed("This JSON is not written in its one right way.")
    return content


def _brief(content: Mapping[str, Any]) -> str:
    until = f", until {content['verlooptOp']}" if "verlooptOp" in content else ""
    return "\n".join((
        f"Receipt {content['id']}: {_CHOICES[content['keuze']]} ({content['keuze']}), on {content['dag']}{until}.",
        f"For: {content['doel']}, explained by notice {content['kennisgeving']}.",
        f"The whole receipt has the check value {grouped(content['controle'])}.",
    ))  # fmt: skip


def _whole(content: Mapping[str, Any], check: str) -> str:
    record = content["dpv:hasRecordOfActivity"]
    names = {party["@id"]: party["dpv:hasName"] for party in record["dpv:hasEntity"]}
    states = record["dpv:hasConsentStatus"]
    told = "may tell" if states[-1]["@type"][0] in _YES else "does not tell"
    purposes = dict.fromkeys(process["dpv:hasPurpose"]["dct:identifier"] for process in record["dpv:hasProcess"])
    return "\n".join((
        f"Receipt {content['dpv:hasIdentifier']}: {_state(states[-1])}.",
        f"For: {', '.join(purposes)}, explained by notice {states[-1]['dpv:hasNotice']['dct:identifier']}.",
        *(_told(process, names, told) for process in record["dpv:hasProcess"]),
        *(f"Before: {_state(state)}." for state in states[-2::-1]),
        f"The person is called {record['dpv:hasDataSubject']['dpv:hasIdentifier']} here, and nowhere else.",
        f"The check value is {grouped(check)}.",
    ))  # fmt: skip


def _state(state: Mapping[str, Any]) -> str:
    said = ", ".join(_STATES[name] for name in state["@type"])
    until = f", until {state['dpv:hasDuration']['rdf:value']}" if "dpv:hasDuration" in state else ""
    return f"{said}, on {state['dpv:isIndicatedAtTime']} ({state['dpv:hasIndicationMethod']}){until}"


def _told(process: Mapping[str, Any], names: Mapping[str, str], told: str) -> str:
    def named(these: Sequence[str]) -> str:
        return ", ".join(names[one] for one in these)

    fields = ", ".join(data["dct:identifier"] for data in process["dpv:hasPersonalData"])
    return f"{named(process['dpv:hasDataController'])} {told} {named(process['dpv:hasRecipient'])}: {fields}."
