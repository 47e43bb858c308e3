"""What others told COA: whether work counts for a linkage, how a permit comes along, what must be deleted."""

from flask_babel import lazy_gettext as _l

from hub.web.casemanager.pages import HOME, staff
from hub.web.staff.inbox_pages import Inbox, add_inbox

add_inbox(staff, Inbox(HOME, lead=_l("Wat anderen u vertelden over uw bewoners. Het oudste staat bovenaan.")))
