"""A sealed value opens only where it was put: moved by whoever owns the database, it gives a 500 that says nothing."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import ColumnElement, Table, select, update
from structlog.testing import capture_logs

from tests.chain import Chain, Resident
from tests.front_door import ROOT, Answer, is_problem, send
from tests.kept import tables
from tests.stores import Stores

EMPLOYER = "Hotel Kanarie"


@pytest.fixture
def owner(chain: Chain, stores: Stores) -> "Owner":
    """Somebody who may do anything with the database, and has no keys."""
    return Owner(chain, stores)


class Owner:
    """The owner of the database. On PostgreSQL no guard of the application's role holds them back."""

    def __init__(self, chain: Chain, stores: Stores) -> None:
        self.stores = stores
        self.tables = tables(stores.owner).tables

    def read(self, table: str, *where: ColumnElement[bool]) -> Sequence[dict[str, Any]]:
        """The rows, in no order that matters."""
        with self.stores.owner.reading() as session:
            return [dict(row) for row in session.execute(select(self.tables[table]).where(*where)).mappings()]

    def write(self, table: str, row: str, **values: object) -> None:
        """Put this there."""
        made: Table = self.tables[table]
        with self.stores.owner.writing() as session:
            session.execute(update(made).where(made.c.id == row).values(**values))

    def messages(self, kind: str) -> list[dict[str, Any]]:
        """The stored messages of a type, oldest first."""
        return sorted(
            (row for row in self.read("messages") if row["type"] == kind), key=lambda row: int(row["position"])
        )


def refuses(answer: Answer, logs: Sequence[Any]) -> bool:
    """A 500 without detail, and a line in the log that names nobody."""
    said = str(answer.body) + str(logs)
    quiet = EMPLOYER not in said and "werkgever" not in said
    return is_problem(answer, 500) and answer.body["code"] == "interne-fout" and quiet and "seal_broken" in str(logs)


def work(chain: Chain, at: int, **changes: Any) -> Resident:
    """A resident of Almere with work."""
    resident = chain.linked(f"99000000{at}", f"K{at}")
    before = set(chain.samira.inbox())
    chain.noor.publishes(resident, "koppeling")
    [item] = set(chain.samira.inbox()) - before
    resident.names["GM0034"] = chain.samira.opens(item).body["betrokkeneId"]
    assert chain.rik.publishes(resident, "dienstverband", werkgever=EMPLOYER, **changes).status == 201
    return resident


def asks(chain: Chain, resident: Resident) -> Answer:
    """Samira asks for somebody's work."""
    body = {"betrokkeneId": chain.samira.knows(resident)}
    return send(chain.samira, "POST", f"{ROOT}/dienstverbanden/_zoek", body)


def to_another_column(fields: dict[str, str], _: dict[str, str]) -> dict[str, str]:
    """The municipality of the work says who the employer is."""
    return {**fields, "werkgemeente": fields["werkgever"]}


def to_another_row(fields: dict[str, str], other: dict[str, str]) -> dict[str, str]:
    """The hours of an earlier message."""
    return {**fields, "contracturenPerWeek": other["contracturenPerWeek"]}


def as_nonsense(fields: dict[str, str], _: dict[str, str]) -> dict[str, str]:
    """No sealed value at all."""
    return {**fields, "werkgever": "geen base64!"}


def cut_short(fields: dict[str, str], _: dict[str, str]) -> dict[str, str]:
    """Some bytes are gone."""
    return {**fields, "werkgever": fields["werkgever"][:-24]}


MOVES: tuple[Callable[[dict[str, str], dict[str, str]], dict[str, str]], ...] = (
    to_another_column, to_another_row, as_nonsense, cut_short,
)  # fmt: skip


@pytest.mark.parametrize("move", MOVES, ids=lambda move: move.__name__)
def test_a_field_that_was_moved_or_changed_does_not_open(
    chain: Chain, owner: Owner, move: Callable[[dict[str, str], dict[str, str]], dict[str, str]]
) -> None:
    resident = work(chain, 11, contracturenPerWeek=12)
    chain.rik.publishes(resident, "dienstverband", werkgever=EMPLOYER, contracturenPerWeek=40)
    assert asks(chain, resident).body["resultaten"][0]["contracturenPerWeek"] == 40
    older, newest = owner.messages("dienstverband")

    owner.write("messages", newest["id"], fields=move(newest["fields"], older["fields"]))

    with capture_logs() as logs:
        assert refuses(asks(chain, resident), logs)


def test_another_persons_field_does_not_open(chain: Chain, owner: Owner) -> None:
    one, other = work(chain, 11, contracturenPerWeek=12), work(chain, 12, contracturenPerWeek=40)
    first, second = owner.messages("dienstverband")
    owner.write("messages", first["id"], fields=second["fields"])
    with capture_logs() as logs:
        assert refuses(asks(chain, one), logs)
    assert asks(chain, other).status == 200


def test_a_field_of_another_revision_does_not_open(chain: Chain, owner: Owner) -> None:
    resident = work(chain, 11)
    [message] = owner.messages("dienstverband")
    owner.write("messages", message["id"], revision=2)
    with capture_logs() as logs:
        assert refuses(asks(chain, resident), logs)


