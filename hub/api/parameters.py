"""Parameters in addresses and headers, for the OpenAPI document. None of them says who a person is outside the hub."""

from typing import Any

from werkzeug.routing import BaseConverter

from hub.exchange.remember import KEY, LONGEST
from schemas.fields import LANGUAGES


class Id(BaseConverter):
    """An id in an address. What begins with an underscore is an action (`_zoek`) and never an id."""

    regex = "[^/_][^/]*"
    part_isolating = True


def _in_path(name: str, text: str) -> dict[str, Any]:
    schema = {"type": "string", "pattern": "^[0-9a-z]+$", "minLength": 1, "maxLength": 64}
    return {"name": name, "in": "path", "required": True, "description": text, "schema": schema}


PURPOSE_IN_PATH: dict[str, Any] = {
    "name": "doel",
    "in": "path",
    "required": True,
    "description": "Een doel uit de afspraak.",
    "schema": {"type": "string", "pattern": "^[0-9a-z-]+$", "minLength": 1, "maxLength": 60},
    "example": "toeleiding-naar-werk",
}
LANGUAGE_IN_PATH: dict[str, Any] = {
    "name": "taal",
    "in": "path",
    "required": True,
    "description": "De taal van de uitleg.",
    "schema": {"type": "string", "enum": list(LANGUAGES)},
    "example": "ti",
}
PERSON_IN_PATH = _in_path("betrokkene_id", "De naam van de persoon bij uw partij.")
MESSAGE_IN_PATH = _in_path("bericht_id", "Het id dat u bij het publiceren kreeg.")
REQUEST_IN_PATH = _in_path("verzoek_id", "Het id dat u kreeg toen u het verzoek vastlegde.")
CONTACT_IN_PATH = _in_path("contact_id", "Het id in de eigen lijst van contactpersonen.")
CHOICE_IN_PATH = _in_path("keuze_id", "Het id dat u bij het vastleggen van de keuze kreeg.")
ITEM_IN_PATH = _in_path("item_id", "Het id uit de lijst van uw postvak.")
INDEX_IN_PATH: dict[str, Any] = {
    "name": "index",
    "in": "path",
    "required": True,
    "description": "De index uit een ontvangstbewijs.",
    "schema": {"type": "integer", "minimum": 0},
}
AFTER: dict[str, Any] = {
    "name": "na",
    "in": "query",
    "description": "Begin na dit item; de waarde van `volgende`.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 64},
}
LIMIT: dict[str, Any] = {
    "name": "limiet",
    "in": "query",
    "description": "Hooguit zoveel items.",
    "schema": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100},
}
SIZE_IN_PATH: dict[str, Any] = {
    **INDEX_IN_PATH,
    "name": "omvang",
    "description": "De omvang van een eerder controlepunt.",
}
IDEMPOTENCY_KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "Een nieuwe waarde per bericht; dezelfde waarde en body geven 24 uur hetzelfde antwoord.",
    "schema": {"type": "string", "pattern": f"^{KEY.pattern}$", "minLength": 1, "maxLength": LONGEST},
    "example": "5f0c1c6e-5a0e-4a4e-9a53-7a1f2b3c4d5e",
}
