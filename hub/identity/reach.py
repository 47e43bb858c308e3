"""The one way to call an organisation's sign-in: our proof along, little time, little room, and never onward."""

from base64 import b64encode
from collections.abc import Mapping
from io import BytesIO
from typing import Any
from urllib.parse import quote_plus, urlencode

from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.auth import ClientAuth
from requests import PreparedRequest, RequestException, Response
from requests.adapters import HTTPAdapter

from hub.clock import Clock
from hub.identity.assertions import ASSERTION_TYPE, make_assertion
from hub.identity.authenticate import METHOD
from hub.identity.errors import ProviderAnswered, ProviderSilent
from hub.identity.providers import Provider

# To connect, and between two bytes. Somebody is waiting at the screen, and so is one of our threads.
TIMEOUT_SECONDS = (3.05, 5)
LARGEST = 256 * 1024
BASIC = "client_secret_basic"


class _Narrow(HTTPAdapter):
    """Every call has its time, whoever forgot to say so, and an answer that is too large is no answer."""

    def send(self, request: PreparedRequest, *_: Any, **options: Any) -> Response:
        answer = super().send(request, **{**options, "stream": True, "timeout": TIMEOUT_SECONDS})
        body = answer.raw.read(LARGEST + 1, decode_content=True)
        answer.raw.close()
        if len(body) > LARGEST:
            raise RequestException
        answer.raw = BytesIO(body)
        return answer


def client_of(provider: Provider, redirect_uri: str, wall: Clock) -> OAuth2Session:
    """
    Authlib's client for this provider: code flow, PKCE with S256, our proof at the token endpoint.

    It takes nothing from the environment: no proxy, no .netrc, no other authorities than the operating system's list
    of requests, or those of the provider's own `ca_bestand`.
    """
    client = OAuth2Session(
        provider.client_id,
        provider.key or provider.secret,
        token_endpoint_auth_method=METHOD if provider.key else BASIC,
        scope=provider.scope,
        redirect_uri=redirect_uri,
        code_challenge_method="S256",
        trust_env=False,
        verify=True if provider.authorities is None else str(provider.authorities),
    )
    client.register_client_auth_method((METHOD, _signed(wall)))
    client.register_client_auth_method((BASIC, _with_secret))
    for scheme in ("https://", "http://"):
        client.mount(scheme, _Narrow())
    return client


def read(client: OAuth2Session, url: str) -> Mapping[str, object]:
    """The JSON object at this address. Raises ProviderSilent, or ProviderAnswered when it is something else."""
    try:
        answer = client.get(url, withhold_token=True, allow_redirects=False, headers={"Accept": "application/json"})
    except OSError:  # every error of requests is one
        raise ProviderSilent from None
    return _json(answer)


def exchange(client: OAuth2Session, url: str, code: str, verifier: str) -> Mapping[str, object]:
    """What the token endpoint gives for this code. Raises as `read` does; no exception holds what was sent or given."""
    try:
        return dict(client.fetch_token(url, code=code, code_verifier=verifier, allow_redirects=False))
    except OSError as error:
        raise (ProviderAnswered if _was_refused(error) else ProviderSilent) from None
    except Exception:  # noqa: BLE001  # Authlib raises many kinds, with the provider's words in their texts
        raise ProviderAnswered from None


def _was_refused(error: OSError) -> bool:
    # Authlib raises an answer that is no JSON as an error of requests, which has it along; a lost connection has none.
    answer: Response | None = getattr(error, "response", None)
    return answer is not None and answer.status_code < 500


def _json(answer: Response) -> Mapping[str, object]:
    try:
        content = answer.json()
    except (ValueError, RecursionError):
        content = None
    if answer.status_code >= 500:
        raise ProviderSilent
    if answer.status_code != 200 or not isinstance(content, dict):
        raise ProviderAnswered
    return content


def _signed(wall: Clock) -> Any:
    """private_key_jwt: RFC 7523, section 2.2; the same statement that our own token desk asks of partners."""

    def prove(auth: ClientAuth, method: str, uri: str, headers: Any, body: str) -> tuple[str, Any, str]:
        statement = make_assertion(auth.client_id, auth.client_secret, uri, wall())
        told = urlencode({"client_assertion_type": ASSERTION_TYPE, "client_assertion": statement})
        return uri, headers, f"{body}&{told}"

    return prove


def _with_secret(auth: ClientAuth, method: str, uri: str, headers: Any, body: str) -> tuple[str, Any, str]:
    # RFC 6749, section 2.3.1: both are form-encoded first; Authlib's own sends them as they are.
    pair = f"{quote_plus(auth.client_id)}:{quote_plus(auth.client_secret)}"
    headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    return uri, headers, body
