"""What lies ready: a list that tells nothing, opened one by one, decided at that moment, and confirmed."""

from sqlalchemy import select

from hub.exchange.models import Delivery
from tests.chain import Chain, Resident
from tests.front_door import ROOT, is_problem, send
from tests.kept import recorded

WORK = "toeleiding-naar-werk"


def told(chain: Chain) -> tuple[Resident, str]:
    """A resident about whom one item lies ready for Rik."""
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    [item] = chain.rik.inbox()
    return resident, item


def is_open(chain: Chain, item: str) -> bool:
    """Was it opened, by the hub's own account?"""
    with chain.hub.database.reading() as session:
        return session.scalar(select(Delivery.opened_at).where(Delivery.id == item)) is not None


def test_the_list_says_only_that_something_lies_ready(chain: Chain) -> None:
    told(chain)
    body = chain.rik.caller.get("/postvak").body
    assert set(body) == {"items", "volgende"}
    assert [set(item) for item in body["items"]] == [{"id", "tijdstip"}]
    assert body["items"][0]["tijdstip"] == "2023-03-01T09:12:44Z"


def test_the_list_is_read_page_by_page_oldest_first(chain: Chain) -> None:
    resident = chain.linked()
    for _ in range(5):
        chain.noor.publishes(resident, "werkmogelijkheid")
    everything, pages, after = chain.rik.inbox(), [], None
    while True:
        page = chain.rik.caller.get("/postvak?limiet=2" + (f"&na={after}" if after else "")).body
        pages.append([item["id"] for item in page["items"]])
        after = page["volgende"]
        if after is None:
            break
    assert [len(page) for page in pages] == [2, 2, 1]
    assert [item for page in pages for item in page] == everything


def test_a_place_in_the_list_stays_good_when_its_item_has_left(chain: Chain) -> None:
    resident = chain.linked()
    for _ in range(3):
        chain.noor.publishes(resident, "werkmogelijkheid")
    first, second, third = chain.rik.inbox()
    chain.rik.opens(first)
    chain.rik.confirms(first)
    assert [item["id"] for item in chain.rik.caller.get(f"/postvak?na={first}").body["items"]] == [second, third]


def test_the_place_in_anothers_list_is_no_place(chain: Chain) -> None:
    _, item = told(chain)
    assert is_problem(send(chain.job, "GET", f"{ROOT}/postvak?na={item}"), 400)


def test_an_item_says_of_whom_what_and_why(chain: Chain) -> None:
    _, item = told(chain)
    body = chain.rik.opens(item).body
    assert set(body) == {"id", "soort", "tijdstip", "betrokkeneId", "doel", "grondslag", "gegevens"}
    assert body["id"] == item


def test_a_confirmed_item_leaves_the_list_and_an_opened_one_stays(chain: Chain) -> None:
    _, item = told(chain)
    chain.rik.opens(item)
    assert chain.rik.inbox() == [item]
    assert chain.rik.confirms(item).status == 204
    assert chain.rik.inbox() == []
    assert chain.rik.confirms(item).status == 204


def test_what_was_not_opened_cannot_be_confirmed(chain: Chain) -> None:
    _, item = told(chain)
    reply = chain.rik.confirms(item)
    assert (reply.status, reply.body["code"]) == (409, "niet-geopend")
    assert chain.rik.inbox() == [item]


def test_opening_is_in_the_trail_each_time(chain: Chain) -> None:
    _, item = told(chain)
    for _ in range(2):
        assert chain.rik.opens(item).status == 200
    openings = recorded(chain, "opening")
    assert [entry["gegevens"]["itemId"] for entry in openings] == [item, item]
    assert {entry["gegevens"]["client"] for entry in openings} == {"rik"}
    assert openings[0]["gegevens"]["besluit"]["afspraak"] == chain.hub.agreement.hash


def test_an_expired_consent_refuses_the_opening_and_the_item_stays_unopened(chain: Chain) -> None:
    _, item = told(chain)
    chain.clock.later(days=365)

    assert chain.rik.opens(item).status == 404

    assert not is_open(chain, item)
    assert chain.rik.inbox() == []
    assert chain.rik.confirms(item).status == 404
    [entry] = recorded(chain, "opening-geweigerd")
    assert entry["gegevens"]["besluit"]["redenen"] == ["verlopen"]


def test_on_day_364_it_can_still_be_opened(chain: Chain) -> None:
    _, item = told(chain)
    chain.clock.later(days=364)
    assert chain.rik.inbox() == [item]
    assert chain.rik.opens(item).status == 200


def test_nobody_opens_an_item_of_another(chain: Chain) -> None:
    _, item = told(chain)
    for other in (chain.noor, chain.job, chain.samira, chain.amsterdam):
        assert (other.opens(item).status, other.confirms(item).status) == (404, 404)
        assert other.inbox() == []
    assert not is_open(chain, item)


def test_an_opened_item_can_be_opened_again_until_its_consent_ends(chain: Chain) -> None:
    _, item = told(chain)
    chain.rik.opens(item)
    chain.rik.confirms(item)
    assert chain.rik.opens(item).status == 200
    chain.clock.later(days=365)
    assert chain.rik.opens(item).status == 404
