"""What one sees first: one's own choices, then who received what, what was refused, what waits, and what one can do."""

from flask.typing import ResponseReturnValue

from hub.clock import day_of
from hub.rights.requests import listed
from hub.rights.story import story
from hub.web.doors import Visit
from hub.web.resident.pages import inside, show
from hub.web.resident.requests import ASKED_FOR
from hub.web.resident.sharing import shares
from hub.web.resident.telling import kept_back, receivers


@inside.get("/overzicht")
def show_overview(visit: Visit) -> ResponseReturnValue:
    """Everything on one page, in the order of what matters."""
    told = story(visit.hub, visit.subject)
    return show(
        visit, "overzicht", "overzicht-kop", story=told, day_of=day_of,
        choices=[(one, shares(visit, one.purpose)) for one in told.chosen],
        receivers=receivers(told.received),
        kept_back=kept_back(told),
        waiting=[one for one in told.waiting if one.message in visit.hub.messages],
        requests=listed(visit.hub, visit.subject),
        asked_for={sort.value: name for sort, name in ASKED_FOR.items()},
    )  # fmt: skip
