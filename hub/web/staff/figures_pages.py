"""The pilot's picture: which quarters were released, what they say, and for a privacy officer the release itself."""

from collections.abc import Mapping
from datetime import date, timedelta

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hub.errors import NotFound
from hub.exchange.hub import Hub
from hub.figures import release
from hub.figures.quarters import NoQuarter, Quarter, quarter
from hub.figures.release import NotNow
from hub.web.staff.door import Sitting, StaffDoor, go
from hub.web.staff.layout import show

QUARTER = "kwartaal"
# How far back one can begin: whoever starts later than a year has no use for the figures of before.
OFFERED = 4
WHY_NOT: Mapping[NotNow, LazyString] = {
    NotNow.NOT_OVER: _l("Dit kwartaal is nog niet voorbij."),
    NotNow.NO_AGREEMENT: _l("De afspraak geldt nu niet, of gold niet aan het einde van dit kwartaal."),
    NotNow.TOO_LATE: _l("Er is al een later kwartaal vrijgegeven. Een eerder kwartaal kan dan niet meer."),
}


def add_figures(staff: StaffDoor, home: str, *, releases: bool = False) -> None:
    """Give these functions the pages of released figures; `releases`: also the button that releases a quarter."""

    @staff.get("/cijfers")
    def show_quarters(at: Sitting) -> ResponseReturnValue:
        """Which quarters were released, the newest first."""
        return show(
            at, "staff/quarters", _("Cijfers van de proef"), home_of=home, quarters=release.quarters(at.hub),
            to_release=_to_release(at.hub) if releases else [], releases=releases,
        )  # fmt: skip

    @staff.get("/cijfers/kwartaal")
    def show_quarter(at: Sitting) -> ResponseReturnValue:
        """One quarter, as it was released."""
        found = release.released(at.hub, _asked(request.args.get(QUARTER, "")))
        if found is None:
            raise NotFound("kwartaal")
        title = _("Cijfers van %(kwartaal)s", kwartaal=str(found.quarter))
        return show(at, "staff/quarter", title, home_of=home, found=found, picture=found.picture)

    if releases:
        _add_button(staff, home)


def _add_button(staff: StaffDoor, home: str) -> None:
    @staff.get("/cijfers/vrijgeven")
    def look_twice_at_quarter(at: Sitting) -> ResponseReturnValue:
        """What releasing a quarter means, before it is done."""
        wanted = _asked(request.args.get(QUARTER, ""))
        return show(at, "staff/release", _("Kijk het nog één keer na"), home_of=home, wanted=wanted, mistakes={})

    @staff.post("/cijfers/vrijgeven")
    def release_quarter(at: Sitting) -> ResponseReturnValue:
        """Count, protect and release it: once, and for good."""
        wanted = _asked(request.form.get(QUARTER, ""))
        found = release.release(at.hub, at.author, wanted)
        if isinstance(found, NotNow):
            mistakes = {"": str(WHY_NOT[found])}
            page = show(at, "staff/release", _("Dit kan nu niet"), home_of=home, wanted=wanted, mistakes=mistakes)
            return page, 409
        return go(f"{home}/cijfers/kwartaal?{QUARTER}={wanted}", _("De cijfers zijn vrijgegeven."))


def _asked(written: str) -> Quarter:
    try:
        return quarter(written)
    except NoQuarter:
        raise NotFound("kwartaal") from None


def _to_release(hub: Hub) -> list[Quarter]:
    """The quarters that are over, later than every released one, and of the agreement; the earliest first."""
    newest = max(release.quarters(hub), default=None)
    over, day = [], hub.today()
    for _number in range(OFFERED):
        day = _before(day)
        over.append(Quarter(day.year, (day.month + 2) // 3))
    return [one for one in reversed(over) if hub.agreement.in_force(one.last_day) and (newest is None or one > newest)]


def _before(day: date) -> date:
    """The last day of the quarter before this day's."""
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1) - timedelta(days=1)
