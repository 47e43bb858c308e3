"""A resident can be told what happened about them: all of it, by title, and nothing of anybody else."""

from audit.events import Kind
from hub.exchange import suspend
from hub.identity.principals import RESIDENT
from hub.rights.lines import Line
from hub.rights.story import Story, story
from tests.chain import Chain, Resident
from tests.kept import rows

WORK = "toeleiding-naar-werk"


def subject_of(chain: Chain, resident: Resident) -> str:
    """The hub's own id of somebody whom Noor knows."""
    links = rows(chain.hub.database)["links"]
    return next(str(link["subject_id"]) for link in links if link["pseudonym"] == chain.noor.knows(resident))


def told(chain: Chain, resident: Resident) -> Story:
    return story(chain.hub, subject_of(chain, resident))


def line(chain: Chain, resident: Resident, kind: Kind) -> Line:
    """The newest line of this kind."""
    return next(line for line in told(chain, resident).lines if line.kind is kind)


def test_it_begins_with_the_registration_and_the_newest_comes_first(chain: Chain) -> None:
    resident = chain.linked()
    kinds = [line.kind for line in told(chain, resident).lines]
    assert kinds[-1] is Kind.REGISTERED
    assert kinds[0] is Kind.LINKED
    assert [line.index for line in told(chain, resident).lines] == sorted(range(len(kinds)), reverse=True)


