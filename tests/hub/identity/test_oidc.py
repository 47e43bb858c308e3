"""Signing in at an organisation of one's own, and everything that a forger of such a sign-in tries."""

import logging
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, Key
from structlog.testing import capture_logs

from hub.db import Database
from hub.identity.discovery import Directory
from hub.identity.errors import ProviderSilent
from hub.identity.flows import Secret
from hub.identity.oidc import Arrived, Back, Leaving
from hub.identity.providers import Provider
from hub.identity.refusals import Refused
from hub.identity.staff import Function
from tests.hub.identity.desk import Wall
from tests.hub.identity.forger import BASE, CLIENT, NOOR, OUR_JWK, Answer, Hall, asked_of, forger, open_flows, signed

AZC = "azc-almere-engelse-mijl"
HERE = "145.7.1.2"


@pytest.fixture
def hall(database: Database) -> Iterator[Hall]:
    wall = Wall()
    with forger(wall) as made:
        yield Hall(database, made, wall)


# ---- As it should be ----


def test_noor_signs_in_at_coa_and_is_casemanager_of_her_azc(hall: Hall) -> None:
    arrived = hall.goes()
    assert isinstance(arrived, Arrived)
    staff = arrived.staff
    assert (staff.name, staff.function, staff.partner, staff.branches) == (
        "Noor", Function.CASEMANAGER, "coa", frozenset({AZC}),
    )  # fmt: skip
    assert arrived.provider == "coa"
    assert "noor-1" not in staff.id
    assert open_flows(hall) == 0


def test_the_same_colleague_is_the_same_id_each_time(hall: Hall) -> None:
    first, second = hall.goes(), hall.goes()
    assert isinstance(first, Arrived)
    assert isinstance(second, Arrived)
    assert first.staff.id == second.staff.id


def test_the_question_asks_for_a_code_with_pkce_state_and_nonce(hall: Hall) -> None:
    gone = hall.leaves()
    asked = asked_of(gone)
    assert gone.address.startswith(f"{hall.forger.issuer}/authorize?")
    assert (asked["response_type"], asked["client_id"], asked["scope"]) == ("code", CLIENT, "openid")
    assert asked["redirect_uri"] == f"{BASE}/inloggen/terug"
    assert asked["code_challenge_method"] == "S256"
    assert len({asked["state"], asked["nonce"], asked["code_challenge"], Secret(gone.secret).verifier}) == 4


def test_every_question_is_another_one(hall: Hall) -> None:
    first, second = asked_of(hall.leaves()), asked_of(hall.leaves())
    assert all(first[name] != second[name] for name in ("state", "nonce", "code_challenge"))


def test_the_hub_proves_itself_to_the_provider_with_its_own_key(hall: Hall) -> None:
    hall.goes()
    (form,) = hall.forger.forms
    statement = jwt.decode(form["client_assertion"], ECKey.import_key(OUR_JWK), algorithms=["ES256"]).claims
    assert form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    assert (statement["iss"], statement["sub"], statement["aud"]) == (CLIENT, CLIENT, f"{hall.forger.issuer}/token")
    assert "authorization" not in form


def test_a_provider_without_room_for_a_key_is_shown_a_secret(hall: Hall) -> None:
    hall.trusts(key="", secret="a:b c%")
    assert isinstance(hall.goes(), Arrived)
    (form,) = hall.forger.forms
    # RFC 6749, section 2.3.1: form-encoded before it goes into the header.
    assert form["authorization"] == "Basic a2V0ZW5odWI6YSUzQWIrYyUyNQ=="
    assert "client_assertion" not in form


def test_addresses_and_keys_are_asked_for_once_an_hour(hall: Hall) -> None:
    for _ in range(3):
        hall.goes()
    assert hall.forger.asked.count("/.well-known/openid-configuration") == hall.forger.asked.count("/jwks") == 1


# ---- What the browser brings back ----


def test_an_answer_is_used_once(hall: Hall) -> None:
    gone = hall.leaves()
    back = hall.forger.signs_in(gone.address)
    assert isinstance(hall.comes_back(gone, **back), Arrived)
    assert hall.comes_back(gone, **back) is Refused.OVER


