"""What a message type is: its name, its fields, an example, and how a body is read, every mistake at once."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any, TypeAlias

from marshmallow import RAISE, Schema, ValidationError

from schemas import messages
from schemas.fields import Choice, StrictDate

Json: TypeAlias = str | int | float | bool | list["Json"] | dict[str, "Json"] | None

NOT_AN_OBJECT = "Stuur één JSON-object, tussen accolades."
UNKNOWN = "Dit veld kent de hub niet; laat het weg."
ERROR_MESSAGES = {"unknown": UNKNOWN, "type": NOT_AN_OBJECT}


@dataclass(frozen=True)
class Mistake:
    """One thing that is wrong with a body: the field by its name on the wire, and what to write there."""

    field: str
    message: str


class InvalidInput(Exception):
    """A body says more, less or other than its schema allows. `mistakes` has them all, but no value."""

    def __init__(self, *mistakes: Mistake) -> None:
        # The text names no field: an unknown field's name is the sender's, and may be about a person.
        super().__init__("ongeldige-invoer")
        self.mistakes = mistakes


class MessageSchema(Schema):
    """The fields of one body. What it does not know it refuses."""

    class Meta:
        unknown = RAISE  # marshmallow's default; said aloud, since much hangs on it

    error_messages = ERROR_MESSAGES

    def read(self, body: object) -> dict[str, Any]:
        """The body by code names, as Python values. Raise InvalidInput with every mistake."""
        if not isinstance(body, Mapping):
            raise InvalidInput(Mistake("", NOT_AN_OBJECT))
        try:
            loaded: dict[str, Any] = self.load(body)
        except ValidationError as error:
            raise InvalidInput(*self._mistakes(error.messages_dict)) from None
        return loaded

    def wire_names(self) -> tuple[str, ...]:
        """The names on the wire, in the order in which they are declared."""
        return tuple(field.data_key or name for name, field in self.fields.items())

    def _mistakes(self, messages: Mapping[Any, list[str]]) -> Iterator[Mistake]:
        """Known fields first, in their own order; then the unknown ones by name."""
        known = [name for name in self.wire_names() if name in messages]
        unknown = sorted((key for key in messages if key not in known), key=str)
        for key in [*known, *unknown]:
            yield from (Mistake(_readable(key), message) for message in messages[key])


def _readable(key: object) -> str:
    # A sender may call a field anything, a lone surrogate or 60 kB of text too; that is not echoed.
    return key if isinstance(key, str) and len(key) <= 80 and key.isprintable() else "(onleesbare naam)"


class Kind(StrEnum):
    """
    A fact has a newest version that counts; an event happened, and stays. Both are about a person.

    Of staff a partner keeps a list of its own, and tells from it only beside something else about a person.
    """

    FACT = "feit"
    EVENT = "gebeurtenis"
    STAFF = "medewerker"


@dataclass(frozen=True)
class Derivation:
    """What derived fields are made of and the hub knows at publication; `hours_threshold` in hours a week."""

    own_reference: str
    hours_threshold: int


def _derives_nothing(_fields: Mapping[str, Json], _derivation: Derivation) -> dict[str, Json]:
    return {}


@dataclass(frozen=True, eq=False)
class MessageType:
    """
    One thing that may be said about a person, or (Kind.STAFF) of staff. `name`, `collection` and all fields are as on
    the wire.

    `variant` is the field that splits facts in kinds of their own (aanvraagstatus: a current fact per soort).
    `reconfirm` is the field that must be confirmed anew after a while, or is no longer answered.
    `derived` are the fields that the hub adds at publication by `derive`; a sender may not fill them in.
    """

    name: str
    collection: str
    version: int
    kind: Kind
    schema: type[MessageSchema]
    example: Mapping[str, Json]
    variant: str | None = None
    derived: tuple[str, ...] = ()
    derive: Callable[[Mapping[str, Json], Derivation], dict[str, Json]] = _derives_nothing
    reconfirm: str | None = None

    @property
    def about_a_person(self) -> bool:
        """Whether it is said of a person, and so published, stored and handed over."""
        return self.kind is not Kind.STAFF

    @cached_property
    def _reader(self) -> MessageSchema:
        return self.schema()

    @cached_property
    def wire_names(self) -> tuple[str, ...]:
        """Every field that an agreement may let a recipient see: the sender's and the derived ones."""
        return (*self._reader.wire_names(), *self.derived)

    @cached_property
    def variants(self) -> tuple[str, ...]:
        """The values of the variant field; empty for a type without one."""
        choices = (field for field in self._reader.fields.values() if field.data_key == self.variant)
        return next((field.options for field in choices if isinstance(field, Choice)), ())

    def load(self, body: object, today: date) -> dict[str, Json]:
        """
        The body by wire names, in canonical JSON values: dates as text, 17.0 as 17. What was left out
        stays out; only a date that defaults to `today` (geldigVan) is then filled in.

        Reading the result again gives the same result. Raise InvalidInput with every mistake.
        """
        values = self._reader.read(body)
        for name, field in self._reader.fields.items():
            if isinstance(field, StrictDate) and field.today_when_missing:
                values.setdefault(name, today)
        canonical: dict[str, Json] = self._reader.dump(values)
        return canonical


def discover() -> dict[str, MessageType]:
    """Every message type by its name: the MESSAGE of each file in schemas/messages."""
    names = sorted(module.name for module in pkgutil.iter_modules(messages.__path__))
    found = [importlib.import_module(f"{messages.__name__}.{name}").MESSAGE for name in names]
    return {message.name: message for message in found}
