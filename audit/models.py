"""The tables of the trail: its entries, the tree above them, and the head that says how far it goes."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "pk": "pk_%(table_name)s",
}

# Rows of these tables are added and never again touched, except to prune the columns to search by.
APPEND_ONLY = ("audit_entries", "audit_nodes")

# The columns to search by. They stand outside the proof, and may be emptied when they are no longer needed.
PRUNABLE = ("kind", "at", "partner", "outcome")

# On SQLite an INTEGER key is the row's own number, a BIGINT would be an index beside it: half the writing.
Position = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """The trail's own tables, with no foreign key out."""

    metadata = MetaData(naming_convention=NAMES)


class EntryRow(Base):
    """One entry. Nothing personal stands in a column: the record is in `sealed` and nowhere else."""

    __tablename__ = "audit_entries"

    position: Mapped[int] = mapped_column(Position, primary_key=True, autoincrement=False)
    entry_id: Mapped[str] = mapped_column(String(32), unique=True)
    version: Mapped[int] = mapped_column(SmallInteger)
    commitment: Mapped[bytes] = mapped_column(LargeBinary(32))
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    kind: Mapped[str | None] = mapped_column(String(40))
    at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    partner: Mapped[str | None] = mapped_column(String(40))
    outcome: Mapped[str | None] = mapped_column(String(40))
    key_id: Mapped[str | None] = mapped_column(String(32), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class NodeRow(Base):
    """The hash of a complete subtree of 2^level entries, from level 1: the leaves are in the entries."""

    __tablename__ = "audit_nodes"
    # Without a row number of its own the key is the table: half the size on SQLite.
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 (SQLAlchemy reads it as declared)

    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class HeadRow(Base):
    """The one row that every writer locks, last: how many entries there are, and the peaks of their tree."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_head"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(BigInteger)
    frontier: Mapped[bytes] = mapped_column(LargeBinary)
