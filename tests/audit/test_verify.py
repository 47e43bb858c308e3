"""An attacker with every right on the database: what he changes is found; the report gives nothing away."""

import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.orm import Session

from audit import export, records, tree
from audit import verify as verifying
from audit.export import read
from audit.models import EntryRow, HeadRow, NodeRow
from audit.tree import Frontier, Node
from audit.verify import Report, verify
from tests.audit.trails import NOON, Keys, add, past_the_guards
from tests.stores import Stores

SIZE = 13


@pytest.fixture
def keys() -> Keys:
    return Keys()


@pytest.fixture
def trail(stores: Stores, keys: Keys) -> Stores:
    add(stores.database, keys, SIZE)
    return stores


def entry(session: Session, position: int) -> dict[str, object]:
    row = session.execute(select(EntryRow.__table__).where(EntryRow.position == position)).one()
    return dict(row._mapping)


def put(session: Session, position: int, row: dict[str, object]) -> None:
    values = {name: value for name, value in row.items() if name != "position"}
    session.execute(update(EntryRow).where(EntryRow.position == position).values(values))


def edit(session: Session) -> None:
    put(session, 4, {"commitment": b"x" * 32})


def edit_with_its_leaf(session: Session) -> None:
    row = entry(session, 4)
    leaf = records.leaf_hash(1, str(row["entry_id"]), b"x" * 32)
    put(session, 4, {"commitment": b"x" * 32, "leaf_hash": leaf})


def edit_only_the_leaf(session: Session) -> None:
    put(session, 4, {"leaf_hash": b"x" * 32})


def rename(session: Session) -> None:
    put(session, 4, {"entry_id": secrets.token_hex(16)})


def raise_version(session: Session) -> None:
    put(session, 4, {"version": 2})


def shout_the_id(session: Session) -> None:
    session.execute(text("UPDATE audit_entries SET entry_id = upper(entry_id)"))


def remove(session: Session) -> None:
    session.execute(delete(EntryRow).where(EntryRow.position == 4))


def remove_the_first(session: Session) -> None:
    session.execute(delete(EntryRow).where(EntryRow.position == 0))


def swap(session: Session) -> None:
    one, two = entry(session, 4), entry(session, 5)
    put(session, 4, {"entry_id": "0" * 32})
    put(session, 5, one)
    put(session, 4, two)


def insert_at_the_end(session: Session) -> None:
    session.execute(insert(EntryRow), [entry(session, 4) | {"position": SIZE, "entry_id": "0" * 32}])


def insert_before_the_first(session: Session) -> None:
    session.execute(insert(EntryRow), [entry(session, 4) | {"position": -1, "entry_id": "0" * 32}])


def insert_in_the_middle(session: Session) -> None:
    rows = [entry(session, position) for position in range(4, SIZE)]
    session.execute(delete(EntryRow).where(EntryRow.position >= 4))
    moved = [row | {"position": SIZE - len(rows) + number + 1} for number, row in enumerate(rows)]
    session.execute(insert(EntryRow), [rows[0] | {"entry_id": "0" * 32}, *moved])
    session.execute(update(HeadRow).values(size=SIZE + 1, frontier=b"x" * 32 * (SIZE + 1).bit_count()))


def truncate(session: Session) -> None:
    session.execute(delete(EntryRow).where(EntryRow.position >= 9))


def truncate_and_move_the_size(session: Session) -> None:
    truncate(session)
    session.execute(update(HeadRow).values(size=9))


def truncate_and_mend_the_head(session: Session) -> None:
    truncate(session)
    session.execute(update(HeadRow).values(size=9, frontier=frontier(session).to_bytes()))


def empty_all(session: Session) -> None:
    session.execute(delete(EntryRow))


def change_the_frontier(session: Session) -> None:
    session.execute(update(HeadRow).values(frontier=b"x" * 32 * SIZE.bit_count()))


def change_the_size(session: Session) -> None:
    session.execute(update(HeadRow).values(size=SIZE - 1))


def remove_the_head(session: Session) -> None:
    session.execute(delete(HeadRow))


def change_a_node(session: Session) -> None:
    session.execute(update(NodeRow).where(NodeRow.level == 1, NodeRow.position == 2).values(hash=b"x" * 32))


def remove_a_node(session: Session) -> None:
    session.execute(delete(NodeRow).where(NodeRow.level == 1, NodeRow.position == 2))


