"""
What the hub does by itself, now and then: finish erasures, end what ran out, sweep what is old, sign the trail.

A scheduler only ticks. Which process does a job is decided in the database, by a lease that one of them gets.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

import structlog
from sqlalchemy import ColumnElement, CursorResult, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from audit.keeper import Keeper
from hub.backup import drill
from hub.clock import Clock, wall
from hub.db import Base, Database, new_id
from hub.exchange import choose, directory, remember
from hub.exchange.hub import Hub
from hub.exchange.models import Answer
from hub.identity import staff_sessions
from hub.identity.models import RevokedToken, SignInFlow, UsedAssertion
from hub.people.models import RedeemFailure, WindowFailure, WindowSession
from hub.rights import erase, requests
from hub.rights.ledger import Ledger
from hub.rights.models import Lease

log = structlog.get_logger(__name__)

TICK_SECONDS = 15
# Longer than any job takes; a process that died gives its jobs up after this. Doing one twice does no harm.
LEASE = timedelta(minutes=10)
# Sessions and failures are counted within an hour, or a day: older than this they are nobody's business.
SWEPT_AFTER = timedelta(days=1)

Counts = Mapping[str, int]


@dataclass(frozen=True)
class Work:
    """What the jobs need of the house. `wall` is the machine's clock: leases, sessions and tokens live by it."""

    hub: Hub
    keeper: Keeper
    ledger: Ledger
    wall: Clock = wall
    holder: str = field(default_factory=new_id)


@dataclass(frozen=True)
class Job:
    """One thing to do, and how often. What it gives is for the log: numbers, never a person."""

    name: str
    every: timedelta
    act: Callable[[Work], Counts]


def finish_erasures(work: Work) -> Counts:
    """Erasures that were begun and not finished, and those of which the last partner confirmed."""
    return {"moved": erase.resume(work.hub, work.ledger)}


def end_choices(work: Work) -> Counts:
    """Record of every yes whose days are over, or that was given on other facts, that it ended."""
    return {"ended": choose.end_outdated(work.hub)}


def sweep(work: Work) -> Counts:
    """Throw away what only had to be remembered for a while."""
    domain, now = work.hub.now(), work.wall()
    return {
        "answers": _swept(work.hub.database, Answer, Answer.at <= domain - remember.KEPT),
        "contacts": directory.sweep(work.hub),
        "redeem_failures": _swept(work.hub.database, RedeemFailure, RedeemFailure.at <= domain - SWEPT_AFTER),
        "window_failures": _swept(work.hub.database, WindowFailure, WindowFailure.at <= now - SWEPT_AFTER),
        "window_sessions": _swept(work.hub.database, WindowSession, WindowSession.seen_at <= now - SWEPT_AFTER),
        "staff_sessions": _signed_out(work.hub.database, now),
        "sign_in_flows": _swept(work.hub.database, SignInFlow, SignInFlow.expires_at <= now),
        "used_assertions": _swept(work.hub.database, UsedAssertion, UsedAssertion.expires_at <= now),
        "revoked_tokens": _swept(work.hub.database, RevokedToken, RevokedToken.expires_at <= now),
    }


def count_overdue(work: Work) -> Counts:
    """What somebody must look at: requests past their last day, those that will be within a week, a drill (1: due)."""
    waiting = requests.overdue(work.hub, work.hub.today())
    drill_due = not work.hub.practice and drill.overdue(work.hub.database, work.hub.now())
    return {"late": waiting.late, "soon": waiting.soon, "drill": int(drill_due)}


def sign_checkpoint(work: Work) -> Counts:
    """The trail's head, signed and remembered outside the database. Raises Forked when it was rolled back."""
    with work.hub.database.reading() as session:
        work.keeper.sign_head(session)
    last = work.keeper.last()
    return {"size": 0 if last is None else last.size}


JOBS: Sequence[Job] = (
    Job("finish-erasures", timedelta(minutes=1), finish_erasures),
    Job("sign-checkpoint", timedelta(minutes=1), sign_checkpoint),
    Job("end-choices", timedelta(hours=1), end_choices),
    Job("sweep", timedelta(minutes=10), sweep),
    Job("count-overdue", timedelta(hours=1), count_overdue),
)


def tick(work: Work, jobs: Sequence[Job] = JOBS) -> list[str]:
    """Do what is due and nobody else does; gives the names. A job that fails is tried again after its lease."""
    return [job.name for job in jobs if _claim(work, job) and _did(work, job)]


def _did(work: Work, job: Job) -> bool:
    try:
        counts = job.act(work)
    except Exception as error:  # noqa: BLE001  # one job that fails must not stop the others, nor this process
        # The kind only: a text can hold an address or a name.
        log.error("job_failed", job=job.name, error=type(error).__name__)
        return False
    _let_go(work, job)
    log.info("job", job=job.name, **counts)
    return True


def _claim(work: Work, job: Job) -> bool:
    """True for exactly one process, when the job is due."""
    now = work.wall()
    free = or_(Lease.until.is_(None), Lease.until <= now)
    due = or_(Lease.done_at.is_(None), Lease.done_at <= now - job.every)
    if not _is_due(work.hub.database, job, free, due):
        return False
    with work.hub.database.writing() as session:
        connection = session.connection()
        add = postgres_insert(Lease) if connection.dialect.name == "postgresql" else sqlite_insert(Lease)
        session.execute(add.values(job=job.name).on_conflict_do_nothing())
        mine = update(Lease).where(Lease.job == job.name, free, due)
        taken = session.execute(mine.values(holder=work.holder, until=now + LEASE))
        return cast("CursorResult[Any]", taken).rowcount == 1


def _is_due(database: Database, job: Job, *conditions: ColumnElement[bool]) -> bool:
    # Looked at first without writing: most ticks have nothing to do.
    with database.reading() as session:
        there = session.scalar(select(Lease.job).where(Lease.job == job.name))
        return there is None or session.scalar(select(Lease.job).where(Lease.job == job.name, *conditions)) is not None


def _let_go(work: Work, job: Job) -> None:
    # Only one's own: a lease that ran out meanwhile is another's.
    with work.hub.database.writing() as session:
        mine = update(Lease).where(Lease.job == job.name, Lease.holder == work.holder)
        session.execute(mine.values(holder=None, until=None, done_at=work.wall(), runs=Lease.runs + 1))


def _signed_out(database: Database, now: datetime) -> int:
    with database.writing() as session:
        return staff_sessions.sweep(session, now)


def _swept(database: Database, table: type[Base], old: ColumnElement[bool]) -> int:
    with database.writing() as session:
        return int(cast("CursorResult[Any]", session.execute(delete(table).where(old))).rowcount)


def interval() -> dict[str, Any]:
    """How a scheduler ticks: one tick at a time, and one for all that were missed."""
    return {"seconds": TICK_SECONDS, "max_instances": 1, "coalesce": True, "next_run_time": datetime.now().astimezone()}
