"""What is told of what waits, and what is not: nought looks like few, in the rows that there are as well."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from hub.exchange import lying, route
from hub.exchange.lying import Lying
from hub.exchange.models import Delivery
from hub.people.models import Link, Subject
from schemas.agreement import Role
from tests.chain import Chain
from tests.web.employee import at_desk

NOW = datetime(2023, 4, 20, 9, 0, tzinfo=UTC)
LINKED, JOB, HOURS = "koppeling:coa>gemeente", "dienstverband:bemiddelaar>gemeente", "urenstaat:bemiddelaar>gemeente"


def lie(chain: Chain, flow: str, begin: int, number: int, *, days: int) -> None:
    """So many residents with something of this flow that Almere did not open for so many days."""
    chain.clock.instant = NOW
    [terms] = (route.terms_of(chain.hub.agreement, one) for one in chain.hub.agreement.flows if one.id == flow)
    at = NOW - timedelta(days=days)
    with chain.hub.database.writing() as session:
        for name in map(str, range(begin, begin + number)):
            session.execute(insert(Subject).values(id=name, created_at=at, secret=b"", language=b""))
            link = {"id": name, "subject_id": name, "partner": "GM0034", "pseudonym": name, "since": at}
            session.execute(insert(Link).values(**link, role="gemeente"))
            item = {
                "id": name, "subject_id": name, "link_id": name, "recipient": "GM0034", "kind": "bericht",
                "flow": flow, "purpose": "", "basis": "", "handed_over": False, "at": at, "position": int(name),
                "terms": terms,
            }  # fmt: skip
            session.execute(insert(Delivery).values(**item))


def almere(chain: Chain) -> Lying:
    return next(one for one in lying.unopened(chain.hub) if one.partner == "GM0034")


@pytest.mark.parametrize("number", [0, 1, 9])
def test_nought_is_told_as_few_is(chain: Chain, number: int) -> None:
    lie(chain, LINKED, 0, 10, days=20)
    lie(chain, JOB, 100, number, days=20)
    one = almere(chain)
    assert (one.by_flow[JOB], one.by_flow[HOURS], one.by_flow[LINKED]) == (None, None, None)
    assert one.by_age == {2: None, 7: None, 14: None}


def test_the_rows_are_every_flow_to_this_receiver_and_every_age(chain: Chain) -> None:
    nothing = almere(chain)
    lie(chain, LINKED, 0, 10, days=3)
    lie(chain, JOB, 100, 10, days=8)
    lie(chain, HOURS, 200, 12, days=20)
    much = almere(chain)
    flows = {flow.id for flow in chain.hub.agreement.flows_to(Role.MUNICIPALITY) if flow.message != "contactpersoon"}
    assert set(nothing.by_flow) == set(much.by_flow) == flows
    assert list(nothing.by_age) == list(much.by_age) == [2, 7, 14]
    assert much.by_age == {2: 10, 7: 10, 14: 10}


def test_one_resident_makes_no_row_or_table_appear(chain: Chain) -> None:
    lie(chain, LINKED, 0, 10, days=20)
    petra = at_desk(chain, "petra")
    before = petra.sees("/project").text
    assert "Niet geopend bij Gemeente Almere" in before
    lie(chain, JOB, 100, 1, days=3)
    assert petra.sees("/project").text == before
