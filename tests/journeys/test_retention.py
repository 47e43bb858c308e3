"""What has had its time goes, when a second person stands behind exactly that; what must stay, stays."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from hub.errors import NotFound
from hub.exchange import suspend
from hub.exchange.models import Message
from hub.identity.principals import officer
from hub.rights import holds, retention
from hub.rights.erase import resume
from hub.rights.holds import Reason
from hub.rights.models import RetentionPlan
from hub.rights.retention import Line, Plan, Refused
from tests.chain import Chain
from tests.journeys.test_forgotten import confirm_all, ledger_of, subject_of, told
from tests.kept import recorded, rows

FATIMA, PETRA = officer("Fatima"), officer("Petra")
TERM = 400


def made(chain: Chain) -> Plan:
    plan = retention.make(chain.hub, FATIMA)
    assert plan is not None
    return plan


def approved(chain: Chain) -> Plan:
    plan = made(chain)
    assert isinstance(retention.approve(chain.hub, PETRA, plan.id, plan.digest), Plan)
    return plan


def carried_out(chain: Chain, plan: Plan) -> Plan:
    done = retention.run(chain.hub, ledger_of(chain), FATIMA, plan.id)
    assert isinstance(done, Plan), done
    return done


def counts(plan: Plan) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in plan.lines:
        found[line.sort] = found.get(line.sort, 0) + line.count
    return found


def test_nothing_is_over_the_day_before_and_everything_on_the_day_itself(chain: Chain) -> None:
    told(chain)
    # 1 March 2023, 10:12 in Amsterdam. Days begin there: at 22:59 UTC on the 399th day it is not yet the 400th.
    chain.clock.instant = chain.clock.instant.replace(hour=12)
    chain.clock.later(days=TERM - 1)
    before = retention.make(chain.hub, FATIMA)
    assert before is None or "bericht" not in counts(before)

    # Summer time by then: midnight in Amsterdam is 22:00 UTC.
    chain.clock.instant = chain.clock.instant.replace(hour=22)

    assert counts(made(chain))["bericht"] == 6


def test_the_plan_counts_per_flow_and_names_nobody(chain: Chain) -> None:
    resident = told(chain)
    chain.clock.later(days=TERM)

    plan = made(chain)

    assert Line("bericht", "werkmogelijkheid", 1, "2023-03-01") in plan.lines
    assert Line("postvakitem", "koppeling:coa>gemeente", 1, "2023-03-01") in plan.lines
    assert Line("koppelcode", "randstad", 2, "2023-03-01") in plan.lines
    said = str(plan)
    assert not [name for name in (*resident.names.values(), subject_of(chain, resident)) if name in said]


def test_a_second_person_approves_exactly_that_plan(chain: Chain) -> None:
    told(chain)
    chain.clock.later(days=TERM)
    plan = made(chain)

    assert isinstance(retention.run(chain.hub, ledger_of(chain), FATIMA, plan.id), Refused)
    assert isinstance(retention.approve(chain.hub, officer(" fatima"), plan.id, plan.digest), Refused)
    assert isinstance(retention.approve(chain.hub, PETRA, plan.id, "0" * 64), Refused)
    done = retention.approve(chain.hub, PETRA, plan.id, plan.digest)

    assert isinstance(done, Plan)
    assert done.approved_by == "Petra"
    with pytest.raises(NotFound):
        retention.approve(chain.hub, PETRA, "0" * 32, plan.digest)


def test_a_plan_that_was_changed_after_approval_is_not_carried_out(chain: Chain) -> None:
    told(chain)
    chain.clock.later(days=TERM)
    plan = approved(chain)
    with chain.hub.database.writing() as session:
        row = session.get_one(RetentionPlan, plan.id)
        content = {**row.content, "regels": row.content["regels"][:1]}
        session.execute(update(RetentionPlan).values(content=content))

    assert isinstance(retention.run(chain.hub, ledger_of(chain), FATIMA, plan.id), Refused)

    assert len(rows(chain.hub.database)["messages"]) == 6


def test_carried_out_it_is_gone_and_certified_in_numbers(chain: Chain) -> None:
    told(chain)
    chain.clock.later(days=TERM)
    plan = approved(chain)

    done = carried_out(chain, plan)

    kept = rows(chain.hub.database)
    assert [kept["messages"], kept["deliveries"], kept["link_codes"]] == [[], [], []]
    assert done.certificate is not None
    assert done.certificate["beeindigd"] == counts(plan)
    assert done.certificate["overgeslagen"] == {}
    assert [fact["uitkomst"] for fact in recorded(chain, "bewaarplan")] == ["gemaakt", "goedgekeurd", "uitgevoerd"]
    assert retention.make(chain.hub, FATIMA) is None


def test_done_twice_it_does_nothing_the_second_time(chain: Chain) -> None:
    told(chain)
    chain.clock.later(days=TERM)
    plan = approved(chain)
    first = carried_out(chain, plan)
    before = rows(chain.hub.database)

    assert carried_out(chain, plan) == first

    assert rows(chain.hub.database) == before


def test_stopped_halfway_it_goes_on_and_certifies_the_same(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    told(chain)
    chain.linked("9900000025", "K21060")
    chain.clock.later(days=TERM)
    plan = approved(chain)
    remove, ended = retention._remove, list[object]()

    def stops(*given: Any) -> None:
        if len(ended) == 2:
            raise InterruptedError
        ended.append(given)
        remove(*given)

    monkeypatch.setattr(retention, "_remove", stops)
    with pytest.raises(InterruptedError):
        retention.run(chain.hub, ledger_of(chain), FATIMA, plan.id)
    monkeypatch.undo()

    done = carried_out(chain, plan)

    assert done.certificate is not None
    assert done.certificate["beeindigd"] == counts(plan)
    assert rows(chain.hub.database)["messages"] == []


def test_who_is_held_or_restricted_after_the_approval_keeps_everything(chain: Chain) -> None:
    held, restricted = told(chain), chain.linked("9900000025", "K21060")
    chain.noor.publishes(restricted, "werkmogelijkheid")
    chain.clock.later(days=TERM)
    plan = approved(chain)
    hold = holds.hold(chain.hub, FATIMA, subject_of(chain, held), Reason.COMPLAINT)
    suspend.restrict(chain.hub, FATIMA, subject_of(chain, restricted))

    done = carried_out(chain, plan)

    assert len(rows(chain.hub.database)["messages"]) == 7
    assert done.certificate is not None
    assert done.certificate["overgeslagen"] == counts(plan)
    holds.release(chain.hub, FATIMA, hold)
    suspend.lift(chain.hub, FATIMA, subject_of(chain, restricted))
    carried_out(chain, approved(chain))
    assert rows(chain.hub.database)["messages"] == []


def test_a_message_stays_as_long_as_the_longest_flow_that_it_was_shared_under(chain: Chain) -> None:
    resident = told(chain)
    longer = tuple(
        replace(flow, hub_keeps_days=500) if flow.id == "koppeling:coa>gemeente" else flow
        for flow in chain.hub.agreement.flows
    )
    object.__setattr__(chain.hub, "agreement", replace(chain.hub.agreement, flows=longer))
    chain.clock.later(days=TERM)

    carried_out(chain, approved(chain))

    with chain.hub.database.reading() as session:
        assert [message.type for message in session.query(Message)] == ["koppeling"]
    left = rows(chain.hub.database)["deliveries"]
    assert [row["flow"] for row in left if row["kind"] == "bericht"] == ["koppeling:coa>gemeente"]
    assert chain.rik.asks(resident) == []


def test_a_request_to_delete_stays_until_it_was_confirmed(chain: Chain) -> None:
    resident = told(chain)
    chain.noor.records(resident, "toeleiding-naar-werk", "ingetrokken")
    chain.clock.later(days=TERM)

    carried_out(chain, approved(chain))

    [left] = chain.rik.opens_all()
    assert left["soort"] == "verwijderverzoek"


def test_who_left_is_forgotten_by_the_next_plan(chain: Chain) -> None:
    resident = told(chain)
    chain.noor.caller.post(f"/betrokkenen/{chain.noor.knows(resident)}/_vertrek", {})
    plan = approved(chain)
    assert plan.lines == [Line("vertrek", "vertrek", 1, "2023-03-01")]

    done = carried_out(chain, plan)

    assert done.certificate is not None
    assert done.certificate["beeindigd"] == {"vertrek": 1}
    assert rows(chain.hub.database)["messages"] == []
    confirm_all(chain)
    resume(chain.hub, ledger_of(chain))
    assert rows(chain.hub.database)["subjects"] == []
    assert [fact["uitkomst"] for fact in recorded(chain, "wissing")] == ["vertrek", "voltooid"]


def test_who_is_known_to_nobody_but_coa_for_the_agreed_time_is_forgotten(chain: Chain) -> None:
    alone, linked = chain.noor.registers("9900000041"), chain.linked()
    chain.noor.records(alone, "behoud-van-werk", "ja")
    chain.clock.later(days=TERM - 1)
    late = retention.make(chain.hub, FATIMA)
    assert late is None or "bewaartermijn" not in counts(late)
    chain.clock.later(days=1)

    carried_out(chain, approved(chain))

    found = chain.noor.caller.post("/betrokkenen/_zoek", {"eigenKenmerk": alone.v_number})
    assert found.body == {"resultaten": []}
    assert len(rows(chain.hub.database)["subjects"]) == 1
    assert chain.rik.caller.post("/betrokkenen/_zoek", {"eigenKenmerk": "K21052"}).body["resultaten"]
    assert subject_of(chain, linked)


def test_somebody_of_whom_something_was_told_meanwhile_stays_though_the_plan_was_approved(chain: Chain) -> None:
    alone = chain.noor.registers("9900000041")
    chain.clock.later(days=TERM)
    plan = approved(chain)
    chain.noor.records(alone, "behoud-van-werk", "nee")

    done = carried_out(chain, plan)

    assert done.certificate is not None
    assert done.certificate["overgeslagen"] == {"bewaartermijn": 1}
    assert len(rows(chain.hub.database)["subjects"]) == 1


def test_a_hold_stands_in_the_trail_and_in_the_list_and_ends(chain: Chain) -> None:
    subject = subject_of(chain, told(chain))

    one = holds.hold(chain.hub, FATIMA, subject, Reason.LAWSUIT)

    [standing] = holds.standing(chain.hub)
    assert (standing.id, standing.reason, standing.set_by, standing.since) == (
        one,
        "rechtszaak",
        "Fatima",
        "2023-03-01",
    )
    holds.release(chain.hub, PETRA, one)
    assert holds.standing(chain.hub) == []
    with pytest.raises(NotFound):
        holds.release(chain.hub, PETRA, one)
    assert [fact["uitkomst"] for fact in recorded(chain, "bewaarstop")] == ["ingesteld", "opgeheven"]
