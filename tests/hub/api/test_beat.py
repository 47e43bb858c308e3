"""A no leaves on the beat, whatever its cause and however long it took; a yes leaves at once."""

from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.api.beat import Beat
from hub.api.house import NAME
from tests.chain import Chain
from tests.front_door import ROOT, send


@dataclass
class Watch:
    """A clock that moves only when somebody sleeps, and a list of how long they did."""

    instant: float = 0.0
    slept: list[float] = field(default_factory=list)

    def now(self) -> float:
        """The instant."""
        return self.instant

    def sleep(self, seconds: float) -> None:
        """Time goes by."""
        self.slept.append(seconds)
        self.instant += seconds


@given(st.floats(0, 1000), st.floats(0, 10))
def test_it_leaves_a_whole_number_of_beats_after_it_came(begun: float, took: float) -> None:
    watch = Watch(begun + took)
    Beat(0.025, watch.now, watch.sleep).wait(begun)
    beats = (watch.instant - begun) / 0.025
    assert abs(beats - round(beats)) < 1e-6
    assert watch.instant >= begun + took


@pytest.fixture
def watch(chain: Chain) -> Watch:
    """The hub waits by this one."""
    watch = Watch()
    at = chain.app.extensions[NAME]
    chain.app.extensions[NAME] = replace(at, beat=Beat(0.025, watch.now, watch.sleep), registry=type(at.registry)())
    return watch


def test_every_no_waits_for_the_beat_and_no_yes_does(chain: Chain, watch: Watch) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    item = chain.rik.inbox()[0]
    chain.rik.opens(item)
    assert (chain.rik.asks(resident)[0]["magWerken"], watch.slept) == (True, [])

    road = f"{ROOT}/werkmogelijkheden/_zoek"
    for number, (method, path, body) in enumerate(
        [
            ("POST", road, {"betrokkeneId": "niemand"}),
            ("POST", f"{ROOT}/dienstverbanden/_zoek", {"betrokkeneId": chain.rik.knows(resident)}),
            ("GET", f"{ROOT}/postvak/{'0' * 32}", None),
            ("POST", f"{ROOT}/postvak/{'0' * 32}/_bevestig", None),
            ("POST", f"{ROOT}/urenstaten", {"betrokkeneId": "niemand", "week": "2023-W30", "gewerkteUren": 8}),
            ("POST", f"{ROOT}/koppelcodes/_verzilver",
             {"koppelcode": "ZZZZ", "eigenKenmerk": "K9", "vestiging": "almere"}),
            ("POST", f"{ROOT}/betrokkenen/_zoek", {"eigenKenmerk": "K9"}),
            ("POST", f"{ROOT}/betrokkenen/niemand/_ontkoppel", {}),
            ("GET", f"{ROOT}/dienstverbanden/{'0' * 32}", None),
        ],
        start=1,
    ):  # fmt: skip
        send(chain.rik, method, path, body)
        assert len(watch.slept) == number, path


def test_a_publication_that_nobody_may_receive_waits_too(chain: Chain, watch: Watch) -> None:
    resident = chain.linked()
    for purpose in ("inburgering-planning", "kansrijke-koppeling"):
        chain.noor.records(resident, purpose, "nee")
    assert (chain.rik.publishes(resident, "dienstverband").status, len(watch.slept)) == (403, 1)
