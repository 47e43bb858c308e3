"""What lies ready for a municipality: where a client manager begins."""

from flask_babel import lazy_gettext as _l

from hub.web.client_manager.news import FILTERS
from hub.web.client_manager.pages import HOME, staff
from hub.web.staff.inbox_pages import Inbox, add_inbox

INBOX = Inbox(
    HOME, path="", lead=_l("Wat anderen u vertelden over mensen van uw gemeente. Het oudste staat bovenaan."),
    empty=_l("Zodra iemand aan uw gemeente gekoppeld wordt, ligt hier een bericht van het COA. Wie werkt en dat wil "
             "delen, staat er dan ook: werkgever, contracturen en gewerkte uren. U hoeft er niet om te vragen."),
    person_page=f"{HOME}/client", filters=FILTERS,
)  # fmt: skip

add_inbox(staff, INBOX)
