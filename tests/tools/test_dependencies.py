"""What we build on is looked at before it is trusted: a lock without a hash, or an odd licence, does not pass."""

from email.message import Message
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

import pytest

from tools import dependencies

HASH = "--hash=sha256:" + "0" * 64
GOOD = f"click==8.3.0 \\\n    {HASH}\nrich==15.0 \\\n    {HASH}\n"


class Told(Distribution):
    """A package that says this of itself."""

    def __init__(self, **said: str) -> None:
        self.said = Message()
        for name, text in said.items():
            self.said[name.replace("_", "-")] = text

    @property
    def metadata(self) -> Any:
        return self.said

    def read_text(self, filename: str) -> None:
        return None

    def locate_file(self, path: Any) -> Path:
        return Path(path)


def licence_mistakes(name: str, *small: str, **said: str) -> list[str]:
    return list(dependencies.mistakes_in_licences({name: Told(**said)}, small))


def test_a_lock_with_hashes_is_good() -> None:
    assert list(dependencies.mistakes_in_locks(GOOD, GOOD)) == []


def test_a_package_without_a_hash_is_named() -> None:
    bare = GOOD.replace(f" \\\n    {HASH}", "", 1)
    assert [text.split()[0] for text in dependencies.mistakes_in_locks(bare, bare)] == ["click"]


def test_locks_that_differ_are_named() -> None:
    assert len(list(dependencies.mistakes_in_locks(GOOD, GOOD.replace("15.0", "15.1")))) == 1


@pytest.mark.parametrize(
    "said",
    [
        {"License_Expression": "MIT"},
        {"License_Expression": "Apache-2.0 OR BSD-3-Clause"},
        {"Classifier": "License :: OSI Approved :: MIT License"},
        {"License": "Apache 2.0"},
    ],
)
def test_a_known_licence_passes(said: dict[str, str]) -> None:
    assert licence_mistakes("x", **said) == []


@pytest.mark.parametrize(
    "said",
    [{}, {"License": "Proprietary"}, {"License_Expression": "AGPL-3.0-only"}, {"License_Expression": "MIT AND X"}],
)
def test_any_other_is_named(said: dict[str, str]) -> None:
    assert licence_mistakes("x", **said)


def test_psycopg_passes_as_an_extra_and_not_otherwise() -> None:
    assert licence_mistakes("psycopg", License_Expression="LGPL-3.0-only") == []
    assert licence_mistakes("psycopg", "psycopg", License_Expression="LGPL-3.0-only")
    assert licence_mistakes("other", License_Expression="LGPL-3.0-only")


def test_what_nobody_looks_after_is_named() -> None:
    assert licence_mistakes("x", License_Expression="MIT", Classifier=dependencies.ABANDONED)
