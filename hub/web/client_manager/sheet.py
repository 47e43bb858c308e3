"""A file for a spreadsheet: what may be read now, of one client or of a page of clients. Each is asked and recorded."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from flask import make_response, request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from hub.people.models import Link
from hub.web.client_manager.clients import clients_on
from hub.web.client_manager.facts import Facts, facts_of
from hub.web.client_manager.pages import staff
from hub.web.staff.door import Sitting
from hub.web.staff.inbox_pages import page_of, short
from hub.web.staff.reading import value_of
from schemas.base import Json

COLUMNS: Sequence[LazyString] = (
    _l("V-nummer"), _l("Kenmerk"), _l("Gekoppeld vanaf"), _l("Werkt"), _l("Werkgever"), _l("Gemeente van het werk"),
    _l("Contracturen per week"), _l("Eerste werkdag"), _l("Laatste werkdag"), _l("Week"), _l("Gewerkte uren"),
)  # fmt: skip
JOB = ("werkt", "werkgever", "werkgemeente", "contracturenPerWeek", "ingangsdatum", "einddatum")
# A cell that begins so is a formula to a spreadsheet (OWASP, CSV Injection); to some, so is one in wide letters.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
BYTE_ORDER_MARK = "\ufeff"


@staff.post("/client/<handle:handle>/bestand")
def download_client(at: Sitting, handle: str) -> ResponseReturnValue:
    """One client."""
    return _file(at, [at.person(handle)])


@staff.post("/clienten/bestand")
def download_clients(at: Sitting) -> ResponseReturnValue:
    """The clients of one page, and no more: each is asked about by themselves."""
    return _file(at, clients_on(at, page_of(request.form.get("pagina", "1"))).links)


def _file(at: Sitting, links: Iterable[Link]) -> ResponseReturnValue:
    rows = [row for link in links for row in _rows(at, link, facts_of(at, link, taken=True))]
    response = make_response(written([[str(one) for one in COLUMNS], *rows]))
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    # The name says nothing about anybody: it stays behind in lists of downloads.
    response.headers["Content-Disposition"] = f'attachment; filename="clienten-{at.hub.today().isoformat()}.csv"'
    return response


def written(rows: Iterable[Sequence[str]]) -> bytes:
    """Semicolons, and a mark by which a spreadsheet knows that the letters are UTF-8."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows([cell(one) for one in row] for row in rows)
    return (BYTE_ORDER_MARK + text.getvalue()).encode()


def cell(text: str) -> str:
    """Text that a spreadsheet takes for text: what would begin a formula gets a quote before it."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _rows(at: Sitting, link: Link, facts: Facts) -> Iterator[list[str]]:
    """A row for each job and week; one row for who has neither."""
    who = [facts.number or "", short(link.pseudonym), str(facts.linkage.get("ingangsdatum", ""))]
    weeks = [[week, number(hours)] for week, hours in facts.weeks.items()] or [["", ""]]
    for job in facts.work or [{}]:
        said = [_said(at, name, job.get(name)) for name in JOB]
        yield from ([*who, *said, *week] for week in weeks)


def _said(at: Sitting, name: str, value: Json) -> str:
    # Days stay as they are: a spreadsheet knows them so, and sorts them.
    if value is None or (isinstance(value, str) and name in ("ingangsdatum", "einddatum")):
        return "" if value is None else str(value)
    return (
        number(value)
        if isinstance(value, int | float) and not isinstance(value, bool)
        else value_of(at.words, name, value)
    )


def number(hours: float) -> str:
    """With a decimal comma, and no more digits than there are."""
    return f"{hours:.2f}".rstrip("0").rstrip(".").replace(".", ",")
