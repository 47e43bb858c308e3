"""The contract as a machine reads it: OpenAPI 3.0.3, made from the doors themselves."""

from typing import Any

from flask import Blueprint, Flask, Response, jsonify
from flask_smorest import Api

from hub.api import examples, links, shapes
from hub.api.allowed import allow
from hub.api.answers import Problem, PublicationByCoa, PublicationByOthers
from hub.api.describe import PROBLEM_HEADERS, PROBLEMS, VERSION_HEADER
from hub.api.house import NAME, House
from hub.api.parameters import IDEMPOTENCY_KEY, Id
from hub.api.problems import INVALID, MEDIA, standing
from schemas.base import Json

VERSION = "1.0.0"
ROOT = "/api/v1"
CONTACT = {"name": "Ketenhub", "url": "https://ketenhub.example.nl", "email": "beheer@ketenhub.example.nl"}
LICENCE = {"name": "EUPL-1.2", "url": "https://eupl.eu/1.2/nl/"}
# Addresses in the document are https; a demo on one machine answers on http beside it.
EXAMPLE_SERVER = "https://ketenhub.example.nl"
DESCRIPTION = (
    "Kleine, precieze berichten tussen COA, bemiddelaars en gemeenten over mogen werken en werken. "
    "Elk bericht heeft een doel en een grondslag; elke ontvanger ziet alleen zijn eigen velden."
)
HEADERS: dict[str, dict[str, Any]] = {
    "API-Version": {"description": "De volledige versie van deze API.", "example": VERSION},
    "Retry-After": {"description": "Probeer het na zoveel seconden weer.", "example": "5"},
    "WWW-Authenticate": {"description": "Hoe u zich aanmeldt (RFC 6750).", "example": 'Bearer realm="ketenhub"'},
}


class ProblemApi(Api):
    """flask-smorest without errors and pages of its own: every error is a problem document, made in one place."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        return

    def _register_responses(self) -> None:
        return

    def _register_pagination_header(self) -> None:
        return


def register(app: Flask, blueprints: list[Any], base_url: str) -> None:
    """Serve the blueprints' roads, and the document about them at /openapi.json (open, CORS *)."""
    app.config.update(API_TITLE="Ketenhub", API_VERSION=VERSION, OPENAPI_VERSION="3.0.3")
    app.url_map.converters["default"] = Id
    api = ProblemApi(app)
    _components(api)
    for blueprint in blueprints:
        api.register_blueprint(blueprint)
    document = _document(api, base_url)
    house: House = app.extensions[NAME]
    hub = house.hub
    messages = [message for message in hub.messages.values() if message.about_a_person]
    shapes.say_exactly(document, messages, hub.agreement)
    links.add(document, messages, hub.agreement)
    examples.add(document)
    _drop_unused(document)
    app.register_blueprint(_serve(document))


def _components(api: Api) -> None:
    components = api.spec.components
    for schema in (Problem, PublicationByCoa, PublicationByOthers):
        components.schema(schema.__name__, schema=schema)
    components.security_scheme("oauth", _oauth())
    for name, header in HEADERS.items():
        components.header(name, {**header, "required": True, "schema": {"type": "string"}})
    components.parameter("IdempotencyKey", "header", IDEMPOTENCY_KEY)
    for code, text in PROBLEMS.items():
        components.response(f"Problem{code}", _problem(code, text))


def _problem(code: str, text: str) -> dict[str, Any]:
    headers = {**VERSION_HEADER, **{name: name for name in PROBLEM_HEADERS.get(code, ())}}
    content = {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": _example(code)}}
    return {"description": text, "headers": headers, "content": content}


def _example(code: str) -> dict[str, Json]:
    if code != "400":
        return standing(int(code))
    mistake: Json = {"veld": "magWerken", "melding": "Schrijf true of false, zonder aanhalingstekens."}
    return {**standing(400, *INVALID), "fouten": [mistake]}


def _oauth() -> dict[str, Any]:
    return {
        "type": "oauth2",
        "description": "client_credentials met private_key_jwt (RFC 7523); er zijn geen gedeelde geheimen.",
        "flows": {"clientCredentials": {"tokenUrl": "/oauth/token", "scopes": {}}},
    }


def _document(api: Api, base_url: str) -> dict[str, Any]:
    found = api.spec.to_dict()
    paths = {path.removeprefix(ROOT): _operations(item) for path, item in found.pop("paths").items()}
    server = base_url if base_url.startswith("https://") else EXAMPLE_SERVER
    about = {"title": "Ketenhub", "version": VERSION, "description": DESCRIPTION, "contact": CONTACT}
    return {
        **found,
        "info": {**about, "license": LICENCE},
        "servers": [{"url": server.rstrip("/") + ROOT}],
        "security": [{"oauth": []}],
        "tags": _tags(paths),
        "paths": {**paths, "/openapi.json": _own_path()},
    }


def _operations(item: dict[str, Any]) -> dict[str, Any]:
    # flask-smorest names the parts of an address once more beside the operations, without a word about them.
    return {method: operation for method, operation in item.items() if method != "parameters"}


def _tags(paths: dict[str, Any]) -> list[dict[str, str]]:
    operations = [operation for item in paths.values() for operation in item.values()]
    names = dict.fromkeys(tag for operation in operations for tag in operation["tags"])
    return [{"name": name} for name in [*names, "Document"]]


def _own_path() -> dict[str, Any]:
    version = {"$ref": "#/components/headers/API-Version"}
    anyone = {"description": "Voor elke herkomst.", "required": True, "schema": {"type": "string"}, "example": "*"}
    content = {"application/json": {"schema": {"type": "object"}, "example": {"openapi": "3.0.3"}}}
    headers = {"API-Version": version, "access-control-allow-origin": anyone}
    good = {"description": "Dit document", "headers": headers, "content": content}
    return {
        "get": {
            "summary": "Lees dit document", "description": "Voor iedereen, zonder token.", "operationId": "openapi",
            "tags": ["Document"], "security": [],
            "responses": {"200": good, "500": {"$ref": "#/components/responses/Problem500"}},
        }
    }  # fmt: skip


def _drop_unused(document: dict[str, Any]) -> None:
    """General answers that every type says more exactly, and were therefore replaced, are nowhere named."""
    schemas = document["components"]["schemas"]
    while unused := set(schemas) - _named(document):
        for name in unused:
            del schemas[name]


def _named(node: Any) -> set[str]:
    if isinstance(node, list):
        return set().union(*(_named(one) for one in node))
    if not isinstance(node, dict):
        return set()
    own = {str(node["$ref"]).rsplit("/", 1)[1]} if "$ref" in node else set()
    return own.union(*(_named(one) for one in node.values()))


def _serve(document: dict[str, Any]) -> Blueprint:
    serving = Blueprint("openapi", __name__, url_prefix=ROOT)

    @serving.get("/openapi.json")
    def show() -> Response:
        response = jsonify(document)
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    allow(show)
    return serving
