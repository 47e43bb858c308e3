"""Messages, and what each recipient may find in its inbox (the outbox and the inbox are one table)."""

from datetime import date, datetime

from sqlalchemy import JSON, BigInteger, Date, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.db import Base, UtcDateTime
from schemas.base import Json
from schemas.messages.contact_person import CONTACT_POINT

SealedFields = dict[str, str]
"""Wire name → sealed value in base64."""

_POINT = text(f"function = '{CONTACT_POINT}'")
_LISTED = text("acknowledged_at IS NULL AND withdrawn_at IS NULL")


class Message(Base):
    """What a source said about a person, each field sealed by itself. The newest of a fact type is the current fact."""

    __tablename__ = "messages"
    __table_args__ = (Index("ix_messages_current", "subject_id", "type", "variant", "source", "position"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    subject_id: Mapped[str] = mapped_column(ForeignKey("subjects.id"))
    type: Mapped[str] = mapped_column(String(30))
    variant: Mapped[str] = mapped_column(String(10))
    source: Mapped[str] = mapped_column(String(40))
    source_role: Mapped[str] = mapped_column(String(12))
    link_id: Mapped[str] = mapped_column(ForeignKey("links.id"), index=True)
    client_id: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    agreement: Mapped[str] = mapped_column(String(64))
    revision: Mapped[int]
    fields: Mapped[SealedFields] = mapped_column(JSON)
    # The index of its entry in the trail: the order in which things were committed.
    position: Mapped[int] = mapped_column(BigInteger)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The message of the same source that this one puts right.
    corrects: Mapped[str | None] = mapped_column(String(32))


class Delivery(Base):
    """
    One item for one recipient: a message, the end of a linkage (beeindigd), or a request to delete (verwijderverzoek).

    `withdrawn_at`: was not opened and never will be. `closed_at`: was opened and can no longer be read here.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("ix_deliveries_inbox", "recipient", "position", "id", postgresql_where=_LISTED, sqlite_where=_LISTED),
        # A proof is asked for by position: is the asker a party to that entry?
        Index("ix_deliveries_position", "position"),
        Index("ix_deliveries_subject", "subject_id", "recipient"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    subject_id: Mapped[str] = mapped_column(ForeignKey("subjects.id"))
    message_id: Mapped[str | None] = mapped_column(ForeignKey("messages.id"), index=True)
    link_id: Mapped[str] = mapped_column(ForeignKey("links.id"))
    recipient: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(20))
    flow: Mapped[str] = mapped_column(String(80))
    purpose: Mapped[str] = mapped_column(String(60))
    basis: Mapped[str] = mapped_column(String(30))
    handed_over: Mapped[bool]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    position: Mapped[int] = mapped_column(BigInteger)
    # The day on which the consent under it runs out, kept up to date; the list hides it from then on.
    # Only a hint for listing: opening decides for itself.
    permitted_until: Mapped[date | None] = mapped_column(Date)
    # Under which terms it was offered (see route.terms_of): when these change, it is not listed any more.
    terms: Mapped[str] = mapped_column(String(16))
    notice: Mapped[SealedFields | None] = mapped_column(JSON(none_as_null=True))
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Held up by an objection or a restriction: not listed. Only a hint for listing: opening decides for itself.
    suspended: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    # The recipient's own earlier item that this one puts right.
    corrects: Mapped[str | None] = mapped_column(String(32))


class Exposure(Base):
    """This partner has seen something of this person for this purpose since it was last asked to delete it."""

    __tablename__ = "exposures"

    subject_id: Mapped[str] = mapped_column(ForeignKey("subjects.id"), primary_key=True)
    partner: Mapped[str] = mapped_column(String(40), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(60), primary_key=True)
    link_id: Mapped[str] = mapped_column(ForeignKey("links.id"))
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class Contact(Base):
    """
    A member of a partner's staff, or its contact point, for one vestiging (empty: a municipality as a whole).

    Name and addresses are sealed with a key of that partner; there is no resident in it.
    """

    __tablename__ = "contacts"
    __table_args__ = (
        Index("ix_contacts_place", "partner", "branch"),
        Index("uq_contacts_point", "partner", "branch", unique=True, postgresql_where=_POINT, sqlite_where=_POINT),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    partner: Mapped[str] = mapped_column(String(40))
    branch: Mapped[str] = mapped_column(String(60))
    function: Mapped[str] = mapped_column(String(20))
    fields: Mapped[SealedFields] = mapped_column(JSON)
    revision: Mapped[int]
    # When the partner last said that it is so.
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    # Absent on these days, both included; no end: until further notice.
    absent_from: Mapped[date | None] = mapped_column(Date)
    absent_until: Mapped[date | None] = mapped_column(Date)
    # The entry of the same partner that stands in meanwhile; None: the contact point.
    replaced_by: Mapped[str | None] = mapped_column(String(32))


class ContactAnswer(Base):
    """What was answered to a change of a list of staff under an Idempotency-Key: a number and a receipt, no name."""

    __tablename__ = "contact_answers"

    client_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    path: Mapped[str] = mapped_column(String(80), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    body: Mapped[dict[str, Json]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Answer(Base):
    """What was answered under an Idempotency-Key, sealed with the person's key, for 24 hours."""

    __tablename__ = "answers"

    client_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    path: Mapped[str] = mapped_column(String(80), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    subject_id: Mapped[str] = mapped_column(ForeignKey("subjects.id"))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
