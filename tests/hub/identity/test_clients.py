"""What the operator says about a partner's systems is checked whole, and each change is told to the trail."""

from collections.abc import Iterator

import pytest
from joserfc.jwk import ECKey
from sqlalchemy.orm import Session

from hub.db import Database
from hub.identity import clients
from hub.identity.errors import ClientMistake
from hub.identity.models import Client
from schemas.agreement import SHIPPED, read_agreement
from tests.hub.identity.desk import MORNING, public

ALMERE = read_agreement(SHIPPED / "almere.toml")
Told = list[tuple[str, str, str]]


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        yield session


@pytest.fixture
def told() -> Told:
    return []


def new_key(kid: str | None = None) -> dict[str, object]:
    jwk = public(ECKey.generate_key("P-256"))
    return {**jwk, "kid": kid or jwk["kid"]}


def add(session: Session, client_id: str = "randstad-almere", partner: str = "randstad", *branches: str) -> Client:
    return clients.add(session, ALMERE, client_id, partner, branches or ("almere",), new_key(), now=MORNING)


def test_a_registered_system_is_listed(session: Session) -> None:
    add(session, "randstad-beide", "randstad", "zwolle", "almere", "almere")
    (client,) = clients.registered(session)
    assert (client.client_id, client.partner, client.title) == (
        "randstad-beide",
        "randstad",
        "randstad-beide",
    )
    assert (client.branches, client.suspended_at, client.created_at) == (["almere", "zwolle"], None, MORNING)


def test_every_mistake_is_named_at_once(session: Session) -> None:
    key = new_key()
    clients.add(session, ALMERE, "randstad-almere", "randstad", ["almere"], key, now=MORNING)
    with pytest.raises(ClientMistake) as caught:
        clients.add(session, ALMERE, "Randstad Zwolle", "randstad", ["zwolle", "utrecht"], key, now=MORNING)
    assert caught.value.mistakes == (
        "Write the client's name in lowercase letters, digits and single hyphens, at most 64.",
        "Partner 'randstad' has no branch utrecht; choose from almere, zwolle.",
        "Client 'randstad-almere' has this key: make a new one, each client has its own.",
    )


def test_a_name_is_plain(session: Session) -> None:
    for client_id in ("", "-", "a-", "a--b", "A", "a b", "a\n", "a\x00", "é", "a" * 65):
        with pytest.raises(ClientMistake, match="lowercase letters"):
            add(session, client_id)


def test_a_name_is_given_once(session: Session) -> None:
    add(session)
    with pytest.raises(ClientMistake, match="'randstad-almere' exists"):
        add(session)


def test_a_partner_stands_in_the_agreement(session: Session) -> None:
    with pytest.raises(ClientMistake, match="not in the agreement; choose from GM0034, GM0363, coa, randstad"):
        add(session, "tempo", "tempo-team")


def test_a_partner_with_branches_names_at_least_one(session: Session) -> None:
    with pytest.raises(ClientMistake, match="--branch almere, zwolle"):
        clients.add(session, ALMERE, "randstad", "randstad", [], new_key(), now=MORNING)


def test_a_municipality_has_no_branches(session: Session) -> None:
    with pytest.raises(ClientMistake, match="has no branches: leave out --branch"):
        add(session, "almere", "GM0034", "almere")
    clients.add(session, ALMERE, "almere", "GM0034", [], new_key(), now=MORNING)


def test_each_change_is_told_once(session: Session, told: Told) -> None:
    def tell(_: Session, *what: str) -> None:
        told.append((what[0], what[1], what[2]))

    clients.add(session, ALMERE, "almere", "GM0034", [], new_key(), now=MORNING, on_change=tell)
    clients.rotate(session, "almere", new_key(), on_change=tell)
    for _ in range(2):
        clients.suspend(session, "GM0034", now=MORNING, on_change=tell)
    for _ in range(2):
        clients.resume(session, "GM0034", on_change=tell)
    kinds = (clients.ADDED, clients.ROTATED, clients.SUSPENDED, clients.RESUMED)
    assert told == [(kind, "GM0034", "almere") for kind in kinds]


def test_suspending_names_whom_it_changed(session: Session) -> None:
    add(session, "randstad-almere")
    add(session, "randstad-zwolle", "randstad", "zwolle")
    assert clients.suspend(session, "randstad", "randstad-zwolle", now=MORNING) == ["randstad-zwolle"]
    assert clients.suspend(session, "randstad", now=MORNING) == ["randstad-almere"]
    assert clients.resume(session, "randstad") == ["randstad-almere", "randstad-zwolle"]


def test_only_what_is_there_is_suspended(session: Session) -> None:
    add(session)
    with pytest.raises(ClientMistake, match="Partner 'coa' has no client"):
        clients.suspend(session, "coa", now=MORNING)
    with pytest.raises(ClientMistake, match="has no client 'randstad-almere'"):
        clients.resume(session, "coa", "randstad-almere")


def test_a_new_key_replaces_the_old_one_or_overlaps_with_the_newest(session: Session) -> None:
    add(session)
    for kid, overlap, kept in (
        ("1", False, ["1"]),
        ("2", True, ["1", "2"]),
        ("3", True, ["2", "3"]),
        ("4", False, ["4"]),
    ):
        client = clients.rotate(session, "randstad-almere", new_key(kid), overlap=overlap)
        assert [key["kid"] for key in client.public_keys["keys"]] == kept


def test_a_new_key_has_a_name_of_its_own(session: Session) -> None:
    add(session)
    clients.rotate(session, "randstad-almere", new_key("sleutel"))
    with pytest.raises(ClientMistake, match="give the new key a kid of its own"):
        clients.rotate(session, "randstad-almere", new_key("sleutel"))


def test_an_unknown_client_gets_no_key(session: Session) -> None:
    with pytest.raises(ClientMistake, match="no client 'nobody'"):
        clients.rotate(session, "nobody", new_key())
