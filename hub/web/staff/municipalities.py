"""Municipalities by name: nobody at a desk knows their codes. A suggestion, never a check: they merge and split."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "municipalities.txt"


@cache
def by_code() -> Mapping[str, str]:
    """The name of each municipality by its CBS code, in the order of names."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return {line[:6]: line[7:] for line in lines if line.startswith("GM")}


def code_of(text: str) -> str:
    """The code of the municipality that somebody typed, by name or code; the text itself when it is neither."""
    return _by_name().get(text.casefold(), text.upper() if text[:2].casefold() == "gm" else text)


@cache
def _by_name() -> Mapping[str, str]:
    return {name.casefold(): code for code, name in by_code().items()}
