"""Does it flow? What waits now and whom to call, and how it went in a period that is over."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from hub.exchange import contact, flowing, lying
from hub.exchange.contact import Vacancy
from hub.exchange.flowing import Length, Told
from hub.exchange.lying import Lying
from hub.web.layout import branch
from hub.web.secretary.pages import staff
from hub.web.staff.door import Sitting
from hub.web.staff.flows import flow_name, flow_name_by_id
from hub.web.staff.layout import show, title_of

LENGTHS = {Length.WEEK: _l("Vorige week"), Length.MONTH: _l("Vorige maand"), Length.QUARTER: _l("Vorig kwartaal")}
AGES = {2: _l("2 tot 7 dagen"), 7: _l("7 tot 14 dagen"), 14: _l("Langer dan 14 dagen")}
PERIOD = "periode"
NOT_TOLD = "–"


@staff.get("")
def show_start(at: Sitting) -> ResponseReturnValue:
    """Where they begin."""
    length = _chosen(request.args.get(PERIOD, ""))
    span = flowing.period(length, at.hub.today())
    told, unopened, unconfirmed = flowing.told(at.hub, length), lying.unopened(at.hub), lying.unconfirmed(at.hub)
    return show(
        at, "secretary/start", _("Loopt het?"), calls=_calls(unopened, unconfirmed),
        vacancies=[_vacancy(one) for one in contact.vacancies(at.hub)],
        waiting=list(zip(unopened, unconfirmed, strict=True)), detailed=[one for one in unopened if one.number],
        length=length, lengths=LENGTHS, span=span, told=[one for one in told if _says(one)],
        silent=[flow_name(one.flow) for one in told if not _says(one)], number=_number, many=_many, since=_since,
        days=_days, ages=AGES, title_of=title_of, flow_name=flow_name, flow_name_by_id=flow_name_by_id,
    )  # fmt: skip


def _chosen(word: str) -> Length:
    return Length(word) if word in tuple(Length) else Length.MONTH


def _says(one: Told) -> bool:
    """Is there anything to tell of this flow?"""
    return one.offered is not None or one.published is not None


def _vacancy(one: Vacancy) -> str:
    title = title_of(one.partner)
    return title if one.branch is None else f"{title}, {branch(one.branch)}"


def _calls(unopened: list[Lying], unconfirmed: list[Lying]) -> list[str]:
    """Whom to call, and about what; the longest wait first."""
    about = (
        (unopened, _l("%(partij)s heeft iets nog niet geopend: het oudste ligt er langer dan %(dagen)s.")),
        (
            unconfirmed,
            _l("%(partij)s heeft een wisverzoek nog niet bevestigd: het oudste is van langer dan %(dagen)s."),
        ),
    )
    waiting = [
        (-one.oldest, str(text) % {"partij": title_of(one.partner), "dagen": _days(one.oldest)})
        for found, text in about
        for one in found
        if one.oldest is not None and one.oldest >= lying.AGES[0]
    ]
    return [text for _oldest, text in sorted(waiting)]


def _number(number: int | None) -> str:
    return NOT_TOLD if number is None else str(number)


def _many(one: Lying) -> str:
    if one.number == 0:
        return str(_("niets"))
    return str(_("minder dan 10") if one.number is None else _("ongeveer %(aantal)s", aantal=one.number))


def _since(one: Lying) -> str:
    if one.oldest is None:
        return NOT_TOLD
    return str(_("langer dan %(dagen)s", dagen=_days(one.oldest)) if one.oldest else _("hooguit 2 dagen"))


def _days(number: int | None) -> str:
    if number is None:
        return NOT_TOLD
    return str(ngettext("%(num)s dag", "%(num)s dagen", number) if number else _("dezelfde dag"))
