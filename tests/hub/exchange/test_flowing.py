"""What is told of a period that is over, and what is not: counted on rows as the exchange leaves them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert

from consent.models import ConsentEvent
from hub.exchange import flowing
from hub.exchange.flowing import Length, Period
from hub.exchange.models import Delivery, Message
from hub.people.models import Link, Subject
from schemas.agreement import Basis, Role
from tests.chain import Chain

MAY_WORK = "werkmogelijkheid:coa>bemiddelaar"
APRIL, JUNE, JULY = (datetime(2023, month, 10, 9, 0, tzinfo=UTC) for month in (4, 6, 7))


def come(
    chain: Chain, begin: int, number: int, at: datetime, *, days: int | None = None, confirmed: bool = False,
    choice: str = "ja", known: bool = True,
) -> None:  # fmt: skip
    """May-work of so many residents: offered when Randstad knows them, opened after so many days."""
    opened = None if days is None else at + timedelta(days=days)
    with chain.hub.database.writing() as session:
        for name in map(str, range(begin, begin + number)):
            session.execute(insert(Subject).values(id=name, created_at=at, secret=b"", language=b""))
            link = {"id": name, "subject_id": name, "partner": "randstad", "pseudonym": name, "since": at}
            ended = None if known else at
            session.execute(insert(Link).values(**link, role="bemiddelaar", ended_at=ended))
            said = {
                "id": name, "subject": name, "sequence": 1, "purpose": "toeleiding-naar-werk", "choice": choice,
                "notice": "2023-1", "at": at, "day": at.date(), "recorded_by": "noor", "sealed": b"",
            }  # fmt: skip
            session.execute(insert(ConsentEvent).values(**said))
            told = {
                "id": name, "subject_id": name, "type": "werkmogelijkheid", "variant": "", "source": "coa",
                "source_role": "coa", "link_id": name, "client_id": "noor", "at": at, "agreement": "", "revision": 1,
                "fields": {}, "position": int(name),
            }  # fmt: skip
            session.execute(insert(Message).values(**told))
            if known and choice == "ja":
                item = {
                    "id": name, "subject_id": name, "message_id": name, "link_id": name, "recipient": "randstad",
                    "kind": "bericht", "flow": MAY_WORK, "purpose": "", "basis": "", "handed_over": False, "at": at,
                    "position": int(name), "terms": "", "opened_at": opened,
                    "acknowledged_at": opened if confirmed else None,
                }  # fmt: skip
                session.execute(insert(Delivery).values(**item))


def told(chain: Chain, length: Length, at: datetime) -> flowing.Told:
    """May-work in the last period before this instant."""
    chain.clock.instant = at
    return next(one for one in flowing.told(chain.hub, length) if one.flow.id == MAY_WORK)


def test_every_part_is_told_when_none_is_small(chain: Chain) -> None:
    come(chain, 0, 21, APRIL, days=1, confirmed=True)
    come(chain, 100, 12, APRIL, days=5)
    come(chain, 200, 11, APRIL)
    come(chain, 300, 10, APRIL, known=False)
    come(chain, 400, 14, APRIL, choice="nee")
    one = told(chain, Length.QUARTER, JULY)
    assert (one.published, one.offered, one.waits, one.not_shared) == (70, 45, 10, 15)
    assert (one.confirmed, one.opened, one.unopened) == (20, 10, 10)
    assert (one.half, one.slow) == (1, 5)


def test_where_few_said_no_the_whole_is_not_told_either(chain: Chain) -> None:
    come(chain, 0, 30, APRIL, days=0)
    come(chain, 100, 20, APRIL, known=False)
    come(chain, 200, 3, APRIL, choice="nee")
    one = told(chain, Length.QUARTER, JULY)
    assert (one.published, one.offered, one.waits, one.not_shared) == (None, 30, None, None)


def test_the_whole_of_one_flow_is_not_told_where_another_flow_of_the_same_messages_has_a_small_part(
    chain: Chain,
) -> None:
    for begin, more in ((0, {"days": 0}), (100, {"known": False}), (200, {"choice": "nee"})):
        come(chain, begin, 12, APRIL, **more)
    assert told(chain, Length.QUARTER, JULY).published == 35
    # The same messages go to municipalities too: none was offered there, and all of them wait.
    [flow] = (one for one in chain.hub.agreement.flows if one.id == MAY_WORK)
    other = replace(flow, recipient=Role.MUNICIPALITY, basis=Basis.PUBLIC_TASK)
    agreement = replace(chain.hub.agreement, flows=(flow, other))
    both = flowing.told(replace(chain.hub, agreement=agreement), Length.QUARTER)
    assert [(one.published, one.waits) for one in both] == [(None, None), (None, None)]


def test_a_yes_that_had_run_out_does_not_wait(chain: Chain) -> None:
    come(chain, 0, 10, APRIL, days=0)
    come(chain, 100, 10, APRIL, known=False)
    come(chain, 200, 10, APRIL, known=False, choice="ingetrokken")
    one = told(chain, Length.QUARTER, JULY)
    assert (one.waits, one.not_shared) == (10, 10)


def test_it_is_told_as_it_stood_at_the_end_of_the_period(chain: Chain) -> None:
    come(chain, 0, 10, APRIL, days=120)
    assert told(chain, Length.QUARTER, JULY).half is None


def test_the_slow_end_takes_more_residents_than_the_middle(chain: Chain) -> None:
    come(chain, 0, 9, APRIL, days=3)
    assert told(chain, Length.QUARTER, JULY).half is None
    come(chain, 10, 10, APRIL, days=3)
    assert (told(chain, Length.QUARTER, JULY).half, told(chain, Length.QUARTER, JULY).slow) == (3, None)


def test_a_month_is_not_told_when_the_rest_of_its_quarter_is_small(chain: Chain) -> None:
    """The quarter less June would be the two of April."""
    come(chain, 0, 2, APRIL)
    come(chain, 10, 12, JUNE)
    assert told(chain, Length.QUARTER, JULY).offered == 15
    assert told(chain, Length.MONTH, JULY).offered is None
    come(chain, 100, 10, APRIL)
    assert told(chain, Length.MONTH, JULY).offered == 10


@pytest.mark.parametrize(
    ("length", "first", "last"),
    [
        (Length.WEEK, date(2023, 12, 25), date(2023, 12, 31)),
        (Length.MONTH, date(2023, 12, 1), date(2023, 12, 31)),
        (Length.QUARTER, date(2023, 10, 1), date(2023, 12, 31)),
    ],
)
def test_a_period_is_one_that_is_over(length: Length, first: date, last: date) -> None:
    assert flowing.period(length, date(2024, 1, 3)) == Period(first, last)
