"""
Turns what went wrong into a problem document (RFC 9457). The only place that knows status codes of errors.

A problem never says anything about a person, and never repeats what was sent.
"""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus

import structlog
from flask import Flask, Response
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from audit.errors import TrailError
from hub.errors import Conflict, Forbidden, HubError, KeyDestroyed, NotFound, SealBroken, TooMany
from hub.identity.errors import Unauthorized
from schemas.base import InvalidInput, Json, Mistake

log = structlog.get_logger(__name__)

MEDIA = "application/problem+json"
RETRY_SECONDS = "5"
KEPT_HEADERS = ("Allow", "WWW-Authenticate", "Retry-After")

# Status → code and the sentence that says what to do.
SENTENCES: Mapping[int, tuple[str, str]] = {
    400: ("ongeldig-verzoek", "Het verzoek is niet te lezen. Stuur één JSON-object in UTF-8."),
    401: ("niet-aangemeld", "Vraag een toegangstoken aan en stuur het mee in de kop Authorization."),
    403: ("niet-toegestaan", "Volgens de afspraak heeft uw rol deze weg niet."),
    404: ("niet-gevonden", "Hier is niets dat u kunt zien."),
    405: ("methode-niet-toegestaan", "Gebruik een methode uit de kop Allow."),
    406: ("niet-aanvaardbaar", "De hub antwoordt in JSON; vraag om application/json."),
    409: ("conflict", "Dit kan nu niet."),
    413: ("te-groot", "Stuur hooguit 64 kB per verzoek."),
    415: ("verkeerd-mediatype", "Stuur JSON, met Content-Type: application/json."),
    429: ("te-veel-pogingen", "Er waren te veel mislukte pogingen. Probeer het later weer."),
    500: ("interne-fout", "Er ging iets mis bij de hub. Er is niets half gedaan; probeer het later weer."),
    503: ("even-niet-beschikbaar", "De hub kan nu even niets opslaan. Er is niets half gedaan; probeer het zo weer."),
}
INVALID = ("ongeldige-invoer", "Verbeter de genoemde velden. Er is niets opgeslagen.")


def problem(
    status: int,
    *,
    code: str = "",
    detail: str = "",
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, Json] | None = None,
) -> Response:
    """One problem document; without words of its own it gets the standing sentence of its status."""
    body = {**standing(status, code, detail), **(more or {})}
    response = Response(json.dumps(body, ensure_ascii=False), status, mimetype=MEDIA)
    response.headers.extend(headers or {})
    return response


def standing(status: int, code: str = "", detail: str = "") -> dict[str, Json]:
    """The body of a problem with this status, in these words or else in the standing ones."""
    known_code, sentence = SENTENCES.get(status, ("fout", "Het verzoek kan zo niet."))
    title = HTTPStatus(status).phrase
    return {"status": status, "title": title, "detail": detail or sentence, "code": code or known_code}


def invalid(mistakes: Sequence[Mistake]) -> Response:
    """400 with every mistake by field."""
    named: list[Json] = [{"veld": mistake.field, "melding": mistake.message} for mistake in mistakes]
    code, detail = INVALID
    return problem(400, code=code, detail=detail, more={"fouten": named})


def register(app: Flask) -> None:
    """Answer every error of the app with a problem document."""
    app.register_error_handler(InvalidInput, lambda error: invalid(error.mistakes))
    app.register_error_handler(HubError, _of_hub)
    app.register_error_handler(TrailError, _of_trail)
    app.register_error_handler(HTTPException, _of_http)
    # Busy, full or gone. What the database refuses for another reason is a mistake of ours: 500.
    for unavailable in (OperationalError, InterfaceError, PoolTimeout):
        app.register_error_handler(unavailable, _of_database)
    app.register_error_handler(Exception, _of_mistake)


def _of_hub(error: HubError) -> Response:
    match error:
        case Unauthorized():
            return problem(401, headers={"WWW-Authenticate": error.www_authenticate})
        case Forbidden():
            return problem(403)
        case NotFound() | KeyDestroyed():
            return problem(404)
        case Conflict():
            return problem(409, code=error.code, detail=error.detail)
        case TooMany():
            waiting = {"Retry-After": str(error.seconds)}
            return problem(429, code=error.code, detail=error.detail, headers=waiting)
        case SealBroken():
            # Somebody moved or changed a sealed value: that is for the security log, not for the partner.
            log.critical("seal_broken")
            return problem(500)
    return _of_mistake(error)


def _of_trail(error: TrailError) -> Response:
    # The trail is not what it promised to be: rolled back, rewritten or cut. Somebody must look, now.
    log.critical("trail_broken", error=type(error).__name__)
    return problem(500)


def _of_http(error: HTTPException) -> Response:
    status = error.code or 500
    kept = {name: value for name, value in error.get_headers() if name in KEPT_HEADERS}
    return problem(status, headers=kept)


def _of_database(error: Exception) -> Response:
    # The transaction was undone. The statement and its values stay out of the log.
    log.error("database_unavailable", error=type(error).__name__)
    return problem(503, headers={"Retry-After": RETRY_SECONDS})


def _of_mistake(error: Exception) -> Response:
    # The kind and the place, never the text: that could hold what somebody sent.
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = "" if place is None else f"{place.tb_frame.f_code.co_name}:{place.tb_lineno}"
    log.error("internal_error", error=type(error).__name__, where=where)
    return problem(500)
