"""How staff sign in at their own organisation: there with a question, back with an answer that is checked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hmac import compare_digest

from authlib.common.urls import add_params_to_uri
from authlib.integrations.requests_client import OAuth2Session

from hub.clock import Clock
from hub.db import Database
from hub.identity import flows, reach
from hub.identity.discovery import Directory
from hub.identity.errors import NotVerified, ProviderFailed, ProviderSilent
from hub.identity.flows import Flow, Secret
from hub.identity.id_tokens import Expected, read_id_token
from hub.identity.providers import Provider, Providers
from hub.identity.refusals import Refused
from hub.identity.sources import Sources
from hub.identity.staff import Staff
from hub.identity.turns import Turns
from hub.identity.vouched import staff_of
from hub.watch import SecurityLog
from schemas.agreement import Agreement

CALLBACK = "/inloggen/terug"
AFTER = "/inloggen"
# How many may leave from one network in an hour and not come back signed in: an office has one address for all.
UNFINISHED_AN_HOUR = 1000
# More does not fit into an address that the server takes (hub/cli/serve.py).
LONGEST_CODE = 3072
# So many codes are with one provider at once, in each process: anybody can bring one, and a process has four threads.
CODES_AT_ONCE = 2


@dataclass(frozen=True)
class Leaving:
    """Where somebody goes to sign in, and the secret that their browser keeps meanwhile."""

    address: str = field(repr=False)
    secret: str = field(repr=False)


@dataclass(frozen=True)
class Arrived:
    """Somebody whom a provider vouched for."""

    staff: Staff
    provider: str


@dataclass(frozen=True)
class Back:
    """What a browser brought along when it came back. Anybody can make one up."""

    secret: str = field(default="", repr=False)
    state: str = field(default="", repr=False)
    issuer: str | None = None
    code: str = field(default="", repr=False)
    error: str = field(default="", repr=False)


@dataclass(frozen=True)
class SignIn:
    """Everything that signing in needs of the house. `wall` is the machine's clock."""

    providers: Providers
    agreement: Callable[[], Agreement]
    database: Database
    sources: Sources
    watch: SecurityLog
    base_url: str
    wall: Clock
    directory: Directory
    turns: Turns = field(default_factory=lambda: Turns(CODES_AT_ONCE))

    def leave(self, name: str, network: str | None) -> Leaving | Refused:
        """Somebody chose a provider: the way there."""
        provider = self.providers.get(name)
        if provider is None:
            return self._refused(Refused.UNKNOWN)
        if self.sources.wait(network, ""):
            return self._refused(Refused.TOO_MANY, provider)
        # Counted before anything is asked of the provider: who presses while it is slow takes our time as well.
        self.sources.failed(network)
        try:
            there = self.directory.addresses(provider).authorization
        except ProviderFailed as error:
            return self._refused(_failed(error), provider)
        with self.database.writing() as session:
            secret = flows.begin(session, provider.name, self.wall())
        return Leaving(self._question(provider, there, secret), secret.value)

    def arrive(self, back: Back, network: str | None) -> Arrived | Refused:
        """Somebody came back: who they are, or why nobody is signed in. What was brought along is used up."""
        # 1. The answer belongs to a question of this browser. Another's state uses nothing up.
        secret = Secret(back.secret)
        if not back.secret or not compare_digest(back.state.encode("utf-8", "replace"), secret.state.encode()):
            return self._refused(Refused.OVER)

        # 2. The question is still open, and is from now on no more.
        with self.database.writing() as session:
            flow = flows.take(session, secret, self.wall())
        provider = self.providers.get(flow.provider) if flow else None
        if flow is None or provider is None:
            return self._refused(Refused.OVER)

        try:
            # 3. Who answers is who was asked (RFC 9207), and what it answers is a code.
            answered = self._answered(provider, back)
            if answered is not None:
                return self._refused(answered, provider)

            # 4. The code gives an ID token, in which everything is right.
            claims = self._claims(provider, flow, secret, back.code)
        except ProviderFailed as error:
            return self._refused(_failed(error), provider)
        except NotVerified:
            return self._refused(Refused.NOT_TRUSTED, provider)

        # 5. Whoever it is has exactly one place here.
        staff = staff_of(provider, claims, self.agreement())
        if isinstance(staff, Refused):
            return self._refused(staff, provider)
        self.sources.forgive(network)
        return Arrived(staff, provider.name)

    def goodbye(self, name: str) -> str | None:
        """
        Where the provider ends its own session, for the browser to go to; None when there is no such place.

        Without the ID token as a hint, which would have to be kept for it: the provider may ask whether somebody
        means it. OpenID Connect RP-Initiated Logout 1.0, section 2.
        """
        provider = self.providers.get(name)
        if provider is None:
            return None
        try:
            there = self.directory.addresses(provider).end_session
        except ProviderFailed as error:
            self._refused(_failed(error), provider)
            return None
        words = {"client_id": provider.client_id, "post_logout_redirect_uri": self.base_url + AFTER}
        return None if there is None else str(add_params_to_uri(there, words))

    def client(self, provider: Provider) -> OAuth2Session:
        """Authlib's client for one conversation."""
        return reach.client_of(provider, self.base_url + CALLBACK, self.wall)

    def _question(self, provider: Provider, there: str, secret: Secret) -> str:
        asked: dict[str, str] = {"nonce": secret.nonce}
        if provider.acr:
            asked["acr_values"] = " ".join(provider.acr)
        if provider.longest_ago is not None:
            asked["max_age"] = str(int(provider.longest_ago.total_seconds()))
        with self.client(provider) as client:
            address, _ = client.create_authorization_url(
                there, state=secret.state, code_verifier=secret.verifier, **asked
            )
        return str(address)

    def _answered(self, provider: Provider, back: Back) -> Refused | None:
        says_who = self.directory.addresses(provider).says_who
        if back.issuer != provider.issuer and (says_who or back.issuer is not None):
            return Refused.NOT_TRUSTED
        if back.error:
            return Refused.DECLINED if back.error == "access_denied" else Refused.PROVIDER
        return None if 0 < len(back.code) <= LONGEST_CODE else Refused.PROVIDER

    def _claims(self, provider: Provider, flow: Flow, secret: Secret, code: str) -> Mapping[str, object]:
        token_url = self.directory.addresses(provider).token
        with self.turns.one(provider.name) as free:
            if not free:
                raise ProviderSilent
            with self.client(provider) as client:
                given = reach.exchange(client, token_url, code, secret.verifier)
            expected = Expected(
                provider.issuer, provider.client_id, secret.nonce, str(given.get("access_token", "")),
                flow.begun_at, self.wall(), provider.acr, provider.longest_ago,
            )  # fmt: skip
            return read_id_token(given.get("id_token"), lambda kid: self.directory.keys(provider, kid), expected)

    def _refused(self, why: Refused, provider: Provider | None = None) -> Refused:
        """In the security log by a fixed word: strangers come here too, and cannot make the trail grow."""
        self.watch.warn("sign_in_refused", reason=why.value, **({"provider": provider.name} if provider else {}))
        return why


def _failed(error: ProviderFailed) -> Refused:
    return Refused.SILENT if isinstance(error, ProviderSilent) else Refused.PROVIDER


def open_sign_in(
    *,
    providers: Providers,
    agreement: Callable[[], Agreement],
    database: Database,
    sources: Sources,
    watch: SecurityLog,
    base_url: str,
    wall: Clock,
    demo: bool,
) -> SignIn:
    """Signing in through these providers; http only in a demo."""

    def ask(provider: Provider, url: str) -> Mapping[str, object]:
        with reach.client_of(provider, base_url + CALLBACK, wall) as client:
            return reach.read(client, url)

    return SignIn(providers, agreement, database, sources, watch, base_url, wall, Directory(ask, demo))