def test_an_answer_says_who_received_which_fields_for_what_and_on_which_basis(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    chain.clock.later(days=1)
    assert chain.rik.asks(resident)
    [received] = told(chain, resident).received
    assert (received.title, received.message, received.purpose) == ("Randstad", "werkmogelijkheid", WORK)
    assert (received.basis, received.fields) == ("toestemming", ("magWerken", "geldigVan", "twvNodig"))
    assert (received.how, received.at, received.confirmed_at) == ("beantwoord", chain.clock(), None)


def test_an_opening_is_a_receipt_and_says_when_it_was_confirmed(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    [item] = chain.rik.inbox()
    opened_at = chain.clock()
    chain.rik.opens(item)
    chain.clock.later(hours=2)
    chain.rik.confirms(item)
    [received] = told(chain, resident).received
    assert (received.how, received.at, received.confirmed_at) == ("ontvangen", opened_at, chain.clock())
    confirmed = line(chain, resident, Kind.ACKNOWLEDGED)
    assert [share.message for share in confirmed.shares] == ["werkmogelijkheid"]


def test_a_question_that_got_no_answer_is_there_with_its_reason(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    chain.noor.records(resident, WORK, "ingetrokken")
    assert chain.rik.asks(resident) == []
    asked = line(chain, resident, Kind.QUERIED)
    assert (asked.title, asked.subject, asked.outcome) == ("Randstad", "werkmogelijkheid", "nee")
    assert [(share.outcome, share.reasons[0]) for share in asked.shares] == [("niet-gedeeld", "ingetrokken")]
    assert told(chain, resident).received == []


def test_a_publication_that_was_refused_says_why(chain: Chain) -> None:
    resident = chain.noor.registers()
    chain.noor.publishes(resident, "werkmogelijkheid")
    refused = line(chain, resident, Kind.PUBLICATION_REFUSED)
    assert [share.reasons for share in refused.shares] == [("niet-gevraagd",)]


def test_what_lies_ready_waits_and_is_gone_from_there_when_it_was_opened(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    [waiting] = told(chain, resident).waiting
    assert (waiting.title, waiting.message, waiting.held) == ("Randstad", "werkmogelijkheid", False)
    chain.rik.opens_all()
    assert told(chain, resident).waiting == []


def test_a_fact_for_a_role_in_which_nobody_knows_the_person_waits_too(chain: Chain) -> None:
    resident = chain.noor.registers()
    chain.noor.records_yes_to_all(resident)
    chain.noor.publishes(resident, "werkmogelijkheid")
    [waiting] = told(chain, resident).waiting
    assert (waiting.partner, waiting.message) == ("bemiddelaar", "werkmogelijkheid")
    chain.noor.records(resident, WORK, "ingetrokken")
    assert told(chain, resident).waiting == []


def test_what_is_held_up_by_an_objection_says_so(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "koppeling")
    suspend.object_to(chain.hub, RESIDENT, subject_of(chain, resident))
    now = told(chain, resident)
    assert {(one.partner, one.held) for one in now.waiting} == {("GM0034", True), ("randstad", False)}
    assert now.objected_at == chain.clock()
    objection = now.lines[0]
    assert (objection.kind, objection.partner, objection.outcome) == (Kind.OBJECTION, "betrokkene", "ingesteld")


def test_a_withdrawal_names_who_was_asked_to_delete_and_when_it_confirmed(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    chain.rik.opens_all()
    chain.noor.records(resident, WORK, "ingetrokken")
    assert line(chain, resident, Kind.CONSENT).asked_to_delete == ("Randstad",)
    [asked] = told(chain, resident).deletions
    assert (asked.title, asked.purpose, asked.asked_at, asked.confirmed_at) == (
        "Randstad", WORK, chain.clock(), None,
    )  # fmt: skip

    chain.clock.later(days=1)
    [item] = chain.rik.inbox()
    chain.rik.opens(item)
    chain.rik.confirms(item)
    assert told(chain, resident).deletions[0].confirmed_at == chain.clock()
    assert line(chain, resident, Kind.ACKNOWLEDGED).notice == "verwijderverzoek"


def test_each_choice_says_what_it_means_today(chain: Chain) -> None:
    resident = chain.noor.registers()
    chain.noor.records(resident, WORK, "ja")
    chain.noor.records(resident, "behoud-van-werk", "nee")
    states = {one.purpose: one.standing.state.value for one in told(chain, resident).chosen}
    assert states == {
        WORK: "van-kracht", "behoud-van-werk": "geweigerd",
        "inburgering-planning": "niet-gevraagd", "kansrijke-koppeling": "niet-gevraagd",
    }  # fmt: skip


def test_a_slip_that_was_made_tried_and_used_is_there(chain: Chain) -> None:
    resident = chain.noor.registers()
    code = chain.noor.gives_slip(resident)
    assert chain.job.redeems(code, Resident("x"), "K1").status == 201
    assert chain.rik.redeems(code, resident).status == 400
    kinds = [line.kind for line in told(chain, resident).lines]
    assert kinds[:3] == [Kind.LINK_CODE_REFUSED, Kind.LINKED, Kind.LINK_CODE_ISSUED]
    made = line(chain, resident, Kind.LINK_CODE_ISSUED)
    assert (made.title, made.subject) == ("Centraal Orgaan opvang asielzoekers (COA)", "randstad")


def test_the_words_of_the_desk_and_of_other_people_are_not_in_it(chain: Chain) -> None:
    resident, other = chain.linked(), chain.linked("9900000025", "K2")
    for one in (resident, other):
        chain.noor.publishes(one, "werkmogelijkheid")
        chain.rik.asks(one)
    said = repr(told(chain, resident))
    assert not any(name in said for name in ("noor", "rik", *other.names.values(), subject_of(chain, other)))
    assert len(told(chain, resident).received) == 1


def test_looking_adds_nothing_to_the_trail(chain: Chain) -> None:
    resident = chain.linked()
    before = rows(chain.hub.database)
    told(chain, resident)
    assert rows(chain.hub.database) == before


def test_what_a_partner_saw_is_told_by_the_agreement_of_that_day(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "koppeling")
    samira = chain.samira.opens_all()[0]
    seen = [one for one in told(chain, resident).received if one.partner == "GM0034"]
    assert [set(one.fields) for one in seen] == [set(samira["gegevens"])]
    assert seen[0].basis == "publieke-taak"
