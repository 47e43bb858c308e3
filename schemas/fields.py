"""What one field may hold: one form each, everything else refused by name, nothing guessed or rounded."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Generic, TypeVar

from marshmallow import ValidationError, fields

T = TypeVar("T")

LANGUAGES = ("nl", "en", "ar", "ti", "fa", "tr", "so")
MISSING = "Vul dit veld in."
NULL = "Vul een waarde in; null is geen waarde."


def one_of(options: Iterable[str]) -> str:
    """The options as one reads them in a sentence: "aangevraagd, verleend of niet-beschikbaar"."""
    *first, last = options
    return f"{', '.join(first)} of {last}" if first else last


class StrictField(fields.Field[T], Generic[T]):
    """
    A field with one form. Every refusal is `write`: one plain Dutch sentence that says what to write.

    The sentence never repeats the value, which may be about a person.
    """

    write: str = ""

    def __init__(self, *, metadata: Mapping[str, object] | None = None, **options: Any) -> None:
        super().__init__(
            metadata={**self.shape(), **(metadata or {})},
            error_messages={"required": MISSING, "null": NULL},
            **options,
        )

    def shape(self) -> dict[str, object]:
        """What OpenAPI 3.0.3 says about this form; a field's own description and example are added to it."""
        return {}

    def accept(self, value: object) -> T:
        """The JSON value as a Python value. Raise refusal() when it has another form."""
        raise self.refusal()

    def canonical(self, value: T) -> object:
        """The Python value as the one JSON value that stands for it."""
        return value

    def refusal(self) -> ValidationError:
        return ValidationError(self.write)

    # marshmallow's two doors; the other arguments (name, whole body) are of no use to a single field.
    def _deserialize(self, value: Any, *_: Any, **__: Any) -> T:
        return self.accept(value)

    def _serialize(self, value: T | None, *_: Any, **__: Any) -> object:
        return None if value is None else self.canonical(value)


class StrictBoolean(StrictField[bool]):
    """JSON true or false, nothing else: "ja", 1 and "on" are refused, not guessed."""

    write = "Schrijf true of false, zonder aanhalingstekens."

    def shape(self) -> dict[str, object]:
        return {"type": "boolean"}

    def accept(self, value: object) -> bool:
        if not isinstance(value, bool):
            raise self.refusal()
        return value


class StrictDate(StrictField[date]):
    """A day that exists, as text `YYYY-MM-DD`; no time, no other form of ISO 8601."""

    write = 'Schrijf een bestaande datum als jaar-maand-dag, bijvoorbeeld "2023-03-01".'

    def __init__(self, *, today_when_missing: bool = False, **options: Any) -> None:
        """With `today_when_missing`, MessageType.load fills in its `today` when the field is left out."""
        super().__init__(**options)
        self.today_when_missing = today_when_missing

    def shape(self) -> dict[str, object]:
        return {"type": "string", "format": "date"}

    def accept(self, value: object) -> date:
        # fromisoformat alone also takes 20230301 and 2023-W09-3.
        if not isinstance(value, str) or not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            raise self.refusal()
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise self.refusal() from None

    def canonical(self, value: date) -> str:
        return value.isoformat()


class StrictHours(StrictField[Decimal]):
    """A JSON number from 0 to `top` hours, both included, in whole steps. Never rounded, never cut."""

    top: ClassVar[int]
    step: ClassVar[Decimal]

    def shape(self) -> dict[str, object]:
        return {"type": "number", "minimum": 0, "maximum": self.top, "multipleOf": float(self.step)}

    def accept(self, value: object) -> Decimal:
        # A bool is an int in Python. NaN and the infinities fail the comparison, and so does a huge integer,
        # before anything is made of it.
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= self.top:
            raise self.refusal()
        hours = Decimal(str(value))
        if hours % self.step:
            raise self.refusal()
        return hours

    def canonical(self, value: Decimal) -> int | float:
        # 17.0 and 17 are the same JSON number: kept in one form, so that equal messages are equal bytes.
        return int(value) if value == value.to_integral_value() else float(value)


class ContractHours(StrictHours):
    """Hours a week in a contract: 0 to 60, in quarters of an hour."""

    top = 60
    step = Decimal("0.25")
    write = "Schrijf een getal van 0 tot en met 60 in kwartieren, bijvoorbeeld 24 of 22.75."


class WorkedHours(StrictHours):
    """Hours worked in one week: 0 to 168, in hundredths of an hour."""

    top = 168
    step = Decimal("0.01")
    write = "Schrijf een getal van 0 tot en met 168 met hooguit twee cijfers na de punt, bijvoorbeeld 22.5."


