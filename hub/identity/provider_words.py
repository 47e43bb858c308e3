"""The words that the file of providers is written in: its tables and keys, and what each key may hold."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from hub.identity.staff import Function
from schemas.agreement_words import PARTNER, SLUG, TITLE, Rule, Rules, all_different

DEFAULT_SCOPE = "openid"
LONGEST = 300


def _plain(value: Any) -> bool:
    """Text on one line that is not too long."""
    return isinstance(value, str) and 0 < len(value) <= LONGEST and value.isprintable() and value == value.strip()


def _several(value: Any) -> bool:
    return bool(value) and all_different(_plain)(value)


def is_address(value: Any, *, demo: bool, query: bool = False) -> bool:
    """An https address without a name or fragment in it, and without a query unless that may be; in a demo http too."""
    if not _plain(value):
        return False
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return False
    schemes = ("https", "http") if demo else ("https",)
    return (
        parts.scheme in schemes
        and bool(parts.hostname)
        and "@" not in parts.netloc
        and "#" not in value
        and (query or "?" not in value)
        and value.isascii()
    )


def _scope(value: Any) -> bool:
    return _plain(value) and "openid" in value.split(" ") and value.isascii()


TEXT = Rule(_plain, f"een tekst op één regel van hooguit {LONGEST} tekens, tussen aanhalingstekens", '"ketenhub"')
FILE = Rule(_plain, "het pad van een bestand, tussen aanhalingstekens", '"coa-oidc.pem"', optional=True)
WORDS = Rule(_several, "een lijst van een of meer teksten, elk één keer", '["Casemanager"]')
TABLE = Rule(lambda value: isinstance(value, dict), "een tabel", '{ functie = "roles", naam = "name" }')


def _minutes(value: Any) -> bool:
    return type(value) is int and 1 <= value <= 1440


def provider_rules(*, demo: bool) -> Rules:
    """What one [[aanbieder]] may hold."""
    https = Rule(
        lambda value: is_address(value, demo=demo), "het https-adres van de aanbieder", '"https://inlog.coa.nl"'
    )
    return {
        "naam": replace(SLUG, example='"coa"'),
        "titel": replace(TITLE, example='"COA"'),
        "issuer": https,
        "client_id": TEXT,
        "sleutel_bestand": FILE,
        "geheim_bestand": FILE,
        "ca_bestand": FILE,
        "scope": Rule(_scope, "scopes met spaties ertussen, waaronder openid", '"openid profile"', optional=True),
        "partijen": Rule(
            lambda value: bool(value) and all_different(PARTNER["naam"].fits)(value),
            "een lijst van een of meer partijen uit de afspraak, elk één keer",
            '["coa"]',
        ),
        "acr": replace(WORDS, example='["http://eidas.europa.eu/LoA/substantial"]', optional=True),
        "opnieuw_inloggen_na_minuten": Rule(
            _minutes, "een heel aantal minuten van 1 tot en met 1440, zonder aanhalingstekens", "480", optional=True
        ),
        "claims": TABLE,
        "functies": replace(TABLE, example='{ casemanager = ["Casemanager"] }'),
        "organisaties": replace(TABLE, example='{ coa = ["COA"] }', optional=True),
        "vestigingen": replace(TABLE, example='{ azc-almere-engelse-mijl = ["AZC Almere"] }', optional=True),
    }


CLAIMS: Rules = {
    "functie": replace(TEXT, example='"roles"'),
    "naam": replace(TEXT, example='"name"'),
    "organisatie": replace(TEXT, example='"organisation"', optional=True),
    "vestigingen": replace(TEXT, example='"locations"', optional=True),
}


def words_for(ours: Iterable[str], *, all_needed: bool = False) -> Rules:
    """A table with one of our words on the left and a provider's on the right."""
    return {word: replace(WORDS, optional=not all_needed) for word in ours}


FUNCTIONS = words_for(function.value for function in Function)
