"""One candidate: may they work, and what else their consultant may know now. Opening the page is asking."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hub.exchange import contact, known, link, query
from hub.web.consultant.answer import day, may_work
from hub.web.consultant.pages import HOME, staff
from hub.web.staff.door import Sitting, go
from hub.web.staff.layout import show, title_of
from schemas.base import Json

ASKED = ("werkmogelijkheid", "koppeling", "aanvraagstatus", "dienstverband")


@staff.get("/<handle:handle>")
def show_candidate(at: Sitting, handle: str) -> ResponseReturnValue:
    """Every question is asked anew, and recorded, before anything is shown."""
    name = at.person(handle).pseudonym
    who = known.one(at.hub, at.by, name)
    told = query.ask_each(at.hub, at.by, [at.hub.messages[kind] for kind in ASKED], name)
    return show(
        at, "consultant/candidate", _("Kandidaat"), who=who, handle=handle,
        answer=may_work(told["werkmogelijkheid"], at.hub.today()), facts=_facts(at, told),
        contacts=contact.counterparts(at.hub, at.by, name), title_of=title_of,
    )  # fmt: skip


@staff.get("/<handle:handle>/ontkoppelen")
def ask_to_unlink(at: Sitting, handle: str) -> ResponseReturnValue:
    """Is it meant? Nothing about the candidate is asked for that."""
    at.person(handle)
    return show(at, "consultant/unlink", _("Koppeling beëindigen"), handle=handle)


@staff.post("/<handle:handle>/ontkoppelen")
def unlink(at: Sitting, handle: str) -> ResponseReturnValue:
    """The vestiging knows this person no longer, and what went over the link is taken back."""
    link.unlink(at.hub, at.by, at.person(handle).pseudonym)
    return go(HOME, _("De koppeling is beëindigd. Kijk in uw postvak wat u nog moet verwijderen."))


def _facts(at: Sitting, told: Mapping[str, Sequence[Json]]) -> list[tuple[str, list[str]]]:
    """What each line is called, and what it says; nothing is the same nothing whatever the cause."""
    linked, applied, works = (_all(told[kind]) for kind in ASKED[1:])
    bsn, twv = ([one for one in applied if one["soort"] == sort] for sort in ("BSN", "TWV"))
    nothing, not_told = [_("Geen antwoord")], [_("U meldde nog niets dat nu geldt")]
    return [
        (_("Gekoppeld aan gemeente"), [_linked(at, one) for one in linked] or nothing),
        (_("Aanvraag BSN"), [_applied(at, one) for one in bsn] or nothing),
        (_("Aanvraag TWV, zoals u die meldde"), [_applied(at, one) for one in twv] or not_told),
        (_("Werk, zoals u dat meldde"), [_works(at, one) for one in works] or not_told),
    ]


def _all(results: Sequence[Json]) -> list[dict[str, Any]]:
    return [one for one in results if isinstance(one, dict)]


def _linked(at: Sitting, fact: Mapping[str, Any]) -> str:
    place = title_of(str(fact["gemeente"]))
    return str(_("%(plaats)s, vanaf %(dag)s", plaats=place, dag=at.words.date(day(fact["ingangsdatum"]))))


def _applied(at: Sitting, fact: Mapping[str, Any]) -> str:
    said = {"aangevraagd": _("aangevraagd"), "verleend": _("verleend"), "niet-beschikbaar": _("niet beschikbaar")}
    since = at.words.date(day(fact["datum"]))
    return str(_("%(stand)s sinds %(dag)s", stand=said[str(fact["status"])], dag=since))


def _works(at: Sitting, fact: Mapping[str, Any]) -> str:
    begin = at.words.date(day(fact["ingangsdatum"]))
    if fact["werkt"] is not True:
        return str(_("Werkt niet, gemeld op %(dag)s", dag=at.words.date(day(fact["gepubliceerdOp"]))))
    hours = at.words.value(fact["contracturenPerWeek"])
    return str(_("%(wie)s, %(uren)s uur per week, vanaf %(dag)s", wie=fact["werkgever"], uren=hours, dag=begin))
