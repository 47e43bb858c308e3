"""The residents about whom everything is measured: registered, said yes, known to Rik, with items that lie ready."""

from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from sqlalchemy import insert, select

from hub.app import Stores
from hub.clock import wall
from hub.db import Base, new_id
from tests.chain import Chain, Resident, build_chain

PEOPLE = 40


@dataclass(frozen=True)
class People:
    """A chain with residents in it."""

    chain: Chain
    residents: list[Resident]


def settle(stores: Stores, folder: Path) -> People:
    """Through the front door, without a network; each resident has one current fact that Rik opened once."""
    chain = build_chain(stores, folder)
    chain.clock.instant = wall()
    residents = [_settle_one(chain, number) for number in range(PEOPLE)]
    chain.rik.opens_all()
    for item in chain.rik.inbox():
        assert chain.rik.confirms(item).status == 204
    return People(chain, residents)


def _settle_one(chain: Chain, number: int) -> Resident:
    resident = chain.linked(f"99{number:08}", f"K{number:05}")
    assert chain.noor.publishes(resident, "werkmogelijkheid").status == 201
    return resident


def lay_ready(people: People, count: int) -> list[str]:
    """That many fresh items for Rik, each a copy of a real one: opening it costs what a first opening costs."""
    database, table = people.chain.hub.database, Base.metadata.tables["deliveries"]
    with database.reading() as session:
        # They came first; of the copies that fill the store, the fields do not open.
        first = select(table).where(table.c.recipient == "randstad").order_by(table.c.position)
        real = [dict(row._mapping) for row in session.execute(first.limit(PEOPLE))]
    fresh = {"opened_at": None, "acknowledged_at": None}
    rows = [{**row, **fresh, "id": new_id()} for row, _ in zip(cycle(real), range(count), strict=False)]
    with database.writing() as session:
        session.execute(insert(table), rows)
    return [row["id"] for row in rows]