def test_a_message_that_was_given_to_another_person_does_not_open(chain: Chain, owner: Owner) -> None:
    one, other = work(chain, 11), work(chain, 12)
    message, newer = owner.messages("dienstverband")
    owner.write("messages", message["id"], subject_id=newer["subject_id"], position=newer["position"])
    owner.write("messages", newer["id"], position=message["position"])
    with capture_logs() as logs:
        assert refuses(asks(chain, other), logs)
    assert asks(chain, one).body == {"resultaten": []}


def test_an_item_that_points_at_anothers_message_does_not_open(chain: Chain, owner: Owner) -> None:
    work(chain, 11)
    before = set(chain.samira.inbox())
    work(chain, 12)
    [item] = [row for row in owner.read("deliveries") if row["flow"] == "dienstverband:bemiddelaar>gemeente"
              and row["id"] not in before]  # fmt: skip
    stolen, _ = owner.messages("dienstverband")
    owner.write("deliveries", item["id"], message_id=stolen["id"])
    with capture_logs() as logs:
        assert refuses(send(chain.samira, "GET", f"{ROOT}/postvak/{item['id']}"), logs)


def test_a_notice_that_was_moved_to_another_item_does_not_open(chain: Chain, owner: Owner) -> None:
    for at in (11, 12):
        resident = work(chain, at)
        chain.noor.publishes(resident, "koppeling", gemeente="GM0363")
    first, second = (row for row in owner.read("deliveries") if row["kind"] == "beeindigd")
    owner.write("deliveries", first["id"], notice=second["notice"])
    with capture_logs() as logs:
        assert refuses(send(chain.samira, "GET", f"{ROOT}/postvak/{first['id']}"), logs)
    assert chain.samira.opens(second["id"]).status == 200


@pytest.mark.parametrize("column", ["secret", "reference"])
def test_another_persons_secret_or_reference_does_not_open(chain: Chain, owner: Owner, column: str) -> None:
    one, other = work(chain, 11), work(chain, 12)
    table = "subjects" if column == "secret" else "links"
    links = {row["pseudonym"]: row for row in owner.read("links")}
    mine, theirs = (links[chain.noor.knows(resident)] for resident in (one, other))
    if column == "secret":
        secrets = {row["id"]: row["secret"] for row in owner.read("subjects")}
        owner.write(table, mine["subject_id"], secret=secrets[theirs["subject_id"]])
    else:
        owner.write(table, mine["id"], reference=theirs["reference"])
    before = owner.read("messages")
    body = {"betrokkeneId": chain.noor.knows(one), "gemeente": "GM0363", "ingangsdatum": "2023-10-01"}
    with capture_logs() as logs:
        assert refuses(send(chain.noor, "POST", f"{ROOT}/koppelingen", body), logs)
    # Nothing was half done: Almere was not closed.
    assert len(owner.read("messages")) == len(before)
    assert chain.samira.asks(one, "koppeling")


def test_an_answer_kept_for_one_request_does_not_open_for_another(chain: Chain, owner: Owner) -> None:
    resident = chain.linked()
    bodies = [
        {"betrokkeneId": chain.rik.knows(resident), "week": week, "gewerkteUren": 8}
        for week in ("2023-W30", "2023-W31")
    ]
    chain.noor.publishes(resident, "koppeling")
    for key, body in zip("12", bodies, strict=True):
        assert send(chain.rik, "POST", f"{ROOT}/urenstaten", body, key=key).status == 201
    answers = {row["key"]: row for row in owner.read("answers")}
    kept: Table = owner.tables["answers"]
    with owner.stores.owner.writing() as session:
        session.execute(update(kept).where(kept.c.key == "1").values(body=answers["2"]["body"]))
    with capture_logs() as logs:
        assert refuses(send(chain.rik, "POST", f"{ROOT}/urenstaten", bodies[0], key="1"), logs)


def test_whom_to_call_opens_only_as_its_own_partner_wrote_it(chain: Chain, owner: Owner) -> None:
    resident = work(chain, 11)
    mine = chain.noor.lists(naam=EMPLOYER, functie="contactpunt").body["id"]
    theirs = chain.rik.lists(naam=EMPLOYER).body["id"]
    sealed = {row["id"]: row["fields"] for row in owner.read("contacts")}
    body = {"betrokkeneId": chain.samira.knows(resident)}
    fraud: list[dict[str, Any]] = [
        {"fields": sealed[theirs]},
        {"fields": {**sealed[mine], "telefoon": sealed[mine]["naam"]}},
        {"partner": "randstad", "branch": "almere", "function": "consulent"},
        {"revision": 2},
    ]
    for values in fraud:
        # Somebody else is called, where Samira asks.
        [before] = [row for row in owner.read("contacts") if row["id"] == mine]
        owner.write("contacts", mine, **values)
        with capture_logs() as logs:
            assert refuses(send(chain.samira, "POST", f"{ROOT}/contactpersonen/_zoek", body), logs), values
        owner.write("contacts", mine, **{name: before[name] for name in values})
    assert {one["partij"] for one in chain.samira.calls(resident)} == {"coa", "randstad"}


def test_nothing_is_wrong_when_nothing_was_moved(chain: Chain, owner: Owner) -> None:
    resident = work(chain, 11)
    [message] = owner.messages("dienstverband")
    owner.write("messages", message["id"], fields=dict(message["fields"]), revision=message["revision"])
    assert asks(chain, resident).body["resultaten"][0]["werkgever"] == EMPLOYER
