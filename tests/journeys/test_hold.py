"""An objection stops what rests on a public task, a restriction everything; afterwards it goes on as it should."""

import pytest
from sqlalchemy import select

from hub.exchange import suspend
from hub.exchange.explain import explain
from hub.identity.principals import RESIDENT, officer
from hub.people.models import Link
from tests.chain import Chain, Resident

FATIMA = officer("fatima")
LATER = "2023-07-01"


def subject_of(chain: Chain, resident: Resident) -> str:
    """The opaque id of somebody, by the name that coa knows them by."""
    with chain.hub.database.reading() as session:
        return session.scalars(select(Link.subject_id).where(Link.pseudonym == chain.noor.knows(resident))).one()


@pytest.fixture
def resident(chain: Chain) -> Resident:
    """Somebody with yes to all, known to Rik and linked to Almere; every inbox is empty and nothing was asked."""
    resident = chain.linked()
    assert chain.noor.publishes(resident, "koppeling").status == 201
    chain.learn_municipality_name(resident, chain.samira)
    for person in (chain.samira, chain.rik, chain.noor):
        for item in person.inbox():
            person.opens(item)
            person.confirms(item)
    return resident


def test_an_objection_stops_the_public_task_at_once_and_nothing_else(chain: Chain, resident: Resident) -> None:
    assert chain.noor.publishes(resident, "koppeling", ingangsdatum=LATER).status == 201
    waiting = chain.samira.inbox()
    assert len(waiting) == 1

    suspend.object_to(chain.hub, RESIDENT, subject_of(chain, resident))

    assert chain.samira.inbox() == []
    assert chain.samira.opens(waiting[0]).status == 404
    assert chain.samira.confirms(waiting[0]).status == 404
    assert chain.samira.asks(resident, "koppeling") == []
    assert chain.rik.publishes(resident, "dienstverband").status == 201
    assert len(chain.samira.inbox()) == 1


def test_while_an_objection_is_open_coa_hears_it_and_the_others_still_receive(chain: Chain, resident: Resident) -> None:
    suspend.object_to(chain.hub, RESIDENT, subject_of(chain, resident))
    reply = chain.noor.publishes(resident, "koppeling", ingangsdatum=LATER)
    told = {one["ontvanger"]: one for one in reply.body["ontvangers"]}
    assert told["GM0034"] == {
        "ontvanger": "GM0034", "doel": "inburgering", "uitkomst": "niet-gedeeld", "reden": "bezwaar",
    }  # fmt: skip
    assert told["randstad"]["uitkomst"] == "aangeboden"
    assert chain.samira.inbox() == []


@pytest.mark.parametrize("municipality", ["GM0363", "GM0758", "GM0034"])
def test_of_a_koppeling_that_nobody_may_know_coa_hears_the_municipality_that_it_wrote(
    chain: Chain, resident: Resident, municipality: str
) -> None:
    suspend.restrict(chain.hub, FATIMA, subject_of(chain, resident))
    refused = chain.noor.publishes(resident, "koppeling", gemeente=municipality)
    told = [(one["ontvanger"], one["reden"]) for one in refused.body["ontvangers"]]
    assert (refused.status, told) == (403, [(municipality, "beperkt"), ("randstad", "beperkt")])


@pytest.mark.parametrize("hold", ["objection", "restriction"])
def test_no_municipality_gets_a_koppeling_to_another_that_counts_again(
    chain: Chain, resident: Resident, hold: str
) -> None:
    chain.clock.later(days=1)
    newest = chain.noor.publishes(resident, "koppeling", gemeente="GM0363").body["id"]
    chain.learn_municipality_name(resident, chain.amsterdam)
    chain.noor.records(resident, "behoud-van-werk", "ingetrokken")
    subject = subject_of(chain, resident)
    begin = suspend.restrict if hold == "restriction" else suspend.object_to
    begin(chain.hub, FATIMA, subject)
    body = {"betrokkeneId": chain.noor.knows(resident), "gemeente": "GM0363", "ingangsdatum": LATER}
    assert chain.noor.caller.post(f"/koppelingen/{newest}/_corrigeer", body).status == 200
    chain.amsterdam.opens_all()

    if hold == "restriction":
        suspend.lift(chain.hub, FATIMA, subject)
    else:
        suspend.settle(chain.hub, FATIMA, subject, upheld=False)

    # The one to Almere is the newest that was not taken back; Amsterdam hears nothing of Almere.
    assert chain.amsterdam.asks(resident, "koppeling") == []
    assert [one for one in chain.amsterdam.opens_all() if one["soort"] == "koppeling"] == []


