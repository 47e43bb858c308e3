"""A system proves who it is, and everything that looks like a proof but is none."""

import base64
import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from joserfc.jwk import ECKey, OKPKey, RSAKey
from sqlalchemy import func, select
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from hub.identity.assertions import make_assertion, make_client_key
from hub.identity.clients import rotate
from hub.identity.errors import ClientMistake
from hub.identity.models import UsedAssertion
from tests.hub.identity.desk import API, BASE, MORNING, TOKEN_URL, Desk, System, public, shared_secret

REFUSED = {
    "error": "invalid_client",
    "error_description": "Stuur een nieuwe client_assertion, ondertekend met de geregistreerde sleutel.",
}


def is_refused(answer: TestResponse) -> bool:
    assert answer.status_code == 401, answer.data
    assert answer.json == REFUSED
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["WWW-Authenticate"]
    return True


def raw(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def b64(value: object) -> str:
    return raw(json.dumps(value))


def test_a_registered_system_gets_a_token_of_ten_minutes(rik: System) -> None:
    answer = rik.asks()
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json.keys() == {"access_token", "token_type", "expires_in"}
    assert (answer.json["token_type"], answer.json["expires_in"]) == ("Bearer", 600)
    assert (answer.headers["Cache-Control"], answer.mimetype) == ("no-store", "application/json")


def test_one_audience_may_stand_in_a_list(rik: System) -> None:
    assert rik.asks(rik.assertion(aud=[TOKEN_URL])).status_code == 200


WRONG_CLAIMS: dict[str, Callable[[int], dict[str, Any]]] = {
    "another audience": lambda now: {"aud": API},
    "the issuer as audience": lambda now: {"aud": BASE},
    "two audiences": lambda now: {"aud": [TOKEN_URL, "https://elders.example/token"]},
    "our audience twice": lambda now: {"aud": [TOKEN_URL, TOKEN_URL]},
    "no audience": lambda now: {"aud": ...},
    "an empty list of audiences": lambda now: {"aud": []},
    "a number as audience": lambda now: {"aud": 1},
    "expired": lambda now: {"exp": now},
    "expired long ago": lambda now: {"exp": now - 3600, "iat": now - 3660},
    "living 121 seconds": lambda now: {"exp": now + 121},
    "living for years": lambda now: {"exp": now + 10**8},
    "never expiring": lambda now: {"exp": ...},
    "expiring at NaN": lambda now: {"exp": float("nan")},
    "expiring at infinity": lambda now: {"exp": float("inf")},
    "expiring at a text": lambda now: {"exp": str(now + 60)},
    "expiring at true": lambda now: {"exp": True},
    "expiring beyond any year": lambda now: {"exp": 10**400},
    "issued in the future": lambda now: {"iat": now + 6},
    "not valid yet": lambda now: {"nbf": now + 6},
    "no jti": lambda now: {"jti": ...},
    "an empty jti": lambda now: {"jti": ""},
    "a number as jti": lambda now: {"jti": 7},
    "no issuer": lambda now: {"iss": ...},
    "another issuer": lambda now: {"iss": "randstad-zwolle"},
    "no subject": lambda now: {"sub": ...},
    "a subject that is no text": lambda now: {"sub": ["randstad-almere"], "iss": ["randstad-almere"]},
    "an unknown client": lambda now: {"sub": "nobody", "iss": "nobody"},
    "a client with a null in its name": lambda now: {"sub": "a\x00b", "iss": "a\x00b"},
}


def test_a_statement_with_a_wrong_claim_is_refused(desk: Desk, rik: System) -> None:
    now = int(desk.wall().timestamp())
    answers = {name: rik.asks(rik.assertion(**wrong(now))) for name, wrong in WRONG_CLAIMS.items()}
    assert [name for name, answer in answers.items() if not is_refused(answer)] == []


def test_a_clock_that_runs_five_seconds_ahead_is_forgiven(desk: Desk, rik: System) -> None:
    now = int(desk.wall().timestamp())
    assert rik.asks(rik.assertion(iat=now + 5, nbf=now + 5, exp=now + 120)).status_code == 200


def test_a_statement_is_used_once(desk: Desk, rik: System) -> None:
    assertion = rik.assertion()
    assert rik.asks(assertion).status_code == 200
    assert is_refused(rik.asks(assertion))
    desk.wall.pass_by(minutes=5)
    rik.gets_token()
    assert is_refused(rik.asks(assertion))


def test_the_same_jti_in_another_statement_is_refused(rik: System) -> None:
    assert rik.asks(rik.assertion(jti="1")).status_code == 200
    assert is_refused(rik.asks(rik.assertion(jti="1", nbf=0)))


def test_two_systems_may_choose_the_same_jti(rik: System, job: System) -> None:
    assert rik.asks(rik.assertion(jti="1")).status_code == 200
    assert job.asks(job.assertion(jti="1")).status_code == 200


def test_of_eight_uses_at_the_same_moment_one_gets_a_token(desk: Desk, rik: System) -> None:
    form, start, codes = rik.form(), threading.Barrier(8), []

    def use() -> None:
        web = desk.app.test_client()
        start.wait()
        codes.append(web.post("/oauth/token", data=form).status_code)

    users = [threading.Thread(target=use) for _ in range(8)]
    for user in users:
        user.start()
    for user in users:
        user.join()
    assert sorted(codes) == [200] + [401] * 7


def test_a_statement_without_signature_is_refused(rik: System) -> None:
    unsigned = f"{b64({'alg': 'none'})}.{b64(rik.claims())}."
    assert is_refused(rik.asks(unsigned))
    assert is_refused(rik.asks(f"{unsigned}AAAA"))


def test_a_public_key_is_no_shared_secret(rik: System) -> None:
    assert isinstance(rik.key, ECKey)
    for secret in (rik.key.as_pem(), rik.key.as_pem().strip(), rik.key.as_der()):
        assert is_refused(rik.asks(shared_secret({"alg": "HS256"}, rik.claims(), secret)))


def test_another_systems_key_proves_nothing(rik: System, job: System) -> None:
    assert is_refused(rik.asks(rik.assertion(key=job.key)))
    assert is_refused(rik.asks(rik.assertion({"kid": job.key.thumbprint()}, job.key)))
    assert is_refused(rik.asks(rik.assertion({"kid": job.key.thumbprint()})))


def test_a_key_that_the_statement_brings_itself_is_not_believed(rik: System) -> None:
    own = ECKey.generate_key("P-256")
    for header in ({"jwk": own.as_dict(private=False)}, {"jku": "https://elders.example/jwks"}):
        assert is_refused(rik.asks(rik.assertion(header, own)))


def test_a_kid_chooses_the_key(rik: System) -> None:
    assert rik.asks(rik.assertion({"kid": rik.key.thumbprint()})).status_code == 200
    assert is_refused(rik.asks(rik.assertion({"kid": "another"})))
    assert is_refused(rik.asks(rik.assertion({"kid": ""})))


def test_a_changed_statement_is_refused(rik: System) -> None:
    header, _, signature = rik.assertion().split(".")
    assert is_refused(rik.asks(f"{header}.{b64(rik.claims())}.{signature}"))


@pytest.mark.parametrize(
    ("alg", "make"),
    [
        ("RS256", lambda: RSAKey.generate_key(2048)),
        ("PS256", lambda: RSAKey.generate_key(2048)),
        ("Ed25519", lambda: OKPKey.generate_key("Ed25519")),
    ],
)
def test_rsa_and_ed25519_keys_prove_it_as_well(desk: Desk, alg: str, make: Callable[[], RSAKey | OKPKey]) -> None:
    key = make()
    amsterdam = desk.registered("amsterdam", "GM0363", key=key)
    assert amsterdam.asks(amsterdam.assertion({"alg": alg})).status_code == 200


def test_the_old_name_of_ed25519_is_understood(desk: Desk) -> None:
    amsterdam = desk.registered("amsterdam", "GM0363", key=OKPKey.generate_key("Ed25519"))
    with pytest.warns(Warning, match="RFC 9864"):
        assertion = amsterdam.assertion({"alg": "EdDSA"})
    assert amsterdam.asks(assertion).status_code == 200


@pytest.mark.parametrize("alg", ["RS512", "PS384"])
def test_an_algorithm_that_is_not_on_the_list_is_refused(desk: Desk, alg: str) -> None:
    amsterdam = desk.registered("amsterdam", "GM0363", key=RSAKey.generate_key(2048))
    assert is_refused(amsterdam.asks(amsterdam.assertion({"alg": alg})))


def test_a_suspended_system_is_told_the_same_as_an_unknown_one(desk: Desk, rik: System, job: System) -> None:
    desk.suspend("randstad", "randstad-almere")
    suspended, unknown = rik.asks(), System(desk, "nobody").asks()
    assert is_refused(suspended)
    assert (suspended.data, suspended.headers) == (unknown.data, unknown.headers)
    assert job.asks().status_code == 200


def test_a_partner_that_left_the_agreement_gets_no_token(desk: Desk, rik: System) -> None:
    desk.leaves("randstad")
    assert is_refused(rik.asks())


def test_the_old_key_stops_at_once(desk: Desk, rik: System) -> None:
    new = System(desk, "randstad-almere")
    with desk.database.writing() as session:
        rotate(session, "randstad-almere", public(new.key))
    assert is_refused(rik.asks())
    assert new.asks().status_code == 200


def test_two_keys_overlap_when_asked(desk: Desk, rik: System) -> None:
    new = System(desk, "randstad-almere")
    with desk.database.writing() as session:
        rotate(session, "randstad-almere", public(new.key), overlap=True)
    assert rik.asks().status_code == 200
    assert new.asks().status_code == 200


@pytest.mark.parametrize("alg", ["ES256", ["ES256"], None, 7])
def test_a_text_made_to_break_the_reader_is_refused(rik: System, alg: object) -> None:
    text = f"{b64({'alg': alg})}.{b64({'sub': rik.client_id, 'iss': rik.client_id})}.AAAA"
    assert is_refused(rik.asks(text))


def test_an_access_token_is_no_proof_of_identity(desk: Desk, rik: System) -> None:
    assert is_refused(rik.asks(rik.gets_token()))
    assert is_refused(rik.asks(rik.assertion({"typ": "at+jwt"})))
    assert rik.asks(rik.assertion({"typ": "client-authentication+jwt"})).status_code == 200


def test_a_client_id_beside_the_statement_names_the_same_client(rik: System) -> None:
    assert rik.asks(client_id="randstad-almere").status_code == 200
    assert is_refused(rik.asks(client_id="randstad-zwolle"))


def test_the_log_of_a_refusal_names_a_registered_client_and_nothing_else(desk: Desk, rik: System) -> None:
    stranger = System(desk, "9999999999")
    with capture_logs() as lines:
        rik.asks(rik.assertion(exp=0))
        stranger.asks()
    assert lines == [
        {
            "event": "token_refused",
            "error": "invalid_client",
            "client_id": "randstad-almere",
            "logger": "security",
            "log_level": "warning",
        },
        {"event": "token_refused", "error": "invalid_client", "logger": "security", "log_level": "warning"},
    ]


def test_a_stranger_writes_nothing_into_the_database(desk: Desk, rik: System) -> None:
    before = _rows(desk)
    rik.asks(rik.assertion(key=ECKey.generate_key("P-256")))
    System(desk, "nobody").asks()
    assert _rows(desk) == before


def test_the_ready_made_statement_is_taken(desk: Desk) -> None:
    private, jwk = make_client_key()
    amsterdam = desk.registered("amsterdam", "GM0363", key=ECKey.import_key(jwk))
    for key in (private, {**ECKey.import_key(private).as_dict(private=True), "kid": jwk["kid"]}):
        assert amsterdam.asks(make_assertion("amsterdam", key, TOKEN_URL, desk.wall())).status_code == 200


def test_a_public_key_signs_nothing() -> None:
    for key in (make_client_key()[1], "no key at all"):
        with pytest.raises(ClientMistake, match="not a private key"):
            make_assertion("amsterdam", key, TOKEN_URL, MORNING)


def test_used_statements_are_forgotten_when_they_have_run_out(desk: Desk, rik: System) -> None:
    for _ in range(3):
        rik.gets_token()
    desk.wall.pass_by(minutes=10)
    rik.gets_token()
    assert _rows(desk) == 1


def _rows(desk: Desk) -> int:
    with desk.database.reading() as session:
        return session.scalar(select(func.count()).select_from(UsedAssertion)) or 0