def test_an_answer_that_failed_is_used_up_too(hall: Hall) -> None:
    gone = hall.leaves()
    back = hall.forger.signs_in(gone.address)
    hall.forger.claims = {"aud": "another"}
    assert hall.comes_back(gone, **back) is Refused.NOT_TRUSTED
    hall.forger.claims = {}
    assert hall.comes_back(gone, **hall.forger.signs_in(gone.address)) is Refused.OVER


def test_another_browser_cannot_bring_the_answer(hall: Hall) -> None:
    """Login CSRF: an attacker sends somebody to the callback with the attacker's own code and state."""
    attacker, victim = hall.leaves(), hall.leaves()
    back = hall.forger.signs_in(attacker.address)
    assert hall.comes_back(victim, **back) is Refused.OVER
    nobody = Back(state=back["state"], code=back["code"], issuer=back["iss"])
    assert hall.sign_in.arrive(nobody, None) is Refused.OVER
    # And nobody's own way back was closed by it.
    assert isinstance(hall.comes_back(victim, **hall.forger.signs_in(victim.address)), Arrived)


def test_a_code_of_somebody_else_does_not_fit_this_browsers_verifier(hall: Hall) -> None:
    """Code injection: the right state and cookie, and a code that was given to another question."""
    attacker, victim = hall.leaves(), hall.leaves()
    stolen = hall.forger.signs_in(attacker.address)["code"]
    mine = hall.forger.signs_in(victim.address)
    assert hall.comes_back(victim, **{**mine, "code": stolen}) is Refused.PROVIDER


def test_after_ten_minutes_it_is_over(hall: Hall) -> None:
    gone = hall.leaves()
    hall.wall.pass_by(minutes=10)
    assert hall.comes_back(gone, **hall.forger.signs_in(gone.address)) is Refused.OVER


def test_a_minute_before_it_is_not(hall: Hall) -> None:
    gone = hall.leaves()
    hall.wall.pass_by(minutes=9)
    assert isinstance(hall.comes_back(gone, **hall.forger.signs_in(gone.address)), Arrived)


@pytest.mark.parametrize("issuer", [None, "", "https://elders.example.nl"])
def test_an_answer_in_anothers_name_is_refused_before_its_code_goes_anywhere(hall: Hall, issuer: str | None) -> None:
    """Mix-up: RFC 9207. This provider says that it always names itself."""
    assert hall.goes(iss=issuer) is Refused.NOT_TRUSTED
    assert hall.forger.forms == []


def test_a_provider_that_never_names_itself_need_not(hall: Hall) -> None:
    hall.forger.says = {"authorization_response_iss_parameter_supported": ...}
    assert isinstance(hall.goes(iss=None), Arrived)
    assert hall.goes(iss="https://elders.example.nl") is Refused.NOT_TRUSTED


def test_whoever_says_no_at_their_provider_is_not_signed_in(hall: Hall) -> None:
    assert hall.goes(code=None, error="access_denied") is Refused.DECLINED
    assert hall.goes(code=None, error="server_error") is Refused.PROVIDER
    assert hall.goes(code=None) is Refused.PROVIDER
    assert hall.goes(code="x" * 3073) is Refused.PROVIDER
    assert hall.forger.forms == []


def test_a_provider_that_left_the_file_meanwhile_vouches_for_nobody(hall: Hall) -> None:
    gone = hall.leaves()
    hall.trusts(name="anders")
    assert hall.comes_back(gone, **hall.forger.signs_in(gone.address)) is Refused.OVER
    assert hall.sign_in.leave("coa", None) is Refused.UNKNOWN


def test_of_two_that_bring_the_same_answer_at_the_same_moment_one_is_in(hall: Hall) -> None:
    gone = hall.leaves()
    back = hall.forger.signs_in(gone.address)
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: hall.comes_back(gone, **back), range(2)))
    assert sorted(isinstance(one, Arrived) for one in both) == [False, True]
    assert len(hall.forger.forms) == 1


# ---- Signing out ----


def test_signing_out_goes_on_to_the_providers_own_and_says_where_to_come_back(hall: Hall) -> None:
    address = hall.sign_in.goodbye("coa")
    assert address is not None
    assert address.startswith(f"{hall.forger.issuer}/end?")
    assert parse_qs(urlsplit(address).query) == {
        "client_id": [CLIENT],
        "post_logout_redirect_uri": [f"{BASE}/inloggen"],
    }


