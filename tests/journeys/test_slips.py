"""A resident hands over a slip: it works once, for whom it was made, for fourteen days."""

import re

from tests.chain import Chain
from tests.front_door import ROOT, Answer, is_problem, send
from tests.kept import recorded

BAD = "ZZZZ-ZZZZ-ZZZZ"


def redeem(chain: Chain, code: str, who: str = "rik", reference: str = "K1", branch: str = "almere") -> Answer:
    """Exactly this."""
    body = {"koppelcode": code, "eigenKenmerk": reference, "vestiging": branch}
    return send(chain.people[who], "POST", f"{ROOT}/koppelcodes/_verzilver", body)


def is_refused(answer: Answer) -> bool:
    """The one answer for every code that gives no link."""
    return is_problem(answer, 400) and answer.body["code"] == "koppelcode-ongeldig" and "fouten" not in answer.body


def test_a_slip_has_a_code_and_the_day_on_which_it_ends(chain: Chain) -> None:
    resident = chain.noor.registers()
    reply = chain.noor.caller.post("/koppelcodes", {"betrokkeneId": chain.noor.knows(resident), "voor": "randstad"})
    assert reply.status == 201
    assert set(reply.body) == {"koppelcode", "verlooptOp"}
    # 12 of 32 characters: 60 bits.
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}", reply.body["koppelcode"])
    assert reply.body["verlooptOp"] == "2023-03-15"


def test_a_redeemed_slip_gives_rik_a_name_of_his_own_for_the_resident(chain: Chain) -> None:
    resident = chain.noor.registers()
    reply = chain.rik.redeems(chain.noor.gives_slip(resident), resident)
    assert reply.status == 201
    assert set(reply.body) == {"betrokkeneId", "ontvangstbewijs"}
    assert reply.body["betrokkeneId"] != chain.noor.knows(resident)


def test_a_code_may_be_typed_without_hyphens_and_in_small_letters(chain: Chain) -> None:
    resident = chain.noor.registers()
    code = chain.noor.gives_slip(resident)
    assert redeem(chain, f" {code.replace('-', ' ').lower()} ").status == 201


def test_a_slip_works_on_day_13_and_not_on_day_14(chain: Chain) -> None:
    for days, works in ((13, True), (14, False)):
        resident = chain.noor.registers(f"99000000{days}")
        code = chain.noor.gives_slip(resident)
        chain.clock.later(days=days)
        answer = redeem(chain, code, reference=f"K{days}")
        assert (answer.status == 201, is_refused(answer)) == (works, not works)


def test_a_void_code_opens_nothing(chain: Chain) -> None:
    resident = chain.noor.registers()
    old, new = chain.noor.gives_slip(resident), chain.noor.gives_slip(resident)
    assert is_refused(redeem(chain, old))
    assert redeem(chain, new).status == 201


def test_a_slip_works_once(chain: Chain) -> None:
    resident = chain.noor.registers()
    code = chain.noor.gives_slip(resident)
    assert redeem(chain, code).status == 201
    assert is_refused(redeem(chain, code))
    assert is_refused(redeem(chain, code, "job", "K2", "zwolle"))


def test_no_person_is_linked_twice_within_a_partner(chain: Chain) -> None:
    resident = chain.linked()
    again = chain.noor.gives_slip(resident)
    assert is_refused(redeem(chain, again, reference="K2"))
    assert is_refused(redeem(chain, again, "job", "K3", "zwolle"))


def test_no_reference_is_used_twice_within_a_partner(chain: Chain) -> None:
    chain.linked(reference="K21052")
    other = chain.noor.registers("9900000018")
    code = chain.noor.gives_slip(other)
    assert is_refused(redeem(chain, code, reference="K21052"))
    assert is_refused(redeem(chain, code, "job", "K21052", "zwolle"))
    # The slip itself was not used up by a mistake in the reference.
    assert redeem(chain, code, reference="K21053").status == 201


def test_after_fifty_failures_in_an_hour_a_client_waits(chain: Chain) -> None:
    resident = chain.noor.registers()
    code = chain.noor.gives_slip(resident)
    assert all(is_refused(redeem(chain, BAD)) for _ in range(50))

    answer = redeem(chain, code)

    assert is_problem(answer, 429)
    assert int(answer.headers["Retry-After"]) > 0
    assert is_problem(redeem(chain, BAD), 429)
    assert is_refused(redeem(chain, BAD, "job", "K2", "zwolle"))
    chain.clock.later(hours=1)
    assert redeem(chain, code).status == 201


def test_coa_sees_when_a_slip_was_redeemed_and_never_its_code(chain: Chain) -> None:
    resident = chain.noor.registers()
    about = {"betrokkeneId": chain.noor.knows(resident)}
    void, used = chain.noor.gives_slip(resident), chain.noor.gives_slip(resident)
    chain.clock.later(days=1)
    chain.rik.redeems(used, resident)

    listed = send(chain.noor, "POST", f"{ROOT}/koppelcodes/_zoek", about)

    assert sorted(line["status"] for line in listed.body["resultaten"]) == ["vervallen", "verzilverd"]
    [redeemed] = [line["verzilverdOp"] for line in listed.body["resultaten"] if "verzilverdOp" in line]
    assert redeemed == "2023-03-02T09:12:44Z"
    assert not any(code.encode() in listed.raw for code in (void, used))


def test_a_slip_that_ran_out_is_listed_so(chain: Chain) -> None:
    resident = chain.noor.registers()
    chain.noor.gives_slip(resident)
    about = {"betrokkeneId": chain.noor.knows(resident)}
    states = []
    for days in (13, 1):
        chain.clock.later(days=days)
        [line] = chain.noor.caller.post("/koppelcodes/_zoek", about).body["resultaten"]
        states.append(line["status"])
    assert states == ["open", "verlopen"]


def test_a_slip_is_for_a_bemiddelaar_only(chain: Chain) -> None:
    resident = chain.noor.registers()
    for partner in ("GM0034", "coa", "uitzendbureau"):
        body = {"betrokkeneId": chain.noor.knows(resident), "voor": partner}
        answer = send(chain.noor, "POST", f"{ROOT}/koppelcodes", body)
        assert is_problem(answer, 400)
        assert answer.fields == {"voor"}


def test_rik_redeems_for_his_own_vestiging_only(chain: Chain) -> None:
    resident = chain.noor.registers()
    code = chain.noor.gives_slip(resident)
    answer = redeem(chain, code, branch="zwolle")
    assert (answer.status, answer.fields) == (400, {"vestiging"})
    assert redeem(chain, code).status == 201


def test_a_code_that_was_refused_stands_in_the_trail_without_the_code(chain: Chain) -> None:
    redeem(chain, BAD)
    [entry] = recorded(chain, "koppelcode-geweigerd")
    assert set(entry["gegevens"]) == {"client", "vestigingen"}
