"""Every agreement that the hub worked by is kept word for word, so that an old decision can be explained."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from hub.db import Database
from hub.policy.agreements import keep, version
from hub.policy.models import AgreementVersion
from schemas.agreement import SHIPPED, Agreement, parse_agreement

NOW = datetime(2023, 3, 1, 9, 12, 44, tzinfo=UTC)
TEXT = (SHIPPED / "almere.toml").read_text()
FIRST = parse_agreement(TEXT, "almere.toml")
SECOND = parse_agreement(
    TEXT.replace("toestemming_geldig_dagen = 365", "toestemming_geldig_dagen = 180"), "almere.toml"
)


def kept(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(AgreementVersion)) or 0


def test_a_version_is_kept_once(database: Database) -> None:
    assert keep(database, FIRST, NOW)
    assert not keep(database, FIRST, NOW + timedelta(days=1))
    with database.reading() as session:
        assert session.scalars(select(AgreementVersion.first_used_at)).all() == [NOW]


def test_a_kept_version_reads_as_it_did_at_the_time(database: Database) -> None:
    keep(database, FIRST, NOW)
    found = version(database, FIRST.hash)
    assert found is not None
    assert (found, found.text, found.flows) == (FIRST, TEXT, FIRST.flows)
    assert (found.partners, found.notices) == (FIRST.partners, FIRST.notices)


@pytest.mark.parametrize("agreement", [FIRST, SECOND], ids=["old", "new"])
def test_a_new_version_stands_beside_the_old_one(database: Database, agreement: Agreement) -> None:
    assert keep(database, FIRST, NOW)
    assert keep(database, SECOND, NOW)
    assert version(database, agreement.hash) == agreement
    assert FIRST.consent_days != SECOND.consent_days


def test_a_version_that_the_hub_never_worked_by_is_not_there(database: Database) -> None:
    keep(database, FIRST, NOW)
    assert version(database, SECOND.hash) is None


def test_many_that_start_at_the_same_moment_keep_it_once(database: Database) -> None:
    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(lambda _: keep(database, FIRST, NOW), range(6))) == 1
    assert kept(database) == 1
