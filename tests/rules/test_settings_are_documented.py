"""Every setting is in docs/settings.md, and nothing in there is a setting that does not exist."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

import hub
from hub.settings import PREFIX, Settings

PAGE = Path(hub.__file__).parents[1] / "docs" / "settings.md"
NAMES = [PREFIX + field.name.upper() for field in fields(Settings)]
# HUB_TEST_… belongs to the tests.
NOT_SETTINGS = re.compile(r"HUB_TEST_[A-Z_]*")


@pytest.fixture(scope="module")
def named() -> set[str]:
    """Every HUB_NAME on the page."""
    return set(re.findall(r"\bHUB_[A-Z][A-Z_]*\b", NOT_SETTINGS.sub("", PAGE.read_text())))


@pytest.mark.parametrize("name", NAMES)
def test_a_setting_is_documented(name: str, named: set[str]) -> None:
    assert name in named


def test_what_is_documented_is_a_setting(named: set[str]) -> None:
    assert named - {*NAMES, *(f"{name}_FILE" for name in NAMES), "HUB_NAME", "HUB_NAME_FILE"} == set()
