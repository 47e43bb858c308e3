"""Staff sign in at their own organisation, an independent provider each, over real HTTP; and out again at both."""

import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Route
from structlog.testing import capture_logs
from werkzeug.serving import make_server

from hub.app import Stores as HubStores
from hub.app import create_app
from hub.identity import staff_sessions
from hub.practice.house import make_keys, practice_settings
from tests.kept import rows
from tests.oidc.browser import Browser
from tests.oidc.organisations import ACCOUNTS, organisations
from tests.soak.server import free_port
from tests.stores import SqliteFloor, Stores
from tests.web.browser import chromium

STORY = {
    "noor": ("COA", "/coa", "casemanager", "Engelse Mijl"),
    "petra": ("COA", "/project", "projectsecretaris", "Centraal Orgaan"),
    "fatima": ("COA", "/privacy", "privacy-officer", "Centraal Orgaan"),
    "rik": ("Randstad", "/bemiddelaar", "consulent", "Almere"),
    "job": ("Randstad", "/bemiddelaar", "consulent", "Zwolle"),
    "samira": ("Gemeenten", "/gemeente", "klantmanager", "Gemeente Almere"),
    "anneke": ("Gemeenten", "/gemeente", "klantmanager", "Gemeente Amsterdam"),
}
REFUSED = {
    "dubbel": ("COA", "meer dan één functie"),
    "niets": ("COA", "geen functie"),
    "nergens": ("COA", "geen vestiging"),
    "elders": ("COA", "een vestiging die de hub niet kent"),
    "naamloos": ("COA", "geen naam"),
    "mol": ("Randstad", "geen functie"),
    "spion": ("Randstad", "een vestiging die de hub niet kent"),
    "vreemd": ("Gemeenten", "geldt deze inlogpagina niet"),
    "beide": ("Gemeenten", "geldt deze inlogpagina niet"),
}


@dataclass
class House:
    """The hub at its address, and its store to look into."""

    address: str
    stores: Stores

    def browser(self) -> Browser:
        return Browser(self.address)

    def sessions(self) -> list[dict[str, object]]:
        return [dict(row) for row in rows(self.stores.database)["staff_sessions"]]


