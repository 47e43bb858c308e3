"""What a casemanager prints and hands over: the slips with their codes, and the receipt of a choice."""

from flask import request
from flask.typing import ResponseReturnValue

from hub.errors import NotFound
from hub.exchange import link as links
from hub.exchange import receipts, window
from hub.identity.handles import Target
from hub.paper import draw
from hub.web.casemanager.pages import staff
from hub.web.desk import desk
from hub.web.staff.door import Sitting
from hub.web.staff.layout import title_of

FOR = "voor"


@staff.post("/<handle:handle>/briefje")
def print_link_slip(at: Sitting, handle: str) -> ResponseReturnValue:
    """A new slip for a partner, to print: the code stands here and nowhere else, and the one before is void."""
    partner = request.form.get(FOR, "")
    slip = links.issue_code(at.hub, at.by, at.person(handle).pseudonym, partner)
    return draw.link_slip(slip, title_of(partner))


@staff.post("/<handle:handle>/vensterbriefje")
def print_window_slip(at: Sitting, handle: str) -> ResponseReturnValue:
    """A new slip of the resident's own window, to print; the one before is void."""
    slip = window.issue(at.hub, at.by, at.person(handle).pseudonym)
    return draw.window_slip(slip, desk().base_url)


@staff.get("/<handle:handle>/bewijs/<handle:choice>")
def print_receipt(at: Sitting, handle: str, choice: str) -> ResponseReturnValue:
    """The receipt of one choice, to print; that it was looked at stands in the trail."""
    found = receipts.hand_out(at.hub, at.by, desk().base_url, behind(at, handle, choice), "afdruk")
    return draw.receipt_page(found)


def behind(at: Sitting, handle: str, item: str) -> str:
    """The id of what this handle stands for, when it is about the person of the other one. Raises NotFound."""
    link, target = at.person(handle), at.behind(item)
    if target != Target(link.id, target.id):
        raise NotFound("adres")
    return target.id
