"""One resident on one page: what is true now, what they chose, what came of what was told, and what one can do."""

from datetime import date, datetime

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consent.words import words
from hub.exchange.contact import Counterpart, counterparts
from hub.exchange.followed import Told
from hub.exchange.glance import Chosen, Glance, look
from hub.identity.handles import Target
from hub.people import link_codes, windows
from hub.people.models import Link
from hub.rights import requests
from hub.web.casemanager import labels
from hub.web.casemanager.pages import HOME, staff
from hub.web.casemanager.requests import SORTS
from hub.web.staff.door import Sitting
from hub.web.staff.layout import show
from schemas.agreement import Role
from schemas.base import MessageType

MAY_WORK = "werkmogelijkheid"
STATUS = "aanvraagstatus"


@staff.get("/<handle:handle>")
def show_person(at: Sitting, handle: str) -> ResponseReturnValue:
    """Everything at a glance."""
    link = at.person(handle)
    seen = look(at.hub, at.by, link.pseudonym)
    today = at.hub.today()
    open_slips = [one for one in seen.slips if link_codes.works(one, one.partner, today)]
    return show(
        at, "casemanager/person", _("Bewoner"), here=f"{HOME}/{handle}",
        seen=seen, spoken=words(seen.language).name, may_work=seen.fact(MAY_WORK), labels=labels,
        facts=[one for one in seen.facts if one.message != MAY_WORK],
        tells=told_by(at), addresses=_addresses(at, link, seen),
        others=[one for one in at.hub.agreement.partners_with(Role.INTERMEDIARY) if not _knows(seen, one.name)],
        open_slips={one.partner: one for one in open_slips},
        window=next((one for one in seen.windows if windows.works(one, today)), None),
        requests=requests.listed(at.hub, link.subject_id), today=today,
        moment=datetime.fromisoformat, as_day=date.fromisoformat,
        contacts=_contacts(at, link), request_sorts=SORTS,
    )  # fmt: skip


def _contacts(at: Sitting, link: Link) -> dict[str, list[Counterpart]]:
    """Whom to call at each partner about this resident."""
    found: dict[str, list[Counterpart]] = {}
    for one in counterparts(at.hub, at.by, link.pseudonym):
        if one.name is not None or one.telephone is not None:
            found.setdefault(one.partner, []).append(one)
    return found


def told_by(at: Sitting) -> list[MessageType]:
    """What this organisation may tell about a resident, in the order of the agreement."""
    names = dict.fromkeys(flow.message for flow in at.hub.agreement.flows if flow.source is at.by.role)
    return [at.hub.messages[name] for name in names if at.hub.messages[name].about_a_person]


def _addresses(at: Sitting, link: Link, seen: Glance) -> dict[str, str]:
    """What stands in addresses for the choices and messages on this page, by their id."""
    items: list[Chosen | Told] = [*seen.chosen, *seen.told]
    ids = [one.row if isinstance(one, Chosen) else one.id for one in items]
    targets = [Target(link.id, one) for one in ids if one]
    return {target.id: handle for target, handle in at.handles(targets).items()}


def _knows(seen: Glance, partner: str) -> bool:
    return any(one.partner == partner for one in seen.known_to)
