"""What a casemanager must do today."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hub.web.casemanager.pages import staff
from hub.web.staff.door import Sitting
from hub.web.staff.layout import show


@staff.get("")
def show_start(at: Sitting) -> ResponseReturnValue:
    """Where they begin."""
    return show(at, "casemanager/start", _("Vandaag"))
