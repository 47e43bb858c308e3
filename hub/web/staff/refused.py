"""What somebody reads who was not signed in: what is the matter, and who can do what about it. Never what was sent."""

from collections.abc import Mapping
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from hub.identity.refusals import Refused


class Said(NamedTuple):
    """One page: its status, its heading, and what to do."""

    status: int
    title: LazyString
    text: LazyString


NOT_SIGNED_IN = _l("U bent niet ingelogd")
NO_PLACE = _l("U hebt geen toegang")

SAID: Mapping[str, Said] = {
    Refused.UNKNOWN: Said(400, NOT_SIGNED_IN, _l("Kies uw organisatie op de inlogpagina.")),
    Refused.TOO_MANY: Said(
        429, _l("Even wachten"),
        _l("Vanaf uw netwerk werd te vaak begonnen met inloggen en niet afgemaakt. Probeer het over een uur weer."),
    ),
    Refused.OVER: Said(
        400, NOT_SIGNED_IN,
        _l("Deze aanmelding is verlopen, al gebruikt of in een andere browser begonnen. Log opnieuw in."),
    ),
    Refused.DECLINED: Said(
        400, NOT_SIGNED_IN, _l("Het inloggen bij uw organisatie is afgebroken. Log opnieuw in als u verder wilt.")
    ),
    Refused.SILENT: Said(
        503, NOT_SIGNED_IN,
        _l("De inlogpagina van uw organisatie geeft nu geen antwoord. Probeer het over een paar minuten weer."),
    ),
    Refused.PROVIDER: Said(
        502, NOT_SIGNED_IN,
        _l("Uw organisatie weigerde het inloggen. Probeer het opnieuw; blijft het zo, bel dan uw eigen helpdesk."),
    ),
    Refused.NOT_TRUSTED: Said(
        502, NOT_SIGNED_IN,
        _l("Het antwoord van uw organisatie klopte niet. Log opnieuw in; blijft het zo, bel dan de beheerder."),
    ),
    Refused.NO_FUNCTION: Said(
        403, NO_PLACE,
        _l("Uw account heeft geen functie in Ketenhub. Vraag uw eigen beheerder om er een te geven."),
    ),
    Refused.TWO_FUNCTIONS: Said(
        403, NO_PLACE,
        _l("Uw account heeft meer dan één functie in Ketenhub. Vraag uw eigen beheerder om er één over te laten."),
    ),
    Refused.ELSEWHERE: Said(
        403, NO_PLACE,
        _l("Voor de organisatie van uw account geldt deze inlogpagina niet. Log in bij uw eigen organisatie."),
    ),
    Refused.DOES_NOT_FIT: Said(
        403, NO_PLACE,
        _l("De functie van uw account bestaat niet bij uw organisatie. Vraag uw eigen beheerder om dat na te kijken."),
    ),
    Refused.UNKNOWN_BRANCH: Said(
        403, NO_PLACE,
        _l("Uw account noemt een vestiging die de hub niet kent. Vraag uw eigen beheerder om dat na te kijken."),
    ),
    Refused.NO_BRANCH: Said(
        403, NO_PLACE,
        _l("Uw account heeft geen vestiging, en zonder ziet u niemand. Vraag uw eigen beheerder om er een te geven."),
    ),
    Refused.NO_NAME: Said(
        403, NO_PLACE,
        _l("Uw account geeft geen naam door. Vraag uw eigen beheerder om dat na te kijken."),
    ),
}  # fmt: skip
