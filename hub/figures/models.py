"""What was released: protected tables and nothing else; one release per quarter, for ever."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hub.db import Base, UtcDateTime

APPEND_ONLY = ("figure_releases",)


class FigureRelease(Base):
    """The figures of one quarter, as they were published."""

    __tablename__ = "figure_releases"

    quarter: Mapped[str] = mapped_column(String(7), primary_key=True)
    agreement: Mapped[str] = mapped_column(String(64))
    released_at: Mapped[datetime] = mapped_column(UtcDateTime)
    released_by: Mapped[str] = mapped_column(String(80))
    # JSON, as it was released to the letter.
    content: Mapped[str] = mapped_column(Text)
    # SHA-256 (hex) of `content`; it stands in the trail too.
    digest: Mapped[str] = mapped_column(String(64))
