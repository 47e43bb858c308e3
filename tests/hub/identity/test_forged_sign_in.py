"""Everything that a sign-in can lie about or do badly signs nobody in, and is never believed by half."""

import json
import socket
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, Key, RSAKey

from hub.identity import reach
from hub.identity.oidc import Arrived, Leaving
from hub.identity.refusals import Refused
from tests.conftest import NewStores
from tests.hub.identity.desk import Wall, shared_secret
from tests.hub.identity.forger import CLIENT, Answer, Hall, asked_of, forger, open_flows, signed


@pytest.fixture
def hall(new_stores: NewStores) -> Iterator[Hall]:
    """On SQLite only: what another says does not depend on where we write."""
    wall = Wall()
    with forger(wall) as made:
        yield Hall(new_stores("sqlite").database, made, wall)


# ---- Forged ID tokens ----


def unsigned(header: dict[str, Any], claims: dict[str, Any], key: Key) -> str:
    parts = [urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims)]
    return ".".join([*parts, ""])


def with_public_key_as_secret(header: dict[str, Any], claims: dict[str, Any], key: Key) -> str:
    assert isinstance(key, ECKey)
    pem = key.as_pem(private=False)
    return shared_secret({**header, "alg": "HS256"}, claims, pem)


def by_another(header: dict[str, Any], claims: dict[str, Any], key: Key) -> str:
    return signed(header, claims, ECKey.generate_key("P-256"))


def changed_afterwards(header: dict[str, Any], claims: dict[str, Any], key: Key) -> str:
    head, _, signature = signed(header, claims, key).split(".")
    body = urlsafe_b64encode(json.dumps({**claims, "sub": "fatima-1"}).encode()).rstrip(b"=").decode()
    return ".".join([head, body, signature])


STRANGER = ECKey.generate_key("P-256", auto_kid=True)
NOW = int(Wall().at.timestamp())
SIGNATURES: dict[str, dict[str, Any]] = {
    "alg none": {"sign": unsigned, "header": {"alg": "none"}},
    "alg none in capitals": {"sign": unsigned, "header": {"alg": "None"}},
    "HS256 with the public key": {"sign": with_public_key_as_secret},
    "another's key under the same name": {"sign": by_another},
    "another's key without a name": {"sign": by_another, "header": {"kid": ...}},
    "another's key in the header": {"sign": by_another, "header": {"jwk": STRANGER.as_dict(private=False)}},
    "changed afterwards": {"sign": changed_afterwards},
    "an access token": {"header": {"typ": "at+jwt"}},
    "no text": {"given": {"id_token": 7}},
    "nothing": {"given": {"id_token": ...}},
    "rubbish": {"given": {"id_token": "a.b"}},
    "endless": {"given": {"id_token": "a." + "b" * 40_000 + ".c"}},
}  # fmt: skip
CLAIMS: dict[str, dict[str, Any]] = {
    "for another client": {"aud": "another"},
    "for us and another": {"aud": [CLIENT, "another"]},
    "for nobody": {"aud": ...},
    "given to another": {"azp": "another"},
    "from another issuer": {"iss": "https://elders.example.nl"},
    "from nobody": {"iss": ...},
    "another's nonce": {"nonce": "x" * 43},
    "no nonce": {"nonce": ...},
    "a nonce that is no text": {"nonce": 7},
    "over": {"exp": NOW - 31},
    "without an end": {"exp": ...},
    "an end that is no number": {"exp": "later"},
    "true for an end": {"exp": True},
    "from before the question": {"iat": NOW - 31},
    "without a moment": {"iat": ...},
    "from the future": {"iat": NOW + 31},
    "not yet": {"nbf": NOW + 31},
    "about nobody": {"sub": ...},
    "about an empty name": {"sub": ""},
    "about a number": {"sub": 7},
    "about an endless name": {"sub": "x" * 256},
    "of another access token": {"at_hash": "x" * 22},
}


@pytest.mark.parametrize("lie", [pytest.param(lie, id=name) for name, lie in SIGNATURES.items()])
def test_an_id_token_that_the_provider_did_not_sign_as_it_should_is_refused(hall: Hall, lie: dict[str, Any]) -> None:
    for name, value in lie.items():
        setattr(hall.forger, name, value)
    assert hall.goes() is Refused.NOT_TRUSTED


