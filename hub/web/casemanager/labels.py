"""How a casemanager reads reasons and outcomes; fields, values and purposes are read as by everybody at a desk."""

from collections.abc import Iterable, Mapping

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from consent.standing import State
from hub.exchange.followed import Reach, Receiver
from hub.web.staff.layout import title_of
from hub.web.staff.reading import label_of
from schemas.agreement import Role

SORTS: Mapping[str, LazyString] = {
    "werkmogelijkheid": _l("Mag werken"),
    "koppeling": _l("Koppeling aan een gemeente"),
    "verplaatsing": _l("Verhuizing naar een andere opvang"),
    "aanvraagstatus": _l("Stand van een aanvraag"),
    "aanvraagstatus.BSN": _l("Stand van het BSN"),
    "aanvraagstatus.TWV": _l("Stand van de werkvergunning (TWV)"),
    "dienstverband": _l("Dienstverband"),
    "urenstaat": _l("Gewerkte uren"),
    "verwijderverzoek": _l("Vraag om te wissen"),
}
TELL: Mapping[str, LazyString] = {
    "werkmogelijkheid": _l("Mag werken"),
    "koppeling": _l("Koppeling"),
    "verplaatsing": _l("Verhuizing"),
    "aanvraagstatus": _l("Stand van het BSN"),
}
REASONS: Mapping[str, LazyString] = {
    "geen-afspraak": _l("De afspraak tussen de organisaties geldt vandaag niet."),
    "geen-stroom": _l("Dit staat niet in de afspraak tussen de organisaties."),
    "niet-gevraagd": _l("De bewoner is dit nog niet gevraagd."),
    "geweigerd": _l("De bewoner zei nee."),
    "ingetrokken": _l("De bewoner nam het ja terug."),
    "verlopen": _l("Het ja van de bewoner geldt niet meer. Vraag het opnieuw."),
    "bezwaar": _l("De bewoner maakte bezwaar. Daarover is nog niet beslist."),
    "beperkt": _l("De gegevens van deze bewoner staan stil."),
    "geen-ontvanger": _l("Er is nu niemand die dit kan ontvangen, en dit bericht wordt niet bewaard."),
    "niets-beschikbaar": _l("Er is niets meer om te lezen."),
}
STATES: Mapping[State, tuple[LazyString, str]] = {
    State.IN_FORCE: (_l("ja"), "ok"),
    State.NOT_ASKED: (_l("nog niet gevraagd"), "wait"),
    State.REFUSED: (_l("nee"), "no"),
    State.WITHDRAWN: (_l("ja teruggenomen"), "no"),
    State.EXPIRED: (_l("ja verlopen"), "wait"),
}
REACHED: Mapping[Reach, tuple[LazyString, str]] = {
    Reach.WAITS: (_l("wacht"), "wait"),
    Reach.READY: (_l("klaargezet"), "wait"),
    Reach.ANSWERED: (_l("gezien na een vraag"), "ok"),
    Reach.OPENED: (_l("geopend"), "ok"),
    Reach.CONFIRMED: (_l("bevestigd"), "ok"),
    Reach.WITHDRAWN: (_l("ingetrokken"), "no"),
    Reach.REPLACED: (_l("vervangen"), "plain"),
    Reach.NOT_SHARED: (_l("niet gedeeld"), "no"),
}
ROLES: Mapping[str, LazyString] = {
    Role.COA: _l("COA"),
    Role.INTERMEDIARY: _l("de bemiddelaar"),
    Role.MUNICIPALITY: _l("de gemeente"),
}


def sort_of(code: str, variant: object = "") -> str:
    """What a message is called; a new type by its code until it has a name here."""
    return str(SORTS.get(f"{code}.{variant}") or SORTS.get(code) or code)


def fields_of(message: str, names: Iterable[str]) -> str:
    """Several fields, as one reads them in a sentence."""
    return ", ".join(label_of(message, name) for name in names)


def tell_of(message: str) -> str:
    """What stands on the button by which one tells it."""
    return str(TELL.get(message, message))


def reason_of(code: str) -> str:
    """Why something is not shared: a whole sentence."""
    return str(REASONS.get(code, code))


def who(partner: str) -> str:
    """A partner by its title, or a role in which nobody knows the person yet."""
    return str(ROLES[partner]) if partner in ROLES else title_of(partner)


def explained(one: Receiver) -> str:
    """What stands behind the word for how far a message came."""
    if one.ended:
        return str(_("Hoorde alleen dat de koppeling met deze gemeente stopte."))
    if one.reach is Reach.NOT_SHARED:
        return " ".join(reason_of(reason) for reason in one.reasons)
    if one.reach is Reach.WITHDRAWN:
        return str(_("Was gelezen, en is hier niet meer te lezen.") if one.seen else _("Niemand heeft het gelezen."))
    return str(_MEANS.get(one.reach, ""))


_MEANS: Mapping[Reach, LazyString] = {
    Reach.WAITS: _l("Gaat mee zodra deze ontvanger de bewoner kent."),
    Reach.READY: _l("Ligt klaar; nog niet gelezen."),
    Reach.REPLACED: _l("U vertelde later iets nieuws."),
}
