"""What the OpenAPI document says about a road: built from the same declaration that the road is checked by."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema

from hub.api.answers import TEXTS
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
    "429": "Te veel verzoeken, of te veel mislukte pogingen; zie Retry-After.",
    "500": "Er ging iets mis bij de hub; er is niets half gedaan.",
    "503": "De hub kan nu even niets opslaan; zie Retry-After.",
}
ZIP = "application/zip"
# By reference: to the header with this name among the document's components.
VERSION_HEADER = {"API-Version": "API-Version"}
PROBLEM_HEADERS: Mapping[str, tuple[str, ...]] = {
    "401": ("WWW-Authenticate",),
    "429": ("Retry-After",),
    "503": ("Retry-After",),
}
EVERY_PARTNER = "Voor elke partij."
# Whatever is asked, these can be the answer.
ALWAYS = frozenset({"400", "500", "503"})


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
        "operationId": operation_id(road.name),
        "tags": [road.tag.capitalize()],
        "description": _described(road, roles),
        "responses": _responses(road, takes, roles),
    }
    if parameters:
        operation["parameters"] = parameters
    if takes is not None:
        # Where every field may be left out, the body may be too.
        required = any(field.required for field in takes().fields.values())
        operation["requestBody"] = {"required": required, "content": {"application/json": {"schema": takes}}}
    if not roles:
        operation["security"] = []
    return operation


def operation_id(name: str) -> str:
    """The name of a road in the document, in camelCase: `publiceer_urenstaat` is `publiceerUrenstaat`."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _described(road: Road, roles: frozenset[Role]) -> str:
    if not roles:
        who = "Voor iedereen, zonder token."
    elif roles == frozenset(Role):
        who = EVERY_PARTNER
    else:
        who = f"Voor: {', '.join(sorted(roles))}."
    return f"{road.text} {who}".strip()


def _responses(road: Road, takes: type[MessageSchema] | None, roles: frozenset[Role]) -> dict[str, Any]:
    good = {str(status): _good(road) for status in (road.status, *road.also)}
    codes = {*ALWAYS, *road.problems, *(("401", "403", "429") if roles else ())}
    codes |= {"413", "415"} if takes is not None else set()
    return {**good, **{code: f"Problem{code}" for code in sorted(codes)}}


def _good(road: Road) -> dict[str, Any]:
    response: dict[str, Any] = {"description": road.title, "headers": VERSION_HEADER}
    if road.gives is not None:
        response["content"] = {road.media: {"schema": road.gives}}
    elif road.media != "application/json":
        form = {"type": "string", "format": "binary"} if road.media == ZIP else {"type": "string"}
        response["content"] = {road.media: {"schema": form, "example": TEXTS[road.name]}}
    return response
