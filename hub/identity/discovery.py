"""Where an organisation's sign-in has its addresses, and which keys it signs with: asked when needed, kept an hour."""

import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import Key, import_key

from hub.identity.errors import ClientMistake, ProviderAnswered, ProviderFailed, ProviderSilent
from hub.identity.keys import checked, imported
from hub.identity.provider_words import is_address
from hub.identity.providers import Provider
from hub.identity.turns import Turns

# OpenID Connect Discovery, section 4.
WELL_KNOWN = "/.well-known/openid-configuration"
KEPT_SECONDS = 3600.0
# A provider may change its key at any moment; a stranger who makes up key names must not make us ask for each.
AGAIN_AFTER_SECONDS = 60.0
# A stranger who presses a button again and again must not make us wait each time for a provider that does not answer.
FAILED_SECONDS = 30.0
MOST_KEYS = 32

Ask = Callable[[Provider, str], Mapping[str, object]]
"""The JSON object at an address of this provider; ProviderFailed when there is none."""


@dataclass(frozen=True)
class Addresses:
    """What a provider says about itself, as far as we use it. `says_who`: it names itself in its answers (RFC 9207)."""

    authorization: str
    token: str
    keys: str
    end_session: str | None
    says_who: bool


@dataclass(frozen=True)
class Directory:
    """
    What each provider said lately, in the memory of this process.

    Of those who need its addresses at the same moment one asks the provider: nobody waits for another's slow answer.
    """

    ask: Ask
    demo: bool = False
    clock: Callable[[], float] = time.monotonic
    _addresses: dict[str, tuple[float, Addresses]] = field(default_factory=dict)
    _failed: dict[str, tuple[float, type[ProviderFailed]]] = field(default_factory=dict)
    _turns: Turns = field(default_factory=lambda: Turns(1))
    _keys: dict[str, tuple[float, list[Key]]] = field(default_factory=dict)

    def addresses(self, provider: Provider) -> Addresses:
        """
        Its addresses. Raises ProviderFailed; for half a minute again, without asking the provider.

        While another asks, the old ones are good, and without them it is silent.
        """
        kept = self._addresses.get(provider.name)
        if kept is not None and kept[0] > self.clock() - KEPT_SECONDS:
            return kept[1]
        with self._turns.one(provider.name) as free:
            if free:
                return self._asked(provider)
        if kept is None:
            raise ProviderSilent
        return kept[1]

    def keys(self, provider: Provider, kid: object) -> Sequence[Key]:
        """Its keys; asked anew for a name (`kid`) that is not among them, at most once a minute."""
        kept = self._keys.get(provider.name)
        age = KEPT_SECONDS if kept is None else self.clock() - kept[0]
        unknown = kept is not None and kid is not None and kid not in {key.kid for key in kept[1]}
        if kept is None or age >= KEPT_SECONDS or (unknown and age >= AGAIN_AFTER_SECONDS):
            kept = self.clock(), usable(self.ask(provider, self.addresses(provider).keys))
            self._keys[provider.name] = kept
        return kept[1]

    def _asked(self, provider: Provider) -> Addresses:
        failed = self._failed.get(provider.name)
        if failed is not None and failed[0] > self.clock() - FAILED_SECONDS:
            raise failed[1]
        try:
            read = self._read(provider, self.ask(provider, provider.issuer.rstrip("/") + WELL_KNOWN))
        except ProviderFailed as error:
            self._failed[provider.name] = self.clock(), type(error)
            raise
        self._addresses[provider.name] = self.clock(), read
        return read

    def _read(self, provider: Provider, said: Mapping[str, object]) -> Addresses:
        # Section 4.3: the document is about exactly the issuer that we asked for.
        if said.get("issuer") != provider.issuer:
            raise ProviderAnswered
        # RFC 7636 made optional to announce; who announces methods without this one does not have it.
        if "S256" not in _listed(said, "code_challenge_methods_supported", "S256"):
            raise ProviderAnswered
        return Addresses(
            authorization=self._address(said, "authorization_endpoint"),
            token=self._address(said, "token_endpoint"),
            keys=self._address(said, "jwks_uri"),
            end_session=self._address(said, "end_session_endpoint") if "end_session_endpoint" in said else None,
            says_who=said.get("authorization_response_iss_parameter_supported") is True,
        )

    def _address(self, said: Mapping[str, object], name: str) -> str:
        address = said.get(name)
        if not isinstance(address, str) or not is_address(address, demo=self.demo, query=True):
            raise ProviderAnswered
        return address


def usable(key_set: Mapping[str, object]) -> list[Key]:
    """The public keys of a JWK Set that we take signatures of; others in it are no mistake. RFC 7517, section 5."""
    rows = key_set.get("keys")
    if not isinstance(rows, list):
        raise ProviderAnswered
    sound = [jwk for row in rows[:MOST_KEYS] for jwk in _sound(row)]
    return imported({"keys": sound}) if sound else []


def _sound(row: Any) -> list[dict[str, object]]:
    try:
        with warnings.catch_warnings():
            # joserfc warns of a short RSA key and goes on; `checked` refuses it.
            warnings.simplefilter("ignore", SecurityWarning)
            return [checked(import_key(row))]
    except (JoseError, ClientMistake, ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return []


def _listed(said: Mapping[str, object], name: str, otherwise: str) -> list[object]:
    value = said.get(name, [otherwise])
    return value if isinstance(value, list) else []
