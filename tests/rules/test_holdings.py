"""What the hub holds about a person is written down to the last column, or inzage and erasure would miss some of it."""

import pytest
from sqlalchemy import Column, ForeignKey, MetaData, String, Table

from hub.rights import holdings
from hub.rights.holding import Erase, Holding, Use, table_of
from hub.rights.holdings import HOLDINGS
from hub.schema import STORES, Store

SAY = "Say in hub/rights/holdings.py"
TABLES = [(store, table) for store, kept in STORES.items() for meta in kept.metadatas for table in meta.tables.values()]
# Pointing at a person, or named as such: about somebody, whatever the register says.
PERSONAL = {"subject", "subject_id", "link_id", "slip_id"}


def missing(store: Store, table: Table, said: Holding | None) -> list[str]:
    """What is still to be written about this table, in sentences."""
    if said is None:
        return [f"{SAY} whether {table.name} is about a person: add _of(...) or _nobodys(...)."]
    columns = set(table.columns.keys())
    wrong = [
        f"{SAY} what a person sees of {table.name}.{name}: shown, opened, or why not."
        for name in sorted(columns - set(said.columns))
    ]
    wrong += [f"{SAY} nothing of {table.name}.{name}: it is gone." for name in sorted(set(said.columns) - columns)]
    if said.store != store:
        wrong.append(f"{SAY} that {table.name} is in the store {store}.")
    points = PERSONAL & columns or any(key.column.table.name == "subjects" for key in table.foreign_keys)
    if points and said.about is None:
        wrong.append(f"{SAY} how a person's rows in {table.name} are found: it points at a person.")
    return wrong


@pytest.mark.parametrize(("store", "table"), TABLES, ids=[table.name for _, table in TABLES])
def test_every_table_and_column_is_in_the_register(store: Store, table: Table) -> None:
    assert missing(store, table, HOLDINGS.get(table.name)) == []


def test_no_table_is_in_the_register_that_is_not_there() -> None:
    assert set(HOLDINGS) == {table.name for _, table in TABLES}


@pytest.mark.parametrize("holding", HOLDINGS.values(), ids=lambda holding: holding.table)
def test_every_line_says_one_thing(holding: Holding) -> None:
    assert holding.why.endswith(".")
    nobody = {use is Use.NOBODY for use in holding.columns.values()}
    assert nobody == {holding.about is None}
    assert (holding.erase is Erase.NOTHING) == (holding.about is None)


@pytest.mark.parametrize("holding", holdings.about_persons(), ids=lambda holding: holding.table)
def test_rows_that_nobody_may_delete_are_not_said_to_go(holding: Holding) -> None:
    kept = STORES[holding.store]
    assert not (holding.erase is Erase.ROW and holding.table in kept.append_only | kept.kept)


@pytest.mark.parametrize("holding", holdings.about_persons(), ids=lambda holding: holding.table)
def test_a_persons_rows_can_be_found_in_every_table(holding: Holding) -> None:
    assert holding.about is not None
    assert str(holdings.theirs(holding.table, "0" * 32)).startswith(f"{holding.table}.{holding.about.column} ")


def test_a_table_about_nobody_has_no_rows_of_a_person() -> None:
    with pytest.raises(ValueError, match="nobody"):
        holdings.theirs("leases", "0" * 32)


def test_rows_go_before_those_that_they_point_at() -> None:
    order = [holding.table for holding in holdings.removed()]
    for at, name in enumerate(order):
        pointed = {key.column.table.name for key in table_of(name).foreign_keys} - {name}
        assert pointed.isdisjoint(order[:at])
    assert order[-1] == "subjects"


NEW = Table("visits", MetaData(), Column("id", String), Column("subject_id", String, ForeignKey("subjects.id")))
SUBJECT_ID = {"id": Use.TECHNICAL, "subject_id": Use.TECHNICAL}


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (None, "whether visits is about a person"),
        (Holding("main", "visits", {"id": Use.TECHNICAL}, None, Erase.NOTHING, "."), "what a person sees of visits.s"),
        (Holding("main", "visits", SUBJECT_ID, None, Erase.NOTHING, "."), "how a person's rows in visits are found"),
        (Holding("keys", "visits", SUBJECT_ID, None, Erase.NOTHING, "."), "that visits is in the store main"),
        (Holding("main", "visits", {**SUBJECT_ID, "x": Use.SHOWN}, None, Erase.NOTHING, "."), "nothing of visits.x"),
    ],
)
def test_this_rule_bites(said: Holding | None, sentence: str) -> None:
    Table("subjects", NEW.metadata, Column("id", String), extend_existing=True)
    assert any(sentence in line for line in missing("main", NEW, said))
