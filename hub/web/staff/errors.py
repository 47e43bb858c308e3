"""What went wrong, as a page that says what to do; decided elsewhere, for pages and software alike."""

from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from hub.web.staff.layout import show_anybody

# By status: a heading, and what to do now. Never anything about a person, nor what was sent.
SAID: Mapping[int, tuple[LazyString, LazyString]] = {
    400: (
        _l("Dit formulier werkt niet meer"),
        _l("Ga terug, laad de pagina opnieuw en vul het formulier nog eens in. Er is niets verstuurd."),
    ),
    403: (
        _l("Deze pagina is niet voor uw functie"),
        _l("Klopt dat niet? Vraag de beheerder van uw organisatie om uw functie na te kijken."),
    ),
    404: (
        _l("Hier is niets dat u kunt zien"),
        _l("Adressen gelden alleen zolang u ingelogd bent. Begin opnieuw bij uw beginpagina."),
    ),
    409: (
        _l("Dit kan nu niet"),
        _l("Iemand anders was u voor, of de volgorde klopt niet. Kijk op uw beginpagina hoe het ervoor staat."),
    ),
    413: (
        _l("Dit bestand is te groot"),
        _l("Verdeel het in kleinere bestanden en stuur die een voor een. Er is niets verstuurd."),
    ),
    429: (_l("Even wachten"), _l("Er kwam te veel achter elkaar. Wacht een minuut en probeer het weer.")),
    503: (
        _l("De hub kan nu even niets opslaan"),
        _l("Er is niets half gedaan. Probeer het over een minuut weer."),
    ),
}
OTHERWISE = (
    _l("Er ging iets mis"),
    _l("Er is niets half gedaan. Probeer het later weer. Blijft het zo? Bel de beheerder."),
)


def error_page(problem: Mapping[str, Any]) -> str:
    """The page for this problem document."""
    title, text = SAID.get(int(problem["status"]), OTHERWISE)
    return show_anybody("staff/fout", str(title), text=text)
