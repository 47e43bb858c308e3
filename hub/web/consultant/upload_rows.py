"""
Reads a file with hours or employments into rows, each checked whole: every mistake by its line and column.

What stands in a wrong cell is not repeated, and what no column asks for (a name in a timecard) is dropped.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import partial
from itertools import islice

from flask_babel import gettext as _

from connectors.errors import Unreadable
from connectors.setu import Timecard, read_cards
from connectors.spreadsheet import Line, columns_of, read_bytes
from hub.web.staff import message_form
from schemas.base import InvalidInput, Json, MessageType
from schemas.fields import OwnReference

MOST_ROWS = 250
NUMBER = "kandidaatnummer"
ZIP = b"PK"


class Sort(StrEnum):
    """What kind of file it is."""

    HOURS = "uren"
    CARDS = "timecards"
    WORK = "werk"


MESSAGE: Mapping[Sort, str] = {Sort.HOURS: "urenstaat", Sort.CARDS: "urenstaat", Sort.WORK: "dienstverband"}
COLUMNS: Mapping[Sort, Mapping[str, str]] = {
    Sort.HOURS: {"week": "week", "gewerkte_uren": "gewerkteUren"},
    Sort.WORK: {
        "werkt": "werkt", "werkgever": "werkgever", "werkgemeente": "werkgemeente",
        "contracturen_per_week": "contracturenPerWeek", "ingangsdatum": "ingangsdatum", "einddatum": "einddatum",
    },
}  # fmt: skip
"""By column of the spreadsheet: the field of the message."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is right in form: on which line, about which own candidate, and what it says."""

    line: int
    number: str = field(repr=False)
    body: dict[str, Json] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong: on which line (0: the whole file), in which column, and what to write there."""

    line: int
    column: str
    write: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A file, read: what can be sent, and everything that cannot, in the order of the lines."""

    rows: Sequence[Row] = ()
    wrong: Sequence[Wrong] = ()


def read(sort: Sort, content: bytes, message: MessageType, today: date, knows: Callable[[str], bool]) -> Reading:
    """Every row of the file, checked: its form, whether its candidate is known, and whether it stands there once."""
    unreadable = _not_this(sort, content)
    if unreadable:
        return Reading(wrong=[Wrong(0, "", unreadable)])
    every = _cards(content) if sort is Sort.CARDS else _lines(content, COLUMNS[sort])
    drafts = list(islice(every, MOST_ROWS + 1))
    if not drafts:
        return Reading(wrong=[Wrong(0, "", _("In dit bestand staan geen regels."))])
    if len(drafts) > MOST_ROWS:
        too_many = _("Verdeel de regels over bestanden van hooguit %(aantal)s regels.", aantal=MOST_ROWS)
        return Reading(wrong=[Wrong(0, "", too_many)])
    checked = [_checked(draft, sort, message, today, knows) for draft in drafts]
    rows, twice = _once([one for one in checked if isinstance(one, Row)], sort)
    wrong = [*twice, *(each for one in checked if not isinstance(one, Row) for each in one)]
    return Reading(rows, sorted(wrong, key=lambda one: one.line))


@dataclass(slots=True)
class _Draft:
    line: int
    number: str = ""
    body: dict[str, Json] = field(default_factory=dict)
    wrong: list[Wrong] = field(default_factory=list)

    def read(self, column: str, cell: Callable[[], Json]) -> Json:
        """A cell; what is wrong with it is kept, and the rest is read all the same."""
        try:
            return cell()
        except Unreadable as unreadable:
            self.wrong.append(Wrong(self.line, column, _spoken(str(unreadable))))
            return None


def _not_this(sort: Sort, content: bytes) -> str:
    if content.startswith(ZIP):
        return str(_("Dit is een Excel-bestand. Bewaar het in Excel als «CSV UTF-8» en kies dat bestand."))
    if sort is Sort.CARDS:
        return ""
    asked = [NUMBER, *COLUMNS[sort]]
    missing = [name for name in asked if name not in columns_of(content)]
    said = _("De eerste regel noemt deze kolommen niet: %(kolommen)s. Zet er puntkomma's tussen.",
             kolommen=", ".join(missing))  # fmt: skip
    return str(said) if missing else ""


def _cards(content: bytes) -> Iterator[_Draft]:
    try:
        for place, card in read_cards(content):
            yield _card(place, card)
    except Unreadable as unreadable:
        yield _Draft(1, wrong=[Wrong(1, "", _spoken(str(unreadable)))])


def _card(place: int, card: Timecard | Unreadable) -> _Draft:
    if isinstance(card, Unreadable):
        return _Draft(place, wrong=[Wrong(place, "", _spoken(str(card)))])
    return _Draft(place, card.candidate, {"week": card.week, "gewerkteUren": card.hours})


def _lines(content: bytes, columns: Mapping[str, str]) -> Iterator[_Draft]:
    for line in read_bytes(content):
        draft = _Draft(line.number)
        draft.number = str(draft.read(NUMBER, partial(line.text, NUMBER)) or "")
        for column, name in columns.items():
            value = draft.read(column, partial(_cell, line, column))
            if value is not None:
                draft.body[name] = value
        yield draft


def _cell(line: Line, column: str) -> Json:
    """A cell as its column is meant. An empty one is left out; a formula is text like any other."""
    if not line.text(column):
        return None
    if column == "werkt":
        return line.yes_no(column)
    if column in ("gewerkte_uren", "contracturen_per_week"):
        return line.number_of(column)
    return line.text(column)


def _checked(
    draft: _Draft, sort: Sort, message: MessageType, today: date, knows: Callable[[str], bool]
) -> Row | list[Wrong]:
    wrong = list(draft.wrong)
    already = {one.column for one in wrong}
    fields: dict[str, Json] = {}
    try:
        fields = message.load(draft.body, today)
    except InvalidInput as invalid:
        said = message_form.sentences(message, invalid.mistakes)
        told = [Wrong(draft.line, _column(sort, name), sentence) for name, sentence in said.items()]
        wrong += [one for one in told if one.column not in already]
    unread = NUMBER in already or (sort is Sort.CARDS and already)
    if not unread and not (OwnReference().accepts(draft.number) and knows(draft.number)):
        unknown = _("U kent niemand met dit nummer. Kijk het na, of verzilver eerst het briefje.")
        wrong.append(Wrong(draft.line, NUMBER, unknown))
    return wrong or Row(draft.line, draft.number, fields)


def _column(sort: Sort, name: str) -> str:
    return next((column for column, known in COLUMNS.get(sort, {}).items() if known == name), name)


def _once(rows: Sequence[Row], sort: Sort) -> tuple[list[Row], list[Wrong]]:
    """Hours are told once a week: two rows of one candidate and week are one sum, and the writer knows which."""
    if sort is Sort.WORK:
        return list(rows), []
    first: dict[tuple[str, object], int] = {}
    kept, wrong = [], []
    for row in rows:
        earlier = first.setdefault((row.number, row.body["week"]), row.line)
        if earlier == row.line:
            kept.append(row)
            continue
        said = _("Deze week van deze kandidaat staat ook op regel %(regel)s. Meld één totaal per week.", regel=earlier)
        wrong.append(Wrong(row.line, "week", said))
    return kept, wrong


def _spoken(text: str) -> str:
    """What a connector says of a cell, without the column, which stands beside it."""
    _column_name, found, rest = text.partition(": ")
    said = rest if found and _column_name.startswith("kolom") else text
    return f"{said[:1].upper()}{said[1:]}."
