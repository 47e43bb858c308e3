"""The desk where partners' systems get their tokens: OAuth2, client credentials, no shared secrets."""

from collections.abc import Callable
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidScopeError
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from flask import Blueprint, Flask, Response, jsonify, request
from joserfc.jwk import ECKey

from hub.clock import Clock
from hub.db import Database
from hub.identity.authenticate import METHOD, Caller, ClientAssertion, claimed_client, find_caller
from hub.identity.forms import Form, read_form
from hub.identity.metadata import JWKS_PATH, METADATA_PATH, REVOKE_PATH, TOKEN_PATH, metadata
from hub.identity.revoke import Revocation
from hub.identity.signing import public_jwk
from hub.identity.sources import Sources, key_for_networks, network_of
from hub.identity.tokens import LIFETIME, Tokens, tokens_of
from schemas.agreement import Agreement

# RFC 6749, section 5.2. Always these words, in ASCII: never what was sent, never which check failed.
EXPLAINED = {
    "invalid_request": "Stuur application/x-www-form-urlencoded, elk veld eenmaal, zonder query.",
    "invalid_client": "Stuur een nieuwe client_assertion, ondertekend met de geregistreerde sleutel.",
    "invalid_grant": "Dit token is niet van deze client.",
    "invalid_scope": "Laat scope weg: wat een client mag, staat in de afspraak.",
    "temporarily_unavailable": "Er kwam te veel van uw netwerk dat niet klopte. Wacht tot na Retry-After.",
    "unsupported_grant_type": "Gebruik grant_type=client_credentials.",
}
NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class ClientCredentials(ClientCredentialsGrant):
    """RFC 6749, section 4.4, with the one way to authenticate."""

    TOKEN_ENDPOINT_AUTH_METHODS = (METHOD,)

    def create_token_response(self) -> tuple[int, dict[str, object], list[tuple[str, str]]]:
        # In place of Authlib's, which writes the token into its debug log.
        return 200, self.generate_token(include_refresh_token=False), self.TOKEN_RESPONSE_HEADER


class TokenDesk(AuthorizationServer):
    """Authlib's server with our clients, our tokens and our errors. It keeps no sessions and no tokens."""

    def __init__(
        self, find: Callable[[str], Caller | None], prove: ClientAssertion, tokens: Tokens, sources: Sources
    ) -> None:
        super().__init__(query_client=find, save_token=_keep_nothing)
        self.tokens, self.sources = tokens, sources
        self.register_client_auth_method(METHOD, prove)
        self.register_grant(ClientCredentials)
        self.register_token_generator("client_credentials", self.give)
        self.register_endpoint(Revocation(prove.database, tokens, prove.wall))

    def give(self, client: Caller, **_: object) -> dict[str, object]:
        """The answer of RFC 6749, section 5.1. Authlib's own tokens would live ten days."""
        token = self.tokens.issue(client.client_id, client.proved_with)
        return {"access_token": token, "token_type": "Bearer", "expires_in": int(LIFETIME.total_seconds())}

    def create_oauth2_request(self, form: Form) -> Form:
        # Authlib's own mixes the query into the form.
        return form

    def validate_requested_scope(self, scope: str | None) -> None:
        # Authlib, told of no scopes, lets any through.
        if scope:
            raise InvalidScopeError

    def handle_error_response(self, form: Form | None, error: OAuth2Error) -> Response:
        """One fixed text per error; in the log its name, and the client's when it is one of ours."""
        known = {"client_id": form.client.client_id} if form and form.client else {}
        self.tokens.watch.warn("token_refused", error=error.error, **known)
        status = 401 if error.error == "invalid_client" else error.status_code
        response = jsonify(
            error=error.error, error_description=EXPLAINED.get(error.error, EXPLAINED["invalid_request"])
        )
        response.headers.update(NO_STORE)
        if status == 401:
            response.headers["WWW-Authenticate"] = _challenge()
        response.status_code = status
        return response


def register_identity(
    app: Flask,
    *,
    database: Database,
    agreement: Callable[[], Agreement],
    base_url: str,
    signing_key: ECKey,
    wall: Clock,
    proxies: int = 0,
) -> Tokens:
    """
    Add the four OAuth2 addresses to the app. `base_url` is how partners reach the hub, without a path; `proxies`
    so many stand before it and say from where a request came.

    Gives the tokens, for `read_bearer` to read.
    """
    base = base_url.rstrip("/")
    tokens = tokens_of(base, signing_key, wall)
    prove = ClientAssertion(database, base + TOKEN_PATH, wall)
    sources = Sources(database, key_for_networks(signing_key), wall)
    desk = TokenDesk(lambda client_id: find_caller(database, agreement, client_id), prove, tokens, sources)
    app.register_blueprint(_blueprint(desk, base, signing_key, proxies))
    return tokens


def _blueprint(desk: TokenDesk, base: str, signing_key: ECKey, proxies: int) -> Blueprint:
    oauth = Blueprint("identity", __name__)
    about, keys = metadata(base), {"keys": [public_jwk(signing_key)]}

    @oauth.post(TOKEN_PATH)
    def give_token() -> Response:
        return _answer(desk, proxies, desk.create_token_response)

    @oauth.post(REVOKE_PATH)
    def revoke_token() -> Response:
        return _answer(desk, proxies, lambda form: desk.create_endpoint_response(Revocation.ENDPOINT_NAME, form))

    @oauth.get(JWKS_PATH)
    def show_keys() -> Response:
        return jsonify(keys)

    @oauth.get(METADATA_PATH)
    def show_metadata() -> Response:
        return jsonify(about)

    return oauth


def _answer(desk: TokenDesk, proxies: int, ask: Callable[[Form], Any]) -> Response:
    try:
        form = read_form(request)
    except OAuth2Error as error:
        return desk.handle_error_response(None, error)
    network = network_of(request.remote_addr, request.headers.getlist("X-Forwarded-For"), proxies)
    wait = desk.sources.wait(network, claimed_client(form.form))
    if wait:
        return _come_back(desk, wait)
    response: Response = ask(form)
    if response.status_code == 401:
        desk.sources.failed(network)
    elif form.client is not None and form.client.proved_with:
        desk.sources.proved(network, form.client.client_id)
    return response


def _come_back(desk: TokenDesk, seconds: int) -> Response:
    # RFC 6749 has no error for this at the token endpoint; the word is that of its section 4.1.2.1.
    response = desk.handle_error_response(None, OAuth2Error(error="temporarily_unavailable", status_code=429))
    response.headers["Retry-After"] = str(seconds)
    return response


def _challenge() -> str:
    # RFC 6749, section 5.2: who came with an Authorization header is answered in its scheme.
    scheme = request.authorization.type if request.authorization else ""
    return 'Basic realm="ketenhub"' if scheme == "basic" else 'Bearer realm="ketenhub"'


def _keep_nothing(token: object, form: object) -> None:
    """A token is checked by its signature; only one that was handed back is written down."""
