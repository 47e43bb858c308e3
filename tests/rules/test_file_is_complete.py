"""A person's file leaves out nothing that the register says they see, and holds nothing of anybody else."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import insert

from hub.rights.gathered import OPENERS, TRAIL
from hub.rights.holding import Use, table_of
from hub.rights.holdings import HOLDINGS, about_persons, theirs
from tests.chain import Chain, Resident
from tests.hub.rights.files import file_of, said, unpacked
from tests.kept import rows
from tests.stores import Stores

# No story gives these a value while the person can still ask for their file.
EMPTY = {
    ("subject_keys", "destroyed_at"), ("erasures", "keys_destroyed_at"), ("erasures", "done_at"),
}  # fmt: skip
NOW = datetime(2023, 3, 1, 9, 12, 44, tzinfo=UTC)
DAY = date(2024, 3, 1)


def test_every_sealed_column_that_is_shown_has_a_way_to_open_it() -> None:
    sealed = {(one.table, name) for one in HOLDINGS.values() for name, use in one.columns.items() if use is Use.OPENED}
    assert set(OPENERS) == sealed - {(TRAIL, "sealed")}


def life(chain: Chain, v_number: str, reference: str, employer: str) -> Resident:
    """Everything that can happen to somebody through the front door; the canaries are what they are called and do."""
    resident = chain.linked(v_number, reference)
    for kind in ("werkmogelijkheid", "koppeling", "aanvraagstatus", "verplaatsing"):
        assert chain.noor.publishes(resident, kind).status == 201
    chain.samira.opens_all()
    wrong = chain.rik.publishes(resident, "dienstverband", werkgever="Verkeerd BV").body["id"]
    chain.samira.opens_all()
    body = {"betrokkeneId": chain.rik.knows(resident), "werkt": True, "werkgever": employer, "werkgemeente": "GM0363",
            "contracturenPerWeek": 24, "ingangsdatum": "2023-04-03"}  # fmt: skip
    assert chain.rik.caller.post(f"/dienstverbanden/{wrong}/_corrigeer", body).status == 201
    for item in chain.samira.inbox():
        if chain.samira.opens(item).status == 200:
            chain.samira.confirms(item)
    chain.rik.asks(resident)
    chain.noor.gives_slip(resident)
    chain.noor.gives_slip(resident)
    chain.noor.publishes(resident, "koppeling", gemeente="GM0363")
    chain.noor.records(resident, "behoud-van-werk", "ingetrokken")
    for sort, decision, why in (("beperking", "toegewezen", None), ("bezwaar", "", None),
                                ("correctie", "afgewezen", "gegevens-kloppen")):  # fmt: skip
        asked = chain.noor.caller.post("/verzoeken", {"betrokkeneId": chain.noor.knows(resident), "soort": sort,
                                                      "toelichting": f"Niet {employer}!"}).body["id"]  # fmt: skip
        if decision:
            reason = {} if why is None else {"reden": why}
            road = f"/verzoeken/{asked}/_besluit"
            assert chain.noor.caller.post(road, {"besluit": decision, **reason}).status == 200
    return resident


def by_hand(stores: Stores, subject: str, mark: str) -> None:
    """Rows that a front door does not make here, or that would end the story: windows, holds, an erasure begun."""
    slip = f"{mark}slip".ljust(32, "0")
    link = next(str(row["id"]) for row in stored(stores, "links", subject))
    made: tuple[tuple[str, dict[str, Any]], ...] = (
        ("window_slips", {"id": slip, "subject_id": subject, "mac": mark.encode(), "issued_at": NOW, "expires_on": DAY,
                          "voided_at": NOW, "used_at": NOW}),
        ("window_sessions", {"id": f"{mark}session", "slip_id": slip, "begun_at": NOW, "seen_at": NOW}),
        ("holds", {"id": f"{mark}hold", "subject_id": subject, "reason": f"{mark}-klacht", "set_by": "x", "set_at": NOW,
                   "released_at": NOW}),
        ("erasures", {"id": f"{mark}erasure", "subject_id": subject, "cause": f"{mark}-oorzaak", "intended_at": NOW,
                      "rows_removed_at": NOW, "certificate": {"rijen": {mark: 7}}}),
        ("staff_sessions", {"id": f"{mark}staff", "staff": "mw:x", "partner": "coa", "function": "casemanager",
                            "branches": [], "name": b"", "provider": "", "begun_at": NOW, "seen_at": NOW}),
        ("handles", {"session_id": f"{mark}staff", "handle": mark, "link_id": link, "target": link}),
    )  # fmt: skip
    with stores.database.writing() as session:
        for table, row in made:
            session.execute(insert(table_of(table)), [row])
        session.execute(table_of("subjects").update().where(table_of("subjects").c.id == subject).values(closed_at=NOW))


def subject_of(chain: Chain, resident: Resident) -> str:
    name = chain.noor.knows(resident)
    return next(str(row["subject_id"]) for row in rows(chain.hub.database)["links"] if row["pseudonym"] == name)


@pytest.fixture
def filled(chain: Chain, stores: Stores) -> tuple[str, dict[str, Any], str]:
    """Two lives, and the file of the first: its person, gegevens and trail; and all of its text."""
    one = life(chain, "9900000017", "KANARIE-EEN", "Hotel Kanarie Een")
    other = life(chain, "9900000025", "KANARIE-TWEE", "Hotel Kanarie Twee")
    for resident, mark in ((one, "een"), (other, "twee")):
        by_hand(stores, subject_of(chain, resident), mark)
    archive = file_of(chain, one)
    text = "\n".join(content.decode() for content in unpacked(archive).values())
    held = {**said(archive, "gegevens.json")["tabellen"], TRAIL: said(archive, "spoor.json")["regels"]}
    return subject_of(chain, one), held, text


def stored(stores: Stores, name: str, subject: str) -> list[Mapping[str, Any]]:
    """The rows of this person as they are in the database."""
    holding = HOLDINGS[name]
    keys = [row["key_id"] for row in rows(stores.keys)["subject_keys"] if row["subject"] == subject]
    database = stores.database if holding.store == "main" else stores.keys
    with database.reading() as session:
        found = session.execute(table_of(name).select().where(theirs(name, subject, keys))).mappings()
        return [dict(row) for row in found]


def wanted(stores: Stores, subject: str) -> Iterator[tuple[str, str, object]]:
    """Every value of every column that is shown as it stands."""
    for holding in about_persons():
        for row in stored(stores, holding.table, subject):
            for name, use in holding.columns.items():
                if use is Use.SHOWN:
                    yield holding.table, name, row[name]


def found_in(held: Mapping[str, Any], table: str, column: str) -> list[object]:
    """What the file says of a column, row by row."""
    if table != TRAIL:
        return [row[column] for row in held[table]["rijen"]]
    names = {"position": "index", "entry_id": "id", "version": "versie", "commitment": "verbintenis",
             "leaf_hash": "bladhash"}  # fmt: skip
    searched = {"kind": "soort", "at": "tijdstip", "partner": "partij", "outcome": "uitkomst"}
    return [one["kolommen"][searched[column]] if column in searched else one[names[column]] for one in held[TRAIL]]


def same(value: object, told: object) -> bool:
    """The value that is stored, and the one in the file."""
    if isinstance(value, datetime):
        moment = value.replace(tzinfo=UTC) if value.tzinfo is None else value
        return isinstance(told, str) and datetime.fromisoformat(told) == moment
    if isinstance(value, date):
        return told == value.isoformat()
    return told == (value.hex() if isinstance(value, bytes) else value)


def test_every_shown_value_of_every_table_is_in_the_file(
    stores: Stores, filled: tuple[str, dict[str, Any], str]
) -> None:
    subject, held, _ = filled
    seen: set[tuple[str, str]] = set()
    for table, column, value in wanted(stores, subject):
        assert any(same(value, told) for told in found_in(held, table, column)), (table, column)
        seen |= {(table, column)} if value is not None else set()
    shown = {(one.table, name) for one in about_persons() for name, use in one.columns.items() if use is Use.SHOWN}
    # A column that never had a value was not looked at: the story must grow with the schema.
    assert shown - seen == EMPTY


def test_every_sealed_value_is_in_the_file_opened(filled: tuple[str, dict[str, Any], str]) -> None:
    _, held, _ = filled
    opened = {
        (table, column): [row[column] for row in held[table]["rijen"] if row[column] is not None]
        for table, column in OPENERS
    }
    assert all(opened.values()), opened
    assert opened["subjects", "language"] == ["ti"]
    assert set(opened["links", "reference"]) == {"9900000017", "KANARIE-EEN"}
    assert {"Hotel Kanarie Een", "Verkeerd BV"} <= {one.get("werkgever") for one in opened["messages", "fields"]}
    assert {one["status"] for one in opened["deliveries", "notice"]} == {"beeindigd"}
    assert set(opened["rights_requests", "details"]) == {"Niet Hotel Kanarie Een!"}
    assert {one["tolk"] for one in opened["consent_events", "sealed"]} == {True}
    assert any("betrokkeneId" in one for one in opened["answers", "body"])
    assert any(one["feit"]["soort"] == "bevraging" for one in held[TRAIL])


def test_nothing_of_another_person_is_in_it(
    chain: Chain, stores: Stores, filled: tuple[str, dict[str, Any], str]
) -> None:
    subject, held, text = filled
    for holding in about_persons():
        # Some rows say nothing by which one could tell whose they are: no more of them than there are.
        told = held[holding.table] if holding.table == TRAIL else held[holding.table]["rijen"]
        assert len(told) == len(stored(stores, holding.table, subject)) > 0, holding.table
    [other] = [row["id"] for row in rows(stores.database)["subjects"] if row["id"] != subject]
    theirs_ = {
        str(row[name])
        for table in ("subjects", "links", "messages", "deliveries", "consent_events", "rights_requests")
        for row in stored(stores, table, other)
        for name in ("id", "pseudonym")
        if name in row
    }
    canaries = {"9900000025", "KANARIE-TWEE", "Kanarie Twee", "twee-klacht", "twee-oorzaak", other}
    assert {canary for canary in canaries | theirs_ if canary in text} == set()
    assert len(theirs_) > 20


def test_what_is_not_shown_is_not_in_it_and_says_why(stores: Stores, filled: tuple[str, dict[str, Any], str]) -> None:
    subject, held, text = filled
    for holding in about_persons():
        if holding.table != TRAIL:
            hidden = {name: use.value for name, use in holding.columns.items() if not use.visible}
            assert held[holding.table]["nietGetoond"] == hidden
        for row in stored(stores, holding.table, subject):
            secrets = [row[name] for name, use in holding.columns.items() if use in (Use.HASHED, Use.SECRET)]
            assert not any(isinstance(one, bytes) and one.hex() in text for one in secrets)
    assert subject not in text
