"""The page about the API comes whole from the hub itself, and a browser may fetch nothing else for it."""

import hashlib
import re
from pathlib import Path

import pytest

from hub.api.docs import FILES, STATIC
from tests.chain import Chain
from tests.front_door import Answer, knock

VENDORED = STATIC / "swagger-ui"


@pytest.fixture
def dialect() -> str:
    """The page comes from no database: one is enough."""
    return "sqlite"


@pytest.fixture
def page(chain: Chain) -> Answer:
    """What anybody gets at /docs, without a token."""
    return knock(chain.app, "GET", "/docs", None, {})


def policy(answer: Answer) -> dict[str, str]:
    """The Content-Security-Policy by directive."""
    directives = answer.headers["Content-Security-Policy"].split("; ")
    return {name: sources for name, _, sources in (directive.partition(" ") for directive in directives)}


def test_anybody_may_read_it(page: Answer) -> None:
    assert page.status == 200
    assert page.headers["Content-Type"].startswith("text/html")
    assert '<html lang="nl">' in page.raw.decode()
    assert "/api/v1/openapi.json" in page.raw.decode()


def test_nothing_in_it_comes_from_elsewhere_or_stands_inline(chain: Chain, page: Answer) -> None:
    text = page.raw.decode()
    addresses = re.findall(r'(?:src|href)="([^"]+)"', text)
    assert all(address.startswith("/") for address in addresses)
    assert all(knock(chain.app, "GET", address, None, {}).status == 200 for address in addresses)
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=", text) == []


def test_its_policy_allows_the_hub_only_and_no_inline_script(page: Answer) -> None:
    given = policy(page)
    assert given["default-src"] == given["base-uri"] == given["form-action"] == given["frame-ancestors"] == "'none'"
    assert given["script-src"] == given["style-src"] == given["connect-src"] == "'self'"
    assert "unsafe" not in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", FILES)
def test_each_of_its_files_is_served_under_the_same_policy(chain: Chain, page: Answer, name: str) -> None:
    answer = knock(chain.app, "GET", f"/docs/{name}", None, {})
    assert answer.status == 200
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert policy(answer) == policy(page)
    again = knock(chain.app, "GET", f"/docs/{name}", None, {"If-None-Match": answer.headers["ETag"]})
    assert (again.status, again.raw) == (304, b"")


@pytest.mark.parametrize(
    "name", ["swagger-ui", "VERSION", "..%2fdocs.py", "../docs.py", "docs.html", "swagger-ui%2fLICENSE"]
)
def test_no_other_file_can_be_fetched(chain: Chain, name: str) -> None:
    answer = knock(chain.app, "GET", f"/docs/{name}", None, {})
    assert (answer.status, answer.body["code"]) == (404, "niet-gevonden")


def test_it_sends_nothing_and_asks_for_no_token() -> None:
    script = (STATIC / "docs.js").read_text(encoding="utf-8")
    assert "supportedSubmitMethods: []" in script
    assert "validatorUrl: null" in script
    assert re.findall("authorize(?:Operation)?Btn: nothing", script) == [
        "authorizeBtn: nothing",
        "authorizeOperationBtn: nothing",
    ]


def test_what_was_taken_from_others_is_what_the_list_says_and_has_its_licence() -> None:
    lines = (VENDORED / "SHA256SUMS").read_text(encoding="ascii").splitlines()
    listed = {name: digest for digest, name in (line.split("  ") for line in lines)}
    files = {file.name: file for file in VENDORED.iterdir() if file.name != "SHA256SUMS"}
    assert {name: sum_of(file) for name, file in files.items()} == listed
    assert {"LICENSE", "NOTICE", "VERSION", "swagger-ui-bundle.js.LICENSE.txt"} <= set(files)


def sum_of(file: Path) -> str:
    """The file's SHA-256."""
    return hashlib.sha256(file.read_bytes()).hexdigest()
