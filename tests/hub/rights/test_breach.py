"""The breach question: what a stolen key saw, what it could have seen, and nothing of what was out of its reach."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import export, log
from audit.events import Event, Kind
from hub.cli.breach import to_json
from hub.errors import NotFound
from hub.exchange import suspend, trail
from hub.identity import clients
from hub.identity.principals import officer
from hub.people.models import Link
from hub.rights import breach, erase
from hub.rights.breach import Asked, Breach, Exposed
from hub.rights.ledger import Ledger
from hub.rights.reach import How
from hub.rights.spans import Span
from hub.vault.subject_keys import KeyClass
from hub.vault.vault import NOBODY
from tests.chain import Chain, Person, Resident

WORK = "toeleiding-naar-werk"
STAY = "behoud-van-werk"
DAY = timedelta(days=1)


def asked(chain: Chain, person: Person, begin: datetime, end: datetime) -> Breach:
    system = person.caller.office.client
    return breach.ask(chain.hub, officer("fatima"), Asked(person.partner, system, Span(begin, end)))


def of(found: Breach, resident: Resident) -> Exposed:
    (person,) = [one for one in found.persons if one.name == resident.names["coa"]]
    return person


def could(found: Breach, resident: Resident, kind: str, how: How = How.ASKING) -> list[Span]:
    return [one.when for one in of(found, resident).could if (one.message, one.how) == (kind, how)]


def subject_of(chain: Chain, resident: Resident) -> str:
    with chain.hub.database.reading() as session:
        found: str = session.scalars(select(Link.subject_id).where(Link.pseudonym == resident.names["coa"])).one()
        return found


def kept_apart(found: Breach) -> bool:
    """Whatever was seen could have been seen: by the same road, at that moment, at least those fields."""
    return all(
        any(
            (one.message, one.purpose, one.how) == (saw.message, saw.purpose, saw.how)
            and one.when.begin <= saw.at < one.when.end
            and set(saw.fields) <= set(one.fields)
            for one in person.could
        )
        for person in found.persons
        for saw in person.saw
    )


def test_what_rik_was_answered_is_told_apart_from_what_lay_open_to_him(chain: Chain) -> None:
    asks, lies = chain.linked(), chain.linked("9900000025", "K21060")
    for resident in (asks, lies):
        chain.noor.publishes(resident, "werkmogelijkheid")
        chain.noor.publishes(resident, "verplaatsing")
    chain.clock.later(days=1)
    begin = chain.clock()
    chain.clock.later(hours=1)
    at = chain.clock()
    assert chain.rik.asks(asks) != []
    chain.clock.later(days=1)

    found = asked(chain, chain.rik, begin, chain.clock())

    assert (len(found.persons), found.seen) == (2, 1)
    (saw,) = of(found, asks).saw
    assert (saw.message, saw.purpose, saw.how, saw.at, saw.client) == ("werkmogelijkheid", WORK, How.ASKING, at, "rik")
    assert saw.fields == ("magWerken", "geldigVan", "twvNodig")
    assert of(found, lies).saw == ()
    assert could(found, lies, "werkmogelijkheid") == [found.asked.period]
    assert could(found, lies, "verplaatsing", How.INBOX) == [found.asked.period]
    assert could(found, lies, "verplaatsing") == []
    assert kept_apart(found)


def test_job_of_another_vestiging_could_see_nobody(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    begin = chain.clock()
    chain.clock.later(days=1)

    assert asked(chain, chain.job, begin, chain.clock()).persons == []


def test_without_a_system_all_of_the_partner_count(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    begin = chain.clock()
    chain.clock.later(days=1)

    found = breach.ask(chain.hub, officer("fatima"), Asked("randstad", None, Span(begin, chain.clock())))

    assert (set(found.clients), len(found.persons)) == ({"rik", "job"}, 1)


def test_a_link_that_began_in_the_period_counts_from_there(chain: Chain) -> None:
    resident = chain.noor.registers()
    chain.noor.records_yes_to_all(resident)
    chain.noor.publishes(resident, "werkmogelijkheid")
    begin = chain.clock()
    chain.clock.later(days=1)
    linked = chain.clock()
    chain.rik.redeems(chain.noor.gives_slip(resident), resident)
    chain.clock.later(days=1)

    found = asked(chain, chain.rik, begin, chain.clock())

    assert could(found, resident, "werkmogelijkheid") == [Span(linked, chain.clock())]


def test_a_link_that_ended_in_the_period_counts_until_there(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    begin = chain.clock()
    chain.clock.later(days=1)
    ended = chain.clock()
    chain.noor.unlinks(resident)
    chain.clock.later(days=1)

    during = asked(chain, chain.rik, begin, chain.clock())
    after = asked(chain, chain.rik, ended, chain.clock())

    assert could(during, resident, "werkmogelijkheid") == [Span(begin, ended)]
    assert [one for person in after.persons for one in person.could if one.fields] == []


def test_a_withdrawal_ends_it_and_another_yes_begins_it_again(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    moments = [chain.clock()]
    for choice in ("ingetrokken", "ja"):
        chain.clock.later(days=1)
        moments.append(chain.clock())
        chain.noor.records(resident, WORK, choice)
    chain.clock.later(days=1)

    found = asked(chain, chain.rik, moments[0], chain.clock())

    assert could(found, resident, "werkmogelijkheid") == [
        Span(moments[0], moments[1]), Span(moments[2], chain.clock())
    ]  # fmt: skip


def test_a_yes_that_ran_out_counts_until_its_last_day(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    begin = chain.clock()
    chain.clock.later(days=400)

    (when,) = could(asked(chain, chain.rik, begin, chain.clock()), resident, "werkmogelijkheid")

    # On day 365, at midnight at the desks.
    assert when.end == datetime.fromisoformat("2024-02-29T00:00:00+01:00")


def test_an_objection_holds_what_rests_on_a_public_task_and_its_rejection_lets_it_go(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "koppeling")
    subject, moments = subject_of(chain, resident), [chain.clock()]
    chain.clock.later(days=1)
    moments.append(chain.clock())
    suspend.object_to(chain.hub, officer("fatima"), subject)
    chain.clock.later(days=1)
    moments.append(chain.clock())
    suspend.settle(chain.hub, officer("fatima"), subject, upheld=False)
    chain.clock.later(days=1)

    found = asked(chain, chain.samira, moments[0], chain.clock())

    wanted = [Span(moments[0], moments[1]), Span(moments[2], chain.clock())]
    assert could(found, resident, "koppeling") == wanted
    assert could(found, resident, "koppeling", How.INBOX) == wanted


def test_a_restriction_holds_everything(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    suspend.restrict(chain.hub, officer("fatima"), subject_of(chain, resident))
    begin = chain.clock()
    chain.clock.later(days=1)

    found = asked(chain, chain.rik, begin, chain.clock())

    assert [one for person in found.persons for one in person.could] == []


def test_a_newer_fact_takes_the_place_of_the_older_one_in_answers_and_not_in_the_inbox(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    begin = chain.clock()
    chain.clock.later(days=1)
    newer = chain.clock()
    chain.noor.publishes(resident, "werkmogelijkheid", magWerken=False)
    chain.clock.later(days=1)
    end = chain.clock()

    found = asked(chain, chain.rik, begin, end)

    assert sorted(could(found, resident, "werkmogelijkheid")) == [Span(begin, newer), Span(newer, end)]
    assert sorted(could(found, resident, "werkmogelijkheid", How.INBOX)) == [Span(begin, end), Span(newer, end)]


def test_what_the_partner_told_itself_could_be_read_back(chain: Chain) -> None:
    resident = chain.linked()
    chain.rik.publishes(resident, "dienstverband")
    begin = chain.clock()
    chain.clock.later(days=1)

    found = asked(chain, chain.rik, begin, chain.clock())

    (own,) = [one for one in of(found, resident).could if one.how is How.OWN]
    assert "werkgever" in own.fields
    assert "urendrempelGehaald" not in own.fields


def test_a_system_that_was_shut_out_saw_nothing_from_there_on(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    begin = chain.clock()
    chain.clock.later(days=1)
    shut = chain.clock()
    with chain.hub.database.writing() as session:
        clients.suspend(session, "randstad", "rik", now=shut, on_change=partial(told, chain))
    chain.clock.later(days=1)
    let_in = chain.clock()
    with chain.hub.database.writing() as session:
        clients.resume(session, "randstad", "rik", on_change=partial(told, chain))
    chain.clock.later(days=1)

    found = asked(chain, chain.rik, begin, chain.clock())

    assert found.clients["rik"] == [Span(begin, shut), Span(let_in, chain.clock())]
    assert could(found, resident, "werkmogelijkheid") == [Span(begin, shut), Span(let_in, chain.clock())]


def told(chain: Chain, session: Session, kind: str, partner: str, client: str) -> None:
    key = chain.hub.vault.subjects.of(NOBODY, KeyClass.AUDIT)[KeyClass.AUDIT]
    log.append(session, Event(Kind.CLIENT, chain.clock(), partner, kind, {"client": client}), trail.sealer(key))


def test_whatever_was_seen_could_have_been_seen(chain: Chain) -> None:
    """Two answers from two sources: the trail, and the rules over time."""
    begin = chain.clock()
    resident = chain.linked()
    for kind in ("werkmogelijkheid", "koppeling", "verplaatsing", "aanvraagstatus"):
        chain.noor.publishes(resident, kind)
    chain.clock.later(hours=1)
    chain.rik.publishes(resident, "dienstverband")
    chain.rik.publishes(resident, "urenstaat")
    for person in (chain.noor, chain.rik, chain.samira):
        chain.clock.later(hours=1)
        person.opens_all()
        for kind in ("werkmogelijkheid", "dienstverband", "koppeling"):
            person.asks(resident, kind)
    chain.clock.later(hours=1)
    chain.noor.publishes(resident, "koppeling", gemeente="GM0363")
    chain.noor.records(resident, WORK, "ingetrokken")
    chain.clock.later(hours=1)
    for person in (chain.rik, chain.samira, chain.amsterdam):
        person.opens_all()
        person.asks(resident)
    chain.clock.later(hours=1)

    for person in (chain.noor, chain.rik, chain.samira, chain.amsterdam):
        found = asked(chain, person, begin, chain.clock())
        assert found.seen == 1, person.partner
        assert kept_apart(found), person.partner


def test_what_was_seen_outside_the_period_or_by_a_colleague_does_not_count(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    chain.rik.asks(resident)
    chain.clock.later(days=1)
    begin = chain.clock()
    chain.clock.later(days=1)

    assert asked(chain, chain.rik, begin, chain.clock()).seen == 0
    assert asked(chain, chain.job, begin - DAY, chain.clock()).seen == 0


def test_looks_at_somebody_who_was_forgotten_since_are_counted(chain: Chain, tmp_path: Any) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    begin = chain.clock()
    chain.rik.asks(resident)
    chain.clock.later(days=1)
    erase.erase(
        chain.hub, Ledger(tmp_path / "erased"), officer("fatima"), subject_of(chain, resident), erase.Cause.REQUEST
    )

    found = asked(chain, chain.rik, begin, chain.clock())

    assert found.forgotten == 1
    assert found.seen == 0


def test_coa_could_see_who_received_something_and_nobody_else_learns_that(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "koppeling")
    chain.rik.publishes(resident, "dienstverband")
    begin = chain.clock()
    chain.clock.later(days=1)

    assert asked(chain, chain.noor, begin, chain.clock()).told_to == ["GM0034", "randstad"]
    assert asked(chain, chain.rik, begin, chain.clock()).told_to == []


def test_the_question_is_in_the_trail_and_names_nobody(chain: Chain) -> None:
    resident = chain.linked()
    begin = chain.clock()
    chain.clock.later(days=1)
    asked(chain, chain.rik, begin, chain.clock())

    with chain.hub.database.reading() as session:
        facts: list[Any] = [
            one.fact
            for one in export.read(session, partial(trail.opener, chain.hub), kinds=[Kind.BREACH])
        ]  # fmt: skip

    (fact,) = facts
    assert fact["gegevens"] == {
        "client": "fatima", "vestigingen": [], "partij": "randstad", "vanClient": "rik",
        "van": "2023-03-01T09:12:44Z", "tot": "2023-03-02T09:12:44Z", "personen": 0, "gezien": 0,
    }  # fmt: skip
    assert resident.names["coa"] not in json.dumps(fact)


def test_the_answer_names_persons_only_when_coa_asks_who_they_are(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    begin = chain.clock()
    chain.rik.asks(resident)
    chain.clock.later(days=1)
    found = asked(chain, chain.rik, begin, chain.clock())

    counted, named = to_json(found, named=False), to_json(found, named=True)

    assert not any(name in json.dumps(counted) for name in resident.names.values())
    assert resident.names["coa"] in json.dumps(named)
    assert resident.names["randstad"] not in json.dumps(named)
    assert subject_of(chain, resident) not in json.dumps(named)
    assert {"bericht": "werkmogelijkheid", "doel": WORK, "veld": "magWerken", "gezien": 1, "konGezien": 1} in listed(
        counted
    )


def listed(told: Mapping[str, Any]) -> list[Any]:
    return list(told["velden"])


@pytest.mark.parametrize(("partner", "client"), [("nobody", None), ("randstad", "noor"), ("randstad", "nobody")])
def test_a_partner_or_system_that_is_not_there_is_told(chain: Chain, partner: str, client: str | None) -> None:
    now = chain.clock()
    with pytest.raises(NotFound):
        breach.ask(chain.hub, officer("fatima"), Asked(partner, client, Span(now, now + DAY)))
