"""A permit is made in one place, `hub/policy/decide.py`: nobody else can say yes, by whatever name."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import hub

ROOT = Path(hub.__file__).parents[1]
ROOMS = ("schemas", "consent", "audit", "connectors", "hub")
FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
DECIDE = ROOT / "hub" / "policy" / "decide.py"
VERDICTS = {"Permit", "Refusal"}


def made_in(code: str) -> list[str]:
    """Where this code makes a permit or a refusal, or another one out of one: 'line: name'."""
    tree = ast.parse(code)
    known = VERDICTS | set(_aliases(tree))
    return [f"{call.lineno}: {name}" for call, name in _calls(tree) if name in known or _copies(call, name, known)]


def _aliases(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from (it.asname for it in node.names if it.name in VERDICTS and it.asname)
        elif isinstance(node, ast.Assign) and _name(node.value) in VERDICTS:
            # `yes = Permit` or `yes = permit.Permit`
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def _calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    return ((node, _name(node.func)) for node in ast.walk(tree) if isinstance(node, ast.Call))


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _copies(call: ast.Call, name: str, known: set[str]) -> bool:
    """`replace(permit, ...)`, `partial(Permit, ...)`, `object.__new__(Permit)` and their like."""
    if name in {"replace", "__replace__", "copy"} and call.args:
        return "permit" in _name(call.args[0]).lower()
    return name in {"partial", "__new__", "map", "starmap"} and any(_name(argument) in known for argument in call.args)


@pytest.mark.parametrize(
    "path", [path for path in FILES if path != DECIDE], ids=lambda path: str(path.relative_to(ROOT))
)
def test_nobody_but_decide_makes_a_permit(path: Path) -> None:
    assert made_in(path.read_text()) == []


def test_decide_does() -> None:
    assert {line.split(": ")[1] for line in made_in(DECIDE.read_text())} == VERDICTS


@pytest.mark.parametrize(
    "code",
    [
        "Permit(1)",
        "permit.Permit(1)",
        "from hub.permit import Permit as Yes\nYes(1)",
        "Yes = Permit\nYes(1)",
        "replace(permit, fields=())",
        "dataclasses.replace(self.permit, fields=())",
        "partial(Permit, 1)",
        "object.__new__(Permit)",
    ],
)
def test_this_rule_bites(code: str) -> None:
    assert made_in(code) != []
