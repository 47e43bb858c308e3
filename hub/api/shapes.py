"""
What partners see of a message, for the OpenAPI document: exactly the fields that the agreement lets anybody see.

Every type says what a publication answers, what a current fact holds, and what lies in an inbox item of that type.
"""

from collections.abc import Collection, Iterable, Mapping
from copy import deepcopy
from typing import Any

from hub.api.describe import EVERY_PARTNER, operation_id
from hub.exchange.move import ENDED
from hub.exchange.route import LINKAGE, Item
from schemas.agreement import Agreement, Role
from schemas.base import MessageType
from schemas.fields import StrictDate, VNumber

Shape = dict[str, Any]

# What the hub adds itself, and no field of a schema describes.
DERIVED: Mapping[str, Shape] = {
    "urendrempelGehaald": {
        "type": "boolean", "description": "Haalt het contract de urendrempel van de afspraak?", "example": True,
    },
    "status": {
        "type": "string", "description": "Is de koppeling er, of eindigde zij?",
        "enum": ["gekoppeld", ENDED], "example": "gekoppeld",
    },
    "vNummer": {**VNumber().shape(), "description": "Het V-nummer.", "example": "9900000017"},
}  # fmt: skip
PUBLISHED: Shape = {
    "type": "string", "format": "date-time", "description": "Tijdstip in UTC.", "example": "2023-03-01T09:12:44Z",
}  # fmt: skip
RECONFIRM: Mapping[str, Shape] = {
    "herbevestigenVoor": {
        "type": "string", "format": "date", "description": "Na deze dag moet de bron het opnieuw zeggen.",
        "example": "2023-05-30",
    },
    "status": {
        "type": "string", "enum": ["actueel", "herbevestigen"], "example": "actueel",
        "description": "Bij herbevestigen ontbreekt het antwoord zelf.",
    },
}  # fmt: skip


def say_exactly(document: Shape, messages: Collection[MessageType], agreement: Agreement) -> None:
    """Replace the general answers of the roads by what each message type holds, under this agreement."""
    schemas = document["components"]["schemas"]
    offered = [message for message in messages if any(flow.message == message.name for flow in agreement.flows)]
    for message in messages:
        name = message.schema.__name__
        schemas[f"{name}Own"] = _own(message, schemas["PublicationAnswer"]["properties"])
        schemas[f"{name}Fact"] = _fact(message, agreement)
        schemas[f"{name}Facts"] = _object({"resultaten": {"type": "array", "items": ref(f"{name}Fact")}})
        _answers(document, f"zoek_{message.name}", ref(f"{name}Facts"))
        _publication(document, message, agreement)
    for message in offered:
        schemas[f"{message.schema.__name__}Item"] = _item(schemas, message, agreement)
    schemas["DeleteItem"] = _of_sort(schemas, Item.DELETE.value, _object({}))
    _answers(document, "open", _one_of([message.schema.__name__ for message in offered]))
    _name_words(schemas, agreement)


