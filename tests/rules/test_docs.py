"""The documents leave nothing out and point nowhere that is not there."""

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest

from hub.cli import commands
from hub.settings import Settings
from hub.web import safe
from tests.chain import Chain

ROOT = Path(__file__).parents[2]
DOCS = sorted((ROOT / "docs").glob("*.md"))
PAGES = [*sorted(ROOT.glob("*.md")), *DOCS]
ALL_DOCS = "\n".join(page.read_text(encoding="utf-8") for page in DOCS)
SETTINGS = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
API = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
SCREENS = (ROOT / "docs" / "screens.md").read_text(encoding="utf-8")

LINK = re.compile(r"\]\(([^)\s]+)\)")
FILE = re.compile(r"`((?:schemas|consent|audit|connectors|hub|tests|docs)/[\w./-]*\.\w+)`")
ARGUMENT = re.compile(r"<[^>]+>")
COMMAND = re.compile(r"(?:^|`|/bin/|\$ )(ketenhub (?:partner )?[a-z]+)", re.MULTILINE)
ABSOLUTE = re.compile(r"[a-z]+:")


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def headings(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def typed(group: click.Group, before: str = "ketenhub") -> Iterator[str]:
    """Every command with the words before it."""
    for name, command in group.commands.items():
        yield f"{before} {name}"
        if isinstance(command, click.Group):
            yield from typed(command, f"{before} {name}")


@pytest.mark.parametrize("setting", [f"HUB_{field.name.upper()}" for field in fields(Settings)])
def test_every_setting_has_its_row(setting: str) -> None:
    assert f"| `{setting}` |" in SETTINGS


def test_no_setting_is_documented_that_is_not_there() -> None:
    known = {f"HUB_{field.name.upper()}" for field in fields(Settings)}
    rows = set(re.findall(r"^\| `(HUB_\w+)` \|", SETTINGS, re.MULTILINE))

    assert rows == known


@pytest.mark.parametrize("command", sorted(typed(commands)))
def test_every_command_is_named_in_a_document(command: str) -> None:
    assert f"`{command}" in ALL_DOCS


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_document_names_a_command_that_is_not_there(page: Path) -> None:
    known = set(typed(commands))
    named = COMMAND.findall(page.read_text(encoding="utf-8"))

    assert {name for name in named if name not in known} == set()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        path, _, heading = link.partition("#")
        if ABSOLUTE.match(link):
            continue
        target = page if not path else page.parent / path
        assert target.exists(), link
        assert not heading or heading in headings(target), link


@pytest.mark.parametrize("page", [ROOT / "README.md", ROOT / "SECURITY.md", *DOCS], ids=name_of)
def test_every_file_that_is_named_is_there(page: Path) -> None:
    named = set(FILE.findall(page.read_text(encoding="utf-8")))

    assert {name for name in named if not (ROOT / name).exists()} == set()


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_the_table_of_endpoints_is_that_of_the_app(chain: Chain) -> None:
    rules = [rule for rule in chain.app.url_map.iter_rules() if rule.rule.startswith("/api/v1")]
    served = {
        f"{method} {ARGUMENT.sub('{NAME}', rule.rule)}"
        for rule in rules
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    rows = re.findall(r"^\| `([A-Z]+ /api/v1/[^`]+)` \|", API, re.MULTILINE)

    assert {re.sub(r"\{\w+\}", "{NAME}", row) for row in rows} == served
    assert len(rows) == len(served)


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_the_other_addresses_are_named_too(chain: Chain) -> None:
    others = {rule.rule for rule in chain.app.url_map.iter_rules() if not rule.rule.startswith("/api/v1")}
    staff = {rule for rule in others if safe.is_staff(rule)}

    assert {rule for rule in others - staff if f"{rule}`" not in API} == set()
    # One reads a handle as what it leads to, and not as a converter of the framework.
    assert {rule for rule in staff if f"`{rule.replace('handle:', '')}`" not in SCREENS} == set()


@pytest.mark.parametrize("page", DOCS, ids=name_of)
def test_every_document_can_be_found_from_the_readme(page: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert f"docs/{page.name}" in readme


# Names with an underscore or a dot; no settings, and no files, which have a rule of their own.
SYMBOL = re.compile(r"`(?!HUB_)((?:\w+\.)+(?!(?:py|toml|pem|key)`)\w+|\w*_\w+)`")
# Of the example in the page about settings: the application's role in PostgreSQL.
EXAMPLES = {"hub_app"}
ROOMS = ("schemas", "consent", "audit", "connectors", "hub")


@pytest.fixture(scope="module")
def names() -> set[str]:
    """Every name that the code defines or uses, and every word of the texts in it."""
    found: set[str] = set()
    for file in (file for room in ROOMS for file in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.arg(arg=name):
                    found.add(name)
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    found.add(name)
                case ast.Constant(value=str(text)):
                    found.update(re.findall(r"\w+", text))
    return found


@pytest.mark.parametrize("page", DOCS, ids=name_of)
def test_every_symbol_that_is_named_is_in_the_code(page: Path, names: set[str]) -> None:
    named = set(SYMBOL.findall(page.read_text(encoding="utf-8"))) - EXAMPLES

    assert {name for name in named if name.split(".")[-1] not in names} == set()
