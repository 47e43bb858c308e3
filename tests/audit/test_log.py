"""Adding to the trail: in the transaction of the thing itself, without gaps, whoever else is adding."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import delete, event, func, inspect, select, text
from sqlalchemy.exc import IntegrityError

from audit import log, proofs, records, tree
from audit.errors import RecordError, TrailError
from audit.events import Event, Kind
from audit.export import read
from audit.models import EntryRow, HeadRow, NodeRow
from audit.verify import verify
from hub.db import Database
from tests.audit.trails import NOON, Keys, add, an_event, naive_root, past_the_guards
from tests.stores import Stores

CANARY = "Hotel Polderzicht 1234567890"


@pytest.fixture
def keys() -> Keys:
    return Keys()


def stored_leaves(database: Database) -> list[bytes]:
    with database.reading() as session:
        return list(session.scalars(select(EntryRow.leaf_hash).order_by(EntryRow.position)))


def test_a_migrated_database_has_an_empty_trail(database: Database) -> None:
    with database.reading() as session:
        assert (proofs.head(session).size, proofs.head(session).root) == (0, tree.EMPTY_ROOT)


def test_beginning_a_trail_twice_changes_nothing(database: Database, keys: Keys) -> None:
    add(database, keys, 3)
    with database.writing() as session:
        log.begin(session)
    with database.reading() as session:
        assert proofs.head(session).size == 3


def test_entries_are_numbered_from_zero_and_the_root_is_that_of_their_leaves(database: Database, keys: Keys) -> None:
    entries = add(database, keys, 21)

    assert [entry.index for entry in entries] == list(range(21))
    assert stored_leaves(database) == [entry.leaf_hash for entry in entries]
    with database.reading() as session:
        assert proofs.head(session).root == naive_root([entry.leaf_hash for entry in entries])
        assert session.scalar(select(func.count()).select_from(NodeRow)) == 21 - (21).bit_count()


def test_what_is_rolled_back_was_never_there(database: Database, keys: Keys) -> None:
    add(database, keys, 2)
    with pytest.raises(ZeroDivisionError), database.writing() as session:
        assert log.append(session, an_event(), keys.seal).index == 2
        raise ZeroDivisionError

    assert add(database, keys)[0].index == 2
    with database.reading() as session:
        assert verify(session, keys.open).problems == ()


def test_several_entries_fit_in_one_transaction(database: Database, keys: Keys) -> None:
    with database.writing() as session:
        first = log.append(session, an_event(), keys.seal)
        rest = log.append_all(session, [(an_event(kind=Kind.LINKED), keys.seal)] * 6)
        last = log.append(session, an_event(), keys.seal)

    assert [entry.index for entry in (first, *rest, last)] == list(range(8))
    with database.reading() as session:
        assert verify(session, keys.open).problems == ()


def test_a_head_that_moved_while_it_was_locked_lets_nothing_through(database: Database, keys: Keys) -> None:
    add(database, keys, 3)

    def move(connection: Any, cursor: Any, statement: str, *rest: object) -> None:
        if statement.startswith("INSERT INTO audit_entries"):
            cursor.execute("UPDATE audit_head SET size = size + 1")

    event.listen(database.engine, "before_cursor_execute", move)
    with pytest.raises(IntegrityError), database.writing() as session:
        log.append(session, an_event(), keys.seal)
    event.remove(database.engine, "before_cursor_execute", move)

    with database.reading() as session:
        assert verify(session, keys.open).size == 3


def test_no_events_take_no_lock(database: Database) -> None:
    with database.reading() as session:
        assert log.append_all(session, []) == []


def test_an_entry_costs_four_statements_and_several_cost_no_more(database: Database, keys: Keys) -> None:
    add(database, keys, 3)
    statements: list[str] = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def count(connection: object, cursor: object, statement: str, *rest: object) -> None:
        statements.append(statement.split()[0])

    for events in (1, 40):
        with database.writing() as session:
            session.connection()
            statements.clear()
            log.append_all(session, [(an_event(), keys.seal)] * events)
            assert statements == ["SELECT", "INSERT", "INSERT", "UPDATE"]


def test_writers_at_the_same_time_leave_no_gap_and_no_fork(database: Database, keys: Keys) -> None:
    def write(worker: int) -> list[log.Entry]:
        kept = []
        for number in range(12):
            try:
                with database.writing() as session:
                    added = [log.append(session, an_event(), keys.seal) for _ in range(1 + number % 2)]
                    if (worker + number) % 3 == 0:
                        raise InterruptedError
                    kept += added
            except InterruptedError:
                continue
        return kept

    with ThreadPoolExecutor(8) as pool:
        kept = [entry for entries in pool.map(write, range(8)) for entry in entries]

    kept.sort(key=lambda entry: entry.index)
    assert [entry.index for entry in kept] == list(range(len(kept)))
    assert len(kept) == 96
    with database.reading() as session:
        assert proofs.head(session).root == naive_root([entry.leaf_hash for entry in kept])
        assert verify(session, keys.open).problems == ()


def test_the_leaf_holds_version_id_and_commitment_and_nothing_else(database: Database, keys: Keys) -> None:
    [entry] = add(database, keys)
    with database.reading() as session:
        [found] = read(session)

    data = b"\x01" + bytes.fromhex(found.entry_id) + found.commitment
    assert len(data) == 49
    assert entry.leaf_hash == found.leaf_hash == tree.leaf_hash(data)


def test_the_commitment_is_over_label_salt_and_canonical_record() -> None:
    prepared = records.prepare(an_event(outcome=None, record={"b": 1, "a": ["é", True, None]}))
    salt = json.loads(prepared.plaintext)["zout"]
    record = (
        '{"gegevens":{"a":["é",true,null],"b":1},"partij":"coa","soort":"publicatie",'
        '"tijdstip":"2023-03-01T12:00:00.000000Z","uitkomst":null}'
    )

    assert prepared.plaintext == f'{{"feit":{record},"zout":"{salt}"}}'.encode()
    assert len(bytes.fromhex(salt)) == 32
    written = b"\x10ketenhub/audit/1" + bytes.fromhex(salt) + record.encode()
    assert prepared.commitment == sha256(written).digest()


def test_the_same_event_twice_cannot_be_recognised(database: Database, keys: Keys) -> None:
    with database.writing() as session:
        log.append_all(session, [(an_event(), keys.seal), (an_event(), keys.seal)])
    with database.reading() as session:
        one, two = read(session)
    assert one.commitment != two.commitment
    assert one.entry_id != two.entry_id
    assert one.leaf_hash != two.leaf_hash


def test_nothing_of_the_record_stands_in_a_column(database: Database, keys: Keys) -> None:
    with database.writing() as session:
        log.append(session, an_event(record={"wie": CANARY, CANARY: "x"}), keys.seal)
    with database.reading() as session:
        for table in inspect(database.engine).get_table_names():
            for row in session.execute(text(f'SELECT * FROM "{table}"')):
                for value in row:
                    raw = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                    assert CANARY.encode() not in raw
        [found] = read(session, keys.open)
    assert found.fact is not None
    assert found.fact["gegevens"] == {"wie": CANARY, CANARY: "x"}


def test_the_record_is_not_in_what_an_error_or_a_log_line_would_show() -> None:
    about = an_event(record={"wie": CANARY})
    assert CANARY not in repr(about)
    assert CANARY not in repr(records.prepare(about))
    for bad in ({"wie": {CANARY}}, {"wie": CANARY, "uren": float("nan")}, {"wie": CANARY + "\ud800"}):
        with pytest.raises(RecordError) as caught:
            records.prepare(an_event(record=bad))  # type: ignore[arg-type]
        assert CANARY not in str(caught.value)
        assert caught.value.__suppress_context__


def test_a_time_is_kept_to_the_microsecond_whatever_its_zone(database: Database, keys: Keys) -> None:
    moment = datetime(2023, 7, 1, 0, 30, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    with database.writing() as session:
        log.append(session, an_event(at=moment), keys.seal)
    with database.reading() as session:
        [found] = read(session, keys.open)
    assert found.at == moment
    assert found.at is not None
    assert found.at.tzinfo is UTC
    assert found.fact is not None
    assert found.fact["tijdstip"] == "2023-06-30T22:30:00.123456Z"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(RecordError, match="zone"):
        an_event(at=NOON.replace(tzinfo=None))


@pytest.mark.parametrize("code", ["", "twee woorden", "x" * 41, "Fatima\n", "é"])
def test_partner_and_outcome_are_codes_not_sentences(code: str) -> None:
    with pytest.raises(RecordError, match="code"):
        an_event(partner=code)
    with pytest.raises(RecordError, match="code"):
        an_event(outcome=code)


def test_every_kind_is_a_code_that_fits_its_column() -> None:
    for kind in Kind:
        assert Event(kind, NOON, None, kind.value, {}).outcome == kind


def test_without_a_head_nothing_is_added(stores: Stores, keys: Keys) -> None:
    with past_the_guards(stores) as session:
        session.execute(delete(HeadRow))
    with pytest.raises(TrailError, match="no head"):
        add(stores.database, keys)
    assert stored_leaves(stores.database) == []


def test_a_head_that_does_not_fit_stops_the_writing(stores: Stores, keys: Keys) -> None:
    add(stores.database, keys, 3)
    with past_the_guards(stores) as session:
        session.execute(text("UPDATE audit_head SET size = 4"))
    with pytest.raises(TrailError, match="does not fit"):
        add(stores.database, keys)
    assert len(stored_leaves(stores.database)) == 3
