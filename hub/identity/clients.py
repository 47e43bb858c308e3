"""A partner's systems: registered, listed, suspended, let in again, and given another key."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.identity.errors import ClientMistake
from hub.identity.keys import thumbprint
from hub.identity.models import Client
from schemas.agreement import Agreement

CLIENT_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_ID = 64

OnChange = Callable[[Session, str, str, str], None]
"""Told in the same transaction what changed: (session, kind, partner, client). For the trail."""

ADDED = "client-toegevoegd"
SUSPENDED = "client-geschorst"
RESUMED = "client-hervat"
ROTATED = "client-sleutel-vervangen"


def no_trail(session: Session, kind: str, partner: str, client: str) -> None:
    """For tests and demos without a trail."""


def add(
    session: Session,
    agreement: Agreement,
    client_id: str,
    partner: str,
    branches: Sequence[str],
    jwk: Mapping[str, Any],
    *,
    now: datetime,
    title: str = "",
    on_change: OnChange = no_trail,
) -> Client:
    """
    Register a system of a partner, with its first public key (as `keys.read_public_key` gives it).

    ClientMistake with every mistake at once.
    """
    mistakes = [
        *_mistakes_in_id(session, client_id),
        *_mistakes_in_branches(agreement, partner, branches),
        *_mistakes_in_key(session, jwk),
    ]
    if mistakes:
        raise ClientMistake(*mistakes)
    client = Client(
        client_id=client_id,
        partner=partner,
        title=title or client_id,
        branches=sorted(set(branches)),
        public_keys={"keys": [dict(jwk)]},
        suspended_at=None,
        created_at=now,
    )
    session.add(client)
    session.flush()
    on_change(session, ADDED, partner, client_id)
    return client


def registered(session: Session) -> list[Client]:
    """Every client, by partner and name."""
    return list(session.scalars(select(Client).order_by(Client.partner, Client.client_id)))


def suspend(
    session: Session,
    partner: str,
    client_id: str | None = None,
    *,
    now: datetime,
    on_change: OnChange = no_trail,
) -> list[str]:
    """
    Shut out one client, or all of a partner's, from the commit on: tokens that were given stop as well.

    Gives the names of those that this changed.
    """
    changed = [client for client in _of_partner(session, partner, client_id) if client.suspended_at is None]
    for client in changed:
        client.suspended_at = now
        on_change(session, SUSPENDED, partner, client.client_id)
    session.flush()
    return [client.client_id for client in changed]


def resume(
    session: Session, partner: str, client_id: str | None = None, *, on_change: OnChange = no_trail
) -> list[str]:
    """Let one client, or all of a partner's, in again. Gives the names of those that this changed."""
    changed = [client for client in _of_partner(session, partner, client_id) if client.suspended_at is not None]
    for client in changed:
        client.suspended_at = None
        on_change(session, RESUMED, partner, client.client_id)
    session.flush()
    return [client.client_id for client in changed]


def rotate(
    session: Session,
    client_id: str,
    jwk: Mapping[str, Any],
    *,
    overlap: bool = False,
    on_change: OnChange = no_trail,
) -> Client:
    """
    Give a client another key. The old one, and every token got with it, stops at the commit.

    With `overlap` the newest old key keeps working beside it, until the next rotation.
    """
    client = _locked(session, client_id)
    mistakes = [*_mistakes_in_key(session, jwk), *_mistakes_in_kid(client, jwk)]
    if mistakes:
        raise ClientMistake(*mistakes)
    kept = client.public_keys["keys"][-1:] if overlap else []
    client.public_keys = {"keys": [*kept, dict(jwk)]}
    session.flush()
    on_change(session, ROTATED, client.partner, client_id)
    return client


def _locked(session: Session, client_id: str) -> Client:
    client = session.scalar(select(Client).where(Client.client_id == client_id).with_for_update())
    if client is None:
        raise ClientMistake(f"There is no client {client_id!r}: `ketenhub partner list` shows their names.")
    return client


def _of_partner(session: Session, partner: str, client_id: str | None) -> list[Client]:
    question = select(Client).where(Client.partner == partner).order_by(Client.client_id).with_for_update()
    if client_id is not None:
        question = question.where(Client.client_id == client_id)
    clients = list(session.scalars(question))
    if not clients:
        name = "no client" if client_id is None else f"no client {client_id!r}"
        raise ClientMistake(f"Partner {partner!r} has {name}: `ketenhub partner list` shows what there is.")
    return clients


def _mistakes_in_id(session: Session, client_id: str) -> list[str]:
    if not CLIENT_ID.fullmatch(client_id) or len(client_id) > LONGEST_ID:
        return [f"Write the client's name in lowercase letters, digits and single hyphens, at most {LONGEST_ID}."]
    if session.get(Client, client_id):
        return [f"Client {client_id!r} exists: choose another name, or `ketenhub partner rotate` for a new key."]
    return []


def _mistakes_in_branches(agreement: Agreement, partner: str, branches: Sequence[str]) -> list[str]:
    party = agreement.partners.get(partner)
    if party is None:
        return [f"Partner {partner!r} is not in the agreement; choose from {_listed(agreement.partners)}."]
    if not party.branches:
        return [f"Partner {partner!r} has no branches: leave out --branch."] if branches else []
    if not branches:
        return [f"Say which branches of {partner!r} this client acts for: --branch {_listed(party.branches)}."]
    unknown = sorted(set(branches) - set(party.branches))
    if unknown:
        return [f"Partner {partner!r} has no branch {_listed(unknown)}; choose from {_listed(party.branches)}."]
    return []


def _mistakes_in_key(session: Session, jwk: Mapping[str, Any]) -> list[str]:
    # A key shared by two clients would let one vestiging speak for the other.
    new = thumbprint(jwk)
    for client in session.scalars(select(Client)):
        if any(thumbprint(old) == new for old in client.public_keys["keys"]):
            return [f"Client {client.client_id!r} has this key: make a new one, each client has its own."]
    return []


def _mistakes_in_kid(client: Client, jwk: Mapping[str, Any]) -> list[str]:
    # Tokens name the key that they were got with by its kid: that name again would keep the old ones alive.
    if any(old["kid"] == jwk["kid"] for old in client.public_keys["keys"]):
        return [f"The old key is also called {jwk['kid']!r}: give the new key a kid of its own."]
    return []


def _listed(names: Any) -> str:
    return ", ".join(sorted(names))
