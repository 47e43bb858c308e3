"""Every agreement that the hub ever worked by, word for word, so that an old decision can be explained."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hub.db import Base, UtcDateTime

APPEND_ONLY = ("agreement_versions",)


class AgreementVersion(Base):
    """The text of one version; its hash stands in every decision taken under it."""

    __tablename__ = "agreement_versions"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)
    first_used_at: Mapped[datetime] = mapped_column(UtcDateTime)
