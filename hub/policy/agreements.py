"""The agreement that the hub works by now, and every one that it worked by before."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hub.db import Database
from hub.policy.models import AgreementVersion
from schemas.agreement import Agreement, AgreementError, parse_agreement


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


@dataclass(frozen=True, slots=True)
class Kept:
    """One version that the hub worked by, and since when. `agreement` None: its text is no agreement to us any more."""

    hash: str
    first_used_at: datetime
    agreement: Agreement | None


def history(database: Database) -> list[Kept]:
    """Every version that the hub ever worked by, the first one first."""
    with database.reading() as session:
        rows = session.scalars(
            select(AgreementVersion).order_by(AgreementVersion.first_used_at, AgreementVersion.hash)
        ).all()
    return [Kept(row.hash, row.first_used_at, _read(row)) for row in rows]


def _read(row: AgreementVersion) -> Agreement | None:
    try:
        return parse_agreement(row.text, row.hash)
    except AgreementError:
        return None


def that_explained(database: Database, purpose: str, facts: str) -> Agreement | None:
    """The first version that says these facts about a purpose (their digest); None when the hub never worked by it."""
    with database.reading() as session:
        texts = session.scalars(select(AgreementVersion.text).order_by(AgreementVersion.first_used_at)).all()
    kept = (parse_agreement(text, "afspraak") for text in texts)
    return next((agreement for agreement in kept if agreement.explained(purpose) == facts), None)


def worked_by(session: Session, begin: datetime, end: datetime, present: Agreement) -> list[Agreement]:
    """Every version that the hub may have worked by between these moments; rather one too many than one too few."""
    rows = session.execute(
        select(AgreementVersion.hash, AgreementVersion.text, AgreementVersion.first_used_at)
        .where(AgreementVersion.hash != present.hash)
        .order_by(AgreementVersion.first_used_at)
    ).all()
    # The newest of those that were there at the beginning was still in use then.
    first = max((at for at, row in enumerate(rows) if row.first_used_at <= begin), default=0)
    return [present, *(parse_agreement(row.text, row.hash) for row in rows[first:] if row.first_used_at < end)]


def version(database: Database, digest: str) -> Agreement | None:
    """The agreement with this hash as it read at the time; None when the hub never worked by it."""
    with database.reading() as session:
        text = session.scalar(select(AgreementVersion.text).where(AgreementVersion.hash == digest))
    return None if text is None else parse_agreement(text, digest)


def same_name_other_facts(database: Database, agreement: Agreement) -> dict[str, str]:
    """
    Purposes of which something else must be told than before, under the same version of the notice; with that version.

    Only an agreement that the hub never worked by is compared; one that it kept was looked at then.
    """
    if version(database, agreement.hash) is not None:
        return {}
    earlier = list(_earlier(database))
    return {
        purpose: name
        for purpose, name in agreement.notices.items()
        for old in earlier
        if old.notices.get(purpose) == name and old.explained(purpose) != agreement.explained(purpose)
    }


def _earlier(database: Database) -> Iterator[Agreement]:
    with database.reading() as session:
        kept = session.execute(select(AgreementVersion.hash, AgreementVersion.text)).all()
    for digest, text in kept:
        # A file of years ago may no longer be one; the choices made under it are bound to its facts all the same.
        with suppress(AgreementError):
            yield parse_agreement(text, digest)
