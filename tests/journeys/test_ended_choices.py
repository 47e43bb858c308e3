"""A yes can end without the resident, and the record says so; and the resident can take it back alone, at once."""

from dataclasses import replace

import pytest
from sqlalchemy import ColumnElement, delete, text

from consent.models import ConsentEvent
from consent.standing import Choice
from hub.exchange import choose
from hub.exchange.explain import explain
from hub.exchange.hub import Hub
from hub.identity.principals import officer
from schemas.agreement import parse_agreement
from tests.chain import Chain, Resident
from tests.journeys.test_hold import subject_of
from tests.kept import recorded, rows
from tests.stores import Stores

WORK = "toeleiding-naar-werk"


@pytest.fixture
def resident(chain: Chain) -> Resident:
    """Somebody with yes to all, whose may-work Rik has opened."""
    resident = chain.linked()
    assert chain.noor.publishes(resident, "werkmogelijkheid").status == 201
    [item] = chain.rik.inbox()
    chain.rik.opens(item)
    chain.rik.confirms(item)
    return resident


def kept(chain: Chain) -> list[tuple[str, str, str]]:
    """Every recorded choice for work: what, and by whom."""
    found = sorted(rows(chain.hub.database)["consent_events"], key=lambda row: int(row["sequence"]))
    return [(row["choice"], row["recorded_by"], row["notice"]) for row in found if row["purpose"] == WORK]


def test_the_resident_takes_a_yes_back_alone_with_the_same_effect(chain: Chain, resident: Resident) -> None:
    answer = choose.withdraw_as_resident(chain.hub, subject_of(chain, resident), WORK, "ti")
    assert (answer["keuze"], chain.rik.asks(resident)) == ("ingetrokken", [])
    assert [one["soort"] for one in chain.rik.opens_all()] == ["verwijderverzoek"]
    assert kept(chain)[-1] == ("ingetrokken", "venster", "2023-1")
    assert recorded(chain, "toestemming")[-1]["partij"] == "betrokkene"


def test_the_controller_takes_back_a_yes_that_should_not_have_been_asked(chain: Chain, resident: Resident) -> None:
    choose.revoke(chain.hub, officer("fatima"), subject_of(chain, resident), WORK)
    assert chain.rik.asks(resident) == []
    assert [one["soort"] for one in chain.rik.opens_all()] == ["verwijderverzoek"]
    assert kept(chain)[-1][:2] == ("herroepen", "fatima")
    told = chain.noor.publishes(resident, "werkmogelijkheid").body["ontvangers"][0]
    assert told["reden"] == "ingetrokken"


def test_a_yes_whose_days_are_over_is_recorded_as_expired_once(chain: Chain, resident: Resident) -> None:
    chain.clock.later(days=364)
    assert choose.end_outdated(chain.hub) == 0
    chain.clock.later(days=1)
    assert choose.end_outdated(chain.hub) == 4
    assert choose.end_outdated(chain.hub) == 0
    assert kept(chain)[-1][:2] == ("verlopen", "hub")
    # It ended by itself: what was received rightly has its own term, and nobody is asked to delete it.
    assert chain.rik.inbox() == []
    # The resident's own last word stays what it was.
    body = chain.noor.caller.post("/toestemmingen/_zoek", {"betrokkeneId": chain.noor.knows(resident)}).body
    assert {(one["keuze"], one["status"]) for one in body["resultaten"]} == {("ja", "verlopen")}


def with_other_facts(hub: Hub) -> Hub:
    """The same version of the notice, and Randstad sees one field less."""
    fewer = hub.agreement.text.replace('velden = ["magWerken", "geldigVan", "twvNodig"]', 'velden = ["magWerken"]')
    assert fewer != hub.agreement.text
    return replace(hub, agreement=parse_agreement(fewer, "almere.toml"))


def test_other_facts_than_were_explained_end_a_yes_at_once(chain: Chain, resident: Resident) -> None:
    changed = with_other_facts(chain.hub)
    chain.app.extensions["ketenhub"] = replace(
        chain.app.extensions["ketenhub"], hub=changed, registry=type(chain.app.extensions["ketenhub"].registry)()
    )
    assert chain.rik.asks(resident) == []
    assert choose.end_outdated(changed) == 1
    assert kept(chain)[-1][:2] == ("ongeldig", "hub")
    # Explained anew, and asked anew: a yes again.
    assert chain.noor.records(resident, WORK, "ja").status == 201
    assert next(iter(chain.rik.asks(resident)[0])) == "magWerken"


@pytest.mark.parametrize("purpose", ["behoud-van-werk", "inburgering-planning", "kansrijke-koppeling"])
def test_another_purpose_is_not_touched_by_it(chain: Chain, resident: Resident, purpose: str) -> None:
    changed = with_other_facts(chain.hub)
    assert changed.terms(purpose) == chain.hub.terms(purpose)
    assert changed.terms(WORK) != chain.hub.terms(WORK)


@pytest.mark.parametrize("choice", [Choice.REVOKED, Choice.INVALIDATED, Choice.EXPIRED])
def test_nobody_sends_over_the_api_what_is_not_the_residents_to_say(
    chain: Chain, resident: Resident, choice: Choice
) -> None:
    assert chain.noor.records(resident, WORK, choice.value).status == 400


def test_a_yes_and_a_no_and_taking_back_take_the_same_one_step(chain: Chain) -> None:
    resident = chain.noor.registers()
    replies = [chain.noor.records(resident, WORK, choice) for choice in ("ja", "ingetrokken", "nee")]
    assert [reply.status for reply in replies] == [201, 201, 201]


def take_out(stores: Stores, *where: ColumnElement[bool]) -> None:
    """As the owner of the database, past its guards."""
    with stores.owner.writing() as session:
        on, guard = ("", "no_delete") if stores.owner.sqlite else (" ON consent_events", "append_only")
        session.execute(text(f"DROP TRIGGER consent_events_{guard}{on}"))
        session.execute(delete(ConsentEvent).where(*where))


def test_a_newest_choice_that_an_owner_took_out_is_missed_by_the_trail(
    chain: Chain, resident: Resident, stores: Stores
) -> None:
    chain.noor.records(resident, WORK, "nee")
    assert explain(chain.hub).otherwise == ()
    take_out(stores, ConsentEvent.purpose == WORK, ConsentEvent.choice == "nee")
    assert len(explain(chain.hub).otherwise) == 1


def test_a_choice_that_an_owner_took_out_stops_the_road(chain: Chain, resident: Resident, stores: Stores) -> None:
    chain.noor.records(resident, WORK, "nee")
    chain.noor.records(resident, "behoud-van-werk", "nee")
    subject = subject_of(chain, resident)
    mine = (ConsentEvent.subject == subject, ConsentEvent.purpose == WORK, ConsentEvent.choice == "nee")
    take_out(stores, *mine)
    reply = chain.noor.publishes(resident, "werkmogelijkheid")
    assert reply.status == 500
