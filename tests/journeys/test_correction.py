"""A mistake is put right: whoever saw the wrong value gets the right one, or deletes its copy; and it is confirmed."""

from typing import Any

import pytest

from hub.exchange.explain import explain
from tests.chain import COLLECTIONS, EXAMPLES, Chain, Person, Resident
from tests.front_door import ROOT, Answer, send

WORK = "toeleiding-naar-werk"


@pytest.fixture
def resident(chain: Chain) -> Resident:
    """Somebody with yes to all, known to Rik."""
    return chain.linked()


def corrects(person: Person, resident: Resident, kind: str, wrong: str, **changes: Any) -> Answer:
    """The whole right message, in the place of the wrong one."""
    body = {**EXAMPLES[kind], **changes, "betrokkeneId": person.knows(resident)}
    return send(person, "POST", f"{ROOT}/{COLLECTIONS[kind]}/{wrong}/_corrigeer", body)


def status(chain: Chain, resident: Resident) -> list[tuple[str, str]]:
    """Per receiver of a correction how far it came, as Noor sees it."""
    reply = chain.noor.caller.post("/correcties/_zoek", {"betrokkeneId": chain.noor.knows(resident)})
    return [(one["ontvanger"], one["status"]) for one in reply.body["resultaten"]]


def test_who_saw_the_wrong_value_gets_the_right_one_that_says_so(chain: Chain, resident: Resident) -> None:
    wrong = chain.noor.publishes(resident, "werkmogelijkheid", magWerken=True).body["id"]
    [item] = chain.rik.inbox()
    chain.rik.opens(item)

    right = corrects(chain.noor, resident, "werkmogelijkheid", wrong, magWerken=False)

    assert right.status == 201
    assert chain.rik.opens(item).status == 404
    [newer] = chain.rik.inbox()
    opened = chain.rik.opens(newer).body
    assert (opened["correctie"], opened["corrigeert"], opened["gegevens"]["magWerken"]) == (True, item, False)
    assert status(chain, resident) == [("randstad", "geopend")]
    assert chain.rik.confirms(newer).status == 204
    assert status(chain, resident) == [("randstad", "bevestigd")]
    assert chain.rik.asks(resident)[0]["magWerken"] is False


def test_who_had_not_opened_the_wrong_value_never_sees_it(chain: Chain, resident: Resident) -> None:
    wrong = chain.noor.publishes(resident, "werkmogelijkheid", magWerken=True).body["id"]
    [item] = chain.rik.inbox()
    assert corrects(chain.noor, resident, "werkmogelijkheid", wrong, magWerken=False).status == 201
    [newer] = chain.rik.inbox()
    assert newer != item
    opened = chain.rik.opens(newer).body
    assert "correctie" not in opened
    assert chain.rik.opens(item).status == 404
    assert status(chain, resident) == []


def test_who_was_answered_with_the_wrong_value_hears_it_too(chain: Chain, resident: Resident) -> None:
    wrong = chain.noor.publishes(resident, "werkmogelijkheid", magWerken=True).body["id"]
    assert chain.rik.asks(resident)[0]["magWerken"] is True
    corrects(chain.noor, resident, "werkmogelijkheid", wrong, magWerken=False)
    [newer] = chain.rik.inbox()
    opened = chain.rik.opens(newer).body
    assert (opened["correctie"], "corrigeert" in opened) == (True, False)


def test_who_saw_it_and_may_not_have_the_right_one_deletes_its_copy(chain: Chain, resident: Resident) -> None:
    chain.noor.publishes(resident, "koppeling")
    chain.learn_municipality_name(resident, chain.samira)
    wrong = chain.rik.publishes(resident, "dienstverband", werkgever="Hotel Fout").body["id"]
    chain.samira.opens_all()
    # The consent ran out in silence: nobody was asked to delete anything.
    chain.clock.later(days=366)
    for purpose in ("kansrijke-koppeling", "toeleiding-naar-werk"):
        chain.noor.records(resident, purpose, "ja")

    right = corrects(chain.rik, resident, "dienstverband", wrong, werkgever="Hotel Goed")

    assert right.status == 201
    sorts = [one["soort"] for one in chain.samira.opens_all()]
    assert sorts.count("verwijderverzoek") == 1
    assert chain.samira.asks(resident, "dienstverband") == []


def test_a_wrong_message_that_nobody_may_have_any_more_is_taken_back_all_the_same(
    chain: Chain, resident: Resident
) -> None:
    wrong = chain.noor.publishes(resident, "werkmogelijkheid", magWerken=True).body["id"]
    chain.rik.opens_all()
    chain.clock.later(days=366)
    answer = corrects(chain.noor, resident, "werkmogelijkheid", wrong, magWerken=False)
    assert (answer.status, "id" in answer.body) == (200, False)
    assert answer.body["ontvangers"][0]["reden"] == "verlopen"
    assert [one["soort"] for one in chain.rik.opens_all()] == ["verwijderverzoek"]
    # The next yes hands over nothing: the wrong value is nobody's fact.
    chain.noor.records(resident, WORK, "ja")
    assert chain.rik.asks(resident) == []


def test_a_koppeling_to_the_wrong_municipality_is_put_right(chain: Chain, resident: Resident) -> None:
    wrong = chain.noor.publishes(resident, "koppeling", gemeente="GM0034").body["id"]
    chain.samira.opens_all()
    assert corrects(chain.noor, resident, "koppeling", wrong, gemeente="GM0363").status == 201
    assert sorted(one["soort"] for one in chain.samira.opens_all()) == ["koppeling", "verwijderverzoek"]
    told = chain.amsterdam.opens_all()
    assert [one["gegevens"]["gemeente"] for one in told if one["soort"] == "koppeling"] == ["GM0363"]
    assert "correctie" not in told[0]


