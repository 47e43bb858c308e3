"""
A file with hours or employments: everything that is wrong first, then what will be sent per candidate, then sending.

Nothing is sent before somebody looked. What became of each row stands on the page afterwards, and is kept nowhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hub.errors import Conflict
from hub.exchange import known, publish
from hub.exchange.publish import Refused
from hub.exchange.remember import Request
from hub.identity.forms import refuse_cut_off
from hub.web.consultant import upload_rows, upload_sealed
from hub.web.consultant.pages import HOME, staff
from hub.web.consultant.upload_rows import COLUMNS, MESSAGE, MOST_ROWS, NUMBER, Reading, Row, Sort
from hub.web.consultant.upload_sealed import Upload
from hub.web.desk import desk
from hub.web.staff import message_form
from hub.web.staff.door import Sitting
from hub.web.staff.layout import show
from hub.web.staff.reading import purpose_first, value_of
from schemas.base import InvalidInput, Json

UPLOAD = f"{HOME}/bestand"
SORT, FILE, ROWS = "soort", "bestand", "rijen"
LARGEST = 2 * 1024 * 1024

SORTS: Mapping[Sort, LazyString] = {
    Sort.HOURS: _l("Uren, uit een spreadsheet (CSV)"),
    Sort.CARDS: _l("Uren, uit SETU-timecards (JSON)"),
    Sort.WORK: _l("Werk, uit een spreadsheet (CSV)"),
}
EXAMPLES: Mapping[Sort, str] = {
    Sort.HOURS: "kandidaatnummer;week;gewerkte_uren\nK00001;2026-W47;22,5\nK00002;2026-W47;16\n",
    Sort.WORK: "kandidaatnummer;werkt;werkgever;werkgemeente;contracturen_per_week;ingangsdatum;einddatum\n"
    "K00001;ja;Hotel Voorbeeld;GM0034;24;2026-11-02;\nK00002;nee;;;;2026-09-01;2026-11-20\n",
}
TOO_LATE = _l(
    "Dit overzicht geldt niet meer: het is ouder dan een half uur, of van een andere keer inloggen. "
    "Kies het bestand opnieuw. Er is niets verstuurd."
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row. `kind` as in the macro `state`: ok, plain or no."""

    line: int
    number: str
    kind: str
    said: str


@staff.get("/bestand")
def show_upload(at: Sitting) -> ResponseReturnValue:
    """Which file, of which kind, and how it must look."""
    return _page(at)


@staff.post("/bestand", largest=LARGEST)
def look_at_file(at: Sitting) -> ResponseReturnValue:
    """Everything that is wrong, and what would be sent. Nothing is sent or kept yet."""
    refuse_cut_off(request)
    given, file = request.form.get(SORT, ""), request.files.get(FILE)
    content = b"" if file is None else file.read()
    mistakes: dict[str, str] = {}
    if given not in set(Sort):
        mistakes[SORT] = _("Kies wat er in het bestand staat.")
    if not content:
        mistakes[FILE] = _("Kies een bestand waar iets in staat.")
    if mistakes:
        return _page(at, given, mistakes), 400
    sort = Sort(given)
    reading = upload_rows.read(sort, content, at.hub.messages[MESSAGE[sort]], at.hub.today(), _known(at))
    return _preview(at, sort, reading), 200 if reading.rows else 400


@staff.post("/bestand/verstuur", largest=LARGEST)
def send_rows(at: Sitting) -> ResponseReturnValue:
    """Send what was looked at; a row that was sent already is not sent twice."""
    refuse_cut_off(request)
    upload = upload_sealed.unseal(at.hub.vault, at.session_id, request.form.get(ROWS, ""), desk().wall())
    if upload is None:
        return _page(at, mistakes={FILE: str(TOO_LATE)}), 400
    outcomes = [_send(at, upload, row) for row in upload.rows]
    return show(at, "consultant/upload_done", _("Wat ervan kwam"), outcomes=outcomes, again=UPLOAD)


@staff.get("/bestand/voorbeeld-uren")
def example_of_hours(at: Sitting) -> ResponseReturnValue:
    """A file to fill in."""
    return _example(Sort.HOURS, "voorbeeld-uren.csv")


