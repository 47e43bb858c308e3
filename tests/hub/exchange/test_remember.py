"""Old answers make room, a few at a time, without a turn of their own."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from hub.exchange import remember
from hub.exchange.models import Answer
from tests.chain import Chain


def how_many(chain: Chain) -> int:
    with chain.hub.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Answer)) or 0


def test_a_sweep_takes_the_answers_of_over_a_day_ago_and_leaves_the_rest(chain: Chain) -> None:
    resident = chain.linked()
    chain.clock.later(hours=20)
    chain.noor.publishes(resident, "werkmogelijkheid")
    before = how_many(chain)
    chain.clock.later(hours=5)

    with chain.hub.database.writing() as session:
        remember.sweep(session, chain.clock())

    assert how_many(chain) == 1
    assert before > 1


def test_one_sweep_takes_no_more_than_a_few(chain: Chain) -> None:
    resident = chain.linked()
    for _ in range(3):
        chain.noor.publishes(resident, "werkmogelijkheid")
    kept = how_many(chain)

    with chain.hub.database.writing() as session:
        remember.sweep(session, chain.clock() + timedelta(hours=25))

    assert how_many(chain) == max(0, kept - remember.SWEPT_AT_ONCE)


@pytest.mark.parametrize("key", ["k", "k 1", "~" * 64, "5f0c1c6e-5a0e-4a4e-9a53-7a1f2b3c4d5e"])
def test_a_key_is_plain_characters(key: str) -> None:
    assert remember.mistakes_in_key(key) == []


@pytest.mark.parametrize("key", [None, "", " ", " k", "k ", "k\t", "k\x7f", "é", "k" * 65, "k\n"])
def test_a_key_that_the_document_does_not_allow_is_named(key: str | None) -> None:
    (mistake,) = remember.mistakes_in_key(key)

    assert mistake.field == "Idempotency-Key"
