"""What the hub does by itself: each job by one process at a time, when it is due, and told in numbers."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from structlog.testing import capture_logs

from hub import jobs
from hub.exchange.models import Answer
from hub.identity.models import SignInFlow, UsedAssertion
from hub.jobs import JOBS, Counts, Job, Work, tick
from hub.people.models import WindowSession, WindowSlip
from hub.rights.ledger import Ledger
from hub.rights.models import Lease
from tests.chain import Chain, Clock
from tests.journeys.test_forgotten import confirm_all, forget, told
from tests.kept import recorded, rows


def work(chain: Chain, clock: Clock | None = None) -> Work:
    """A process that works beside the hub."""
    keeper = chain.app.extensions["ketenhub"].keeper
    wall: Callable[[], datetime] = clock or (lambda: datetime.now(UTC))
    return Work(chain.hub, keeper, Ledger(chain.settings.erasure_ledger_file), wall)


def counting(every: timedelta = timedelta(minutes=1)) -> tuple[Job, list[str]]:
    done: list[str] = []

    def act(one: Work) -> Counts:
        done.append(one.holder)
        return {"done": len(done)}

    return Job("count", every, act), done


def test_a_job_is_done_when_it_is_due_and_not_before(chain: Chain) -> None:
    clock = Clock()
    one, (job, done) = work(chain, clock), counting()

    assert [tick(one, [job]), tick(one, [job])] == [["count"], []]
    clock.instant += timedelta(seconds=59)
    assert tick(one, [job]) == []
    clock.instant += timedelta(seconds=1)
    assert tick(one, [job]) == ["count"]
    assert len(done) == 2


def test_of_two_processes_one_does_it(chain: Chain) -> None:
    clock = Clock()
    first, second = work(chain, clock), work(chain, clock)
    tried: list[list[str]] = []

    def act(_: Work) -> Counts:
        # While the first is busy, the second ticks.
        tried.append(tick(second, [other]))
        return {}

    job = Job("slow", timedelta(0), act)
    other = Job("slow", timedelta(0), lambda _: {})

    assert tick(first, [job]) == ["slow"]
    assert tried == [[]]
    assert tick(second, [other]) == ["slow"]


def test_what_a_dead_process_held_is_done_by_another_after_its_lease(chain: Chain) -> None:
    clock = Clock()
    dead, alive = work(chain, clock), work(chain, clock)
    job, done = counting(timedelta(0))
    assert jobs._claim(dead, job)

    assert tick(alive, [job]) == []
    clock.instant += jobs.LEASE
    assert tick(alive, [job]) == ["count"]

    # The dead one was only slow: it lets nothing go that is not its own.
    with chain.hub.database.writing() as session:
        session.execute(update(Lease).values(holder=alive.holder, until=clock() + jobs.LEASE))
    jobs._let_go(dead, job)
    with chain.hub.database.reading() as session:
        assert session.scalars(select(Lease.holder)).one() == alive.holder
    assert done == [alive.holder]


def test_a_job_that_fails_stops_no_other_and_says_its_kind_only(chain: Chain) -> None:
    job, done = counting()

    def act(_: Work) -> Counts:
        raise ValueError("9900000017")

    with capture_logs() as logs:
        assert tick(work(chain), [Job("fails", timedelta(0), act), job]) == ["count"]

    assert logs[0] == {"event": "job_failed", "log_level": "error", "job": "fails", "error": "ValueError"}
    assert "9900000017" not in str(logs)
    assert len(done) == 1


def test_every_job_runs_on_a_hub_with_a_story_in_it_and_logs_numbers_only(chain: Chain) -> None:
    resident = told(chain)
    with capture_logs() as logs:
        assert tick(work(chain)) == [job.name for job in JOBS]

    assert {line["job"] for line in logs} == {job.name for job in JOBS}
    for line in logs:
        told_of = {name: value for name, value in line.items() if name not in ("event", "log_level", "job")}
        assert all(type(value) is int for value in told_of.values())
    assert not [name for name in resident.names.values() if name in str(logs)]


def test_an_erasure_is_finished_when_the_last_partner_confirmed(chain: Chain) -> None:
    clock = Clock()
    one = work(chain, clock)
    forget(chain, told(chain))
    tick(one)
    assert rows(chain.hub.database)["subjects"]

    confirm_all(chain)
    clock.instant += timedelta(minutes=1)
    tick(one)

    assert rows(chain.hub.database)["subjects"] == []


def test_a_yes_that_ran_out_is_recorded_as_ended(chain: Chain) -> None:
    chain.linked()
    chain.clock.later(days=365)

    tick(work(chain))

    assert [fact["uitkomst"] for fact in recorded(chain, "toestemming")][-4:] == ["verlopen"] * 4


def test_what_only_had_to_be_remembered_for_a_while_is_swept(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    clock = Clock(datetime.now(UTC))
    slip: dict[str, Any] = {"id": "a" * 32, "mac": b"m", "issued_at": chain.clock(), "expires_on": chain.clock().date()}
    seen = {"begun_at": clock(), "seen_at": clock() - timedelta(hours=23)}
    with chain.hub.database.writing() as session:
        subject = rows(chain.hub.database)["subjects"][0]["id"]
        session.add(WindowSlip(subject_id=subject, **slip))
        session.flush()
        session.add(WindowSession(id="b" * 64, slip_id="a" * 32, **seen))
        session.add(SignInFlow(id="c" * 64, provider="coa", expires_at=clock() + timedelta(minutes=10)))
    left = (Answer, UsedAssertion, WindowSession, SignInFlow)

    tick(work(chain, clock))
    assert all(rows(chain.hub.database)[table.__tablename__] for table in left)
    chain.clock.later(days=1)
    clock.instant += timedelta(days=1)
    tick(work(chain, clock))

    assert [rows(chain.hub.database)[table.__tablename__] for table in left] == [[], [], [], []]
    assert rows(chain.hub.database)["window_slips"]


def test_the_trail_is_signed_though_nobody_asks(chain: Chain) -> None:
    chain.linked()
    keeper = chain.app.extensions["ketenhub"].keeper
    assert keeper.last() is None

    tick(work(chain))

    assert keeper.last().size == len(rows(chain.hub.database)["audit_entries"])


def test_what_somebody_must_look_at_is_counted_and_nothing_more_is_said(chain: Chain) -> None:
    resident = chain.linked()
    assert jobs.count_overdue(work(chain)) == {"late": 0, "soon": 0, "drill": 0}
    chain.noor.caller.post("/verzoeken", {"betrokkeneId": chain.noor.knows(resident), "soort": "inzage"})
    chain.clock.later(days=28)
    assert jobs.count_overdue(work(chain)) == {"late": 0, "soon": 1, "drill": 0}
    chain.clock.later(days=28)
    serious = replace(work(chain), hub=replace(chain.hub, practice=False))
    assert jobs.count_overdue(serious) == {"late": 1, "soon": 0, "drill": 1}


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_doing_a_job_twice_does_nothing_the_second_time(chain: Chain, job: Job) -> None:
    told(chain)
    one = work(chain)
    job.act(one)
    before = rows(chain.hub.database)

    job.act(one)

    assert rows(chain.hub.database) == before
