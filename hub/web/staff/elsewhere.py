"""Another site led here: nothing is looked at before somebody presses on by themselves."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hub.web.staff.layout import show_anybody


def elsewhere_page() -> ResponseReturnValue:
    """A page with one link, to where they were led. Its address says nothing about anybody, as no address does."""
    return show_anybody("staff/elsewhere", _("Wilde u hierheen?")), 200
