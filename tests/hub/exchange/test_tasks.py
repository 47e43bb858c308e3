"""What a casemanager must do: each task appears on its day, for its own azc only, the most urgent first."""

from typing import Any

import pytest
from sqlalchemy import event

from hub.exchange import tasks
from hub.exchange.tasks import Sort
from hub.identity.principals import Principal, principal_of
from hub.rights import requests
from tests.chain import AZC, OTHER_AZC, Chain
from tests.kept import recorded


def noor(chain: Chain, azc: str = AZC) -> Principal:
    """Noor at her desk, as the exchange knows her."""
    principal = principal_of("mw:noor", "coa", [azc], chain.hub.agreement)
    assert principal is not None
    return principal


def test_may_work_is_a_task_from_two_weeks_before_its_day_until_it_is_told_anew(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    chain.clock.later(days=75)
    assert tasks.counts(chain.hub, noor(chain))[Sort.RECONFIRM] == 0
    chain.clock.later(days=1)
    [task] = tasks.listed(chain.hub, noor(chain), Sort.RECONFIRM, 1).tasks
    assert (task.name, task.day.isoformat()) == ("9900000017", "2023-05-30")
    chain.clock.later(days=30)
    assert tasks.counts(chain.hub, noor(chain))[Sort.RECONFIRM] == 1
    chain.noor.publishes(resident, "werkmogelijkheid")
    assert tasks.counts(chain.hub, noor(chain))[Sort.RECONFIRM] == 0


def test_a_slip_is_a_task_until_it_is_used_or_over_and_the_first_to_end_comes_first(chain: Chain) -> None:
    first, second = chain.noor.registers("9900000017"), chain.noor.registers("9900000025")
    code = chain.noor.gives_slip(first)
    chain.clock.later(days=3)
    chain.noor.gives_slip(second)
    names = [one.name for one in tasks.listed(chain.hub, noor(chain), Sort.SLIP, 1).tasks]
    assert names == [first.v_number, second.v_number]
    chain.rik.redeems(code, first)
    assert tasks.counts(chain.hub, noor(chain))[Sort.SLIP] == 1
    chain.clock.later(days=14)
    assert tasks.counts(chain.hub, noor(chain))[Sort.SLIP] == 0


def test_a_deletion_is_a_task_until_the_receiver_confirmed_it(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    chain.rik.opens_all()
    chain.noor.records(resident, "toeleiding-naar-werk", "ingetrokken")
    [task] = tasks.listed(chain.hub, noor(chain), Sort.DELETION, 1).tasks
    assert (task.what, task.who) == ("toeleiding-naar-werk", "randstad")
    for item in chain.rik.inbox():
        chain.rik.opens(item)
        chain.rik.confirms(item)
    assert tasks.counts(chain.hub, noor(chain))[Sort.DELETION] == 0


def test_a_yes_is_a_task_in_its_last_month_and_not_after_a_newer_choice(chain: Chain) -> None:
    resident = chain.noor.registers()
    chain.noor.records(resident, "toeleiding-naar-werk", "ja")
    chain.noor.records(resident, "behoud-van-werk", "nee")
    chain.clock.later(days=334)
    assert tasks.counts(chain.hub, noor(chain))[Sort.CHOICE] == 0
    chain.clock.later(days=1)
    [task] = tasks.listed(chain.hub, noor(chain), Sort.CHOICE, 1).tasks
    assert (task.what, task.day.isoformat()) == ("toeleiding-naar-werk", "2024-02-29")
    chain.clock.later(days=29)
    assert tasks.counts(chain.hub, noor(chain))[Sort.CHOICE] == 1
    chain.clock.later(days=1)
    assert tasks.counts(chain.hub, noor(chain))[Sort.CHOICE] == 0
    chain.clock.later(days=-5)
    chain.noor.records(resident, "toeleiding-naar-werk", "nee")
    assert tasks.counts(chain.hub, noor(chain))[Sort.CHOICE] == 0


def test_another_azc_has_other_tasks_and_a_list_stands_in_the_trail_of_each(chain: Chain) -> None:
    resident = chain.noor.registers()
    chain.noor.gives_slip(resident)
    chain.noor.caller.post("/verzoeken", {"betrokkeneId": resident.names["coa"], "soort": "inzage"})
    assert tasks.counts(chain.hub, noor(chain, OTHER_AZC))[Sort.SLIP] == 0
    assert tasks.listed(chain.hub, noor(chain, OTHER_AZC), Sort.SLIP, 1).tasks == []
    assert requests.waiting(chain.hub, noor(chain, OTHER_AZC)) == 0
    before = len(recorded(chain))
    assert requests.waiting(chain.hub, noor(chain)) == 1
    tasks.counts(chain.hub, noor(chain))
    assert len(recorded(chain)) == before
    [task] = requests.waiting_page(chain.hub, noor(chain), 1).tasks
    assert (task.name, task.what, task.day.isoformat()) == (resident.v_number, "inzage", "2023-04-01")
    tasks.listed(chain.hub, noor(chain), Sort.SLIP, 9)
    assert [fact["soort"] for fact in recorded(chain)[before:]] == ["lijst-getoond", "lijst-getoond"]


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_no_question_walks_through_a_whole_table(chain: Chain) -> None:
    chain.linked()
    asked: list[tuple[str, Any]] = []

    def hear(connection: object, cursor: object, statement: str, values: Any, *_: object) -> None:
        if statement.startswith("SELECT count"):
            asked.append((statement, values))

    event.listen(chain.hub.database.engine, "before_cursor_execute", hear)
    tasks.counts(chain.hub, noor(chain))
    requests.waiting(chain.hub, noor(chain))
    event.remove(chain.hub.database.engine, "before_cursor_execute", hear)
    assert len(asked) == len(Sort) + 1
    with chain.hub.database.reading() as session:
        for statement, values in asked:
            plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            steps = [str(row[-1]) for row in plan]
            walked = [step for step in steps if step.startswith("SCAN")]
            assert [step for step in walked if "SUBQUERY" not in step.upper() and "CONSTANT" not in step] == [], steps
