"""What the hub's own pages do around a sign-in elsewhere: cookies, words, and sessions that end with whom vouched."""

import html
from collections.abc import Iterator
from dataclasses import replace

import pytest

from hub.identity.flows import Secret
from hub.identity.refusals import Refused
from hub.web.desk import NAME
from hub.web.staff.refused import SAID
from tests.chain import Chain
from tests.hub.identity.desk import Wall
from tests.hub.identity.forger import Forger, Hall, forger
from tests.kept import rows
from tests.web.visitor import Page, Visitor

BUTTON = {"aanbieder": "coa"}


@pytest.fixture
def hall(chain: Chain) -> Iterator[Hall]:
    """COA's sign-in, which this hub trusts; it is an ordinary day, and no demo."""
    wall = Wall()
    with forger(wall) as made:
        hall = Hall(chain.hub.database, made, wall, agreement=chain.hub.agreement)
        settle(chain, hall)
        yield hall


def settle(chain: Chain, hall: Hall, **changed: object) -> None:
    """The hub starts with this sign-in."""
    at = chain.app.extensions[NAME]
    chain.app.extensions[NAME] = replace(
        at, hub=replace(at.hub, practice=False), sign_in=hall.sign_in, wall=hall.wall, **changed
    )


def address_on(page: Page) -> str:
    """Where this page leads by itself."""
    return html.unescape(page.html.split("0; url=")[1].split('"')[0])


def comes_back(visitor: Visitor, made: Forger, cookie: str = "aanmelding") -> Page:
    """Press the button, sign in there, and arrive at the callback."""
    visitor.sees("/inloggen")
    page = visitor.presses("/inloggen/organisatie", **BUTTON)
    brought = made.signs_in(address_on(page))
    assert visitor.client.get_cookie(cookie) is not None
    return visitor.sees("/inloggen/terug", query_string=brought)


def test_noor_is_in_with_a_session_of_her_own(chain: Chain, hall: Hall) -> None:
    visitor = Visitor(chain.app)
    assert "Inloggen bij COA" in visitor.sees("/inloggen").text
    page = comes_back(visitor, hall.forger)
    assert (page.status, page.headers["Location"]) == (303, "/coa")
    assert "Noor" in visitor.follows(page).text
    [session] = rows(chain.hub.database)["staff_sessions"]
    assert (session["provider"], session["partner"]) == ("coa", "coa")
    assert visitor.client.get_cookie("aanmelding") is None


def test_over_https_the_secret_is_a_cookie_that_no_neighbour_can_set_and_that_comes_back_from_elsewhere(
    chain: Chain, hall: Hall
) -> None:
    settle(chain, hall, base_url="https://localhost")
    visitor = Visitor(chain.app, secure=True)
    visitor.sees("/inloggen")
    header = visitor.presses("/inloggen/organisatie", **BUTTON).headers["Set-Cookie"]
    parts = {part.strip() for part in header.split(";")}
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=600"} <= parts
    assert header.startswith("__Host-aanmelding=")
    assert not any(part.startswith("Domain") for part in parts)
    assert comes_back(visitor, hall.forger, "__Host-aanmelding").headers["Location"] == "/coa"


def test_the_database_keeps_nothing_that_finishes_a_sign_in(chain: Chain, hall: Hall) -> None:
    visitor = Visitor(chain.app)
    visitor.sees("/inloggen")
    visitor.presses("/inloggen/organisatie", **BUTTON)
    cookie = visitor.client.get_cookie("aanmelding")
    assert cookie is not None
    secret = Secret(cookie.value)
    [flow] = rows(chain.hub.database)["sign_in_flows"]
    assert flow["id"] == secret.id
    for one in (secret.value, secret.state, secret.nonce, secret.verifier):
        assert one not in str(flow)


def test_the_button_needs_the_token_of_its_browser(chain: Chain, hall: Hall) -> None:
    visitor = Visitor(chain.app)
    visitor.sees("/inloggen")
    assert visitor.presses("/inloggen/organisatie", token="x", **BUTTON).status == 400
    assert (
        visitor.sees("/inloggen/organisatie", "POST", data=BUTTON, headers={"Sec-Fetch-Site": "cross-site"}).status
        == 403
    )
    assert rows(chain.hub.database)["sign_in_flows"] == []


