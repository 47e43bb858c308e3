"""A person's own entries of the trail, with what it takes to check each: salt, leaf, the path to a signed head."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from audit import checkpoint, export, proofs
from audit.export import Record
from audit.keeper import Keeper
from hub.exchange import trail
from hub.rights.gathered import plain
from hub.vault.subject_keys import DataKey
from schemas.base import Json

# Entries by an officer name a person; that name is left out, and then the record cannot be checked word for word.
OFFICERS = "beheer"
LEFT_OUT = "de naam van een medewerker"


@dataclass(frozen=True, slots=True)
class Proven:
    """How long the trail was, its head as it was signed (None: no signer at hand), and the entries."""

    size: int
    signed: str | None
    entries: list[Json]


def entries_of(session: Session, key: DataKey, keeper: Keeper | None) -> Proven:
    """Every entry under this person's audit key, oldest first. Raises Forked when the trail was rolled back."""
    # The head first: whatever is read after it may be longer, and is left for the next file.
    signed = None if keeper is None else keeper.sign_head(session)
    size = proofs.head(session).size if signed is None or keeper is None else _size(signed, keeper)
    found = export.read(session, trail.opener_with(key), key_id=key.id, end=size)
    entries = [_entry(session, entry, _opened(key, entry), size, prove=signed is not None) for entry in found]
    return Proven(size, signed, entries)


def _size(signed: str, keeper: Keeper) -> int:
    return checkpoint.verify(signed, keeper.origin, [keeper.signer.verifier]).size


def _opened(key: DataKey, entry: Record) -> Mapping[str, Any]:
    # `export.read` checked the record against its commitment; the salt is not in what it gives.
    plaintext = trail.opener_with(key)(key.id, entry.entry_id, entry.sealed)
    opened: Mapping[str, Any] = json.loads(plaintext or b"{}")
    return opened


def _entry(session: Session, entry: Record, opened: Mapping[str, Any], size: int, *, prove: bool) -> Json:
    fact: dict[str, Any] = dict(opened["feit"])
    by_officer = fact["partij"] == OFFICERS
    if by_officer:
        fact["gegevens"] = {name: said for name, said in fact["gegevens"].items() if name != "client"}
    return {
        "index": entry.index,
        "id": entry.entry_id,
        "versie": entry.version,
        "verbintenis": entry.commitment.hex(),
        "bladhash": entry.leaf_hash.hex(),
        # The columns to search by: None when they were emptied, and proven by nothing.
        "kolommen": {"soort": entry.kind, "tijdstip": plain(entry.at), "partij": entry.partner,
                     "uitkomst": entry.outcome},
        "zout": None if by_officer else opened["zout"],
        "feit": fact,
        **({"weggelaten": LEFT_OUT} if by_officer else {}),
        **({"pad": [step.hex() for step in proofs.inclusion_proof(session, entry.index, size)]} if prove else {}),
    }  # fmt: skip