def ref(name: str) -> Shape:
    """A reference to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def operations(document: Shape) -> dict[str, Shape]:
    """Every operation of the document by its id."""
    every = (operation for path in document["paths"].values() for operation in path.values())
    return {operation["operationId"]: operation for operation in every}


def sources(agreement: Agreement, message: MessageType) -> list[Role]:
    """The roles that tell this, in the order of the agreement."""
    return list(dict.fromkeys(flow.source for flow in agreement.flows if flow.message == message.name))


def _name_words(schemas: Shape, agreement: Agreement) -> None:
    """Where the agreement knows every word that can be written, the document names them; no vestiging: it is open."""
    intermediaries = agreement.partners_with(Role.INTERMEDIARY)
    names = sorted(partner.name for partner in intermediaries)
    purposes = sorted(agreement.consent_purposes)
    words = {
        ("ChoiceBody", "doel"): purposes,
        ("ChoiceBody", "kennisgeving"): sorted({agreement.notices[purpose] for purpose in purposes}),
        ("LinkCodeBody", "voor"): names,
        ("UnlinkBody", "partij"): names,
    }
    for (schema, field), known in words.items():
        shape = schemas[schema]["properties"][field]
        schemas[schema]["properties"][field] = {
            "type": "string", "description": shape["description"], "enum": known, "example": known[0],
        }  # fmt: skip


def _answers(document: Shape, road: str, shape: Shape) -> None:
    responses = operations(document)[operation_id(road)]["responses"]
    good = next(response for status, response in responses.items() if status.startswith("2"))
    good["content"]["application/json"]["schema"] = shape


def _publication(document: Shape, message: MessageType, agreement: Agreement) -> None:
    roles = sources(agreement, message)
    kinds = dict.fromkeys("PublicationByCoa" if role is Role.COA else "PublicationByOthers" for role in roles)
    road = f"publiceer_{message.name}"
    one, *more = [ref(kind) for kind in kinds] or [ref("PublicationByCoa")]
    _answers(document, road, {"oneOf": [one, *more]} if more else one)
    by = ", ".join(role.value for role in roles) or "niemand"
    operation = operations(document)[operation_id(road)]
    # The door is open to all; who comes through, the agreement says.
    operation["description"] = operation["description"].replace(EVERY_PARTNER, f"Voor: {by}.")


def _fields(message: MessageType) -> tuple[dict[str, Shape], set[str]]:
    """Every field as it is read, and those that are always there."""
    declared = {field.data_key or name: field for name, field in message.schema().fields.items()}
    # A date that is filled in when it was left out is always there for the reader.
    filled = {name for name, one in declared.items() if isinstance(one, StrictDate) and one.today_when_missing}
    always = {name for name, one in declared.items() if one.required} | filled | set(message.derived)
    shown = {name: dict(one.metadata) for name, one in declared.items()}
    return {**shown, **{name: dict(DERIVED.get(name, {})) for name in message.derived}}, always


def _seen(message: MessageType, views: list[tuple[str, ...]]) -> tuple[dict[str, Shape], set[str]]:
    """What any of these views shows, and what all of them do."""
    fields, always = _fields(message)
    shown = {name: shape for name, shape in fields.items() if any(name in view for view in views)}
    return shown, {name for name in always if all(name in view for view in views)}


def _own_view(message: MessageType) -> tuple[str, ...]:
    return tuple(name for name in message.wire_names if name not in message.derived or name == "status")


def _views(message: MessageType, agreement: Agreement) -> list[tuple[str, ...]]:
    return [flow.fields for flow in agreement.flows if flow.message == message.name]


def _own(message: MessageType, about: Mapping[str, Shape]) -> Shape:
    shown, always = _seen(message, [_own_view(message)])
    # As in the body of a publication, and with it what the hub answered then.
    person = {"type": "string", "example": "p7q2mzkw4tg6vhr3ye5nacbdfs"}
    extra = {"id": about["id"], "betrokkeneId": person, "tijdstip": about["tijdstip"]}
    return _object({**extra, **shown}, {*extra, *always})


def _fact(message: MessageType, agreement: Agreement) -> Shape:
    shown, always = _seen(message, [_own_view(message), *_views(message, agreement)])
    fresh = {} if message.reconfirm is None else dict(RECONFIRM)
    extra = {"gepubliceerdOp": PUBLISHED, **fresh}
    return _object({**shown, **extra}, {*always, *extra} - {str(message.reconfirm)})


def _item(schemas: Shape, message: MessageType, agreement: Agreement) -> Shape:
    # That a koppeling ended, its old municipality hears without a V-number.
    ended = [("gemeente", "ingangsdatum", "status")] if message.name == LINKAGE else []
    return _of_sort(schemas, message.name, _object(*_seen(message, [*_views(message, agreement), *ended])))


def _of_sort(schemas: Shape, sort: str, fields: Shape) -> Shape:
    item: Shape = deepcopy(schemas["InboxItem"])
    item["properties"]["soort"] = {"type": "string", "enum": [sort], "example": sort}
    item["properties"]["gegevens"] = fields
    return item


def _one_of(names: list[str]) -> Shape:
    return {"oneOf": [ref(f"{name}Item") for name in [*names, "Delete"]]}


def _object(properties: Mapping[str, Shape], required: Iterable[str] | None = None) -> Shape:
    """An object with these properties and no others; all of them required unless told otherwise."""
    asked = sorted(properties if required is None else required)
    shape: Shape = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    return {**shape, "required": asked} if asked else shape
