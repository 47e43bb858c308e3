"""Old answers make room, a few at a time, without a turn of their own."""

from datetime import timedelta

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
