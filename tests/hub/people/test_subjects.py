"""Who knows whom: one link per person and per reference within a partner, held by the database itself."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from hub.db import Database, new_id
from hub.errors import KeyDestroyed, SealBroken
from hub.identity.principals import Principal
from hub.people import subjects
from hub.people.models import Link, Subject
from hub.people.subjects import NewLink
from hub.vault.subject_keys import DataKey, KeyClass
from hub.vault.vault import Vault
from schemas.agreement import Role
from tests.hub.people.conftest import NewPerson

RIK = Principal("rik", "randstad", Role.INTERMEDIARY, frozenset({"almere"}))
JOB = Principal("job", "randstad", Role.INTERMEDIARY, frozenset({"zwolle"}))
NOOR = Principal("noor", "coa", Role.COA, frozenset({"azc-almere-engelse-mijl"}))
SAMIRA = Principal("samira", "GM0034", Role.MUNICIPALITY, frozenset())
AT_ALMERE = NewLink("randstad", Role.INTERMEDIARY, "K21052", ("almere",))

Person = tuple[DataKey, bytes]
Links = Callable[..., Link]


@pytest.fixture
def person(new_person: NewPerson) -> Person:
    return new_person()


@pytest.fixture
def link(database: Database, vault: Vault, now: datetime, person: Person) -> Links:
    """Let a partner know this person (or another) from now on."""

    def make(new: NewLink = AT_ALMERE, who: Person | None = None, at: datetime = now) -> Link:
        with database.writing() as session:
            return subjects.add_link(session, vault, *(who or person), new, at)

    return make


def end(database: Database, link: Link, at: datetime) -> None:
    with database.writing() as session:
        found = session.get(Link, link.id)
        assert found is not None
        subjects.end_link(session, found, at)


def active(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Link.partner).where(Link.ended_at.is_(None))))


def test_a_person_is_known_to_each_partner_by_a_name_of_its_own(link: Links) -> None:
    names = {link(NewLink(partner, Role.COA)).pseudonym for partner in ("coa", "randstad", "GM0034")}
    assert len(names) == 3


def test_a_partner_that_links_again_knows_the_person_by_the_same_name(
    link: Links, database: Database, now: datetime
) -> None:
    first = link()
    end(database, first, now)
    assert link().pseudonym == first.pseudonym


def test_no_person_is_linked_twice_within_a_partner(link: Links, database: Database) -> None:
    link()
    with pytest.raises(IntegrityError):
        link(replace(AT_ALMERE, reference="K99999", branches=("zwolle",)))
    assert active(database) == ["randstad"]


def test_no_reference_is_given_twice_within_a_partner(link: Links, new_person: NewPerson, database: Database) -> None:
    link()
    with pytest.raises(IntegrityError):
        link(who=new_person())
    assert active(database) == ["randstad"]


def test_another_partner_may_use_the_same_reference(link: Links, new_person: NewPerson) -> None:
    link()
    link(replace(AT_ALMERE, partner="coa"))
    link(replace(AT_ALMERE, partner="GM0034"), who=new_person())


def test_several_people_may_have_no_reference(link: Links, new_person: NewPerson, database: Database) -> None:
    """A municipality gives none."""
    for _ in range(2):
        link(NewLink("GM0034", Role.MUNICIPALITY), who=new_person())
    assert active(database) == ["GM0034", "GM0034"]


def test_a_link_that_ended_makes_room(link: Links, new_person: NewPerson, database: Database, now: datetime) -> None:
    end(database, link(), now)
    second = link(at=now + timedelta(days=1))
    end(database, second, now + timedelta(days=2))
    link(who=new_person(), at=now + timedelta(days=3))
    assert active(database) == ["randstad"]


@pytest.mark.parametrize("same", ["subject_id", "pseudonym", "reference_index"])
def test_the_database_itself_refuses_a_second_active_link(
    link: Links, new_person: NewPerson, database: Database, now: datetime, same: str
) -> None:
    """Whatever the program above it believes."""
    old = link()
    row = {
        "id": new_id(), "subject_id": new_person()[0].subject, "partner": "randstad", "role": "bemiddelaar",
        "pseudonym": "x" * 26, "reference_index": b"other", "since": now, same: getattr(old, same),
    }  # fmt: skip
    with pytest.raises(IntegrityError), database.writing() as session:
        session.execute(insert(Link), [row])
    with database.writing() as session:
        session.execute(insert(Link), [{**row, "ended_at": now}])


# Finding.


def test_a_person_is_found_by_their_name_at_the_vestiging_that_knows_them(link: Links, database: Database) -> None:
    made = link()
    with database.reading() as session:
        found = subjects.find(session, RIK, made.pseudonym)
        assert found is not None
        assert found.id == made.id
        for stranger in (JOB, NOOR, SAMIRA):
            assert subjects.find(session, stranger, made.pseudonym) is None


@pytest.mark.parametrize("name", ["", "niemand", "x" * 5000, None, 5, True, ["a"], {"a": 1}, "%"])
def test_an_unknown_name_is_nobody(link: Links, database: Database, name: object) -> None:
    link()
    with database.reading() as session:
        assert subjects.find(session, RIK, name) is None


def test_a_name_of_a_link_that_ended_is_nobody(link: Links, database: Database, now: datetime) -> None:
    made = link()
    end(database, made, now)
    with database.reading() as session:
        assert subjects.find(session, RIK, made.pseudonym) is None


def test_a_link_that_ended_stays_visible_to_its_own_vestiging(link: Links, database: Database, now: datetime) -> None:
    made = link()
    end(database, made, now)
    with database.reading() as session:
        assert subjects.sees(session, RIK, made)
        for stranger in (JOB, NOOR, SAMIRA):
            assert not subjects.sees(session, stranger, made)


def test_a_vestiging_that_registers_too_sees_the_person_too(link: Links, database: Database, now: datetime) -> None:
    made = link()
    with database.writing() as session:
        assert subjects.add_branch(session, made, "zwolle", now)
    with database.writing() as session:
        assert not subjects.add_branch(session, made, "zwolle", now)
    with database.reading() as session:
        assert subjects.find(session, JOB, made.pseudonym) is not None


def test_a_whole_municipality_sees_its_people(link: Links, database: Database) -> None:
    made = link(NewLink("GM0034", Role.MUNICIPALITY))
    with database.reading() as session:
        assert subjects.find(session, SAMIRA, made.pseudonym) is not None


def test_every_link_of_a_person_is_listed_oldest_first(
    link: Links, database: Database, person: Person, now: datetime
) -> None:
    later = link(at=now + timedelta(days=1))
    end(database, later, now + timedelta(days=2))
    link(NewLink("coa", Role.COA), at=now)
    with database.reading() as session:
        listed = [one.partner for one in subjects.known(session, person[0].subject).links]
    assert listed == ["coa", "randstad"]


# One's own reference.


def test_a_person_is_found_by_a_reference_only_by_the_partner_that_gave_it(
    link: Links, database: Database, vault: Vault
) -> None:
    made = link()
    with database.reading() as session:
        found = subjects.find_reference(session, vault, "randstad", "K21052")
        assert found is not None
        assert found.id == made.id
        for partner, reference in (("coa", "K21052"), ("GM0034", "K21052"), ("randstad", "K21053"), ("randstad", "")):
            assert subjects.find_reference(session, vault, partner, reference) is None


def test_a_reference_of_a_link_that_ended_is_not_found(
    link: Links, database: Database, vault: Vault, now: datetime
) -> None:
    end(database, link(), now)
    with database.reading() as session:
        assert subjects.find_reference(session, vault, "randstad", "K21052") is None


def test_one_reference_has_another_index_at_every_partner(link: Links, new_person: NewPerson) -> None:
    made = [link(replace(AT_ALMERE, partner=partner), who=new_person()) for partner in ("coa", "randstad", "GM0034")]
    assert len({one.reference_index for one in made}) == 3


def test_no_reference_stands_readable_in_the_store(link: Links, database: Database) -> None:
    made = link(replace(AT_ALMERE, reference="9900000017"))
    with database.reading() as session:
        rows = session.execute(text("SELECT * FROM links")).mappings().all()
    cells = [value for row in rows for value in row.values()]
    assert not [cell for cell in cells if b"9900000017" in (cell.encode() if isinstance(cell, str) else _bytes(cell))]
    assert made.reference is not None


def _bytes(cell: object) -> bytes:
    return bytes(cell) if isinstance(cell, bytes | memoryview) else repr(cell).encode()


def test_a_reference_is_read_back_with_the_persons_key(link: Links, person: Person) -> None:
    assert subjects.reference_of(link(), person[0]) == "K21052"


def test_a_reference_moved_to_another_link_does_not_open(link: Links, person: Person) -> None:
    made, other = link(), link(replace(AT_ALMERE, partner="coa", reference="9900000017"))
    other.reference = made.reference
    with pytest.raises(SealBroken):
        subjects.reference_of(other, person[0])


# The person's own row.


def test_the_language_and_the_secret_are_sealed(database: Database, person: Person) -> None:
    with database.reading() as session:
        row = session.scalars(select(Subject)).one()
    assert person[1] not in row.secret
    assert len(row.language) == 122


def test_the_secret_opens_with_the_persons_key_only(database: Database, person: Person, new_person: NewPerson) -> None:
    with database.reading() as session:
        assert subjects.secret_of(session, person[0]) == person[1]
        with pytest.raises(SealBroken):
            subjects.secret_of(session, replace(new_person()[0], subject=person[0].subject))


def test_a_persons_names_end_with_their_key(database: Database, vault: Vault, person: Person, now: datetime) -> None:
    vault.subjects.destroy(person[0].subject, now, KeyClass.LINKING)
    with pytest.raises(KeyDestroyed):
        vault.subjects.of(person[0].subject, KeyClass.LINKING)


def test_a_person_whose_row_was_swapped_does_not_open(
    database: Database, person: Person, new_person: NewPerson
) -> None:
    other = new_person()
    with database.writing() as session:
        mine, others = session.get(Subject, person[0].subject), session.get(Subject, other[0].subject)
        assert mine is not None
        assert others is not None
        mine.secret, others.secret = others.secret, mine.secret
    with database.reading() as session, pytest.raises(SealBroken):
        subjects.secret_of(session, person[0])