def add_a_node(session: Session) -> None:
    session.execute(insert(NodeRow), [{"level": 40, "position": 0, "hash": b"x" * 32}])


def frontier(session: Session) -> Frontier:
    found = Frontier()
    for leaf in session.scalars(select(EntryRow.leaf_hash).order_by(EntryRow.position)):
        found, _ = found.append(leaf)
    return found


ATTACKS: list[tuple[Callable[[Session], None], str]] = [
    (edit, "Entry 4: its leaf is not made of"),
    (edit_with_its_leaf, "The stored subtree over entries 4 to 5 is not theirs."),
    (edit_only_the_leaf, "Entry 4: its leaf is not made of"),
    (rename, "Entry 4: its leaf is not made of"),
    (raise_version, "Entry 4: version 2 is not known."),
    (shout_the_id, "Entry 0: its id, version or commitment is no such thing."),
    (remove, "Entry 4 is missing."),
    (remove_the_first, "Entry 0 is missing."),
    (swap, "The stored subtree over entries 4 to 5 is not theirs."),
    (insert_at_the_end, "1 entries stand outside the trail."),
    (insert_before_the_first, "1 entries stand outside the trail."),
    (insert_in_the_middle, "The stored subtree over entries 4 to 5 is not theirs."),
    (truncate, "Entries 9 to 12 are missing."),
    (truncate_and_move_the_size, "The head does not fit its own size."),
    (truncate_and_mend_the_head, "There are more, or fewer, stored subtrees"),
    (empty_all, "Entries 0 to 12 are missing."),
    (change_the_frontier, "The head is not that of the entries."),
    (change_the_size, "The head does not fit its own size."),
    (remove_the_head, "There is no head."),
    (change_a_node, "The stored subtree over entries 4 to 5 is not theirs."),
    (remove_a_node, "The stored subtree over entries 4 to 5 is not theirs."),
    (add_a_node, "There are more, or fewer, stored subtrees"),
]


def checked(stores: Stores, keys: Keys | None = None, known: Mapping[int, bytes] | None = None) -> Report:
    with stores.database.reading() as session:
        return verify(session, keys.open if keys else None, known or {})


def test_an_untouched_trail_is_valid(trail: Stores, keys: Keys) -> None:
    report = checked(trail, keys)
    with trail.database.reading() as session:
        root = frontier(session).root

    assert report == Report(SIZE, root, ())
    assert report.valid


def test_an_empty_trail_is_valid(stores: Stores) -> None:
    assert checked(stores) == Report(0, tree.EMPTY_ROOT, ())


@pytest.mark.parametrize("batch", [3, 500])
@pytest.mark.parametrize(("attack", "problem"), ATTACKS, ids=[attack.__name__ for attack, _ in ATTACKS])
def test_what_an_attacker_changes_is_found(
    trail: Stores,
    attack: Callable[[Session], None],
    problem: str,
    batch: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(export, "BATCH", batch)
    monkeypatch.setattr(verifying, "BATCH", batch)
    with past_the_guards(trail) as session:
        attack(session)

    report = checked(trail)
    assert not report.valid
    assert any(found.startswith(problem) for found in report.problems), report.problems


def rewrite(session: Session, size: int) -> None:
    """All of it anew, tree and head included, as somebody would who read this code."""
    if size > 4:
        edit_with_its_leaf(session)
    session.execute(delete(EntryRow).where(EntryRow.position >= size))
    session.execute(delete(NodeRow))
    found = Frontier()
    nodes: dict[Node, bytes] = {}
    for leaf in session.scalars(select(EntryRow.leaf_hash).order_by(EntryRow.position)):
        found, completed = found.append(leaf)
        nodes |= completed
    rows = [{"level": level, "position": position, "hash": at} for (level, position), at in nodes.items()]
    session.execute(insert(NodeRow), rows)
    session.execute(update(HeadRow).values(size=found.size, frontier=found.to_bytes()))


@pytest.mark.parametrize("known_size", [5, 8, SIZE])
def test_a_whole_rewriting_shows_against_any_root_that_was_kept(trail: Stores, known_size: int) -> None:
    with trail.database.reading() as session:
        known = {size: checkpoint(session, size) for size in (3, known_size)}
    with past_the_guards(trail) as session:
        rewrite(session, SIZE)

    assert checked(trail).valid, "by itself the trail cannot tell: that is what checkpoints are for"
    found = checked(trail, known=known).problems
    assert found == (f"A checkpoint of {known_size} entries is known with another root.",)


def test_a_rolled_back_trail_shows_against_a_root_that_was_kept(trail: Stores) -> None:
    with trail.database.reading() as session:
        known = {size: checkpoint(session, size) for size in (0, 4, SIZE)}
    with past_the_guards(trail) as session:
        rewrite(session, 4)

    assert checked(trail).valid
    problem = "A checkpoint of 13 entries is known: the trail has been cut."
    assert checked(trail, known=known).problems == (problem,)


def checkpoint(session: Session, size: int) -> bytes:
    found = Frontier()
    for record in read(session, end=size):
        found, _ = found.append(record.leaf_hash)
    return found.root


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("kind", "opening"),
        ("partner", "randstad"),
        ("outcome", "niet-gedeeld"),
        ("at", NOON + timedelta(seconds=1)),
    ],
)
def test_a_column_that_tells_another_story_than_the_record_is_found(
    trail: Stores, keys: Keys, column: str, value: object
) -> None:
    with past_the_guards(trail) as session:
        put(session, 7, {column: value})

    assert checked(trail).valid, "the tree says nothing about these columns"
    problem = "Entry 7: a column to search by says something else than the record."
    assert checked(trail, keys).problems == (problem,)


