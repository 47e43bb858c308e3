"""Remembers for ten minutes that somebody left to sign in elsewhere: only their own browser comes back, once."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, insert
from sqlalchemy.orm import Session

from hub.identity.models import SignInFlow
from hub.identity.once import sweep

LONGEST = timedelta(minutes=10)


@dataclass(frozen=True)
class Secret:
    """
    What the browser holds, in a cookie. State, nonce and verifier follow from it and are kept nowhere.

    Whoever reads the table learns none of them; whoever reads an address (state, nonce) does not learn the verifier.
    """

    value: str = field(repr=False)

    @property
    def id(self) -> str:
        """Under which name the flow is kept."""
        return hashlib.sha256(self.value.encode("utf-8", "replace")).hexdigest()

    @property
    def state(self) -> str:
        """Comes back in the address: that this browser asked. RFC 6749, section 10.12."""
        return self._derived("state")

    @property
    def nonce(self) -> str:
        """Comes back in the ID token: that it was made for this browser. OpenID Connect Core, section 3.1.2.1."""
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        """Goes with the code: that who brings it is who asked. RFC 7636, section 4.1: 43 characters."""
        return self._derived("verifier")

    def _derived(self, purpose: str) -> str:
        digest = hmac.digest(self.value.encode("utf-8", "replace"), f"ketenhub {purpose}".encode(), "sha256")
        return urlsafe_b64encode(digest).rstrip(b"=").decode()


@dataclass(frozen=True)
class Flow:
    """A way back that is still open: through which provider, and since when."""

    provider: str
    begun_at: datetime


def begin(session: Session, provider: str, now: datetime) -> Secret:
    """Somebody leaves. Flows that nobody came back from go at the same time."""
    secret = Secret(secrets.token_urlsafe(32))
    session.execute(insert(SignInFlow).values(id=secret.id, provider=provider, expires_at=now + LONGEST))
    sweep(session, SignInFlow.expires_at, now)
    return secret


def take(session: Session, secret: Secret, now: datetime) -> Flow | None:
    """The flow of this browser, for the first who asks and within its time; None for everyone after."""
    row = session.get(SignInFlow, secret.id)
    if row is None or row.expires_at <= now:
        return None
    provider, begun_at = row.provider, row.expires_at - LONGEST
    gone = session.execute(delete(SignInFlow).where(SignInFlow.id == secret.id))
    first = cast("CursorResult[Any]", gone).rowcount == 1
    return Flow(provider, begun_at) if first else None
