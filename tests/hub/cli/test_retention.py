"""`ketenhub retention`, `hold` and `worker`: two people, a plan in numbers, and nobody named at a terminal."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import structlog
from sqlalchemy import update

from hub.app import Stores as HubStores
from hub.app import build_hub
from hub.clock import wall
from hub.exchange.hub import Hub
from hub.exchange.register import Registration, register
from hub.identity.principals import Principal
from hub.people.models import Subject
from hub.settings import read_settings
from schemas.agreement import Role
from tests.hub.cli.operator import Operator
from tests.kept import rows
from tests.stores import Stores

AZC = "azc-almere-engelse-mijl"
NOOR = Principal("noor", "coa", Role.COA, frozenset({AZC}))


@pytest.fixture
def hub(operator: Operator, stores: Stores) -> Hub:
    """A hub that was set up, on either database, with somebody whom nobody but coa knows since 401 days."""
    operator.sets(
        database_url=stores.main_url, keystore_url=stores.keys_url, database_owner_url=stores.owner_url,
        keystore_owner_url=stores.keys_owner_url,
    )  # fmt: skip
    assert operator.types("init").code == 0
    made = build_hub(read_settings(), HubStores(stores.database, stores.keys))
    register(made, NOOR, Registration("9900000017", "ti", AZC))
    with made.database.writing() as session:
        session.execute(update(Subject).values(created_at=wall() - timedelta(days=401)))
    return made


def name_of(hub: Hub) -> str:
    return str(rows(hub.database)["links"][0]["pseudonym"])


def planned(operator: Operator) -> tuple[str, str]:
    """The id and the digest of a new plan, as the terminal shows them."""
    shown = operator.types("retention", "plan", "--by", "Fatima")
    assert (shown.code, shown.err) == (0, "")
    found = re.search(r"Plan (\w{32}), made by Fatima\nDigest (\w{64})", shown.out)
    assert found is not None
    return found[1], found[2]


def test_two_people_end_what_is_over(operator: Operator, hub: Hub) -> None:
    plan, digest = planned(operator)
    shown = operator.types("retention", "show", plan)
    assert re.search(r"bewaartermijn +bewaartermijn +1 +\d{4}-\d\d-\d\d", shown.out)
    assert name_of(hub) not in shown.out
    assert operator.types("retention", "run", plan, "--by", "Fatima").code == 1
    assert operator.types("retention", "approve", plan, "--digest", digest, "--by", "Fatima").code == 1
    assert "Approved by Petra" in operator.types("retention", "approve", plan, "--digest", digest, "--by", "Petra").out

    done = operator.types("retention", "run", plan, "--by", "Fatima")

    assert (done.code, "beeindigd: bewaartermijn 1\novergeslagen: -" in done.out) == (0, True)
    assert rows(hub.database)["subjects"] == []
    assert operator.types("retention", "plan", "--by", "Fatima").out == "Nothing has had its time.\n"


def test_a_plan_that_is_not_there_is_said_in_a_sentence(operator: Operator, hub: Hub) -> None:
    for words in (
        ["show", "0" * 32],
        ["run", "0" * 32, "--by", "x"],
        ["approve", "0" * 32, "--digest", "0", "--by", "x"],
    ):
        shown = operator.types("retention", *words)
        assert (shown.code, shown.err) == (1, "Error: There is no plan with this id.\n")


def test_a_hold_is_set_listed_and_released_without_a_name_on_the_line(operator: Operator, hub: Hub) -> None:
    made = operator.hears(name_of(hub)).types("hold", "set", "--partner", "coa", "--reason", "klacht", "--by", "Fatima")
    assert made.code == 0
    hold = re.findall(r"\w{32}", made.out)[0]
    listed = operator.types("hold", "list")
    assert listed.out.startswith(f"{hold}\tklacht\tFatima\t")
    assert name_of(hub) not in made.out + listed.out

    plan, digest = planned(operator)
    operator.types("retention", "approve", plan, "--digest", digest, "--by", "Petra")
    assert "overgeslagen: bewaartermijn 1" in operator.types("retention", "run", plan, "--by", "Petra").out

    assert operator.types("hold", "release", hold, "--by", "Fatima").out == "Released.\n"
    assert operator.types("hold", "release", hold, "--by", "Fatima").code == 1
    assert operator.types("hold", "list").out == ""


def test_a_hold_on_nobody_is_said_in_a_sentence(operator: Operator, hub: Hub) -> None:
    shown = operator.hears("niemand").types("hold", "set", "--partner", "coa", "--reason", "klacht", "--by", "Fatima")
    assert (shown.code, "coa knows nobody by this name" in shown.err) == (1, True)


@pytest.fixture
def logs() -> Iterator[None]:
    """The worker logs to the terminal of this test; who comes after it has another."""
    yield
    structlog.reset_defaults()


@pytest.mark.usefixtures("logs")
def test_a_worker_does_what_is_due_and_stops_when_asked_to_do_it_once(operator: Operator, hub: Hub) -> None:
    shown = operator.types("worker", "--once")
    assert shown.code == 0
    assert {row["job"]: row["runs"] for row in rows(hub.database)["leases"]} == {
        "finish-erasures": 1, "sign-checkpoint": 1, "end-choices": 1, "sweep": 1, "count-overdue": 1,
    }  # fmt: skip
    assert name_of(hub) not in shown.err
