"""What a partner sends twice, happens once: the same key and body give the same answer for a day."""

from tests.chain import EXAMPLES, Chain, Resident
from tests.front_door import ROOT, Answer, is_problem, send
from tests.kept import counts

KEY = "5f0c1c6e-5a0e-4a4e-9a53-7a1f2b3c4d5e"


def publish(chain: Chain, resident: Resident, key: str | None = KEY, **changes: object) -> Answer:
    """Noor says that this resident may work."""
    body = {**EXAMPLES["werkmogelijkheid"], "betrokkeneId": chain.noor.knows(resident), **changes}
    return send(chain.noor, "POST", f"{ROOT}/werkmogelijkheden", body, key=key)


def choose(chain: Chain, resident: Resident, choice: str, key: str | None = KEY) -> Answer:
    """Noor records a choice."""
    body = {"doel": "toeleiding-naar-werk", "keuze": choice, "taal": "ti", "tolk": True, "kennisgeving": "2023-1"}
    return send(
        chain.noor, "POST", f"{ROOT}/toestemmingen", {**body, "betrokkeneId": chain.noor.knows(resident)}, key=key
    )


def test_the_same_key_and_body_give_the_same_answer_and_happen_once(chain: Chain) -> None:
    resident = chain.linked()
    first = publish(chain, resident)
    before = counts(chain)
    chain.clock.later(hours=23)
    assert publish(chain, resident).without_date == first.without_date
    assert counts(chain) == before
    assert len(chain.rik.inbox()) == 1


def test_the_order_of_the_fields_makes_no_other_body(chain: Chain) -> None:
    resident = chain.linked()
    first = publish(chain, resident)
    turned = dict(reversed([*EXAMPLES["werkmogelijkheid"].items(), ("betrokkeneId", chain.noor.knows(resident))]))
    assert send(chain.noor, "POST", f"{ROOT}/werkmogelijkheden", turned, key=KEY).body == first.body


def test_the_same_key_with_another_body_is_a_409_and_changes_nothing(chain: Chain) -> None:
    resident = chain.linked()
    publish(chain, resident)
    before = counts(chain)
    answer = publish(chain, resident, magWerken=False)
    assert is_problem(answer, 409)
    assert counts(chain) == before
    other = chain.noor.registers("9900000018")
    assert is_problem(publish(chain, other), 409)


def test_after_24_hours_the_key_is_new_again(chain: Chain) -> None:
    resident = chain.linked()
    first = publish(chain, resident)
    chain.clock.later(hours=24)
    again = publish(chain, resident)
    assert (again.status, again.body["id"] == first.body["id"]) == (201, False)
    assert publish(chain, resident).body == again.body


def test_the_key_of_another_client_or_road_is_another_key(chain: Chain) -> None:
    resident = chain.linked()
    assert publish(chain, resident).status == 201
    assert choose(chain, resident, "ja").status == 201
    told = {**EXAMPLES["koppeling"], "betrokkeneId": chain.noor.knows(resident)}
    assert send(chain.noor, "POST", f"{ROOT}/koppelingen", told, key=KEY).status == 201
    work = {**EXAMPLES["dienstverband"], "betrokkeneId": chain.rik.knows(resident)}
    assert send(chain.rik, "POST", f"{ROOT}/dienstverbanden", work, key=KEY).status == 201


def test_a_403_is_not_remembered_for_a_choice_may_come(chain: Chain) -> None:
    resident = chain.noor.registers()
    assert publish(chain, resident).status == 403
    assert choose(chain, resident, "ja", key="2").status == 201
    assert publish(chain, resident).status == 201


def test_a_400_is_not_remembered_either(chain: Chain) -> None:
    resident = chain.linked()
    assert publish(chain, resident, magWerken="ja").status == 400
    assert publish(chain, resident).status == 201


def test_without_a_key_nothing_is_published_chosen_or_redeemed(chain: Chain) -> None:
    resident = chain.linked()
    before = counts(chain)
    redeem = {"koppelcode": "x", "eigenKenmerk": "K9", "vestiging": "almere"}
    answers = [
        publish(chain, resident, key=None),
        choose(chain, resident, "ja", key=None),
        send(chain.rik, "POST", f"{ROOT}/koppelcodes/_verzilver", redeem, key=None),
    ]
    assert [(answer.status, answer.fields) for answer in answers] == [(400, {"Idempotency-Key"})] * 3
    assert counts(chain) == before


def test_a_slip_redeemed_twice_with_one_key_links_once(chain: Chain) -> None:
    resident = chain.noor.registers()
    body = {"koppelcode": chain.noor.gives_slip(resident), "eigenKenmerk": "K9", "vestiging": "almere"}
    first, second = (send(chain.rik, "POST", f"{ROOT}/koppelcodes/_verzilver", body, key=KEY) for _ in range(2))
    assert (first.status, second.body) == (201, first.body)


def test_a_withdrawal_sent_twice_asks_once(chain: Chain) -> None:
    resident = chain.linked()
    publish(chain, resident)
    chain.rik.opens_all()
    first, second = (choose(chain, resident, "ingetrokken", key="2") for _ in range(2))
    assert first.body == second.body
    assert [item["soort"] for item in chain.rik.opens_all()] == ["verwijderverzoek"]


def test_an_answer_given_before_a_withdrawal_brings_nothing_back(chain: Chain) -> None:
    resident = chain.linked()
    first = publish(chain, resident)
    choose(chain, resident, "ingetrokken", key="2")
    assert publish(chain, resident).body == first.body
    assert chain.rik.inbox() == []