@staff.get("/bestand/voorbeeld-werk")
def example_of_work(at: Sitting) -> ResponseReturnValue:
    """A file to fill in."""
    return _example(Sort.WORK, "voorbeeld-werk.csv")


def _example(sort: Sort, name: str) -> Response:
    # With the mark by which a spreadsheet program sees that it is UTF-8.
    answer = Response(f"\N{ZERO WIDTH NO-BREAK SPACE}{EXAMPLES[sort]}", mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _known(at: Sitting) -> Any:
    return lambda number: known.called(at.hub, at.by, number) is not None


def _page(at: Sitting, sort: str = "", mistakes: Mapping[str, str] | None = None) -> str:
    columns = {kind.value: [NUMBER, *names] for kind, names in COLUMNS.items()}
    return show(
        at, "consultant/upload", _("Bestand versturen"), sorts=[(one.value, said) for one, said in SORTS.items()],
        sort=sort, mistakes=dict(mistakes or {}), columns=columns, most=MOST_ROWS, largest=LARGEST // 1024**2,
        action=UPLOAD,
    )  # fmt: skip


def _preview(at: Sitting, sort: Sort, reading: Reading) -> str:
    names = list(dict.fromkeys(name for row in reading.rows for name in row.body))
    heads = [message_form.label_of(MESSAGE[sort], name) for name in names]
    rows = [(row, [value_of(at.words, name, row.body.get(name, "")) for name in names]) for row in reading.rows]
    sealed = upload_sealed.seal(at.hub.vault, at.session_id, sort, reading.rows, desk().wall()) if rows else ""
    return show(
        at, "consultant/upload_look", _("Dit gaat u versturen"), rows=rows, heads=heads, wrong=reading.wrong,
        wrong_lines=len({one.line for one in reading.wrong}), sealed=sealed, action=f"{UPLOAD}/verstuur", again=UPLOAD,
    )  # fmt: skip


def _send(at: Sitting, upload: Upload, row: Row) -> Outcome:
    message = at.hub.messages[MESSAGE[upload.sort]]
    link = known.called(at.hub, at.by, row.number)
    name = "" if link is None else link.pseudonym
    body: dict[str, Json] = {**row.body, "betrokkeneId": name}
    wanted = Request(at.by, f"/api/v1/{message.collection}", upload.key(at.hub.vault, row, name), body)
    try:
        done = publish.publish(at.hub, message, wanted)
    except InvalidInput as invalid:
        return _rejected(row, _sentences(upload, invalid, at))
    except Conflict:
        return _rejected(row, _("Deze regel is eerder met iets anders verstuurd."))
    if isinstance(done, Refused):
        return Outcome(row.line, row.number, "plain", _("Niet gedeeld"))
    return _taken(row, done)


def _sentences(upload: Upload, invalid: InvalidInput, at: Sitting) -> str:
    said = message_form.sentences(at.hub.messages[MESSAGE[upload.sort]], invalid.mistakes)
    # The name by which the exchange knows somebody means nothing to who reads this.
    unknown = _("U kent niemand (meer) met dit nummer.")
    return " ".join(unknown if name == "betrokkeneId" else sentence for name, sentence in said.items())


def _rejected(row: Row, why: str) -> Outcome:
    return Outcome(row.line, row.number, "no", _("Afgekeurd. %(reden)s", reden=why))


def _taken(row: Row, done: Mapping[str, Any]) -> Outcome:
    purposes: Sequence[Mapping[str, str]] = done["doelen"]
    taken = [purpose_first(one["doel"]) for one in purposes if one["uitkomst"] == "aangenomen"]
    left = [purpose_first(one["doel"]) for one in purposes if one["uitkomst"] != "aangenomen"]
    said = _("Aangenomen voor: %(doelen)s.", doelen=", ".join(taken))
    if left:
        said = f"{said} {_('Niet gedeeld voor: %(doelen)s.', doelen=', '.join(left))}"
    return Outcome(row.line, row.number, "ok", str(said))
