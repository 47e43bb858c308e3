"""What requests, decisions, reasons and their effects are called for a privacy officer."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from hub.rights.requests import Decision, Sort, Why

SORTS: Mapping[Sort, LazyString] = {
    Sort.ACCESS: _l("Inzage: wat heeft de hub over mij?"),
    Sort.CORRECTION: _l("Correctie: iets klopt niet"),
    Sort.ERASURE: _l("Wissen: vergeet mij"),
    Sort.OBJECTION: _l("Bezwaar: dit mag niet gedeeld worden"),
    Sort.RESTRICTION: _l("Beperking: zet mijn gegevens stil"),
}
DECISIONS: Mapping[Decision, LazyString] = {
    Decision.GRANTED: _l("Toewijzen"),
    Decision.REJECTED: _l("Afwijzen, met een reden"),
    Decision.EXTENDED: _l("Uitstellen: twee maanden meer tijd"),
    Decision.LIFTED: _l("De beperking opheffen"),
}
STATES: Mapping[str, LazyString] = {
    "open": _l("wacht op een besluit"),
    Decision.GRANTED: _l("toegewezen"),
    Decision.REJECTED: _l("afgewezen"),
    Decision.LIFTED: _l("opgeheven"),
}
REASONS: Mapping[Why, LazyString] = {
    Why.UNKNOWN_PERSON: _l("Het is niet zeker wie het vraagt"),
    Why.UNFOUNDED: _l("Het verzoek is duidelijk ongegrond"),
    Why.ALREADY_DONE: _l("Het is al gedaan"),
    Why.CORRECT: _l("De gegevens kloppen"),
    Why.LEGAL_DUTY: _l("De wet verplicht ons de gegevens te houden"),
    Why.COMPELLING: _l("Er is een dwingende reden om door te gaan"),
    Why.OTHERS: _l("Het gaat ten koste van rechten van anderen"),
    Why.TAKEN_BACK: _l("De bewoner trok het verzoek in"),
}
_NOTHING = _l("De hub verandert niets. De bewoner leest de reden in het eigen venster.")
EFFECTS: Mapping[tuple[Sort, Decision], LazyString] = {
    (Sort.ACCESS, Decision.GRANTED): _l(
        "U kunt daarna het dossier ophalen, en het aan de bewoner geven. Elke keer ophalen staat in het auditspoor."
    ),
    (Sort.ACCESS, Decision.REJECTED): _NOTHING,
    (Sort.CORRECTION, Decision.GRANTED): _l(
        "De hub verandert zelf niets. Vraag de organisatie die het bericht stuurde om het te verbeteren."
    ),
    (Sort.CORRECTION, Decision.REJECTED): _NOTHING,
    (Sort.ERASURE, Decision.GRANTED): _l(
        "Alles wat de hub over deze bewoner heeft, wordt gewist: ook dit verzoek en het venster van de bewoner. Elke "
        "partij die iets zag, krijgt de vraag haar kopie te wissen. Dit kan niemand terugdraaien."
    ),
    (Sort.ERASURE, Decision.REJECTED): _NOTHING,
    (Sort.OBJECTION, Decision.GRANTED): _l(
        "Wat door het bezwaar stilstond, blijft stil. Elke partij die het al zag, krijgt de vraag haar kopie te wissen."
    ),
    (Sort.OBJECTION, Decision.REJECTED): _l(
        "Wat door het bezwaar stilstond, gaat weer door. De bewoner leest de reden in het eigen venster."
    ),
    (Sort.RESTRICTION, Decision.GRANTED): _l(
        "Vanaf nu wordt niets over deze bewoner gedeeld, beantwoord of weggegooid, tot u de beperking opheft."
    ),
    (Sort.RESTRICTION, Decision.REJECTED): _NOTHING,
    (Sort.RESTRICTION, Decision.LIFTED): _l(
        "Het delen gaat weer door, met wat nu waar is. Zeg dit de bewoner voordat u het doet."
    ),
}
_EXTENDED = _l("De laatste dag schuift twee maanden op. Zeg de bewoner binnen de eerste maand waarom het langer duurt.")


def effect(sort: Sort, decision: Decision) -> LazyString:
    """What a decision brings about, as one reads it beforehand."""
    return _EXTENDED if decision is Decision.EXTENDED else EFFECTS[sort, decision]
