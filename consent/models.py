"""The resident's choices, one row each, never changed. Knows people by an opaque id; no key points out of here."""

from datetime import date, datetime

from sqlalchemy import Date, DateTime, LargeBinary, MetaData, String, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

APPEND_ONLY = ("consent_events", "notice_reviews")


class Base(DeclarativeBase):
    """Consent's own tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class ConsentEvent(Base):
    """
    One choice: yes, no, or withdrawn, for one purpose, on one version of the notice.

    How it was asked (language, interpreter) is sealed: the language alone can point at where someone comes from.
    """

    __tablename__ = "consent_events"
    __table_args__ = (UniqueConstraint("subject", "sequence"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    subject: Mapped[str] = mapped_column(String(32))
    sequence: Mapped[int]
    purpose: Mapped[str] = mapped_column(String(60))
    choice: Mapped[str] = mapped_column(String(12))
    notice: Mapped[str] = mapped_column(String(40))
    # SHA-256 (hex) of the facts that were explained: a yes to other facts is no yes to these.
    facts: Mapped[str] = mapped_column(String(64), server_default=text("''"))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    # The calendar day at the desk: validity is counted in days.
    day: Mapped[date] = mapped_column(Date)
    recorded_by: Mapped[str] = mapped_column(String(80))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    # SHA-256 over the chain of the choice before and this row: none can be taken out or put in between.
    chain: Mapped[bytes | None] = mapped_column(LargeBinary(32))


class NoticeReview(Base):
    """Somebody read one text of a notice and stands behind it. Bound to its hash: another text is not reviewed."""

    __tablename__ = "notice_reviews"
    __table_args__ = (UniqueConstraint("text_hash", "purpose", "version", "language"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(60))
    version: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(2))
    text_hash: Mapped[str] = mapped_column(String(64))
    reviewed_by: Mapped[str] = mapped_column(String(80))
    reviewed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
