"""
From which network a request for a token comes, and whether too many of them failed: guessing and flooding are slowed.

A client that proved itself from a network is looked at from there whatever others try from it: nobody can shut
another out.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address, ip_network
from typing import Any, cast

from joserfc.jwk import ECKey
from sqlalchemy import CursorResult, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from hub.clock import Clock
from hub.db import Database
from hub.identity.models import ProvenSource, TokenFailure
from hub.identity.once import sweep

FAILURES_AN_HOUR = 50
WINDOW = timedelta(hours=1)
# Who proved itself is remembered for so long, and written down again when a day of it has passed.
REMEMBERED = timedelta(days=30)
AGAIN_AFTER = timedelta(days=1)
# One household or office has all of these addresses: RFC 6177, section 2.
V6_PREFIX = 64


def network_of(remote: str | None, forwarded: Sequence[str], proxies: int) -> str | None:
    """
    The network that a request came from; None when that cannot be known.

    `proxies`: so many stand before the hub and add to X-Forwarded-For; what a caller wrote there itself is further to
    the left. Told of none, the hub believes no such header, and an address of a private network may be everybody's.
    """
    told = [part.strip() for header in forwarded for part in header.split(",")]
    if proxies:
        remote = told[-proxies] if len(told) >= proxies else None
    try:
        address = ip_address(remote or "")
    except ValueError:
        return None
    if not proxies and not address.is_global:
        return None
    return str(ip_network((address, V6_PREFIX), strict=False)) if address.version == 6 else str(address)


def key_for_networks(signing_key: ECKey, counted: str = "token") -> bytes:
    """A key of its own for what is counted, the same in every process: addresses stand nowhere as they are."""
    return hmac.digest(signing_key.as_pem(private=True), f"ketenhub {counted} sources".encode(), "sha256")


@dataclass(frozen=True)
class Sources:
    """What failed per network in the past hour, and who proved itself from where: for all processes together."""

    database: Database
    key: bytes
    wall: Clock
    allowed: int = FAILURES_AN_HOUR

    def wait(self, network: str | None, client_id: str) -> int:
        """Seconds that this network must wait; 0 when it need not, or this client proved itself from there before."""
        if network is None:
            return 0
        source, now = self._name(network), self.wall()
        with self.database.reading() as session:
            row = session.get(TokenFailure, source)
            closed = row is not None and row.failures >= self.allowed and row.expires_at > now
            if row is None or not closed or session.get(ProvenSource, (source, client_id)) is not None:
                return 0
            return int((row.expires_at - now).total_seconds()) + 1

    def failed(self, network: str | None) -> None:
        """Count one that proved nothing. After the last that counts, nothing is written: a flood costs no disk."""
        if network is None:
            return
        source, now = self._name(network), self.wall()
        with self.database.reading() as session:
            row = session.get(TokenFailure, source)
            if row is not None and row.failures >= self.allowed and row.expires_at > now:
                return
        one_more = (
            update(TokenFailure)
            .where(TokenFailure.source == source, TokenFailure.expires_at > now)
            .values(failures=TokenFailure.failures + 1)
        )
        try:
            with self.database.writing() as session:
                if cast("CursorResult[Any]", session.execute(one_more)).rowcount == 0:
                    session.execute(delete(TokenFailure).where(TokenFailure.source == source))
                    begun = {"source": source, "failures": 1, "expires_at": now + WINDOW}
                    session.execute(insert(TokenFailure).values(**begun))
                    sweep(session, TokenFailure.expires_at, now)
        except IntegrityError:
            # Two first ones at the same moment: one of them is counted.
            return

    def forgive(self, network: str | None) -> None:
        """One that was counted came out well after all."""
        if network is not None:
            mine = (TokenFailure.source == self._name(network), TokenFailure.failures > 0)
            with self.database.writing() as session:
                session.execute(update(TokenFailure).where(*mine).values(failures=TokenFailure.failures - 1))

    def proved(self, network: str | None, client_id: str) -> None:
        """Remember that this client came from there. Written once a day."""
        if network is None:
            return
        source, now = self._name(network), self.wall()
        row = {"source": source, "client_id": client_id}
        fresh = select(ProvenSource.source).filter_by(**row).where(
            ProvenSource.expires_at > now + REMEMBERED - AGAIN_AFTER
        )  # fmt: skip
        with self.database.reading() as session:
            if session.scalar(fresh) is not None:
                return
        try:
            with self.database.writing() as session:
                session.execute(delete(ProvenSource).filter_by(**row))
                session.execute(insert(ProvenSource).values(**row, expires_at=now + REMEMBERED))
                sweep(session, ProvenSource.expires_at, now)
        except IntegrityError:
            return

    def _name(self, network: str) -> str:
        return hmac.new(self.key, network.encode("ascii"), "sha256").hexdigest()
