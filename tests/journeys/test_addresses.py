"""An address of a page leads somewhere in one session only: guessing, copying and sharing give nobody anything."""

import re

import pytest

from hub.identity.demo_people import PEOPLE
from hub.web.staff.layout import HOME
from tests.chain import Chain
from tests.rules.test_routes import full_story
from tests.web.crawl import HANDLE, walk
from tests.web.employee import Employee, at_desk

TITLE = re.compile("<title>(.*?)</title>")
WORKERS = ("noor", "rik", "samira")


def home(who: str) -> str:
    return HOME[PEOPLE[who].function]


def tries(employee: Employee, address: str) -> list[tuple[str, str, int]]:
    """What this person gets of an address that is not theirs: nothing, or what it gave them."""
    found = []
    for method in ("GET", "POST"):
        data = {"csrf_token": employee.token} if method == "POST" else None
        page = employee.sees(address, method, data=data)
        if page.status not in (403, 404, 405):
            found.append((method, address, page.status))
    return found


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_nobody_gets_anything_of_an_address_of_somebody_elses_session(chain: Chain) -> None:
    resident = full_story(chain)
    walks = {who: walk(chain.app, at_desk(chain, who), home(who)) for who in WORKERS}
    # The hunt has something to hunt with.
    assert all(found.handles for found in walks.values()), {who: len(found.handles) for who, found in walks.items()}
    # A browser's history keeps titles as well as addresses.
    titles = {title for found in walks.values() for page in found.pages.values() for title in TITLE.findall(page)}
    assert not any(
        sign in title for title in titles for sign in (resident.v_number, "K21052", *resident.names.values())
    )
    with_handles = sorted({one for found in walks.values() for one in found.addresses if HANDLE.search(one)})
    for who in PEOPLE:
        # Also the same person in another session: what they see there they find by their own pages.
        employee = at_desk(chain, who)
        assert [tale for address in with_handles for tale in tries(employee, address)] == [], who


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_job_sees_nobody_on_any_page(chain: Chain) -> None:
    resident = full_story(chain)
    found = walk(chain.app, at_desk(chain, "job"), home("job"))
    assert found.handles == set()
    signs = (resident.v_number, "K21052", "Polderzicht")
    assert not any(sign in page for page in found.pages.values() for sign in signs)


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_amsterdam_sees_nobody_who_is_linked_to_almere(chain: Chain) -> None:
    resident = full_story(chain)
    found = walk(chain.app, at_desk(chain, "amsterdam"), home("amsterdam"))
    assert found.handles == set()
    assert not any(sign in page for page in found.pages.values() for sign in (resident.v_number, "Polderzicht"))
