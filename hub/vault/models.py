"""The key store: a database of its own with a backup of its own, so that a destroyed key is gone."""

from datetime import datetime

from sqlalchemy import LargeBinary, MetaData, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from hub.db import NAMES, UtcDateTime


class Base(DeclarativeBase):
    """Tables of the key store; never in the main store."""

    metadata = MetaData(naming_convention=NAMES)


class SubjectKey(Base):
    """
    One data key (DEK) of one person and class, wrapped by the master key (KEK) of an epoch.

    A destroyed key keeps its row with `wrapped` empty: the unique pair stops it from ever being made again.
    """

    __tablename__ = "subject_keys"
    __table_args__ = (UniqueConstraint("subject", "purpose"),)

    key_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    subject: Mapped[str] = mapped_column(String(32))
    purpose: Mapped[str] = mapped_column(String(10))
    epoch: Mapped[int]
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    destroyed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PartnerKey(Base):
    """One key of a partner (its pseudonyms, its index on own references) or of the hub itself, wrapped."""

    __tablename__ = "partner_keys"

    partner: Mapped[str] = mapped_column(String(40), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20), primary_key=True)
    epoch: Mapped[int]
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class KeyEpoch(Base):
    """
    From when keys are wrapped under this epoch of the master key, and when that master key was destroyed.

    The newest row says under which epoch a new key is wrapped; without a row, under the newest in the key file.
    """

    __tablename__ = "key_epochs"

    epoch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    destroyed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
