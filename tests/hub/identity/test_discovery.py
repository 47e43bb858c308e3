"""What a provider says about itself is asked by one at a time, and a failure is remembered for half a minute."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from hub.identity.discovery import FAILED_SECONDS, KEPT_SECONDS, Addresses, Directory
from hub.identity.errors import ProviderAnswered, ProviderFailed, ProviderSilent
from hub.identity.providers import Provider
from tests.hub.identity.desk import Wall
from tests.hub.identity.forger import Forger, provider_at

ISSUER = "https://inloggen.example.nl"
PROVIDER = provider_at(Forger(ISSUER, Wall()))
SAYS = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/jwks",
}


@dataclass
class Line:
    """The way to a provider: how often it was used, and what another who came meanwhile was given."""

    now: float = 0.0
    fails: type[ProviderFailed] | None = None
    asked: int = 0
    meanwhile: list[Addresses | None] = field(default_factory=list)
    directory: Directory = field(init=False)

    def __post_init__(self) -> None:
        self.directory = Directory(self.ask, clock=lambda: self.now)

    def ask(self, provider: Provider, _url: str) -> Mapping[str, object]:
        self.asked += 1
        try:
            self.meanwhile.append(self.directory.addresses(provider))
        except ProviderSilent:
            self.meanwhile.append(None)
        if self.fails is not None:
            raise self.fails
        return SAYS


@pytest.mark.parametrize("kind", [ProviderSilent, ProviderAnswered])
def test_what_failed_is_not_asked_again_for_half_a_minute(kind: type[ProviderFailed]) -> None:
    line = Line(fails=kind)
    for line.now in (0.0, 1.0, FAILED_SECONDS - 1):
        with pytest.raises(kind):
            line.directory.addresses(PROVIDER)
    assert line.asked == 1
    line.now, line.fails = FAILED_SECONDS, None
    assert line.directory.addresses(PROVIDER).token == f"{ISSUER}/token"
    assert line.asked == 2


def test_who_comes_while_another_asks_does_not_ask_too_and_is_not_kept_waiting() -> None:
    line = Line()
    line.directory.addresses(PROVIDER)
    assert (line.asked, line.meanwhile) == (1, [None])


def test_while_another_asks_anew_what_was_known_is_still_good() -> None:
    line = Line()
    known = line.directory.addresses(PROVIDER)
    line.now = KEPT_SECONDS
    line.directory.addresses(PROVIDER)
    assert (line.asked, line.meanwhile) == (2, [None, known])
