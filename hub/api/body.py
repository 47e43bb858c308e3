"""Reads a JSON body strictly: one object, no double names, no NaN, not too deep. Never echoes what it cannot read."""

import json
from typing import NoReturn

from flask import Request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from hub.identity.forms import refuse_cut_off
from schemas.base import NOT_AN_OBJECT, InvalidInput, Json, Mistake

UNREADABLE = "Dit is geen geldige JSON. Stuur één JSON-object in UTF-8."
TWICE = "Een veld staat er twee keer in. Stuur elk veld één keer."


def read_object(request: Request) -> dict[str, Json]:
    """The object in the body. Raises InvalidInput, UnsupportedMediaType (415) or RequestEntityTooLarge (413)."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    raw = request.get_data()
    refuse_cut_off(request)
    try:
        text = raw.decode("utf-8")
        body = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise InvalidInput(Mistake("", UNREADABLE)) from None
    if not isinstance(body, dict):
        raise InvalidInput(Mistake("", NOT_AN_OBJECT))
    return body


def refuse_query(request: Request, *allowed: str) -> None:
    """No address carries more than this road asks for: an identifier in a URL would stand in every log on its way."""
    if set(request.args) - set(allowed):
        raise BadRequest


def _once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise InvalidInput(Mistake("", TWICE))
    return found


def _no_constant(_: str) -> NoReturn:
    raise ValueError