def test_pruned_columns_are_no_problem(trail: Stores, keys: Keys) -> None:
    with past_the_guards(trail) as session:
        session.execute(update(EntryRow).values(kind=None, at=None, partner=None, outcome=None))
    assert checked(trail, keys).valid


def test_destroyed_keys_leave_the_trail_valid_with_the_same_root(trail: Stores, keys: Keys) -> None:
    before = checked(trail, keys)
    keys.destroy()
    assert checked(trail, keys) == before


def test_a_changed_record_is_found_when_its_key_exists(trail: Stores, keys: Keys) -> None:
    with past_the_guards(trail) as session:
        put(session, 3, {"sealed": b"x" * 90})
        put(session, 6, {"sealed": entry(session, 5)["sealed"]})
    problem = "the record does not open, though its key exists."
    assert checked(trail, keys).problems == (f"Entry 3: {problem}", f"Entry 6: {problem}")


def test_a_record_sealed_anew_by_somebody_with_the_key_is_found(trail: Stores, keys: Keys) -> None:
    with past_the_guards(trail) as session:
        name = str(entry(session, 3)["entry_id"])
        _, sealed = keys.seal(name, b'{"feit":{"soort":"publicatie"},"zout":"' + b"00" * 32 + b'"}')
        put(session, 3, {"sealed": sealed})
        _, sealed = keys.seal(str(entry(session, 5)["entry_id"]), b"no json")
        put(session, 5, {"sealed": sealed})
    problem = "the record is not the one this entry was made for."
    assert checked(trail, keys).problems == (f"Entry 3: {problem}", f"Entry 5: {problem}")


def test_ten_thousand_problems_are_told_as_a_hundred(trail: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "MOST_PROBLEMS", 5)
    with past_the_guards(trail) as session:
        session.execute(update(EntryRow).values(leaf_hash=b"x" * 32))
    assert checked(trail).problems[5:] == ("And 8 more.",)


@pytest.mark.parametrize("column", ["at", "commitment", "entry_id", "leaf_hash", "version", "sealed", "key_id"])
def test_a_column_of_another_type_is_found_and_not_stumbled_over(
    new_stores: Callable[[str], Stores], keys: Keys, column: str
) -> None:
    # Only SQLite stores anything in any column.
    stores = new_stores("sqlite")
    add(stores.database, keys, 3)
    with past_the_guards(stores) as session:
        session.execute(text(f"UPDATE audit_entries SET {column} = 'Hotel Polderzicht' WHERE position = 1"))

    report = checked(stores, keys)
    # A key that is unknown is a key that was destroyed: nothing opens, and nothing can be compared.
    assert report.valid == (column == "key_id")
    assert all("Polderzicht" not in problem for problem in report.problems)


def test_verifying_does_not_hold_the_trail_in_memory(trail: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "BATCH", 2)
    monkeypatch.setattr(verifying, "BATCH", 2)
    most = 0

    class Watched(verifying._Rebuilt):
        def compare_nodes(self) -> None:
            nonlocal most
            most = max(most, len(self.completed))
            super().compare_nodes()

    monkeypatch.setattr(verifying, "_Rebuilt", Watched)
    assert checked(trail).valid
    assert 0 < most < 2 + SIZE.bit_length()
