"""Which values the contract takes in a message, field by field, as the model reads it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

Value = str | bool | int | float
Check = Callable[[object], bool]


def _is_boolean(value: object) -> bool:
    return isinstance(value, bool)


def _is_date(value: object) -> bool:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_week(value: object) -> bool:
    match = re.fullmatch(r"([0-9]{4})-W([0-9]{2})", value) if isinstance(value, str) else None
    if match is None:
        return False
    try:
        date.fromisocalendar(int(match[1]), int(match[2]), 1)
    except ValueError:
        return False
    return True


def _is_text(pattern: str) -> Check:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


def _is_number(highest: int, step: str) -> Check:
    def check(value: object) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return 0 <= value <= highest and Decimal(str(value)) % Decimal(step) == 0

    return check


is_v_number = _is_text(r"[0-9]{10}")
# An employer's name has no line breaks; a reference is printable throughout.
is_reference = _is_text(r"[^\x00-\x1f\x7f]{1,40}")
is_language = _is_text("nl|en|ar|ti|fa|tr|so")
_is_municipality = _is_text(r"GM[0-9]{4}")
# The contract gives no length; the hub's document does: 60.
_is_place = _is_text(r"(?=.{1,60}\Z)[a-z0-9]+(-[a-z0-9]+)*")
_is_employer = _is_text(r"(?=.*\S)[^\x00-\x1f\x7f\x85\u2028\u2029]{1,80}")


@dataclass(frozen=True)
class Shape:
    required: Mapping[str, Check]
    optional: Mapping[str, Check]


SHAPES = {
    "werkmogelijkheid": Shape({"magWerken": _is_boolean, "twvNodig": _is_boolean}, {"geldigVan": _is_date}),
    "koppeling": Shape({"gemeente": _is_municipality, "ingangsdatum": _is_date}, {}),
    "verplaatsing": Shape({"naarLocatie": _is_place, "ingangsdatum": _is_date}, {}),
    "aanvraagstatus": Shape(
        {
            "soort": _is_text("TWV|BSN"),
            "status": _is_text("aangevraagd|verleend|niet-beschikbaar"),
            "datum": _is_date,
        },
        {},
    ),
    "dienstverband": Shape(
        {
            "werkt": _is_boolean,
            "ingangsdatum": _is_date,
        },
        {
            "werkgever": _is_employer,
            "werkgemeente": _is_municipality,
            "contracturenPerWeek": _is_number(60, "0.25"),
            "einddatum": _is_date,
        },
    ),
    "urenstaat": Shape({"week": _is_week, "gewerkteUren": _is_number(168, "0.01")}, {}),
}


ASKED_OF_WORK = ("werkgever", "werkgemeente", "contracturenPerWeek")


def mistakes(message: str, fields: Mapping[str, object]) -> frozenset[str]:
    """Name every field that is missing, unknown or wrong; empty when the message may be taken."""
    shape = SHAPES[message]
    checks = {**shape.required, **shape.optional}
    missing = shape.required.keys() - fields.keys()
    unknown = fields.keys() - checks.keys()
    wrong = {name for name, value in fields.items() if name in checks and not checks[name](value)}
    together = _employment_mistakes(fields, wrong) if message == "dienstverband" else set()
    return frozenset(missing | unknown | wrong | together)


def _employment_mistakes(fields: Mapping[str, object], wrong: set[str]) -> set[str]:
    """Who works, works somewhere; and no work ends before it begins."""
    mistakes = {name for name in ASKED_OF_WORK if fields.get("werkt") is True and name not in fields}
    begin, end = (fields.get(name) if name not in wrong else None for name in ("ingangsdatum", "einddatum"))
    # Days written year first are in the order of their text.
    backwards = isinstance(begin, str) and isinstance(end, str) and end < begin
    return mistakes | ({"einddatum"} if backwards else set())
