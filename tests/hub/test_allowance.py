"""One system that runs wild waits for itself, and takes nothing from the others."""

from dataclasses import replace
from pathlib import Path

import pytest

from hub.allowance import Allowance
from hub.app import Stores as HubStores
from hub.app import create_app
from hub.errors import TooMany
from tests.chain import Chain
from tests.front_door import ROOT, is_problem, send
from tests.stores import Stores


class Seconds:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_full_bucket_is_a_minutes_worth_and_fills_evenly() -> None:
    seconds = Seconds()
    allowance = Allowance(120, seconds)
    for _ in range(120):
        allowance.take("rik")
    with pytest.raises(TooMany) as refused:
        allowance.take("rik")
    assert refused.value.seconds == 1
    seconds.now = 1
    allowance.take("rik")
    allowance.take("rik")
    with pytest.raises(TooMany):
        allowance.take("rik")


def test_a_bucket_never_holds_more_than_a_minutes_worth() -> None:
    seconds = Seconds()
    allowance = Allowance(60, seconds)
    allowance.take("rik")
    seconds.now = 86_400
    for _ in range(60):
        allowance.take("rik")
    with pytest.raises(TooMany):
        allowance.take("rik")


def test_everyone_has_a_bucket_of_their_own() -> None:
    allowance = Allowance(60, Seconds())
    for _ in range(60):
        allowance.take("rik")
    allowance.take("job")


def test_asking_on_while_it_is_empty_does_not_make_it_longer() -> None:
    seconds = Seconds()
    allowance = Allowance(60, seconds)
    for _ in range(60):
        allowance.take("rik")
    for _ in range(100):
        seconds.now += 0.001
        with pytest.raises(TooMany):
            allowance.take("rik")
    seconds.now = 1.5
    allowance.take("rik")


def test_who_asks_too_much_is_told_when_to_come_back_and_the_others_are_served(
    chain: Chain, stores: Stores, tmp_path: Path
) -> None:
    settings = replace(chain.settings, requests_per_minute=1)
    app = create_app(settings, HubStores(stores.database, stores.keys), chain.clock)
    for person in chain.people.values():
        person.caller.app = app
    assert send(chain.samira, "GET", f"{ROOT}/afspraken").status == 200
    # What is refused for another reason counts as well: it costs the hub the same.
    answer = send(chain.samira, "POST", f"{ROOT}/betrokkenen", {})
    assert is_problem(answer, 429)
    assert answer.body["code"] == "te-veel-verzoeken"
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert send(chain.rik, "GET", f"{ROOT}/afspraken").status == 200