def test_a_rejected_objection_gives_back_what_waited_and_what_was_missed(chain: Chain, resident: Resident) -> None:
    subject = subject_of(chain, resident)
    chain.noor.publishes(resident, "koppeling", ingangsdatum=LATER)
    waiting = chain.samira.inbox()
    suspend.object_to(chain.hub, RESIDENT, subject)
    assert chain.noor.publishes(resident, "koppeling", ingangsdatum="2023-08-01").status == 201

    suspend.settle(chain.hub, FATIMA, subject, upheld=False)

    [first, missed] = chain.samira.inbox()
    assert first == waiting[0]
    assert chain.samira.opens(missed).body["gegevens"]["ingangsdatum"] == "2023-08-01"


def test_an_upheld_objection_asks_who_saw_something_to_delete_it(chain: Chain, resident: Resident) -> None:
    subject = subject_of(chain, resident)
    chain.noor.publishes(resident, "koppeling", ingangsdatum=LATER)
    suspend.object_to(chain.hub, RESIDENT, subject)
    suspend.settle(chain.hub, FATIMA, subject, upheld=True)

    [request] = chain.samira.inbox()
    opened = chain.samira.opens(request).body
    assert (opened["soort"], opened["doel"], opened["gegevens"]) == ("verwijderverzoek", "inburgering", {})
    assert chain.samira.confirms(request).status in (200, 204)
    assert [one["soort"] for one in chain.rik.opens_all()] == ["koppeling"]
    # Stopped for good: a later koppeling does not reach the municipality either.
    chain.noor.publishes(resident, "koppeling", ingangsdatum="2023-09-01")
    assert chain.samira.inbox() == []


def test_a_restriction_holds_everything_still_and_throws_nothing_away(chain: Chain, resident: Resident) -> None:
    chain.noor.publishes(resident, "werkmogelijkheid")
    waiting = chain.rik.inbox()
    assert len(waiting) == 1
    subject = subject_of(chain, resident)

    suspend.restrict(chain.hub, FATIMA, subject)

    assert chain.rik.inbox() == []
    assert chain.rik.opens(waiting[0]).status == 404
    assert chain.rik.asks(resident) == []
    refused = chain.noor.publishes(resident, "werkmogelijkheid", magWerken=False)
    assert (refused.status, refused.body["ontvangers"][0]["reden"]) == (403, "beperkt")
    hidden = chain.rik.publishes(resident, "dienstverband")
    assert hidden.status == 403
    assert "beperkt" not in str(hidden.body)

    suspend.lift(chain.hub, FATIMA, subject)

    assert chain.rik.inbox() == waiting
    assert chain.rik.opens(waiting[0]).body["gegevens"]["magWerken"] is True


def test_a_withdrawal_counts_during_a_restriction_and_after_it(chain: Chain, resident: Resident) -> None:
    chain.noor.publishes(resident, "werkmogelijkheid")
    waiting = chain.rik.inbox()
    subject = subject_of(chain, resident)
    suspend.restrict(chain.hub, FATIMA, subject)
    assert chain.noor.records(resident, "toeleiding-naar-werk", "ingetrokken").status == 201
    suspend.lift(chain.hub, FATIMA, subject)
    assert chain.rik.opens(waiting[0]).status == 404
    assert chain.rik.asks(resident) == []


def test_lifting_a_restriction_leaves_an_open_objection_standing(chain: Chain, resident: Resident) -> None:
    subject = subject_of(chain, resident)
    chain.noor.publishes(resident, "koppeling", ingangsdatum=LATER)
    suspend.object_to(chain.hub, RESIDENT, subject)
    suspend.restrict(chain.hub, FATIMA, subject)
    suspend.lift(chain.hub, FATIMA, subject)
    assert chain.samira.inbox() == []
    suspend.settle(chain.hub, FATIMA, subject, upheld=False)
    assert len(chain.samira.inbox()) == 1


def test_every_decision_of_a_hold_comes_out_the_same_when_it_is_taken_again(chain: Chain, resident: Resident) -> None:
    subject = subject_of(chain, resident)
    suspend.object_to(chain.hub, RESIDENT, subject)
    chain.noor.publishes(resident, "koppeling", ingangsdatum=LATER)
    suspend.restrict(chain.hub, FATIMA, subject)
    chain.noor.publishes(resident, "werkmogelijkheid")
    suspend.lift(chain.hub, FATIMA, subject)
    suspend.settle(chain.hub, FATIMA, subject, upheld=False)
    explained = explain(chain.hub)
    assert (explained.taken >= 9, explained.otherwise) == (True, ())
