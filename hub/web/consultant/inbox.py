"""What others told a consultant: a linkage, a move to another azc, how far a BSN is, what must be deleted."""

from flask_babel import lazy_gettext as _l

from hub.web.consultant.pages import HOME, staff
from hub.web.staff.inbox_pages import Inbox, add_inbox

add_inbox(
    staff,
    Inbox(HOME, lead=_l("Wat anderen u vertelden over uw kandidaten. Het oudste staat bovenaan."), person_page=HOME),
)