def test_without_such_a_place_or_when_the_provider_is_silent_our_own_session_just_ends(hall: Hall) -> None:
    assert hall.sign_in.goodbye("anders") is None
    hall.forger.says = {"end_session_endpoint": ...}
    assert hall.sign_in.goodbye("coa") is None
    hall.trusts()
    hall.forger.instead["/.well-known/openid-configuration"] = Answer(503)
    assert hall.sign_in.goodbye("coa") is None


# ---- Strangers ----


def test_from_one_network_so_many_leave_in_an_hour_and_no_more(hall: Hall) -> None:
    for _ in range(5):
        hall.leaves(HERE)
    assert hall.sign_in.leave("coa", HERE) is Refused.TOO_MANY
    assert open_flows(hall) == 5
    assert isinstance(hall.sign_in.leave("coa", "145.7.1.3"), Leaving)
    hall.wall.pass_by(hours=1, seconds=1)
    assert isinstance(hall.sign_in.leave("coa", HERE), Leaving)


def test_who_leaves_is_counted_before_the_provider_is_asked_anything(hall: Hall) -> None:
    """A provider that answers late, or never, is no way to take all of our threads."""
    too_many, moments = [], count(step=60)

    def late(_provider: Provider, _url: str) -> Mapping[str, object]:
        too_many.append(hall.sign_in.sources.wait(HERE, "") > 0)
        raise ProviderSilent

    directory = Directory(late, demo=True, clock=lambda: float(next(moments)))
    object.__setattr__(hall.sign_in, "directory", directory)
    assert {hall.sign_in.leave("coa", HERE) for _ in range(5)} == {Refused.SILENT}
    assert hall.sign_in.leave("coa", HERE) is Refused.TOO_MANY
    assert too_many == [False, False, False, False, True]


def test_a_silent_provider_is_not_asked_again_for_each_who_presses(hall: Hall) -> None:
    hall.forger.instead["/.well-known/openid-configuration"] = Answer(503)
    assert {hall.sign_in.leave("coa", None) for _ in range(3)} == {Refused.SILENT}
    assert len(hall.forger.asked) == 1


def test_two_codes_at_once_are_with_a_provider_and_a_third_is_told_so(hall: Hall) -> None:
    turns = hall.sign_in.turns
    with turns.one("coa"):
        assert isinstance(hall.goes(), Arrived)
        with turns.one("coa"):
            hall.forger.forms.clear()
            assert hall.goes() is Refused.SILENT
            assert hall.forger.forms == []
    assert isinstance(hall.goes(), Arrived)


def test_whoever_comes_back_signed_in_is_not_counted(hall: Hall) -> None:
    for _ in range(12):
        gone = hall.leaves(HERE)
        assert isinstance(hall.comes_back(gone, HERE, **hall.forger.signs_in(gone.address)), Arrived)


def test_flows_that_nobody_came_back_from_do_not_stay(hall: Hall) -> None:
    for _ in range(3):
        hall.leaves()
    hall.wall.pass_by(minutes=12)
    hall.leaves()
    assert open_flows(hall) == 1


def test_no_code_state_token_or_name_reaches_a_log(hall: Hall, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secrets: set[str] = set()
    tokens: list[str] = []

    def noted(header: dict[str, Any], claims: dict[str, Any], key: Key) -> str:
        tokens.append(signed(header, claims, key))
        return tokens[-1]

    hall.forger.sign = noted
    with capture_logs() as lines:
        for lie in ({}, {"nonce": "x"}, {"roles": ["ander-werk"]}):
            hall.forger.claims = lie
            gone = hall.leaves()
            back = hall.forger.signs_in(gone.address)
            secrets |= {gone.secret, Secret(gone.secret).verifier, asked_of(gone)["nonce"], back["state"], back["code"]}
            hall.comes_back(gone, **back)
            hall.comes_back(gone, **back)
            secrets |= {form["client_assertion"] for form in hall.forger.forms}
    said = caplog.text + repr(lines) + repr(gone)
    assert [line["reason"] for line in lines] == [
        "verlopen",
        "niet-te-vertrouwen",
        "verlopen",
        "geen-functie",
        "verlopen",
    ]
    for secret in (*secrets, *tokens, NOOR["sub"], NOOR["name"], "ander-werk"):
        assert str(secret) not in said
