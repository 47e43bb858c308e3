"""Persons, the partners that know them, and the slips by which a partner comes to know them."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, ForeignKey, Index, Integer, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.db import Base, UtcDateTime

_ACTIVE = text("ended_at IS NULL")


class Subject(Base):
    """A person. What is here says nothing by itself: the secret and the language are sealed."""

    __tablename__ = "subjects"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    language: Mapped[bytes] = mapped_column(LargeBinary)
    # The person objects to what rests on a public task: held up until somebody decided.
    objected_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Nothing moves and nothing is thrown away (AVG art. 18) until this is lifted.
    restricted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The person left, or wants to be forgotten: nothing new is taken in.
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def _one_active(name: str, *columns: str) -> Index:
    return Index(name, *columns, unique=True, postgresql_where=_ACTIVE, sqlite_where=_ACTIVE)


class Link(Base):
    """
    A partner knows this person: as registered (coa), by a redeemed code (bemiddelaar) or by koppeling (gemeente).

    Ended links stay, so that a closed partner can still be asked to delete its copy.
    """

    __tablename__ = "links"
    __table_args__ = (
        _one_active("uq_links_active_pair", "subject_id", "partner"),
        _one_active("uq_links_active_pseudonym", "partner", "pseudonym"),
        _one_active("uq_links_active_reference", "partner", "reference_index"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    subject_id: Mapped[str] = mapped_column(ForeignKey("subjects.id"), index=True)
    partner: Mapped[str] = mapped_column(String(40))
    role: Mapped[str] = mapped_column(String(12))
    pseudonym: Mapped[str] = mapped_column(String(26))
    reference_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    reference: Mapped[bytes | None] = mapped_column(LargeBinary)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LinkBranch(Base):
    """A vestiging of the partner that registered or linked the person; only its clients see them."""

    __tablename__ = "link_branches"
    # What a vestiging must do today is looked up by its people.
    __table_args__ = (Index("ix_link_branches_branch", "branch", "link_id"),)

    link_id: Mapped[str] = mapped_column(ForeignKey("links.id"), primary_key=True)
    branch: Mapped[str] = mapped_column(String(60), primary_key=True)
    # None: of before this was kept, and nobody knows which of the link's vestigingen came first.
    since: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LinkCode(Base):
    """A slip: one use, for one partner. Only a keyed hash (MAC) of the code is here."""

    __tablename__ = "link_codes"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    subject_id: Mapped[str] = mapped_column(ForeignKey("subjects.id"), index=True)
    partner: Mapped[str] = mapped_column(String(40))
    mac: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_on: Mapped[date] = mapped_column(Date)
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    redeemed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    redeemed_by: Mapped[str | None] = mapped_column(String(80))


class RedeemFailure(Base):
    """A client offered a code that opened nothing; counted here, since processes come and go."""

    __tablename__ = "redeem_failures"
    __table_args__ = (Index("ix_redeem_failures_client_at", "client_id", "at"),)

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    client_id: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class WindowSlip(Base):
    """A slip for the resident's own window: valid until it is replaced or runs out. Only a keyed hash is here."""

    __tablename__ = "window_slips"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    subject_id: Mapped[str] = mapped_column(ForeignKey("subjects.id"), index=True)
    mac: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_on: Mapped[date] = mapped_column(Date)
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # That it was used, and when last; never what was looked at.
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class WindowSession(Base):
    """Somebody looks through the window now. `id` is the SHA-256 (hex) of the cookie; the instants are wall clock."""

    __tablename__ = "window_sessions"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    slip_id: Mapped[str] = mapped_column(ForeignKey("window_slips.id"), index=True)
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class WindowFailure(Base):
    """A code that opened no window; `source` is a keyed hash of where it came from, with a key of that day."""

    __tablename__ = "window_failures"
    __table_args__ = (Index("ix_window_failures_source_at", "source", "at"),)

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    source: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
