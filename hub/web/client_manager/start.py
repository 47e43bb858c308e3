"""What lies ready for a municipality: where a client manager begins."""

from flask_babel import lazy_gettext as _l

from hub.web.client_manager.pages import HOME, staff
from hub.web.staff.inbox_pages import Inbox, add_inbox

INBOX = Inbox(
    HOME, path="", lead=_l("Wat anderen u vertelden over mensen van uw gemeente. Het oudste staat bovenaan."),
)  # fmt: skip

add_inbox(staff, INBOX)
