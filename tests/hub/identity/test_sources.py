"""Guessing and flooding at the token desk is slowed per network; nobody shuts another out with it."""

from typing import Any

import pytest
from joserfc.jwk import ECKey
from sqlalchemy import func, select
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from hub.db import Database
from hub.identity.models import ProvenSource, TokenFailure
from hub.identity.sources import FAILURES_AN_HOUR, network_of
from tests.hub.identity.desk import Desk, System

HERE, ELSEWHERE = "145.7.1.2", "145.7.1.3"
STRANGER = ECKey.generate_key("P-256")


def asks(system: System, network: str, assertion: str | None = None) -> TestResponse:
    """Ask for a token from this address."""
    form = system.form(assertion)
    return system.hub.web.post("/oauth/token", data=form, environ_base={"REMOTE_ADDR": network})


def forge(system: System, network: str = HERE, times: int = FAILURES_AN_HOUR) -> TestResponse:
    """Claim to be this system, so many times, without its key. Gives the last answer."""
    answers = [asks(system, network, system.assertion(key=STRANGER)) for _ in range(times)]
    return answers[-1]


def rows(desk: Desk, model: Any) -> int:
    with desk.database.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_after_fifty_failures_a_network_waits_for_the_rest_of_the_hour(desk: Desk, rik: System) -> None:
    assert forge(rik).status_code == 401

    answer = asks(rik, HERE)

    assert answer.status_code == 429
    assert answer.json is not None
    assert answer.json["error"] == "temporarily_unavailable"
    assert 0 < int(answer.headers["Retry-After"]) <= 3601
    assert answer.headers["Cache-Control"] == "no-store"
    desk.wall.pass_by(hours=1, seconds=1)
    assert asks(rik, HERE).status_code == 200


def test_forty_nine_are_not_enough(desk: Desk, rik: System) -> None:
    forge(rik, times=FAILURES_AN_HOUR - 1)
    assert asks(rik, HERE).status_code == 200


def test_another_network_is_not_in_it(desk: Desk, rik: System) -> None:
    forge(rik)
    assert asks(rik, ELSEWHERE).status_code == 200


def test_who_proved_itself_from_a_network_is_not_shut_out_there_by_anybody(
    desk: Desk, rik: System, job: System
) -> None:
    """COA and a municipality may share one way out, and a hub that was not told of its proxy sees one for all."""
    assert asks(rik, HERE).status_code == 200
    forge(job)
    forge(rik)
    assert asks(rik, HERE).status_code == 200
    assert asks(job, HERE).status_code == 429
    assert forge(job, times=1).status_code == 429
    # Whoever claims to be Rik from there is looked at each time; and proves nothing.
    assert forge(rik, times=1).status_code == 401


def test_a_month_later_it_proves_itself_anew(desk: Desk, rik: System, job: System) -> None:
    asks(rik, HERE)
    desk.wall.pass_by(days=20)
    asks(rik, HERE)
    desk.wall.pass_by(days=20)
    forge(job)
    assert asks(rik, HERE).status_code == 200
    desk.wall.pass_by(days=31)
    asks(job, ELSEWHERE)
    forge(job)
    assert asks(rik, HERE).status_code == 429


def test_handing_back_a_token_is_no_way_around_it(desk: Desk, rik: System) -> None:
    token = rik.gets_token()
    forge(rik)
    answer = desk.web.post("/oauth/revoke", data={**rik.form(), "token": token}, environ_base={"REMOTE_ADDR": HERE})
    assert answer.status_code == 429


def test_a_flood_writes_no_more_than_its_first_fifty(desk: Desk, rik: System) -> None:
    forge(rik, times=FAILURES_AN_HOUR + 30)
    with desk.database.reading() as session:
        assert session.scalars(select(TokenFailure.failures)).all() == [FAILURES_AN_HOUR]


def test_a_mistake_in_the_form_is_not_counted(desk: Desk, rik: System) -> None:
    for _ in range(FAILURES_AN_HOUR):
        desk.web.post("/oauth/token", data={"grant_type": "x"}, environ_base={"REMOTE_ADDR": HERE}, query_string="a=1")
    assert rows(desk, TokenFailure) == 0


def test_no_address_stands_in_the_database(desk: Desk, rik: System) -> None:
    asks(rik, HERE)
    forge(rik, times=1)
    with desk.database.reading() as session:
        names = [*session.scalars(select(TokenFailure.source)), *session.scalars(select(ProvenSource.source))]
    assert [len(name) for name in names] == [64, 64]
    assert len(set(names)) == 1


def test_what_ran_out_is_swept_along(desk: Desk, rik: System) -> None:
    for number in range(5):
        forge(rik, f"145.7.2.{number}", times=1)
    desk.wall.pass_by(hours=2)
    forge(rik, times=1)
    assert rows(desk, TokenFailure) == 1


def test_two_processes_count_together(database: Database) -> None:
    """The second desk is another process of the same hub: same database, same key."""
    desk = Desk(database)
    other = Desk.__new__(Desk)
    other.__dict__.update(desk.__dict__)
    forge(desk.rik, times=25)
    forge(System(other, "randstad-almere"), times=25)
    assert asks(desk.rik, HERE).status_code == 429


def test_the_security_log_has_a_limit_and_no_word_of_what_was_sent(desk: Desk, rik: System) -> None:
    with capture_logs() as lines:
        forge(rik)
        asks(rik, HERE)
    assert len(lines) == 30
    assert {line["logger"] for line in lines} == {"security"}
    assert {key for line in lines for key in line} == {"event", "error", "client_id", "logger", "log_level"}


@pytest.mark.parametrize(
    ("remote", "forwarded", "proxies", "network"),
    [
        ("145.7.1.2", [], 0, "145.7.1.2"),
        ("2a02:a440::1", [], 0, "2a02:a440::/64"),
        # Not told of a proxy: what a private network's address means, and what a header says, is not known.
        ("127.0.0.1", [], 0, None),
        ("10.0.0.7", ["145.7.1.2"], 0, None),
        ("145.7.1.2", ["8.8.8.8"], 0, "145.7.1.2"),
        (None, [], 0, None),
        ("127.0.0.1", ["145.7.1.2"], 1, "145.7.1.2"),
        ("127.0.0.1", ["10.1.2.3"], 1, "10.1.2.3"),
        # The left of it the caller wrote itself.
        ("127.0.0.1", ["8.8.8.8, 145.7.1.2"], 1, "145.7.1.2"),
        ("127.0.0.1", ["8.8.8.8", "145.7.1.2"], 1, "145.7.1.2"),
        ("127.0.0.1", ["8.8.8.8, 145.7.1.2, 10.0.0.1"], 2, "145.7.1.2"),
        ("127.0.0.1", ["145.7.1.2"], 2, None),
        ("127.0.0.1", ["unknown"], 1, None),
        ("127.0.0.1", [""], 1, None),
        ("127.0.0.1", ["2a02:a440:0:1::9"], 1, "2a02:a440:0:1::/64"),
    ],
)
def test_a_network_is_known_or_it_is_not(
    remote: str | None, forwarded: list[str], proxies: int, network: str | None
) -> None:
    assert network_of(remote, forwarded, proxies) == network
