"""A token can be handed back, by the system that it was given to."""

from sqlalchemy import func, select

from hub.identity.models import RevokedToken
from tests.hub.identity.desk import Desk, System


def test_a_revoked_token_opens_nothing(desk: Desk, rik: System) -> None:
    token, other = rik.gets_token(), rik.gets_token()
    answer = rik.revokes(token)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert not desk.lets_in(token)
    assert desk.lets_in(other)


def test_revoking_twice_is_no_mistake(desk: Desk, rik: System) -> None:
    token = rik.gets_token()
    assert [rik.revokes(token).status_code for _ in range(2)] == [200, 200]
    assert not desk.lets_in(token)


def test_nobody_revokes_anothers_token(desk: Desk, rik: System, job: System) -> None:
    token = rik.gets_token()
    answer = job.revokes(token)
    assert (answer.status_code, answer.json["error"]) == (400, "invalid_grant")  # type: ignore[index]
    assert desk.lets_in(token)


def test_a_stranger_revokes_nothing(desk: Desk, rik: System) -> None:
    token = rik.gets_token()
    for form in ({"token": token}, {**System(desk, "nobody").form(), "token": token}):
        assert desk.web.post("/oauth/revoke", data=form).status_code == 401
    assert desk.lets_in(token)


def test_an_unknown_or_expired_token_is_fine(desk: Desk, rik: System) -> None:
    token = rik.gets_token()
    desk.wall.pass_by(minutes=11)
    for text in ("x", token, rik.assertion()):
        assert rik.revokes(text).status_code == 200
    with desk.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(RevokedToken)) == 0


def test_a_hint_about_the_type_is_not_looked_at(desk: Desk, rik: System) -> None:
    token = rik.gets_token()
    assert rik.revokes(token, token_type_hint="refresh_token").status_code == 200
    assert not desk.lets_in(token)


def test_a_request_without_a_token_is_refused(desk: Desk, rik: System) -> None:
    answer = desk.web.post("/oauth/revoke", data=rik.form())
    assert (answer.status_code, answer.json["error"]) == (400, "invalid_request")  # type: ignore[index]


def test_a_statement_is_used_once_over_both_addresses(desk: Desk, rik: System) -> None:
    form = rik.form()
    assert desk.web.post("/oauth/token", data=form).status_code == 200
    assert desk.web.post("/oauth/revoke", data={**form, "token": "x"}).status_code == 401


def test_revocations_are_forgotten_when_the_tokens_have_run_out(desk: Desk, rik: System) -> None:
    rik.revokes(rik.gets_token())
    desk.wall.pass_by(minutes=12)
    rik.revokes(rik.gets_token())
    with desk.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(RevokedToken)) == 1
