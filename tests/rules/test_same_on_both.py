"""The same story on SQLite and on PostgreSQL comes out the same, but for ids and names."""

import re
from pathlib import Path
from typing import Any

from hub.app import Stores as HubStores
from tests.chain import Chain, build_chain
from tests.conftest import NewStores
from tests.kept import recorded, rows
from tests.stores import DIALECTS

# What is made by chance: ids, names, hashes and link codes.
CHANCE = re.compile(r"\b([0-9a-f]{64}|[0-9a-f]{32}|[a-z2-7]{26}|[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})\b")


def told(chain: Chain) -> list[Any]:
    """A long story; everything that anybody was answered, in order."""
    noor, rik = chain.noor, chain.rik
    resident = noor.registers()
    answers: list[Any] = [noor.publishes(resident, "werkmogelijkheid")]
    noor.records_yes_to_all(resident)
    answers += [noor.publishes(resident, kind) for kind in ("werkmogelijkheid", "verplaatsing", "aanvraagstatus")]
    answers.append(rik.redeems("ZZZZ-ZZZZ-ZZZZ", resident))
    answers.append(rik.redeems(noor.gives_slip(resident), resident))
    answers += [rik.opens_all(), rik.asks(resident), rik.publishes(resident, "urenstaat")]
    answers += [rik.publishes(resident, "dienstverband", key="1", contracturenPerWeek=22.75) for _ in range(2)]
    answers.append(rik.publishes(resident, "dienstverband", key="1", contracturenPerWeek=23))
    for days, municipality in ((10, "GM0034"), (30, "GM0363"), (60, "GM0599"), (1, "GM0034")):
        chain.clock.later(days=days)
        answers.append(noor.publishes(resident, "koppeling", gemeente=municipality))
        answers += [person.opens_all() for person in chain.people.values()]
        answers.append(rik.publishes(resident, "urenstaat", gewerkteUren=8.05))
    answers += [noor.records(resident, "inburgering-planning", choice) for choice in ("ingetrokken", "ja", "nee")]
    for person in chain.people.values():
        answers += [person.opens_all(), [person.confirms(item) for item in person.inbox()], person.inbox()]
    answers += [
        rik.asks(resident, kind) for kind in ("werkmogelijkheid", "dienstverband", "koppeling", "aanvraagstatus")
    ]
    answers += [noor.unlinks(resident), rik.unlinks(resident), rik.asks(resident), rik.opens_all()]
    return answers


def without_chance(value: object) -> str:
    """The same text with every id and name left out. What became ready in one moment lies in an order of chance."""
    if isinstance(value, list):
        return str(sorted(without_chance(one) for one in value))
    return CHANCE.sub("*", str(value))


def outcome(chain: Chain) -> tuple[list[str], list[str], dict[str, int]]:
    """What was answered, what the trail holds, and how many rows each table has."""
    answers = [without_chance(answer) for answer in told(chain)]
    # Old answers are swept away by chance, now and then.
    kept = {table: found for table, found in rows(chain.hub.database).items() if table != "answers"}
    trail = sorted(without_chance(fact) for fact in recorded(chain))
    return answers, trail, {table: len(found) for table, found in kept.items()}


def test_the_same_story_comes_out_the_same_on_both_databases(new_stores: NewStores, tmp_path: Path) -> None:
    outcomes = []
    for dialect in DIALECTS:
        stores, folder = new_stores(dialect), tmp_path / dialect
        folder.mkdir()
        outcomes.append(outcome(build_chain(HubStores(stores.database, stores.keys), folder)))
    on_sqlite, on_postgresql = outcomes
    assert on_sqlite[0] == on_postgresql[0]
    assert on_sqlite[1] == on_postgresql[1]
    assert on_sqlite[2] == on_postgresql[2]
    assert len(on_sqlite[1]) > 50
