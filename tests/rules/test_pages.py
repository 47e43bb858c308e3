"""Every page says for whom it is, takes nothing from elsewhere, is kept by nobody, and errs in a language one reads."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.routing import Rule

from hub.identity.demo_people import PEOPLE
from hub.identity.staff import Function
from hub.web import assets, safe
from hub.web.staff.door import HandleConverter
from hub.web.who import For, Who
from tests.chain import Chain
from tests.hub.api.test_docs import sum_of
from tests.web.employee import at_desk
from tests.web.visitor import WINDOW, Visitor

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "hub" / "web" / "templates").rglob("*.html"))
VENDORED = (ROOT / "hub/web/static/design", ROOT / "hub/web/static/fonts", ROOT / "tests/web/axe")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")


def pages(chain: Chain) -> Iterator[Rule]:
    """Every address that people see."""
    return (rule for rule in chain.app.url_map.iter_rules() if safe.is_page(rule.rule))


def for_whom(chain: Chain, rule: Rule) -> For | None:
    """For whom this page is; None when it does not say so."""
    said: For | None = getattr(chain.app.view_functions[rule.endpoint], "opened_to", None)
    return said


def address(rule: Rule, handle: str = "a" * 26) -> str:
    """The rule with this handle wherever one stands."""
    return rule.build(dict.fromkeys(rule.arguments, handle))[1]  # type: ignore[index]


def test_every_page_says_for_whom_it_is(chain: Chain) -> None:
    assert {rule.rule for rule in pages(chain) if not for_whom(chain, rule)} == set()


def test_only_these_pages_are_for_everybody(chain: Chain) -> None:
    open_to_all = {rule.rule for rule in pages(chain) if Who.ANYBODY in (for_whom(chain, rule) or ())}
    assert open_to_all == {
        "/", "/inloggen", "/inloggen/organisatie", "/inloggen/terug", "/inloggen/mislukt", "/uitloggen",
        "/toegankelijkheid", "/venster", "/venster/sluiten",
    }  # fmt: skip


def test_no_page_has_anything_about_a_person_in_its_address(chain: Chain) -> None:
    """A handle is good for one session; at the window not even that is there."""
    for rule in pages(chain):
        assert all(isinstance(rule._converters[name], HandleConverter) for name in rule.arguments), rule
        assert not (rule.arguments and rule.rule.startswith(WINDOW)), rule


def test_who_is_not_signed_in_gets_nothing_of_any_page_whatever_the_method(chain: Chain) -> None:
    visitor = Visitor(chain.app)
    visitor.sees()
    for rule in pages(chain):
        whom = for_whom(chain, rule) or frozenset()
        if Who.ANYBODY in whom:
            continue
        way_in = WINDOW if Who.RESIDENT in whom else "/inloggen"
        for method in METHODS:
            data = {"csrf_token": visitor.token} if method == "POST" else None
            answer = visitor.sees(address(rule), method, data=data)
            assert answer.status in (303, 405), (rule, method)
            assert answer.headers.get("Location", way_in).partition("?")[0] == way_in


@pytest.mark.parametrize("who", PEOPLE)
def test_a_page_of_another_function_is_refused_whatever_is_sent(chain: Chain, who: str) -> None:
    employee, function, tried = at_desk(chain, who), PEOPLE[who].function, 0
    for rule in pages(chain):
        whom = for_whom(chain, rule) or frozenset()
        if function in whom or not whom & frozenset(Function):
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            data = {"csrf_token": employee.token} if method == "POST" else None
            assert employee.sees(address(rule), method, data=data).status == 403, (rule, method)
            tried += 1
    assert tried >= len(Function) - 1


def test_every_answer_of_a_page_takes_nothing_from_elsewhere_and_is_kept_nowhere(chain: Chain) -> None:
    for path in [*(address(rule) for rule in pages(chain)), "/venster/bestaat-niet", "/coa/bestaat-niet"]:
        for method in METHODS:
            answer = Visitor(chain.app).sees(path, method)
            assert answer.headers["Content-Security-Policy"] == safe.POLICY
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("language", ["nl", "ti"])
def test_an_error_of_a_page_is_a_page_and_says_what_to_do(chain: Chain, language: str) -> None:
    tried = (("/venster/bestaat-niet", "GET", 404), ("/venster", "PUT", 405), ("/venster", "POST", 400))
    for path, method, status in tried:
        answer = Visitor(chain.app).sees(f"{path}?taal={language}", method)
        assert (answer.status, answer.headers["Content-Type"]) == (status, "text/html; charset=utf-8")
        assert f'<html class="utrecht-root" lang="{language}"' in answer.html
    assert "Allow" in Visitor(chain.app).sees("/venster", "PUT").headers


def test_the_cookies_are_for_our_own_pages_only(chain: Chain) -> None:
    for header in Visitor(chain.app).sees().headers["Set-Cookie"].split("\n"):
        assert {"HttpOnly", "Path=/", "SameSite=Strict"} <= {part.strip() for part in header.split(";")}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_script_or_style_of_its_own_or_an_address_elsewhere(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert re.findall(r"<script|<style|\sstyle=|\son[a-z]+=|https?://|\|\s*safe", text) == []


def test_every_class_of_the_design_system_in_a_template_is_in_our_style_sheet() -> None:
    sheet = (ROOT / "hub/web/static/design/components.css").read_text(encoding="utf-8")
    used = {name for page in TEMPLATES for name in re.findall(r"utrecht-[a-z0-9_-]+", page.read_text(encoding="utf-8"))}
    # Where the tokens stand; it carries no rule of its own.
    assert {name for name in used if f".{name}" not in sheet} <= {"utrecht-root"}


@pytest.mark.parametrize("folder", VENDORED, ids=lambda folder: folder.name)
def test_what_was_taken_from_others_is_what_the_list_says_and_has_its_licence(folder: Path) -> None:
    lines = (folder / "SHA256SUMS").read_text(encoding="ascii").splitlines()
    listed = {name: digest for digest, name in (line.split("  ") for line in lines)}
    files = {file.name: file for file in folder.iterdir() if file.name != "SHA256SUMS"}
    assert {name: sum_of(file) for name, file in files.items()} == listed
    assert any(name.startswith("LICENSE") for name in files)
    assert "VERSIONS" in files


def test_an_asset_is_served_under_the_address_of_this_version_only(chain: Chain) -> None:
    visitor = Visitor(chain.app)
    for name in assets.SHEETS:
        answer = visitor.sees(f"/static/{assets.version()}/{name}")
        assert (answer.status, answer.headers["Cache-Control"]) == (200, assets.FOR_EVER)
    ours = f"/static/{assets.version()}"
    for path in ("/static/0/pages.css", f"{ours}/../safe.py", f"{ours}/fonts/VERSIONS"):
        assert visitor.sees(path).status == 404


def test_the_api_has_no_use_for_a_cookie_and_gives_none(chain: Chain) -> None:
    answer = chain.app.test_client().get("/api/v1/openapi.json")
    assert "Set-Cookie" not in answer.headers
