"""The systems that partners registered, and the two short lists against using something twice or too long."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from hub.db import Base, UtcDateTime


class Client(Base):
    """A system of a partner, with the public halves of its keys. The hub never holds the private ones."""

    __tablename__ = "clients"

    client_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    partner: Mapped[str] = mapped_column(String(64), index=True)
    title: Mapped[str] = mapped_column(String(200))
    branches: Mapped[list[str]] = mapped_column(JSON)
    public_keys: Mapped[dict[str, Any]] = mapped_column(JSON)
    """A JWK Set (RFC 7517, section 5): usually one key, two while one takes over from the other."""
    suspended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class UsedAssertion(Base):
    """A proof of identity that was used, until it would have run out by itself."""

    __tablename__ = "used_assertions"

    client_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    # The SHA-256 of the jti: that text is the client's, of any length and with any character.
    jti_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class RevokedToken(Base):
    """A token that its owner handed back, until it would have run out by itself."""

    __tablename__ = "revoked_tokens"

    jti: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class TokenFailure(Base):
    """How many requests for a token failed from one network since the first, for an hour."""

    __tablename__ = "token_failures"

    # A keyed hash: whose address it is stands nowhere.
    source: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class ProvenSource(Base):
    """From which networks a client proved itself lately: from there nobody else's failures stand in its way."""

    __tablename__ = "proven_sources"

    source: Mapped[str] = mapped_column(String(64), primary_key=True)
    client_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class StaffSession(Base):
    """Somebody is signed in. `id` is the SHA-256 (hex) of the cookie; the instants are wall clock."""

    __tablename__ = "staff_sessions"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff: Mapped[str] = mapped_column(String(64), index=True)
    partner: Mapped[str] = mapped_column(String(64), index=True)
    function: Mapped[str] = mapped_column(String(30))
    branches: Mapped[list[str]] = mapped_column(JSON)
    # What the screen calls them, sealed: a stolen database names nobody who works here.
    name: Mapped[bytes] = mapped_column(LargeBinary)
    # Which provider said who they are; empty for a demo's own list. Signing out goes there too.
    provider: Mapped[str] = mapped_column(String(64))
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Handle(Base):
    """What stands in an address instead of a person, an item or a message: good for one session only."""

    __tablename__ = "handles"

    session_id: Mapped[str] = mapped_column(ForeignKey("staff_sessions.id"), primary_key=True)
    handle: Mapped[str] = mapped_column(String(26), primary_key=True)
    # By which link this desk knows the person that it is about.
    link_id: Mapped[str] = mapped_column(ForeignKey("links.id"), index=True)
    # The item, message or request; the link itself when the address is of the person.
    target: Mapped[str] = mapped_column(String(32))


class SignInFlow(Base):
    """Somebody left for their organisation's sign-in, and has ten minutes to come back in the same browser."""

    __tablename__ = "sign_in_flows"

    # The SHA-256 of what the browser holds. All else that the way back is checked by follows from that secret.
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    provider: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
