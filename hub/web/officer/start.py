"""What a privacy officer must look at."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hub.rights.requests import overdue
from hub.web.officer.pages import staff
from hub.web.staff.door import Sitting
from hub.web.staff.layout import show


@staff.get("")
def show_start(at: Sitting) -> ResponseReturnValue:
    """Where they begin: what is late, and what is not confirmed yet."""
    flows = at.hub.agreement.flows
    return show(
        at, "officer/start", _("Overzicht"), overdue=overdue(at.hub, at.hub.today()),
        unconfirmed=sum(not flow.basis_confirmed for flow in flows),
    )  # fmt: skip
