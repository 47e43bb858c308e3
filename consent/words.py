"""
The words that a resident reads, in their own language: one file a language, and nowhere else.

Every file has the same keys. A key is "section.name"; what stands between {braces} is filled in by `say`.
Codes (of fields, purposes, reasons) are those on the wire; the words for them carry no inflection, so that they
can stand in a list, before a value and after a colon.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from string import Formatter
from types import MappingProxyType

from babel.dates import format_date, format_timedelta
from babel.lists import format_list
from babel.numbers import format_decimal

from consent.errors import UnknownLanguage, WordMissing
from schemas.base import Json
from schemas.fields import LANGUAGES

FOLDER = Path(__file__).parent / "words"

# Unicode UAX #9, 2.4: between these a name in other letters does not turn the rest of a right-to-left line around.
ISOLATE, END_ISOLATE = "\u2068", "\u2069"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# babel says weeks, months or years where it can; what was agreed in days is said in days.
_NEVER_IN_WEEKS = 10**9
_OTHER_LETTERS = re.compile(r"[A-Za-z0-9]")


class Direction(StrEnum):
    """Which way one reads; the values are those of HTML's `dir`."""

    LEFT_TO_RIGHT = "ltr"
    RIGHT_TO_LEFT = "rtl"


class Written(StrEnum):
    """By whom the words of a language were written."""

    HUMAN = "human"
    MACHINE = "machine"


@dataclass(frozen=True)
class Words:
    """Everything that the hub can say to a resident in one language. `texts` is by "section.name"."""

    language: str
    name: str
    direction: Direction
    written: Written
    day: str
    texts: Mapping[str, str]

    def say(self, key: str, **values: object) -> str:
        """The text with this key, filled in. Raises WordMissing when it is not there, or lacks a value."""
        text = self.texts.get(key)
        if text is None:
            raise WordMissing(f"consent/words/{self.language}.toml has no {key}.")
        asked = placeholders(text)
        if asked != values.keys():
            raise WordMissing(f"{key} asks for {', '.join(sorted(asked)) or 'no values'}; give exactly those.")
        return text.format(**{name: self._apart(value) for name, value in values.items()})

    def section(self, name: str) -> dict[str, str]:
        """Every text of one section, by its own name, in the order of the file."""
        begin = f"{name}."
        return {key.removeprefix(begin): text for key, text in self.texts.items() if key.startswith(begin)}

    def field(self, name: str, message: str = "") -> str:
        """What a field says, as it is meant in this message."""
        own = f"velden.{message}.{name}"
        return self.say(own if own in self.texts else f"velden.{name}")

    def purpose(self, code: str) -> str:
        """A purpose, short enough for a heading. One that a new agreement brings is called by its code."""
        return self.texts.get(f"doelen.{code}", code)

    def basis(self, code: str) -> str:
        """Why it is allowed."""
        return self.say(f"grondslagen.{code}")

    def message(self, code: str) -> str:
        """What a message, or a notice of the hub's own, is about."""
        return self.say(f"berichten.{code}")

    def role(self, code: str) -> str:
        """What a partner is in the chain."""
        return self.say(f"rollen.{code}")

    def outcome(self, code: str) -> str:
        """What became of a message."""
        return self.say(f"uitkomsten.{code}")

    def reason(self, code: str) -> str:
        """Why something was not shared: a whole sentence."""
        return self.say(f"redenen.{code}")

    def choice(self, code: str) -> str:
        """What the resident chose, or what became of it."""
        return self.say(f"keuzes.{code}")

    def state(self, code: str) -> str:
        """What a choice means today."""
        return self.say(f"standen.{code}")

    def method(self, code: str) -> str:
        """How a choice came in."""
        return self.say(f"wijzen.{code}")

    def phase(self, code: str) -> str:
        """At which moment a decision was taken."""
        return self.say(f"momenten.{code}")

    def value(self, value: Json) -> str:
        """The value of a field: yes or no, a day, a code in words; a name, a number or a code of others as it is."""
        match value:
            case bool():
                return self.yes_no(value)
            case None:
                return self.say("algemeen.onbekend")
            case str() if _DAY.fullmatch(value):
                return self.date(date.fromisoformat(value))
            case int() | float():
                return format_decimal(value, locale=self.language)
        return self.texts.get(f"waarden.{value}", str(value))

    def yes_no(self, value: bool) -> str:
        """Yes or no."""
        return self.say("algemeen.ja" if value else "algemeen.nee")

    def date(self, day: date) -> str:
        """A calendar day, the month in words."""
        return format_date(day, self.day, locale=self.language)

    def days(self, number: int) -> str:
        """A number of days, with the word for days in its right form."""
        return format_timedelta(
            timedelta(days=number), granularity="day", threshold=_NEVER_IN_WEEKS, locale=self.language
        )

    def all_of(self, parts: Iterable[str]) -> str:
        """These as one reads them in a sentence: "a, b and c"."""
        return format_list([str(self._apart(part)) for part in parts], locale=self.language)

    def _apart(self, value: object) -> object:
        """A value as it can stand in a line of this language."""
        mixed = self.direction is Direction.RIGHT_TO_LEFT and _OTHER_LETTERS.search(str(value))
        return f"{ISOLATE}{value}{END_ISOLATE}" if mixed else value


@cache
def words(language: str) -> Words:
    """The words of this language (ISO 639-1). Raises UnknownLanguage for one that has none."""
    if language not in LANGUAGES:
        raise UnknownLanguage(f"There are no words in {language!r:.20}; there are in {', '.join(LANGUAGES)}.")
    content = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    about = content.pop("taal")
    texts = {f"{section}.{name}": text for section, rows in content.items() for name, text in rows.items()}
    return Words(
        language, about["naam"], Direction(about["richting"]), Written(about["stand"]), about["datum"],
        MappingProxyType(texts),
    )  # fmt: skip


def placeholders(text: str) -> set[str]:
    """The names between braces in a text."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
