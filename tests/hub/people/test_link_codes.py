"""The code on a slip: hard to guess, easy to read aloud, for one partner, once, and for two weeks."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from hub.clock import day_of
from hub.db import Database
from hub.people import link_codes
from hub.people.codes import ALPHABET, LENGTH, clean, mac
from hub.people.link_codes import FAILURES_AN_HOUR, Slip
from hub.people.models import LinkCode, RedeemFailure
from hub.vault.keyring import FileKeyring
from hub.vault.vault import CODES, HUB, Vault, open_vault
from tests.conftest import NewStores
from tests.hub.people.conftest import NewPerson

DAYS = 14
codes = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)


@pytest.fixture
def resident(new_person: NewPerson) -> str:
    return new_person()[0].subject


Issues = Callable[..., Slip]


@pytest.fixture
def issue(database: Database, vault: Vault, resident: str, now: datetime) -> Issues:
    def make(partner: str = "randstad", subject: str = resident, at: datetime = now) -> Slip:
        with database.writing() as session:
            return link_codes.issue(session, vault, subject, partner, at, DAYS)

    return make


Finds = Callable[[str], LinkCode | None]


@pytest.fixture
def find(database: Database, vault: Vault) -> Finds:
    def look(code: str) -> LinkCode | None:
        with database.reading() as session:
            return link_codes.find(session, vault, code)

    return look


Opens = Callable[..., bool]


@pytest.fixture
def opens(find: Finds, now: datetime) -> Opens:
    """Does this code open anything, for this partner, so many days later?"""

    def look(code: str, partner: str = "randstad", days: int = 0) -> bool:
        slip = find(code)
        return slip is not None and link_codes.works(slip, partner, day_of(now + timedelta(days=days)))

    return look


def test_a_code_has_60_bits() -> None:
    assert (len(ALPHABET), len(set(ALPHABET)), LENGTH) == (32, 32, 12)
    assert len(ALPHABET) ** LENGTH == 2**60


def test_a_code_has_no_letters_that_look_alike() -> None:
    assert not set("ILOU") & set(ALPHABET)


def test_a_code_stands_on_the_slip_in_three_groups(issue: Issues) -> None:
    assert re.fullmatch(f"([{ALPHABET}]{{4}}-){{2}}[{ALPHABET}]{{4}}", issue().code)


def test_no_two_codes_are_the_same(issue: Issues) -> None:
    assert len({issue().code for _ in range(20)}) == 20


def test_a_code_opens_what_it_was_made_for(issue: Issues, find: Finds, opens: Opens, resident: str) -> None:
    slip = issue()
    found = find(slip.code)
    assert found is not None
    assert (found.subject_id, found.partner) == (resident, "randstad")
    assert opens(slip.code)


def test_a_code_opens_nothing_for_another_partner(issue: Issues, opens: Opens) -> None:
    assert not opens(issue().code, partner="GM0034")


@pytest.mark.parametrize("code", ["", "-", "AAAA-AAAA-AAAA", "é", "\ud800", "0" * 5000, "'; --"])
def test_an_unknown_code_opens_nothing(issue: Issues, find: Finds, code: str) -> None:
    issue()
    assert find(code) is None


def test_every_character_of_a_code_counts(issue: Issues, find: Finds) -> None:
    code = clean(issue().code)
    for at, letter in enumerate(code):
        other = ALPHABET[(ALPHABET.index(letter) + 1) % 32]
        assert find(code[:at] + other + code[at + 1 :]) is None


@pytest.mark.parametrize(("day", "works"), [(0, True), (13, True), (14, False), (15, False), (400, False)])
def test_a_code_works_on_day_13_and_no_longer_on_day_14(issue: Issues, opens: Opens, day: int, works: bool) -> None:
    assert opens(issue().code, days=day) is works


def test_a_slip_says_the_first_day_on_which_it_no_longer_works(issue: Issues) -> None:
    assert issue().expires_on == date(2023, 3, 15)


def test_days_are_counted_as_at_the_desk(issue: Issues) -> None:
    """Half past eleven at night in UTC is already the next day in Amsterdam."""
    assert issue(at=datetime(2023, 3, 1, 23, 30, tzinfo=UTC)).expires_on == date(2023, 3, 16)


def test_a_new_code_voids_the_old_one(issue: Issues, opens: Opens) -> None:
    old, new = issue().code, issue().code
    assert (opens(old), opens(new)) == (False, True)


def test_a_new_code_leaves_those_of_other_partners_and_people_alone(
    issue: Issues, opens: Opens, new_person: NewPerson
) -> None:
    other_partner, other_person = issue("GM0034"), issue(subject=new_person()[0].subject)
    issue()
    assert opens(other_partner.code, partner="GM0034")
    assert opens(other_person.code)


def test_a_used_code_opens_nothing_more(
    issue: Issues, find: Finds, opens: Opens, database: Database, now: datetime
) -> None:
    slip = issue()
    found = find(slip.code)
    assert found is not None
    with database.writing() as session:
        link_codes.use(session, found, "rik", now)
    assert not opens(slip.code)
    used = find(slip.code)
    assert used is not None
    assert (used.redeemed_at, used.redeemed_by, used.voided_at) == (now, "rik", None)


def test_a_used_code_is_not_called_void_by_a_new_one(
    issue: Issues, find: Finds, database: Database, now: datetime
) -> None:
    """Otherwise coa could not see any more when it was redeemed."""
    old = issue().code
    found = find(old)
    assert found is not None
    with database.writing() as session:
        link_codes.use(session, found, "rik", now)
    issue()
    after = find(old)
    assert after is not None
    assert (after.voided_at, after.redeemed_at) == (None, now)


def test_a_code_is_seen_void_by_who_looked_before(
    issue: Issues, database: Database, vault: Vault, resident: str, now: datetime
) -> None:
    """Two look, then one voids it: the other, looking again under the lock, sees that."""
    code = issue().code
    with database.reading() as session:
        first = link_codes.find(session, vault, code)
        # A new look at the database, with what was seen before still at hand.
        session.commit()
        with database.writing() as another:
            link_codes.void(another, resident, "randstad", now)
        again = link_codes.find(session, vault, code)
    assert first is not None
    assert again is not None
    assert again.voided_at == now


def test_slips_are_listed_newest_first(issue: Issues, database: Database, resident: str, now: datetime) -> None:
    for day in range(3):
        issue(at=now + timedelta(days=day))
    with database.reading() as session:
        issued = [slip.issued_at for slip in link_codes.of_subject(session, resident)]
    assert issued == [now + timedelta(days=day) for day in (2, 1, 0)]


def test_no_code_stands_in_the_store(issue: Issues, database: Database) -> None:
    slip = issue()
    with database.reading() as session:
        row = session.execute(text("SELECT * FROM link_codes")).mappings().one()
    kept = repr(dict(row)).upper()
    assert slip.code not in kept
    assert clean(slip.code) not in kept
    assert clean(slip.code).encode() not in bytes(row["mac"])


def test_a_code_cannot_be_told_from_its_mark_without_the_hubs_key(
    issue: Issues, find: Finds, new_stores: NewStores, now: datetime
) -> None:
    slip = issue()
    found = find(slip.code)
    other = open_vault(new_stores("sqlite").keys, FileKeyring(1, {1: bytes(range(32))}))
    other.partners.ensure(HUB, CODES, now)
    assert found is not None
    assert found.mac != mac(other, CODES, clean(slip.code))


def test_no_two_slips_carry_one_code(issue: Issues, database: Database) -> None:
    for partner in ("randstad", "GM0034"):
        issue(partner)
    with pytest.raises(IntegrityError), database.writing() as session:
        session.execute(update(LinkCode).values(mac=b"the same"))


# Reading what somebody typed.


@given(codes)
def test_a_code_is_read_as_it_was_meant(code: str) -> None:
    groups = [code[:4], code[4:8], code[8:]]
    for typed in (code, "-".join(groups), " ".join(groups).lower(), f"\t{' - '.join(groups)}\n"):
        assert clean(typed) == code


@given(codes)
def test_letters_that_look_alike_are_read_as_digits(code: str) -> None:
    for digit, letters in (("0", "Oo"), ("1", "IiLl")):
        for letter in letters:
            assert clean(code.replace(digit, letter)) == code


@given(st.text(st.characters(codec="utf-8")))
def test_reading_twice_is_reading_once(typed: str) -> None:
    assert clean(clean(typed)) == clean(typed)


# Guessing.


def fail(database: Database, client: str, at: datetime, times: int = FAILURES_AN_HOUR) -> None:
    with database.writing() as session:
        for _ in range(times):
            link_codes.count_failure(session, client, at)


def stopped(database: Database, client: str, at: datetime) -> bool:
    with database.reading() as session:
        return link_codes.too_many(session, client, at)


def test_who_never_failed_may_try(database: Database, now: datetime) -> None:
    assert not stopped(database, "rik", now)


def test_after_50_failures_it_is_enough(database: Database, now: datetime) -> None:
    assert FAILURES_AN_HOUR == 50
    fail(database, "rik", now, 49)
    assert not stopped(database, "rik", now)
    fail(database, "rik", now, 1)
    assert stopped(database, "rik", now)
    fail(database, "rik", now, 1)
    assert stopped(database, "rik", now)


def test_an_hour_later_one_may_try_again(database: Database, now: datetime) -> None:
    fail(database, "rik", now)
    assert stopped(database, "rik", now + timedelta(minutes=59, seconds=59))
    assert not stopped(database, "rik", now + timedelta(hours=1))


def test_it_is_the_past_hour_that_counts_and_not_the_clocks(database: Database, now: datetime) -> None:
    fail(database, "rik", now, 30)
    fail(database, "rik", now + timedelta(minutes=40), 20)
    assert stopped(database, "rik", now + timedelta(minutes=59))
    assert not stopped(database, "rik", now + timedelta(minutes=61))
    fail(database, "rik", now + timedelta(minutes=61), 30)
    assert stopped(database, "rik", now + timedelta(minutes=61))


def test_failures_are_counted_for_each_client(database: Database, now: datetime) -> None:
    fail(database, "rik", now)
    assert not stopped(database, "job", now)


def test_failures_of_more_than_an_hour_ago_are_forgotten(database: Database, now: datetime) -> None:
    fail(database, "rik", now, 3)
    fail(database, "job", now, 2)
    fail(database, "rik", now + timedelta(hours=1), 1)
    with database.reading() as session:
        assert sorted(session.scalars(select(RedeemFailure.client_id))) == ["job", "job", "rik"]