def test_the_hours_of_a_week_are_put_right_once(chain: Chain, resident: Resident) -> None:
    chain.noor.publishes(resident, "koppeling")
    chain.samira.opens_all()
    wrong = chain.rik.publishes(resident, "urenstaat", gewerkteUren=42).body["id"]
    chain.samira.opens_all()
    assert corrects(chain.rik, resident, "urenstaat", wrong, gewerkteUren=24).status == 201
    hours = [one for one in chain.samira.opens_all() if one["soort"] == "urenstaat"]
    assert [(one["gegevens"]["gewerkteUren"], one["correctie"]) for one in hours] == [(24, True)]
    assert corrects(chain.rik, resident, "urenstaat", wrong, gewerkteUren=12).status == 404


def test_a_second_correction_reaches_who_saw_only_the_first_wrong_value(chain: Chain, resident: Resident) -> None:
    chain.noor.publishes(resident, "koppeling")
    chain.samira.opens_all()
    first = chain.rik.publishes(resident, "urenstaat", gewerkteUren=42).body["id"]
    [*_, seen] = chain.samira.inbox()
    assert chain.samira.opens(seen).body["gegevens"]["gewerkteUren"] == 42

    second = corrects(chain.rik, resident, "urenstaat", first, gewerkteUren=24).body["id"]
    third = corrects(chain.rik, resident, "urenstaat", second, gewerkteUren=20).body["id"]

    [told] = [one for one in chain.samira.opens_all() if one["soort"] == "urenstaat"]
    assert (told["gegevens"]["gewerkteUren"], told["correctie"], told["corrigeert"]) == (20, True, seen)
    # From here on that is what she saw last.
    corrects(chain.rik, resident, "urenstaat", third, gewerkteUren=21)
    again = [one for one in chain.samira.opens_all() if one["soort"] == "urenstaat"]
    assert [(one["gegevens"]["gewerkteUren"], one["corrigeert"]) for one in again] == [(21, told["id"])]


def test_who_saw_only_the_first_wrong_value_and_may_have_no_other_deletes_it(chain: Chain, resident: Resident) -> None:
    wrong = chain.noor.publishes(resident, "werkmogelijkheid", magWerken=True).body["id"]
    chain.rik.opens_all()
    second = corrects(chain.noor, resident, "werkmogelijkheid", wrong, magWerken=False).body["id"]
    # The consent ran out before he opened the right one.
    chain.clock.later(days=366)

    assert corrects(chain.noor, resident, "werkmogelijkheid", second, magWerken=False).status == 200

    assert [one["soort"] for one in chain.rik.opens_all()] == ["verwijderverzoek"]


def test_only_the_newest_fact_is_corrected(chain: Chain, resident: Resident) -> None:
    older = chain.noor.publishes(resident, "werkmogelijkheid", magWerken=True).body["id"]
    chain.noor.publishes(resident, "werkmogelijkheid", magWerken=False)
    answer = corrects(chain.noor, resident, "werkmogelijkheid", older)
    assert (answer.status, answer.body["code"]) == (409, "niet-het-nieuwste")
    assert chain.rik.asks(resident)[0]["magWerken"] is False


def test_nobody_corrects_what_is_not_their_own(chain: Chain, resident: Resident) -> None:
    message = chain.rik.publishes(resident, "dienstverband").body["id"]
    assert corrects(chain.job, resident, "dienstverband", message).status == 400
    other = chain.linked("9900000025", "K2")
    assert corrects(chain.rik, other, "dienstverband", message).status == 404
    assert corrects(chain.rik, resident, "dienstverband", "0" * 32).status == 404
    assert corrects(chain.noor, resident, "dienstverband", message).status == 403


def test_the_same_correction_twice_is_one(chain: Chain, resident: Resident) -> None:
    wrong = chain.noor.publishes(resident, "werkmogelijkheid", magWerken=True).body["id"]
    body = {**EXAMPLES["werkmogelijkheid"], "magWerken": False, "betrokkeneId": chain.noor.knows(resident)}
    path = f"{ROOT}/werkmogelijkheden/{wrong}/_corrigeer"
    one, again = (send(chain.noor, "POST", path, body, key="same") for _ in range(2))
    assert (one.status, one.raw) == (again.status, again.raw)
    assert len(chain.rik.inbox()) == 1


def test_another_source_than_coa_never_learns_who_received_its_correction(chain: Chain, resident: Resident) -> None:
    wrong = chain.rik.publishes(resident, "dienstverband").body["id"]
    right = corrects(chain.rik, resident, "dienstverband", wrong, werkgever="Hotel Goed")
    assert set(right.body) == {"id", "tijdstip", "doelen", "ontvangstbewijs"}
    assert chain.rik.caller.post("/correcties/_zoek", {"betrokkeneId": chain.rik.knows(resident)}).status == 403


def test_every_decision_of_a_correction_comes_out_the_same_when_it_is_taken_again(
    chain: Chain, resident: Resident
) -> None:
    wrong = chain.noor.publishes(resident, "werkmogelijkheid").body["id"]
    corrects(chain.noor, resident, "werkmogelijkheid", wrong, magWerken=False)
    explained = explain(chain.hub)
    assert (explained.taken > 1, explained.otherwise) == (True, ())