@pytest.fixture(scope="module")
def house(sqlite: SqliteFloor, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A hub and the sign-ins of three organisations, on this machine. On SQLite: the flow itself is tried on both."""
    folder, port, stores = tmp_path_factory.mktemp("aanmelden"), free_port(), Stores(sqlite)
    address = f"http://localhost:{port}"
    with organisations(folder, address) as there:
        settings = replace(practice_settings(folder, address), sign_in_file=there.file)
        make_keys(settings)
        app = create_app(settings, HubStores(stores.database, stores.keys))
        server = make_server("localhost", port, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield House(address, stores)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
    stores.close()


@pytest.fixture(autouse=True)
def nobody_is_left(house: House) -> Iterator[None]:
    """Each test begins with nobody signed in."""
    yield
    with house.stores.database.writing() as session:
        staff_sessions.end_where(session)


@pytest.mark.parametrize("who", STORY)
def test_each_of_them_signs_in_at_their_own_organisation_and_out_again(house: House, who: str) -> None:
    organisation, home, function, where = STORY[who]
    browser = house.browser().signs_in(organisation, who)
    name = next(accounts[who]["naam"] for accounts in ACCOUNTS.values() if who in accounts)
    assert (browser.page.status_code, urlsplit(browser.page.url).path) == (200, home)
    for words in (name, function, where):
        assert words in browser.text
    assert len(house.sessions()) == 1

    browser.presses("Uitloggen")
    assert house.sessions() == []
    # Their organisation asks whether they mean it, since it is shown no ID token.
    browser.presses("xsrf", logout="yes")
    assert browser.page.url == f"{house.address}/inloggen"
    # There too they are signed out: it asks who they are.
    assert 'name="login"' in browser.begins_at(organisation).page.text


@pytest.mark.parametrize("who", REFUSED)
def test_whose_account_has_no_single_place_here_reads_why_and_is_not_signed_in(house: House, who: str) -> None:
    organisation, why = REFUSED[who]
    browser = house.browser().signs_in(organisation, who)
    assert browser.page.status_code == 403
    assert why in browser.text
    assert house.sessions() == []
    assert browser.goes(f"{house.address}/coa").page.url == f"{house.address}/inloggen"


def test_whoever_stops_at_their_organisation_reads_that_nothing_happened(house: House) -> None:
    browser = house.browser().begins_at("COA")
    browser.goes(f"{browser.page.url}/abort")
    assert browser.page.status_code == 400
    assert "afgebroken" in browser.text
    assert house.sessions() == []


def only_here(route: Route) -> None:
    """The provider's own page would like a font from far away."""
    if urlsplit(route.request.url).hostname in ("localhost", "127.0.0.1"):
        route.continue_()
    else:
        route.abort()


def test_a_real_browser_goes_there_and_back_under_our_policy_and_with_our_cookies(house: House) -> None:
    """Two sites to it: localhost and 127.0.0.1. A strict cookie would not come back, nor a redirect leave."""
    complaints: list[str] = []
    with chromium() as browser:
        page = browser.new_context().new_page()
        page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
        page.route("**/*", only_here)
        page.goto(f"{house.address}/inloggen")
        page.get_by_role("button", name="Inloggen bij COA").click()
        page.get_by_placeholder("Enter any login").fill("noor")
        page.get_by_placeholder("and password").fill("x")
        page.get_by_role("button", name="Sign-in").click()
        page.wait_for_url(f"{house.address}/coa")
        assert "Noor Bakker" in page.inner_text("body")
        page.get_by_role("button", name="Uitloggen").click()
        page.get_by_role("button", name="Yes, sign me out").click()
        page.wait_for_url(f"{house.address}/inloggen")
    assert complaints == []
    assert house.sessions() == []


def callback(browser: Browser) -> str:
    """Where the browser is sent back to the hub, from the answer of the provider; it does not go there yet."""
    browser.begins_at("COA").submit("login", {"login": "noor", "password": "x"})
    while "/inloggen/terug" not in (onward := browser.onward() or ""):
        browser.step(onward)
    return onward


def test_the_answer_in_another_browser_opens_nothing_and_shuts_nobody_out(house: House) -> None:
    mine, other = house.browser(), house.browser()
    answer = callback(mine)
    other.begins_at("COA")
    assert other.goes(answer).page.status_code == 400
    assert house.browser().goes(answer).page.status_code == 400
    assert house.sessions() == []
    assert urlsplit(mine.goes(answer).page.url).path == "/coa"


def test_the_answer_works_once_in_its_own_browser_too(house: House) -> None:
    browser = house.browser()
    answer = callback(browser)
    secret = browser.http.cookies["aanmelding"]
    browser.goes(answer)
    assert "aanmelding" not in browser.http.cookies
    browser.http.cookies.set("aanmelding", secret)
    assert browser.goes(answer).page.status_code == 400
    assert browser.goes(f"{house.address}/coa").page.status_code == 200


def test_a_parameter_that_comes_twice_is_no_answer(house: House) -> None:
    browser = house.browser()
    answer = callback(browser)
    assert browser.goes(f"{answer}&code=x").page.status_code == 400
    assert house.sessions() == []


def test_no_address_that_stays_and_no_log_has_a_code_or_a_state(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    # werkzeug writes whole addresses; the servers that the hub itself starts do not (hub/cli/serve.py, demo.py).
    caplog.set_level(logging.CRITICAL, logger="werkzeug")
    browser = house.browser()
    with capture_logs() as lines:
        answer = callback(browser)
        browser.goes(answer)
    given = parse_qs(urlsplit(answer).query)
    said = caplog.text + repr(lines)
    assert any(line["event"] == "request" for line in lines)
    for secret in (given["code"][0], given["state"][0], browser.http.cookies["bureau"]):
        assert secret not in said
        assert secret not in browser.page.url
