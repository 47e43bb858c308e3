"""Proofs from the database: each entry, at each size, checked by the function that others would use."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from audit import proofs, tree
from audit.errors import OutsideTrail, TrailError
from audit.export import read
from audit.keeper import Keeper
from audit.models import Base
from audit.note import Signer
from hub.db import Database
from tests.audit.trails import Keys, add
from tests.stores import Stores


def test_every_entry_can_be_proven_at_every_size(database: Database) -> None:
    entries = add(database, Keys(), 19)
    with database.reading() as session:
        for size in range(1, 20):
            root = proofs.root_at(session, size)
            for entry in entries[:size]:
                assert proofs.leaf_at(session, entry.index) == entry.leaf_hash
                proof = proofs.inclusion_proof(session, entry.index, size)
                tree.verify_inclusion(entry.leaf_hash, entry.index, size, proof, root)
        assert proofs.root_at(session, 19) == proofs.head(session).root
        assert proofs.root_at(session, 0) == tree.EMPTY_ROOT


def test_the_trail_can_be_proven_to_have_only_grown(database: Database) -> None:
    add(database, Keys(), 19)
    with database.reading() as session:
        for new in range(20):
            for old in range(new + 1):
                proof = proofs.consistency_proof(session, old, new)
                roots = proofs.root_at(session, old), proofs.root_at(session, new)
                tree.verify_consistency(old, roots[0], new, roots[1], proof)


@pytest.mark.parametrize(("index", "size"), [(5, 5), (-1, 5), (0, 0), (0, 6), (4, 6), (0, 9), (7, 8)])
def test_a_proof_beyond_the_trail_is_refused(database: Database, index: int, size: int) -> None:
    add(database, Keys(), 5)
    with database.reading() as session, pytest.raises(OutsideTrail):
        proofs.inclusion_proof(session, index, size)


@pytest.mark.parametrize(("old", "new"), [(2, 1), (-1, 2), (3, 8)])
def test_growth_beyond_the_trail_is_refused(database: Database, old: int, new: int) -> None:
    add(database, Keys(), 5)
    with database.reading() as session, pytest.raises(OutsideTrail):
        proofs.consistency_proof(session, old, new)


@pytest.mark.parametrize("size", [-1, 6])
def test_there_is_no_root_for_a_size_that_never_was(database: Database, size: int) -> None:
    add(database, Keys(), 5)
    with database.reading() as session, pytest.raises(OutsideTrail):
        proofs.root_at(session, size)


def test_a_leaf_beyond_the_trail_is_refused(database: Database) -> None:
    with database.reading() as session, pytest.raises(OutsideTrail, match="entry 0"):
        proofs.leaf_at(session, 0)


def test_a_head_that_does_not_exist_is_said_with_what_to_do() -> None:
    empty = Database("sqlite://")
    with empty.writing() as session:
        Base.metadata.create_all(session.connection())
        with pytest.raises(TrailError, match="Run the migrations"):
            proofs.head(session)
    empty.close()


@contextmanager
def statements(database: Database) -> Iterator[list[tuple[str, Sequence[object]]]]:
    """What this database is asked in the block."""
    asked: list[tuple[str, Sequence[object]]] = []

    def remember(connection: object, cursor: object, statement: str, given: Sequence[object], *rest: object) -> None:
        asked.append((statement, given))

    event.listen(database.engine, "before_cursor_execute", remember)
    try:
        yield asked
    finally:
        event.remove(database.engine, "before_cursor_execute", remember)


def test_a_proof_is_one_query_however_long_the_trail_is(database: Database) -> None:
    for size in (3, 40, 1000):
        add(database, Keys(), size - size_of(database))
        with database.reading() as session, statements(database) as asked:
            proofs.inclusion_proof(session, size // 3, size)
            proofs.consistency_proof(session, size // 3, size)
        assert len([one for one, _ in asked if "audit_" in one]) == 2


def test_a_signed_proof_asks_three_things_however_long_the_trail_is(database: Database, tmp_path: Path) -> None:
    """How far the trail goes, whether it continues what was signed last, and the hashes."""
    keeper = Keeper(Signer.generate("hub.example.nl/auditspoor"), tmp_path / "controlepunt.last")
    for size in (3, 40, 1000):
        add(database, Keys(), size - size_of(database))
        with database.reading() as session:
            keeper.sign_head(session)
            with statements(database) as asked:
                keeper.prove(session, size // 3)
                keeper.prove_growth(session, size // 3)
        assert len([one for one, _ in asked if "audit_" in one]) == 6


def size_of(database: Database) -> int:
    with database.reading() as session:
        return proofs.head(session).size


def test_no_proof_and_no_check_reads_a_whole_table(new_stores: Callable[[str], Stores]) -> None:
    """SQLite answers a list of pairs by reading everything: 14 ms instead of 1 at a hundred thousand entries."""
    stores = new_stores("sqlite")
    add(stores.database, Keys(), 40)
    with stores.database.reading() as session, statements(stores.database) as asked:
        proofs.inclusion_proof(session, 22, 39)
        proofs.consistency_proof(session, 21, 39)
        list(read(session, first=7))
        for statement, given in [one for one in asked if one[0].startswith("SELECT")]:
            plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", tuple(given)).all()
            assert not [step for step in plan if str(step[3]).startswith("SCAN audit")], plan
