"""The words that an agreement file is written in: its tables and keys, and what each key may hold."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeAlias

from schemas.base import MessageType
from schemas.fields import Municipality, PlainName, Slug, StrictText, one_of


class Role(StrEnum):
    """What a partner is in the chain."""

    COA = "coa"
    INTERMEDIARY = "bemiddelaar"
    MUNICIPALITY = "gemeente"


class Basis(StrEnum):
    """The legal basis of one flow. Consent is never a fallback for another. Legitimate interest is for staff only."""

    CONSENT = "toestemming"
    PUBLIC_TASK = "publieke-taak"
    LEGITIMATE_INTEREST = "gerechtvaardigd-belang"


CONFIRMED = "bevestigd"
TO_BE_CONFIRMED = "te bevestigen"


@dataclass(frozen=True)
class Rule:
    """What one key may hold: `write` says it in Dutch, `example` as the file would."""

    fits: Callable[[Any], bool]
    write: str
    example: str
    optional: bool = False


Rules: TypeAlias = Mapping[str, Rule]


class _Oin(StrictText):
    """An organisation's number in Dutch government traffic: 20 digits (Logius, OIN-Stelsel)."""

    pattern = "[0-9]{20}"
    longest = 20


class _NoticeVersion(StrictText):
    pattern = "[0-9]{4}-[0-9]+"
    longest = 10


def is_a(form: StrictText) -> Callable[[Any], bool]:
    """Whether a value is text of this form."""
    return lambda value: isinstance(value, str) and form.accepts(value)


def all_different(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """A list in which each entry fits and none stands twice."""
    return lambda value: isinstance(value, list) and all(map(fits, value)) and len(set(value)) == len(value)


def _count(lowest: int, highest: int, unit: str, example: int) -> Rule:
    return Rule(
        lambda value: type(value) is int and lowest <= value <= highest,
        f"een heel aantal {unit} van {lowest} tot en met {highest}, zonder aanhalingstekens",
        str(example),
    )


def _one(options: Iterable[str]) -> Rule:
    words = [f'"{option}"' for option in options]
    return Rule(lambda value: isinstance(value, str) and f'"{value}"' in words, one_of(words), words[0])


SLUG = Rule(is_a(Slug()), "kleine letters, cijfers en streepjes, tussen aanhalingstekens", '"almere"')
TITLE = Rule(is_a(PlainName()), "een naam van hooguit 80 tekens, tussen aanhalingstekens", '"Gemeente Almere"')
# datetime is a date in Python: a day with a time is refused.
DAY = Rule(lambda value: type(value) is date, "een datum zonder aanhalingstekens", "2022-12-01")
# A century at most: further off, counting in days runs out of calendar.
DAYS = _count(1, 36500, "dagen", 365)
NOTICE = Rule(is_a(_NoticeVersion()), "een jaar en een volgnummer, tussen aanhalingstekens", '"2023-1"')

FORGET_DAYS = 400

HEAD: Rules = {"naam": SLUG, "geldig_van": DAY, "geldig_tot_en_met": replace(DAY, optional=True)}
SETTINGS: Rules = {
    "toestemming_geldig_dagen": DAYS,
    "koppelcode_geldig_dagen": DAYS,
    "herbevestigen_na_dagen": DAYS,
    "urendrempel_per_week": _count(1, 60, "uren", 24),
    # Left out, it is FORGET_DAYS: agreements of before it stay as they are.
    "persoon_vergeten_na_dagen": replace(DAYS, optional=True),
}
PARTNER: Rules = {
    "naam": Rule(
        lambda value: is_a(Slug())(value) or is_a(Municipality())(value),
        "kleine letters, cijfers en streepjes, of de CBS-code van een gemeente, tussen aanhalingstekens",
        '"GM0034"',
    ),
    "titel": TITLE,
    "rol": _one(Role),
    "oin": Rule(is_a(_Oin()), "een OIN van precies 20 cijfers, tussen aanhalingstekens", f'"{"0" * 20}"'),
    "vestigingen": Rule(
        all_different(is_a(Slug())),
        "een lijst van vestigingen in kleine letters, cijfers en streepjes, elk één keer",
        '["almere"]',
    ),
}


def flow_rules(types: Mapping[str, MessageType]) -> Rules:
    return {
        "bericht": _one(sorted(types)),
        # Which values it may have, and whether it may stand here, depends on the message.
        "soort": Rule(lambda _: True, "een soort van dit bericht", '"TWV"', optional=True),
        "van": _one(Role),
        "naar": _one(Role),
        "doel": replace(SLUG, example='"toeleiding-naar-werk"'),
        "grondslag": _one(Basis),
        "grondslag_status": _one((TO_BE_CONFIRMED, CONFIRMED)),
        "velden": Rule(
            lambda value: bool(value) and all_different(lambda name: isinstance(name, str))(value),
            "een lijst van een of meer velden, elk één keer",
            '["magWerken"]',
        ),
        "bewaren_hub_dagen": DAYS,
        "bewaren_ontvanger_dagen": DAYS,
    }
