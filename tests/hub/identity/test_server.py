"""The token desk takes a plain form, gives one kind of token, and says the same to every stranger."""

import pytest
from flask import Flask
from joserfc.jwk import KeySet

from hub.identity.server import register_identity
from tests.hub.identity.desk import BASE, TOKEN_URL, Desk, System


def test_the_metadata_say_where_and_how(desk: Desk) -> None:
    answer = desk.web.get("/.well-known/oauth-authorization-server")
    algorithms = ["ES256", "PS256", "RS256", "Ed25519", "EdDSA"]
    assert answer.json == {
        "issuer": BASE,
        "token_endpoint": TOKEN_URL,
        "jwks_uri": f"{BASE}/oauth/jwks",
        "revocation_endpoint": f"{BASE}/oauth/revoke",
        "grant_types_supported": ["client_credentials"],
        "response_types_supported": [],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": algorithms,
        "revocation_endpoint_auth_methods_supported": ["private_key_jwt"],
        "revocation_endpoint_auth_signing_alg_values_supported": algorithms,
    }


def test_the_published_key_is_public_and_checks_our_tokens(desk: Desk) -> None:
    (key,) = (desk.web.get("/oauth/jwks").json or {})["keys"]
    assert key.keys() == {"kty", "crv", "x", "y", "kid", "use", "alg"}
    (published,) = KeySet.import_key_set({"keys": [key]})
    assert published.thumbprint() == published.kid == desk.signing_key.kid


def test_json_is_refused(desk: Desk, rik: System) -> None:
    answer = desk.web.post("/oauth/token", json=rik.form())
    assert (answer.status_code, answer.json["error"]) == (400, "invalid_request")  # type: ignore[index]


def test_a_multipart_form_is_refused(desk: Desk, rik: System) -> None:
    answer = desk.web.post("/oauth/token", data=rik.form(), content_type="multipart/form-data")
    assert answer.status_code == 400


def test_nothing_is_read_from_the_address(desk: Desk, rik: System) -> None:
    answer = desk.web.post("/oauth/token", query_string=rik.form())
    assert answer.status_code == 400
    answer = desk.web.post("/oauth/token", query_string={"grant_type": "client_credentials"}, data=rik.form())
    assert answer.json["error"] == "invalid_request"  # type: ignore[index]


def test_a_field_stands_once(desk: Desk, rik: System) -> None:
    form = {**rik.form(), "grant_type": ["client_credentials", "client_credentials"]}
    assert desk.web.post("/oauth/token", data=form).status_code == 400


def test_a_large_form_is_refused(desk: Desk, rik: System) -> None:
    answer = desk.web.post("/oauth/token", data=rik.form(extra="x" * 17000))
    assert (answer.status_code, answer.json["error"]) == (413, "invalid_request")  # type: ignore[index]


@pytest.mark.parametrize(
    "grant_type",
    [
        "",
        "password",
        "authorization_code",
        "refresh_token",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        'é"',
    ],
)
def test_another_grant_is_refused(rik: System, grant_type: str) -> None:
    answer = rik.asks(grant_type=grant_type)
    assert (answer.status_code, answer.json["error"]) == (400, "unsupported_grant_type")  # type: ignore[index]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json["error_description"] == "Gebruik grant_type=client_credentials."  # type: ignore[index]


def test_no_grant_is_refused(desk: Desk) -> None:
    answer = desk.web.post("/oauth/token", data={"x": "y"})
    assert answer.json["error"] == "unsupported_grant_type"  # type: ignore[index]


def test_a_client_secret_is_refused_in_a_header_and_in_a_form(desk: Desk) -> None:
    form = {"grant_type": "client_credentials"}
    basic = desk.web.post("/oauth/token", data=form, auth=("randstad-almere", "geheim"))
    assert (basic.status_code, basic.json["error"]) == (401, "invalid_client")  # type: ignore[index]
    assert basic.headers["WWW-Authenticate"].startswith("Basic")
    secret = {**form, "client_id": "randstad-almere", "client_secret": "geheim"}
    assert desk.web.post("/oauth/token", data=secret).status_code == 401
    only_id = {**form, "client_id": "randstad-almere"}
    assert desk.web.post("/oauth/token", data=only_id).status_code == 401


def test_two_ways_to_authenticate_are_one_too_many(desk: Desk, rik: System) -> None:
    assert desk.web.post("/oauth/token", data=rik.form(), auth=("randstad-almere", "geheim")).status_code == 400
    assert rik.asks(client_secret="geheim").status_code == 400


def test_another_type_of_statement_is_refused(rik: System) -> None:
    assert rik.asks(client_assertion_type="urn:ietf:params:oauth:client-assertion-type:saml2-bearer").status_code == 401


def test_a_scope_is_refused_since_the_agreement_says_what_a_client_may(rik: System) -> None:
    answer = rik.asks(scope="alles")
    assert (answer.status_code, answer.json["error"]) == (400, "invalid_scope")  # type: ignore[index]


def test_the_desk_is_closed_to_get(desk: Desk) -> None:
    assert desk.web.get("/oauth/token").status_code == 405
    assert desk.web.get("/oauth/revoke").status_code == 405


def test_behind_a_proxy_the_desk_goes_by_the_address_that_partners_use(desk: Desk, rik: System) -> None:
    app = Flask("behind-a-proxy")
    outside = "https://hub.example.nl"
    register_identity(
        app,
        database=desk.database,
        agreement=lambda: desk.agreement,
        base_url=f"{outside}/",
        signing_key=desk.signing_key,
        wall=desk.wall,
    )
    form = rik.form(rik.assertion(aud=f"{outside}/oauth/token"))
    answer = app.test_client().post("/oauth/token", data=form, base_url="http://10.0.0.7:8000")
    assert answer.status_code == 200
    # A token of one hub opens nothing at another.
    assert not desk.lets_in(answer.json["access_token"])  # type: ignore[index]
