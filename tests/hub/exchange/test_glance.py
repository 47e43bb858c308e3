"""A page about one resident costs the same however often somebody asked, and it holds the trail's head last."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from audit import export
from hub.exchange import followed, glance
from hub.exchange.followed import Reach
from hub.exchange.query import ask
from hub.exchange.read_again import read_again
from hub.identity.principals import Principal, principal_of
from tests.chain import OFFICES, Chain, Resident

ENDS = "(the end)"


def at_desk(chain: Chain, who: str) -> Principal:
    """Somebody of this story at their desk, as the exchange knows them."""
    office = OFFICES[who]
    principal = principal_of(f"mw:{who}", office.partner, office.branches, chain.hub.agreement)
    assert principal is not None
    return principal


@contextmanager
def heard(chain: Chain) -> Iterator[list[str]]:
    """Every statement meanwhile, and where a transaction ends."""
    said: list[str] = []
    engine = chain.hub.database.engine

    def hear(connection: object, cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    def end(*_: object) -> None:
        said.append(ENDS)

    event.listen(engine, "before_cursor_execute", hear)
    event.listen(engine, "commit", end)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", hear)
        event.remove(engine, "commit", end)


def reach(chain: Chain, resident: Resident) -> list[Reach]:
    """How far what Noor told about them came."""
    told = glance.look(chain.hub, at_desk(chain, "noor"), resident.names["coa"]).told
    return [receiver.reach for one in told for receiver in one.receivers if receiver.partner == "randstad"]


def test_a_page_costs_the_same_however_many_questions_were_asked_before(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(followed, "QUESTIONS", 3)
    opened: list[int] = []
    really = export.opened

    def opens(entry: export.Record, opener: export.Opener) -> export.Record:
        opened.append(entry.index)
        return really(entry, opener)

    monkeypatch.setattr(export, "opened", opens)
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    assert reach(chain, resident) == [Reach.READY]
    costs = []
    for _ in range(3):
        for _ in range(followed.QUESTIONS):
            chain.rik.asks(resident)
        opened.clear()
        with heard(chain) as statements:
            assert reach(chain, resident) == [Reach.ANSWERED]
        # Whether an entry completes a subtree depends on its number, not on the person.
        costs.append((len([one for one in statements if "audit_nodes" not in one]), len(opened)))
    assert len(opened) > followed.QUESTIONS
    assert len(set(costs)) == 1, costs


def test_an_answer_to_somebody_else_does_not_push_an_answer_out(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(followed, "QUESTIONS", 1)
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    chain.rik.asks(resident)
    chain.noor.asks(resident)
    chain.rik.asks(resident, "koppeling")
    assert reach(chain, resident) == [Reach.ANSWERED]


def _looks(chain: Chain, resident: Resident) -> object:
    return glance.look(chain.hub, at_desk(chain, "noor"), resident.names["coa"])


def _asks(chain: Chain, resident: Resident) -> object:
    message = chain.hub.messages["werkmogelijkheid"]
    return ask(chain.hub, at_desk(chain, "rik"), message, resident.names["randstad"])


def _reads_again(chain: Chain, resident: Resident) -> object:
    message = chain.hub.messages["werkmogelijkheid"]
    return read_again(chain.hub, at_desk(chain, "rik"), message, resident.names["randstad"])


@pytest.mark.parametrize("does", [_looks, _asks, _reads_again])
def test_while_the_trails_head_is_held_nothing_but_the_trail_is_written(
    chain: Chain, does: Callable[[Chain, Resident], Any]
) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    chain.rik.opens_all()
    with heard(chain) as statements:
        assert does(chain, resident)
    writes = [one for one in statements if "INTO exposures" in one]
    assert writes or does is _looks
    first = next(place for place, one in enumerate(statements) if "FROM audit_head" in one)
    held = statements[first : statements.index(ENDS, first)]
    assert len(held) > 1
    assert [one for one in held if "audit_" not in one] == []
