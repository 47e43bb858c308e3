"""A no looks the same whatever its cause, down to the last byte: nobody learns from a refusal."""

from collections.abc import Callable

from tests.chain import Chain, Resident
from tests.front_door import ROOT, Answer, is_problem, send

WORK = "toeleiding-naar-werk"
Cause = Callable[[Chain], Answer]


def asked(chain: Chain, name: str, who: str = "rik") -> Answer:
    """May this person work?"""
    return send(chain.people[who], "POST", f"{ROOT}/werkmogelijkheden/_zoek", {"betrokkeneId": name})


def told(chain: Chain, at: int) -> Resident:
    """A resident about whom Rik may know that they may work."""
    resident = chain.linked(f"99000000{at}", f"K{at}")
    assert chain.noor.publishes(resident, "werkmogelijkheid").status == 201
    return resident


def negatives(chain: Chain) -> dict[str, Answer]:
    """Every cause of a negative answer to the same question."""
    published = told(chain, 11)
    refused, withdrawn, unlinked = told(chain, 12), told(chain, 13), told(chain, 14)
    chain.noor.records(refused, WORK, "nee")
    chain.noor.records(withdrawn, WORK, "ingetrokken")
    chain.rik.unlinks(unlinked)
    silent = chain.linked("9900000015", "K15")
    chain.noor.publishes(published, "koppeling")
    chain.learn_municipality_name(published, chain.samira)
    found = {
        "unknown": asked(chain, "niemand"),
        "of another partner": asked(chain, chain.noor.knows(published)),
        "nothing published": asked(chain, chain.rik.knows(silent)),
        "refused": asked(chain, chain.rik.knows(refused)),
        "withdrawn": asked(chain, chain.rik.knows(withdrawn)),
        "link ended": asked(chain, chain.rik.knows(unlinked)),
        "of another vestiging": asked(chain, chain.rik.knows(published), "job"),
        "not permitted to this role": asked(chain, chain.samira.knows(published), "samira"),
    }
    # It was an answer, and then its consent ran out.
    assert asked(chain, chain.rik.knows(published)).body["resultaten"]
    chain.clock.later(days=365)
    return {**found, "expired": asked(chain, chain.rik.knows(published))}


def test_every_cause_of_a_negative_answer_gives_the_same_status_headers_and_bytes(chain: Chain) -> None:
    found = negatives(chain)
    assert {why: answer.without_date for why, answer in found.items()} == dict.fromkeys(
        found, found["unknown"].without_date
    )
    assert (found["unknown"].status, found["unknown"].body) == (200, {"resultaten": []})


def test_an_answer_does_differ_from_no_answer(chain: Chain) -> None:
    assert asked(chain, chain.rik.knows(told(chain, 11))).without_date != asked(chain, "niemand").without_date


def test_an_item_that_may_not_be_opened_looks_like_one_that_never_was(chain: Chain) -> None:
    withdrawn, unlinked, moved, _ = (told(chain, at) for at in range(21, 25))
    items = dict(zip(("withdrawn", "link ended", "moved", "kept"), chain.rik.inbox(), strict=True))
    opened = told(chain, 25)
    [read] = set(chain.rik.inbox()) - set(items.values())
    assert chain.rik.opens(read).status == 200
    for resident in (withdrawn, opened):
        chain.noor.records(resident, WORK, "ingetrokken")
    chain.rik.unlinks(unlinked)
    chain.noor.publishes(moved, "koppeling")
    [almere] = chain.samira.inbox()
    chain.noor.publishes(moved, "koppeling", gemeente="GM0363")
    roads = {
        "never was": ("rik", "0" * 32),
        "no id at all": ("rik", "niets"),
        "withdrawn": ("rik", items["withdrawn"]),
        "opened and then withdrawn": ("rik", read),
        "link ended": ("rik", items["link ended"]),
        "of another vestiging": ("job", items["kept"]),
        "of another partner": ("samira", items["kept"]),
        "of a municipality that was closed": ("samira", almere),
    }
    chain_asks = {why: _both(chain, who, item) for why, (who, item) in roads.items()}
    chain.clock.later(days=365)
    chain_asks["expired"] = _both(chain, "rik", items["kept"])
    assert chain_asks == dict.fromkeys(chain_asks, chain_asks["never was"])


