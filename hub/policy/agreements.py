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


def that_explained(database: Database, purpose: str, facts: str) -> Agreement | None:
    """The first version that says these facts about a purpose (their digest); None when the hub never worked by it."""
    with database.reading() as session:
        texts = session.scalars(select(AgreementVersion.text).order_by(AgreementVersion.first_used_at)).all()
    kept = (parse_agreement(text, "afspraak") for text in texts)
    return next((agreement for agreement in kept if agreement.explained(purpose) == facts), None)


def version(database: Database, digest: str) -> Agreement | None:
    """The agreement with this hash as it read at the time; None when the hub never worked by it."""
    with database.reading() as session:
        text = session.scalar(select(AgreementVersion.text).where(AgreementVersion.hash == digest))
    return None if text is None else parse_agreement(text, digest)
