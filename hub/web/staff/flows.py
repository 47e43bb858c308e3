"""What a flow, a message and a role are called for people at a desk; for residents consent/words has other words."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from schemas.agreement import Flow, Role

MESSAGES: Mapping[str, LazyString] = {
    "werkmogelijkheid": _l("Mag werken"),
    "koppeling": _l("Koppeling aan een gemeente"),
    "verplaatsing": _l("Verhuizing naar een andere opvang"),
    "aanvraagstatus": _l("Stand van een aanvraag"),
    "dienstverband": _l("Dienstverband"),
    "urenstaat": _l("Gewerkte uren"),
    "contactpersoon": _l("Contactpersoon"),
    "beeindigd": _l("Einde van een koppeling"),
    "verwijderverzoek": _l("Vraag om te wissen"),
}
ROLES: Mapping[Role, LazyString] = {
    Role.COA: _l("COA"),
    Role.INTERMEDIARY: _l("bemiddelaar"),
    Role.MUNICIPALITY: _l("gemeente"),
}
DIRECT = ">"


def message_name(code: str, variant: str | None = None) -> str:
    """A type of message; a new one is called by its code until it has a name here."""
    name = str(MESSAGES.get(code, code))
    return f"{name} ({variant})" if variant else name


def role_name(role: str) -> str:
    """A role in the chain."""
    return str(ROLES[Role(role)]) if role in tuple(Role) else role


def flow_name(flow: Flow) -> str:
    """One flow: what goes from whom to whom."""
    what = message_name(flow.message, flow.variant)
    return _said(what, flow.source, flow.recipient)


def flow_name_by_id(id_: str) -> str:
    """The same, of a flow that stands in a count by its name in the trail (type:source>recipient)."""
    what, _colon, between = id_.partition(":")
    source, _arrow, recipient = between.partition(DIRECT)
    if not recipient:
        return message_name(what)
    return _said(message_name(what), source, recipient)


def _said(what: str, source: str, recipient: str) -> str:
    return str(_("%(wat)s, %(van)s aan %(naar)s", wat=what, van=role_name(source), naar=role_name(recipient)))