def _both(chain: Chain, who: str, item: str) -> tuple[object, object]:
    road = f"{ROOT}/postvak/{item}"
    opened = send(chain.people[who], "GET", road)
    confirmed = send(chain.people[who], "POST", f"{road}/_bevestig")
    assert is_problem(opened, 404)
    return opened.without_date, confirmed.without_date


def redeem(chain: Chain, code: str, who: str = "rik", reference: str = "K99") -> Answer:
    """Offer this code."""
    branch = chain.people[who].branches[0]
    body = {"koppelcode": code, "eigenKenmerk": reference, "vestiging": branch}
    return send(chain.people[who], "POST", f"{ROOT}/koppelcodes/_verzilver", body)


def test_every_code_that_gives_no_link_gives_the_same_400(chain: Chain) -> None:
    linked = chain.linked("9900000031", "K31")
    other = chain.noor.registers("9900000032")
    void, good = chain.noor.gives_slip(other), chain.noor.gives_slip(other)
    used = chain.noor.gives_slip(chain.noor.registers("9900000033"))
    assert redeem(chain, used, "job", "K33").status == 201
    found = {
        "unknown": redeem(chain, "ZZZZ-ZZZZ-ZZZZ"),
        "no code at all": redeem(chain, "?"),
        "used": redeem(chain, used),
        "void": redeem(chain, void),
        "person linked already": redeem(chain, chain.noor.gives_slip(linked)),
        "person linked already, to another vestiging": redeem(chain, chain.noor.gives_slip(linked), "job"),
        "reference linked already": redeem(chain, good, reference="K31"),
        "reference linked already, to another vestiging": redeem(chain, good, "job", "K31"),
    }
    chain.clock.later(days=14)
    found["expired"] = redeem(chain, good)
    assert {why: answer.without_date for why, answer in found.items()} == dict.fromkeys(
        found, found["unknown"].without_date
    )
    assert is_problem(found["unknown"], 400)
    assert found["unknown"].body["code"] == "koppelcode-ongeldig"


def test_every_person_whom_a_source_does_not_know_is_the_same_400(chain: Chain) -> None:
    resident, ended = told(chain, 41), told(chain, 42)
    name = chain.rik.knows(ended)
    chain.rik.unlinks(ended)
    body = {"week": "2023-W30", "gewerkteUren": 8}
    found = [
        send(chain.people[who], "POST", f"{ROOT}/urenstaten", {**body, "betrokkeneId": about})
        for who, about in (
            ("rik", "niemand"), ("rik", chain.noor.knows(resident)), ("rik", name), ("job", chain.rik.knows(resident)),
        )
    ]  # fmt: skip
    assert [answer.without_date for answer in found] == [found[0].without_date] * len(found)
    assert found[0].fields == {"betrokkeneId"}


def test_every_publication_that_is_not_ones_own_is_the_same_404(chain: Chain) -> None:
    resident = told(chain, 51)
    own = chain.rik.publishes(resident, "dienstverband").body["id"]
    theirs = chain.noor.publishes(resident, "werkmogelijkheid").body["id"]
    roads = (("rik", "0" * 32), ("rik", theirs), ("job", own), ("noor", own), ("samira", own))
    found = [send(chain.people[who], "GET", f"{ROOT}/dienstverbanden/{message}") for who, message in roads]
    chain.rik.unlinks(resident)
    found.append(send(chain.rik, "GET", f"{ROOT}/dienstverbanden/{own}"))
    assert [answer.without_date for answer in found] == [found[0].without_date] * len(found)