def test_for_every_reason_there_is_a_page_with_a_status_and_what_to_do(chain: Chain) -> None:
    visitor = Visitor(chain.app)
    for why in Refused:
        page = visitor.sees(f"/inloggen/mislukt?reden={why}")
        assert page.status == SAID[why].status
        assert str(SAID[why].text) in page.text
        assert "Opnieuw inloggen" in page.text


def test_a_reason_that_was_made_up_says_nothing(chain: Chain) -> None:
    page = Visitor(chain.app).sees("/inloggen/mislukt?reden=<b>gehackt</b>")
    assert page.status == 404
    assert "gehackt" not in page.html


def test_an_answer_that_another_site_made_up_takes_nothing_away(chain: Chain, hall: Hall) -> None:
    visitor = Visitor(chain.app)
    visitor.sees("/inloggen")
    gone = visitor.presses("/inloggen/organisatie", **BUTTON)
    made_up = visitor.sees("/inloggen/terug", query_string={"state": "x", "code": "y", "iss": hall.forger.issuer})
    assert made_up.headers["Location"].endswith("reden=verlopen")
    back = visitor.sees("/inloggen/terug", query_string=hall.forger.signs_in(address_on(gone)))
    assert back.headers["Location"] == "/coa"


def test_what_a_provider_says_never_stands_on_a_page(chain: Chain, hall: Hall) -> None:
    visitor = Visitor(chain.app)
    visitor.sees("/inloggen")
    visitor.presses("/inloggen/organisatie", **BUTTON)
    cookie = visitor.client.get_cookie("aanmelding")
    assert cookie is not None
    said = {"state": Secret(cookie.value).state, "iss": hall.forger.issuer, "error": "access_denied"}
    page = visitor.sees("/inloggen/terug", query_string={**said, "error_description": "bel 0900-1234"})
    shown = visitor.follows(page)
    assert "0900" not in page.headers["Location"] + shown.html
    assert "afgebroken" in shown.text


def test_a_session_ends_when_the_file_no_longer_trusts_who_vouched_for_it(chain: Chain, hall: Hall) -> None:
    visitor = Visitor(chain.app)
    comes_back(visitor, hall.forger)
    assert visitor.sees("/coa").status == 200
    hall.trusts(vouches_for=frozenset({"randstad"}))
    settle(chain, hall)
    assert visitor.sees("/coa").headers["Location"] == "/inloggen"
    hall.trusts(name="anders")
    settle(chain, hall)
    assert visitor.sees("/coa").headers["Location"] == "/inloggen"


def test_who_was_chosen_in_a_demo_is_nobody_when_it_is_no_demo_any_more(chain: Chain) -> None:
    visitor = Visitor(chain.app)
    visitor.sees("/inloggen")
    visitor.presses("/inloggen", wie="noor")
    assert visitor.sees("/coa").status == 200
    at = chain.app.extensions[NAME]
    chain.app.extensions[NAME] = replace(at, hub=replace(at.hub, practice=False))
    assert visitor.sees("/coa").headers["Location"] == "/inloggen"


def test_signing_out_ends_our_session_whatever_the_provider_does(chain: Chain, hall: Hall) -> None:
    visitor = Visitor(chain.app)
    comes_back(visitor, hall.forger)
    visitor.sees("/coa")
    page = visitor.presses("/uitloggen")
    assert (page.status, f"url={hall.forger.issuer}/end?" in page.html) == (200, True)
    assert rows(chain.hub.database)["staff_sessions"] == []


def test_outside_a_demo_without_a_file_the_page_says_what_the_operator_types(chain: Chain) -> None:
    at = chain.app.extensions[NAME]
    chain.app.extensions[NAME] = replace(at, hub=replace(at.hub, practice=False))
    assert "HUB_SIGN_IN_FILE" in Visitor(chain.app).sees("/inloggen").text