@pytest.mark.parametrize("lie", [pytest.param(lie, id=name) for name, lie in CLAIMS.items()])
def test_an_id_token_with_one_wrong_claim_is_refused(hall: Hall, lie: dict[str, Any]) -> None:
    hall.forger.claims = lie
    assert hall.goes() is Refused.NOT_TRUSTED


@pytest.mark.parametrize(
    "truth", [{"aud": [CLIENT]}, {"azp": CLIENT}, {"exp": NOW - 20}, {"iat": NOW + 20}, {"at_hash": ...}], ids=str
)
def test_what_the_standard_allows_is_taken(hall: Hall, truth: dict[str, Any]) -> None:
    hall.forger.claims = truth
    assert isinstance(hall.goes(), Arrived)


def test_a_thumbprint_in_the_header_is_no_mistake(hall: Hall) -> None:
    hall.forger.header = {"typ": "JWT", "x5t": "c2hh"}
    assert isinstance(hall.goes(), Arrived)


def test_a_token_of_an_earlier_question_does_not_fit_this_one(hall: Hall) -> None:
    hall.goes()
    old: list[str] = []

    def first_again(header: dict[str, Any], claims: dict[str, Any], key: Key) -> str:
        old.append(signed(header, claims, key))
        return old[0]

    hall.forger.sign = first_again
    assert isinstance(hall.goes(), Arrived)
    assert hall.goes() is Refused.NOT_TRUSTED


# ---- How somebody signed in there ----


def test_the_level_of_assurance_that_was_asked_must_be_given(hall: Hall) -> None:
    hall.trusts(acr=("hoog", "substantieel"))
    assert asked_of(hall.leaves())["acr_values"] == "hoog substantieel"
    assert hall.goes() is Refused.NOT_TRUSTED
    for given, expected in (("laag", False), (["hoog"], False), ("substantieel", True)):
        hall.forger.claims = {"acr": given}
        assert isinstance(hall.goes(), Arrived) is expected


def test_whoever_signed_in_there_too_long_ago_must_do_so_again(hall: Hall) -> None:
    hall.trusts(longest_ago=timedelta(hours=8))
    assert asked_of(hall.leaves())["max_age"] == "28800"
    assert hall.goes() is Refused.NOT_TRUSTED
    for hours, expected in ((9, False), (7, True)):
        hall.forger.claims = {"auth_time": NOW - hours * 3600}
        assert isinstance(hall.goes(), Arrived) is expected


# ---- Keys ----


def test_a_provider_may_change_its_key_and_is_asked_for_it_at_most_once_a_minute(hall: Hall) -> None:
    now = 0.0
    object.__setattr__(hall.sign_in.directory, "clock", lambda: now)
    assert isinstance(hall.goes(), Arrived)
    hall.forger.key = ECKey.generate_key("P-256", auto_kid=True)
    for _ in range(3):
        assert hall.goes() is Refused.NOT_TRUSTED
    assert hall.forger.asked.count("/jwks") == 1
    now = 60.0
    assert isinstance(hall.goes(), Arrived)
    assert hall.forger.asked.count("/jwks") == 2


def test_keys_that_are_too_weak_or_of_a_strange_kind_open_nothing(hall: Hall) -> None:
    with pytest.warns(SecurityWarning):
        weak = RSAKey.generate_key(1024, auto_kid=True)
    secret = {"kty": "oct", "k": "c2VjcmV0", "kid": "s"}
    keys = [weak.as_dict(private=False), secret, {"kty": "x"}, 7, None]
    hall.forger.instead["/jwks"] = Answer(body=json.dumps({"keys": keys}).encode())
    hall.forger.key, hall.forger.header = weak, {"alg": "RS256"}
    assert hall.goes() is Refused.NOT_TRUSTED
    hall.forger.instead.clear()


# ---- The provider itself ----

TOKEN, KEYS, ABOUT = "/token", "/jwks", "/.well-known/openid-configuration"
HTML = Answer(body=b"<html>", headers={"Content-Type": "text/html"})
LARGE = Answer(body=b'{"a": "' + b"x" * reach.LARGEST + b'"}')
BROKEN = {
    "not well": (Answer(503), Refused.SILENT),
    "another language": (HTML, Refused.PROVIDER),
    "a list": (Answer(body=b"[]"), Refused.PROVIDER),
    "too deep": (Answer(body=b"[" * 100_000), Refused.PROVIDER),
    "not there": (Answer(404, b"{}"), Refused.PROVIDER),
    "too large": (LARGE, Refused.SILENT),
}


