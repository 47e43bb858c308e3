"""The agreement that the hub works by now, and every one that it worked by before."""

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from hub.db import Database
from hub.policy.models import AgreementVersion
from schemas.agreement import Agreement, parse_agreement


def keep(database: Database, agreement: Agreement, now: datetime) -> bool:
    """Keep this version, word for word, when it is new. True when it was."""
    with database.reading() as session:
        if session.get(AgreementVersion, agreement.hash) is not None:
            return False
    row = {"hash": agreement.hash, "name": agreement.name, "text": agreement.text, "first_used_at": now}
    try:
        with database.writing() as session:
            session.execute(insert(AgreementVersion), [row])
    except IntegrityError:
        # Another process started with it at the same moment.
        return False
    return True


def version(database: Database, digest: str) -> Agreement | None:
    """The agreement with this hash as it read at the time; None when the hub never worked by it."""
    with database.reading() as session:
        text = session.scalar(select(AgreementVersion.text).where(AgreementVersion.hash == digest))
    return None if text is None else parse_agreement(text, digest)
