"""Requests of residents, what was erased, what is to end and who said so."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, Integer, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.db import Base, UtcDateTime


class RightsRequest(Base):
    """
    One request of a resident: inzage, correctie, wissen, bezwaar or beperking; until when, and what was decided.

    `state`: open, toegewezen, afgewezen, opgeheven. `reason`: why not, a code of a fixed list. What the
    resident wrote is sealed with their exchange key.
    """

    __tablename__ = "rights_requests"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    subject_id: Mapped[str] = mapped_column(ForeignKey("subjects.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    # "betrokkene" (through the window) or the partner that wrote it down.
    received_from: Mapped[str] = mapped_column(String(40))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_on: Mapped[date] = mapped_column(Date)
    extended: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    details: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(12))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(String(80))
    reason: Mapped[str | None] = mapped_column(String(30))


class Erasure(Base):
    """
    A person is being, or was, forgotten. The row says how far it came; it names nobody.

    `subject_id` is the opaque id, without a key pointing out: the person's row itself goes. `certificate`: counts only.
    """

    __tablename__ = "erasures"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    subject_id: Mapped[str] = mapped_column(String(32), unique=True)
    # "verzoek", "bewaartermijn", "vertrek", or "hervat": found in the ledger only, after a crash or in an older copy.
    cause: Mapped[str] = mapped_column(String(20))
    intended_at: Mapped[datetime] = mapped_column(UtcDateTime)
    rows_removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    keys_destroyed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Every recipient that was asked confirmed that its copy is gone, and the last rows went.
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    certificate: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class RetentionPlan(Base):
    """What is to end because its time is up: exactly these rows, approved by another than who made the plan."""

    __tablename__ = "retention_plans"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    # SHA-256 (hex) of `content`: what the second person approves.
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(80))
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approved_by: Mapped[str | None] = mapped_column(String(80))
    executed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    certificate: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class Hold(Base):
    """Nothing of this person is thrown away while this stands (a claim, a complaint), whatever a plan says."""

    __tablename__ = "holds"
    __table_args__ = (Index("ix_holds_subject_released", "subject_id", "released_at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    subject_id: Mapped[str] = mapped_column(ForeignKey("subjects.id"))
    # A code of a fixed list, never a sentence about a person.
    reason: Mapped[str] = mapped_column(String(20))
    set_by: Mapped[str] = mapped_column(String(80))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Lease(Base):
    """Which process does a job now, so that no two do it at once; and when it was last done."""

    __tablename__ = "leases"

    job: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str | None] = mapped_column(String(64))
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    runs: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))
