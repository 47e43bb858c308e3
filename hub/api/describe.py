"""What the OpenAPI document says about a road: built from the same declaration that the road is checked by."""

from dataclasses import dataclass
from typing import Any

from marshmallow import Schema

from schemas.agreement import Role
from schemas.base import MessageSchema

PROBLEMS = {
    "400": "Ongeldige invoer of een onleesbaar verzoek; `fouten` noemt elke fout.",
    "401": "Geen geldig toegangstoken.",
    "403": "De afspraak geeft deze rol deze weg niet, of niemand mag dit bericht ontvangen.",
    "404": "Niets dat deze client kan zien.",
    "409": "Kan nu niet; `code` zegt waarom.",
    "413": "Meer dan 64 kB.",
    "415": "Geen application/json.",
    "429": "Te veel mislukte pogingen; zie Retry-After.",
    "503": "De hub kan nu even niets opslaan; zie Retry-After.",
}
VERSION_HEADER = {"API-Version": "API-Version"}


@dataclass(frozen=True)
class Road:
    """What a reader of the document needs: a title, a group, what comes back, and the errors of this road."""

    title: str
    tag: str
    gives: type[Schema] | None
    status: int = 200
    text: str = ""
    also: tuple[int, ...] = ()
    problems: tuple[str, ...] = ()
    name: str = ""
    parameters: tuple[dict[str, Any], ...] = ()
    media: str = "application/json"


def describe(road: Road, *, takes: type[MessageSchema] | None, keyed: bool, roles: frozenset[Role]) -> dict[str, Any]:
    """One operation of the document."""
    parameters: list[Any] = [*road.parameters, *(["IdempotencyKey"] if keyed else [])]
    operation: dict[str, Any] = {
        "summary": road.title,
        "operationId": road.name,
        "tags": [road.tag],
        "description": _described(road, roles),
        "responses": _responses(road, takes, roles),
    }
    if parameters:
        operation["parameters"] = parameters
    if takes is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": takes}}}
    if not roles:
        operation["security"] = []
    return operation


def _described(road: Road, roles: frozenset[Role]) -> str:
    who = f"Voor: {', '.join(sorted(roles))}." if roles else "Voor iedereen, zonder token."
    return f"{road.text} {who}".strip()


def _responses(road: Road, takes: type[MessageSchema] | None, roles: frozenset[Role]) -> dict[str, Any]:
    good = {str(status): _good(road) for status in (road.status, *road.also)}
    codes = {"400", *road.problems, *(("401", "403") if roles else ()), "503"}
    codes |= {"413", "415"} if takes is not None else set()
    return {**good, **{code: f"Problem{code}" for code in sorted(codes)}}


def _good(road: Road) -> dict[str, Any]:
    response: dict[str, Any] = {"description": road.title, "headers": VERSION_HEADER}
    if road.gives is not None:
        response["content"] = {road.media: {"schema": road.gives}}
    elif road.media != "application/json":
        response["content"] = {road.media: {"schema": {"type": "string"}}}
    return response