class StrictText(StrictField[str]):
    """
    Text of at most `longest` characters that matches `pattern` from first to last.

    There is no field for text of any form. Digits are 0 to 9 only.
    """

    pattern: ClassVar[str] = ""
    longest: ClassVar[int] = 0

    def shape(self) -> dict[str, object]:
        return {"type": "string", "pattern": f"^{self.pattern}$", "maxLength": self.longest}

    def accepts(self, value: str) -> bool:
        """Whether this text has the field's form."""
        return len(value) <= self.longest and re.fullmatch(self.pattern, value) is not None

    def accept(self, value: object) -> str:
        if not isinstance(value, str) or not self.accepts(value):
            raise self.refusal()
        return value


class Municipality(StrictText):
    """A municipality as its CBS code. The form only: whether the code is in use is not looked up."""

    pattern = "GM[0-9]{4}"
    longest = 6
    write = 'Schrijf de CBS-code van de gemeente: GM en vier cijfers, bijvoorbeeld "GM0034".'


class VNumber(StrictText):
    """COA's own number for a person: ten digits."""

    pattern = "[0-9]{10}"
    longest = 10
    write = "Schrijf het V-nummer: precies tien cijfers, tussen aanhalingstekens."


class Slug(StrictText):
    """A short name in lower case with hyphens, of a location, branch or purpose; at most 60 characters."""

    pattern = "[a-z0-9]+(-[a-z0-9]+)*"
    longest = 60
    write = 'Schrijf kleine letters, cijfers en streepjes, hooguit 60 tekens, bijvoorbeeld "azc-gilze".'


class IsoWeek(StrictText):
    """A week that exists in the ISO 8601 calendar, as `2023-W30`. Most years have no week 53."""

    pattern = "(?!0000)[0-9]{4}-W(0[1-9]|[1-4][0-9]|5[0-3])"
    longest = 8
    write = 'Schrijf een bestaande week als jaar en weeknummer, bijvoorbeeld "2023-W30".'

    def accepts(self, value: str) -> bool:
        if not super().accepts(value):
            return False
        try:
            date.fromisocalendar(int(value[:4]), int(value[6:]), 1)
        except ValueError:
            return False
        return True


class PrintableText(StrictText):
    """
    One line of 1 to `longest` printable characters that neither begins nor ends with a space.

    Refused are line breaks, control, formatting and surrogate characters. A space at an edge is refused
    rather than cut off: "K1" and "K1 " would be two people.
    """

    def shape(self) -> dict[str, object]:
        return {"type": "string", "minLength": 1, "maxLength": self.longest}

    def accepts(self, value: str) -> bool:
        return 1 <= len(value) <= self.longest and value.isprintable() and value == value.strip()


class PlainName(PrintableText):
    """The name of an organisation or of somebody who works there, at most 80 characters."""

    longest = 80
    write = "Schrijf een naam van 1 tot en met 80 tekens op één regel, zonder spatie aan het begin of eind."


class EmailAddress(StrictText):
    """An address for mail of one plain form: small letters, digits and . _ + - before the @, a host name after it."""

    pattern = r"[a-z0-9_+-]+(\.[a-z0-9_+-]+)*@[a-z0-9]+(-+[a-z0-9]+)*(\.[a-z0-9]+(-+[a-z0-9]+)*)+"
    longest = 80
    write = 'Schrijf een e-mailadres in kleine letters, bijvoorbeeld "n.bakker@voorbeeld.nl".'


class TelephoneNumber(StrictText):
    """A telephone number with its country, digits only, as ITU-T E.164 has it."""

    pattern = r"\+[1-9][0-9]{7,14}"
    longest = 16
    write = 'Schrijf een telefoonnummer met landnummer en zonder spaties, bijvoorbeeld "+31360000101".'


class OwnReference(PrintableText):
    """What a partner itself calls a person, at most 40 characters."""

    longest = 40
    write = "Schrijf een kenmerk van 1 tot en met 40 leesbare tekens, zonder spatie aan het begin of eind."


class Choice(StrictText):
    """One of a fixed list of words, exactly as written there."""

    def __init__(self, options: Iterable[str], **field_options: Any) -> None:
        self.options = tuple(options)
        self.write = f"Schrijf {one_of(self.options)}."
        super().__init__(**field_options)

    def shape(self) -> dict[str, object]:
        return {"type": "string", "enum": list(self.options)}

    def accepts(self, value: str) -> bool:
        return value in self.options


class Language(Choice):
    """One of the seven languages that the notices are written in, as its ISO 639-1 code."""

    def __init__(self, **field_options: Any) -> None:
        super().__init__(LANGUAGES, **field_options)
