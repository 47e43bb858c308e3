"""A token opens the door for ten minutes, unless somebody closes it first."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey
from sqlalchemy import event
from structlog.testing import capture_logs

from hub.identity.clients import resume, rotate
from hub.identity.errors import Unauthorized
from hub.identity.tokens import ASK, LIFETIME, REFUSE, read_bearer
from tests.hub.identity.desk import API, BASE, TOKEN_URL, Desk, System, public, shared_secret


def claims_of(token: str) -> dict[str, Any]:
    return dict(json.loads(jws.extract_compact(token.encode()).payload))


def header_of(token: str) -> dict[str, Any]:
    return jws.extract_compact(token.encode()).headers()


def forged(desk: Desk, token: str, header: dict[str, Any] | None = None, key: Any = None, **changed: Any) -> str:
    """What the hub would have to have signed: with its own key, unless another is given."""
    claims = {name: value for name, value in {**claims_of(token), **changed}.items() if value is not ...}
    header = {**header_of(token), **(header or {})}
    return jwt.encode(header, claims, key or desk.signing_key, algorithms=[header["alg"]])


def test_a_token_says_what_rfc_9068_asks(desk: Desk, rik: System) -> None:
    token, now = rik.gets_token(), int(desk.wall().timestamp())
    assert header_of(token) == {"alg": "ES256", "typ": "at+jwt", "kid": desk.signing_key.thumbprint()}
    claims = claims_of(token)
    assert len(claims.pop("jti")) == 32
    assert claims == {
        "iss": BASE,
        "aud": API,
        "sub": "randstad-almere",
        "client_id": "randstad-almere",
        "client_key": rik.key.thumbprint(),
        "iat": now,
        "exp": now + 600,
    }


def test_a_token_tells_partner_role_and_vestigingen(desk: Desk, rik: System, samira: System) -> None:
    assert desk.who(rik.gets_token()).json == {
        "client": "randstad-almere",
        "partner": "randstad",
        "role": "bemiddelaar",
        "branches": ["almere"],
    }
    assert desk.who(samira.gets_token()).json == {
        "client": "almere",
        "partner": "GM0034",
        "role": "gemeente",
        "branches": [],
    }


def test_a_token_ends_after_ten_minutes(desk: Desk, rik: System) -> None:
    token = rik.gets_token()
    desk.wall.pass_by(minutes=10, seconds=-1)
    assert desk.lets_in(token)
    desk.wall.pass_by(seconds=1)
    assert not desk.lets_in(token)


def test_a_suspended_system_has_nothing_at_once(desk: Desk, rik: System, job: System) -> None:
    token, jobs = rik.gets_token(), job.gets_token()
    desk.suspend("randstad", "randstad-almere")
    assert not desk.lets_in(token)
    assert desk.lets_in(jobs)


def test_a_suspended_partner_has_nothing_at_once(desk: Desk, rik: System, job: System, noor: System) -> None:
    tokens = [rik.gets_token(), job.gets_token()]
    desk.suspend("randstad")
    assert not any(map(desk.lets_in, tokens))
    assert desk.lets_in(noor.gets_token())


def test_a_resumed_system_is_let_in_again(desk: Desk, rik: System) -> None:
    desk.suspend("randstad")
    with desk.database.writing() as session:
        resume(session, "randstad")
    assert desk.lets_in(rik.gets_token())


def test_a_token_ends_with_the_key_that_it_was_got_with(desk: Desk, rik: System) -> None:
    token, new = rik.gets_token(), System(desk, "randstad-almere")
    with desk.database.writing() as session:
        rotate(session, "randstad-almere", public(new.key))
    assert not desk.lets_in(token)
    assert desk.lets_in(new.gets_token())


def test_a_token_ends_when_its_partner_leaves_the_agreement(desk: Desk, rik: System) -> None:
    token = rik.gets_token()
    desk.leaves("randstad")
    assert not desk.lets_in(token)


def test_a_system_whose_vestiging_left_the_agreement_does_not_become_the_whole_partner(desk: Desk, rik: System) -> None:
    token = rik.gets_token()
    for branches in (("zwolle",), ()):
        randstad = replace(desk.agreement.partners["randstad"], branches=branches)
        desk.agreement = replace(desk.agreement, partners={**desk.agreement.partners, "randstad": randstad})
        assert not desk.lets_in(token)


FORGERIES: dict[str, Callable[[Desk, str], str]] = {
    "signed by somebody else": lambda desk, token: forged(desk, token, key=ECKey.generate_key("P-256")),
    "without signature": lambda desk, token: token.rpartition(".")[0] + ".",
    "with another's signature": lambda desk, token: (
        token.rpartition(".")[0] + "." + desk.job.gets_token().rpartition(".")[2]
    ),
    "alg none": lambda desk, token: (
        base64.urlsafe_b64encode(json.dumps({**header_of(token), "alg": "none"}).encode()).decode().rstrip("=")
        + "."
        + token.split(".")[1]
        + "."
    ),
    "our public key as shared secret": lambda desk, token: shared_secret(
        {**header_of(token), "alg": "HS256"}, claims_of(token), desk.signing_key.as_pem()
    ),
    "another kid": lambda desk, token: forged(
        desk, token, {"kid": "x"}, ECKey.import_key(desk.signing_key.as_pem(True))
    ),
    "another type": lambda desk, token: forged(desk, token, {"typ": "JWT"}),
    "no audience": lambda desk, token: forged(desk, token, aud=...),
    "another audience": lambda desk, token: forged(desk, token, aud=TOKEN_URL),
    "two audiences": lambda desk, token: forged(desk, token, aud=[API, "https://elders.example"]),
    "another issuer": lambda desk, token: forged(desk, token, iss="https://elders.example"),
    "no issuer": lambda desk, token: forged(desk, token, iss=...),
    "no end": lambda desk, token: forged(desk, token, exp=...),
    "ending at NaN": lambda desk, token: forged(desk, token, exp=float("nan")),
    "no jti": lambda desk, token: forged(desk, token, jti=...),
    "no client": lambda desk, token: forged(desk, token, client_id=..., sub=...),
    "an unknown client": lambda desk, token: forged(desk, token, client_id="nobody", sub="nobody"),
    "two clients": lambda desk, token: forged(desk, token, client_id="randstad-zwolle"),
    "a key of nobody": lambda desk, token: forged(desk, token, client_key="x"),
    "an assertion": lambda desk, token: desk.rik.assertion(aud=API),
    "in quotes": lambda desk, token: f'"{token}"',
    "with a blank": lambda desk, token: f" {token}",
    "empty": lambda desk, token: "",
    "broken": lambda desk, token: "x.y.z",
    "twice": lambda desk, token: f"{token}, Bearer {token}",
}


def test_a_forged_token_opens_nothing(desk: Desk, rik: System) -> None:
    token = rik.gets_token()
    answers = {name: desk.who(forge(desk, token)) for name, forge in FORGERIES.items()}
    assert {answer.status_code for answer in answers.values()} == {401}, answers
    assert {answer.headers["WWW-Authenticate"] for answer in answers.values()} == {REFUSE}
    assert len({answer.data for answer in answers.values()}) == 1


def test_the_log_of_a_refusal_names_a_client_only_when_the_hub_did(desk: Desk, rik: System) -> None:
    token = rik.gets_token()
    desk.suspend("randstad")
    with capture_logs() as lines:
        desk.who(token)
        desk.who(forged(desk, token, key=ECKey.generate_key("P-256")))
        desk.who(None)
    refused = {"event": "token_refused", "error": "invalid_token", "logger": "security", "log_level": "warning"}
    assert lines == [{**refused, "client_id": "randstad-almere"}, refused]


def test_without_a_token_no_error_is_named(desk: Desk) -> None:
    answer = desk.who(None)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, ASK)
    basic = desk.web.get("/who", auth=("randstad-almere", "geheim"))
    assert (basic.status_code, basic.headers["WWW-Authenticate"]) == (401, ASK)


def test_a_token_in_the_query_or_in_a_form_is_not_looked_at(desk: Desk, rik: System) -> None:
    token = rik.gets_token()
    assert desk.who(None, query_string={"access_token": token}).status_code == 401
    assert desk.web.post("/who", data={"access_token": token}).status_code == 401


def test_the_scheme_may_be_written_in_any_case(desk: Desk, rik: System) -> None:
    token = rik.gets_token()
    assert desk.web.get("/who", headers={"Authorization": f"bearer {token}"}).status_code == 200


def test_a_refusal_repeats_nothing_of_the_token(desk: Desk, rik: System) -> None:
    token = forged(desk, rik.gets_token(), aud="https://canary.example")
    with pytest.raises(Unauthorized) as caught:
        read_bearer(f"Bearer {token}", desk.database, desk.tokens, lambda: desk.agreement)
    assert caught.value.__suppress_context__
    assert token.split(".")[1] not in repr(caught.value)


def test_reading_a_token_costs_one_select_and_no_write(desk: Desk, rik: System) -> None:
    token, statements = rik.gets_token(), []
    event.listen(desk.database.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    assert desk.lets_in(token)
    assert [text.split()[0] for text in statements if not text.startswith("BEGIN")] == ["SELECT"]


def test_a_token_that_was_seen_before_still_expires(desk: Desk, rik: System) -> None:
    token = rik.gets_token()
    assert desk.lets_in(token)

    desk.wall.at += LIFETIME

    assert not desk.lets_in(token)


def test_a_text_that_resembles_a_token_seen_before_is_read_anew(desk: Desk, rik: System) -> None:
    token = rik.gets_token()
    assert desk.lets_in(token)

    assert not desk.lets_in(forged(desk, token, key=ECKey.generate_key("P-256"), client_id="noor"))
    assert not desk.lets_in(token[:-4] + "AAAA")


def test_what_is_kept_of_tokens_does_not_grow_without_end(desk: Desk, rik: System) -> None:
    for _ in range(3):
        desk.lets_in(rik.gets_token())
    with patch("hub.identity.tokens.MOST_SEEN", 2):
        assert desk.lets_in(rik.gets_token())
    assert len(desk.tokens._seen) == 1