@pytest.mark.parametrize("path", [ABOUT, KEYS, TOKEN])
@pytest.mark.parametrize(("answer", "expected"), BROKEN.values(), ids=BROKEN)
def test_a_provider_that_is_broken_signs_nobody_in(hall: Hall, path: str, answer: Answer, expected: Refused) -> None:
    hall.forger.instead[path] = answer
    if path == ABOUT:
        assert hall.sign_in.leave("coa", None) is expected
    elif path == KEYS:
        assert hall.goes() is expected
    else:
        # An empty answer with status 404 is an answer without an ID token.
        assert hall.goes() in {expected, Refused.NOT_TRUSTED}
    # And when it is well again, so is signing in; what it says about itself is asked again after half a minute.
    hall.forger.instead.clear()
    object.__setattr__(hall.sign_in.directory, "clock", lambda: time.monotonic() + 30)
    assert isinstance(hall.goes(), Arrived)


@pytest.mark.parametrize("path", [ABOUT, KEYS, TOKEN])
def test_the_hub_follows_a_provider_nowhere(hall: Hall, path: str) -> None:
    hall.forger.instead[path] = Answer(307, headers={"Location": f"{hall.forger.issuer}/elsewhere"})
    gone = hall.sign_in.leave("coa", None)
    if isinstance(gone, Leaving):
        assert hall.comes_back(gone, **hall.forger.signs_in(gone.address)) in {Refused.PROVIDER, Refused.NOT_TRUSTED}
    else:
        assert gone is Refused.PROVIDER
    assert "/elsewhere" not in hall.forger.asked


def test_a_provider_that_says_nothing_is_not_waited_for(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "TIMEOUT_SECONDS", (0.2, 0.2))
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        hall.trusts(issuer=f"http://127.0.0.1:{deaf.getsockname()[1]}")
        assert hall.sign_in.leave("coa", None) is Refused.SILENT
    assert hall.sign_in.leave("coa", None) is Refused.SILENT
    assert open_flows(hall) == 0


def test_the_way_to_a_provider_does_not_go_by_what_stands_in_the_environment(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert isinstance(hall.goes(), Arrived)


SAID: dict[str, dict[str, Any]] = {
    "another issuer": {"issuer": "https://elders.example.nl"},
    "no issuer": {"issuer": ...},
    "PKCE in plain text only": {"code_challenge_methods_supported": ["plain"]},
    "no address to ask": {"authorization_endpoint": ...},
    "an address of another kind": {"token_endpoint": "file:///etc/passwd"},
    "an address with a name in it": {"jwks_uri": "http://a:b@localhost/jwks"},
    "an address that is none": {"end_session_endpoint": 7},
}


@pytest.mark.parametrize("says", [pytest.param(says, id=name) for name, says in SAID.items()])
def test_a_provider_that_describes_itself_wrongly_is_not_gone_to(hall: Hall, says: dict[str, Any]) -> None:
    hall.forger.says = says
    assert hall.sign_in.leave("coa", None) is Refused.PROVIDER


def test_outside_a_demo_no_address_is_http(hall: Hall) -> None:
    object.__setattr__(hall.sign_in.directory, "demo", False)
    assert hall.sign_in.leave("coa", None) is Refused.PROVIDER


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for localhost that nobody knows, and the same with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    public, both = folder / "authority.crt", folder / "both.crt"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    both.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    return public, both


def test_over_https_a_certificate_must_be_of_an_authority_that_the_file_or_everybody_knows(
    new_stores: NewStores, tmp_path: Path
) -> None:
    public, both = certificate(tmp_path)
    wall = Wall()
    with forger(wall, both) as made:
        hall = Hall(new_stores("sqlite").database, made, wall)
        object.__setattr__(hall.sign_in.directory, "demo", False)
        assert hall.sign_in.leave("coa", None) is Refused.SILENT
        hall.trusts(authorities=public)
        object.__setattr__(hall.sign_in.directory, "demo", False)
        assert isinstance(hall.goes(), Arrived)
