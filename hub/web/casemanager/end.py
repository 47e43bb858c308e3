"""End a link with a partner, or say that a resident left: each asks once whether one is sure, and says what happens."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hub.exchange import leave
from hub.exchange import link as links
from hub.web.casemanager import labels
from hub.web.casemanager.pages import HOME, staff
from hub.web.staff.door import Sitting, go
from hub.web.staff.layout import show
from schemas.base import InvalidInput

WHOM, SURE = "partij", "zeker"


@staff.post("/<handle:handle>/ontkoppelen")
def unlink(at: Sitting, handle: str) -> ResponseReturnValue:
    """A partner knows this resident no longer; all that went over the link is taken back."""
    link, partner = at.person(handle), request.form.get(WHOM, "")
    if request.form.get(SURE) != "ja":
        return show(
            at, "casemanager/unlink", _("Koppeling beëindigen"), person=f"{HOME}/{handle}", partner=partner,
            labels=labels,
        )  # fmt: skip
    try:
        links.unlink(at.hub, at.by, link.pseudonym, partner)
    except InvalidInput:
        return go(f"{HOME}/{handle}", _("Deze koppeling was er al niet meer."))
    return go(f"{HOME}/{handle}", _("De koppeling is beëindigd. Wie iets zag, is gevraagd om het te wissen."))


@staff.post("/<handle:handle>/vertrek")
def let_leave(at: Sitting, handle: str) -> ResponseReturnValue:
    """The resident left the reception: nobody gets anything about them any more, and they are to be forgotten."""
    link = at.person(handle)
    if request.form.get(SURE) != "ja":
        return show(at, "casemanager/leave", _("Bewoner vertrekt"), person=f"{HOME}/{handle}")
    leave.leave(at.hub, at.by, link.pseudonym)
    return go(HOME, _("Het vertrek is vastgelegd. Alle koppelingen zijn beëindigd."))
