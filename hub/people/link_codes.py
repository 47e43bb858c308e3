"""The code on a slip: the resident hands it over, and one vestiging of one partner comes to know them."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from hub.clock import day_of
from hub.db import new_id
from hub.people.codes import clean, grouped, mac, new_code
from hub.people.models import LinkCode, RedeemFailure
from hub.vault.vault import CODES, Vault

FAILURES_AN_HOUR = 50
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Slip:
    """What is printed: the code, and the first day on which it no longer works."""

    code: str
    expires_on: date


def issue(session: Session, vault: Vault, subject: str, partner: str, now: datetime, valid_days: int) -> Slip:
    """A new code for this person and partner; an earlier one that was not used yet is void from now on."""
    void(session, subject, partner, now)
    code = new_code()
    expires_on = day_of(now) + timedelta(days=valid_days)
    row = {
        "id": new_id(), "subject_id": subject, "partner": partner, "mac": mac(vault, CODES, code),
        "issued_at": now, "expires_on": expires_on,
    }  # fmt: skip
    session.execute(insert(LinkCode), [row])
    return Slip(grouped(code), expires_on)


def void(session: Session, subject: str, partner: str, now: datetime) -> None:
    """Codes of this person for this partner that were not used yet work no longer."""
    waiting = (LinkCode.subject_id == subject, LinkCode.partner == partner)
    unused = (LinkCode.redeemed_at.is_(None), LinkCode.voided_at.is_(None))
    session.execute(update(LinkCode).where(*waiting, *unused).values(voided_at=now))


def find(session: Session, vault: Vault, code: str) -> LinkCode | None:
    """The slip with this code, whatever its state. Found by a keyed hash and compared in constant time."""
    wanted = mac(vault, CODES, clean(code))
    slip = session.scalars(
        select(LinkCode).where(LinkCode.mac == wanted).execution_options(populate_existing=True)
    ).one_or_none()
    return slip if slip is not None and hmac.compare_digest(slip.mac, wanted) else None


def works(slip: LinkCode, partner: str, today: date) -> bool:
    """Can this partner still use it? Looks at everything, whatever fails first."""
    unused = slip.redeemed_at is None and slip.voided_at is None
    return all((unused, slip.partner == partner, today < slip.expires_on))


def use(session: Session, slip: LinkCode, client: str, now: datetime) -> None:
    """The slip was used; it never works again."""
    session.execute(update(LinkCode).where(LinkCode.id == slip.id).values(redeemed_at=now, redeemed_by=client))


def of_subject(session: Session, subject: str) -> Sequence[LinkCode]:
    """Every slip of this person, newest first: when it was made, and when and by whom it was used."""
    newest = LinkCode.issued_at.desc()
    return session.scalars(select(LinkCode).where(LinkCode.subject_id == subject).order_by(newest)).all()


def count_failure(session: Session, client: str, now: datetime) -> None:
    """Remember a code that opened nothing, and forget those of more than an hour ago."""
    session.execute(delete(RedeemFailure).where(RedeemFailure.client_id == client, RedeemFailure.at <= now - HOUR))
    session.execute(insert(RedeemFailure), [{"client_id": client, "at": now}])


def too_many(session: Session, client: str, now: datetime) -> bool:
    """Did this client offer 50 codes in the past hour that opened nothing?"""
    recent = (RedeemFailure.client_id == client, RedeemFailure.at > now - HOUR)
    failures = session.scalar(select(func.count()).select_from(RedeemFailure).where(*recent)) or 0
    return failures >= FAILURES_AN_HOUR
