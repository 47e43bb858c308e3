"""The contract as a machine reads it: OpenAPI 3.0.3, made from the doors themselves."""

from typing import Any

from flask import Blueprint, Flask, Response, jsonify
from flask_smorest import Api

from hub.api.answers import Problem
from hub.api.describe import PROBLEMS, VERSION_HEADER
from hub.api.parameters import IDEMPOTENCY_KEY

VERSION = "1.0.0"
ROOT = "/api/v1"
CONTACT = {"name": "Ketenhub", "url": "https://ketenhub.example.nl", "email": "beheer@ketenhub.example.nl"}
# Addresses in the document are https; a demo on one machine answers on http beside it.
EXAMPLE_SERVER = "https://ketenhub.example.nl"
DESCRIPTION = (
    "Kleine, precieze berichten tussen COA, bemiddelaars en gemeenten over mogen werken en werken. "
    "Elk bericht heeft een doel en een grondslag; elke ontvanger ziet alleen zijn eigen velden."
)


class ProblemApi(Api):
    """flask-smorest without error handlers of its own: every error is a problem document, made in one place."""

    def _register_error_handlers(self) -> None:
        return


def register(app: Flask, blueprints: list[Any], base_url: str) -> None:
    """Serve the blueprints' roads, and the document about them at /openapi.json (open, CORS *)."""
    app.config.update(API_TITLE="Ketenhub", API_VERSION=VERSION, OPENAPI_VERSION="3.0.3")
    api = ProblemApi(app)
    _components(api)
    for blueprint in blueprints:
        api.register_blueprint(blueprint)
    document = _document(api, base_url)
    app.register_blueprint(_serve(document))


def _components(api: Api) -> None:
    components = api.spec.components
    components.schema("Problem", schema=Problem)
    components.security_scheme("oauth", _oauth())
    components.header(
        "API-Version", {"description": "De volledige versie.", "schema": {"type": "string"}, "example": VERSION}
    )
    components.parameter("IdempotencyKey", "header", IDEMPOTENCY_KEY)
    for code, text in PROBLEMS.items():
        content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        components.response(f"Problem{code}", {"description": text, "headers": VERSION_HEADER, "content": content})


def _oauth() -> dict[str, Any]:
    return {
        "type": "oauth2",
        "description": "client_credentials met private_key_jwt.",
        "flows": {"clientCredentials": {"tokenUrl": "/oauth/token", "scopes": {}}},
    }


def _document(api: Api, base_url: str) -> dict[str, Any]:
    found = api.spec.to_dict()
    paths = {path.removeprefix(ROOT): item for path, item in found.pop("paths").items()}
    server = base_url if base_url.startswith("https://") else EXAMPLE_SERVER
    return {
        **found,
        "info": {"title": "Ketenhub", "version": VERSION, "description": DESCRIPTION, "contact": CONTACT},
        "servers": [{"url": server + ROOT}],
        "security": [{"oauth": []}],
        "tags": _tags(paths),
        "paths": {**paths, "/openapi.json": _own_path()},
    }


def _tags(paths: dict[str, Any]) -> list[dict[str, str]]:
    operations = [operation for item in paths.values() for operation in item.values() if isinstance(operation, dict)]
    names = dict.fromkeys(tag for operation in operations for tag in operation.get("tags", []))
    return [{"name": name} for name in [*names, "Document"]]


def _own_path() -> dict[str, Any]:
    headers = {**VERSION_HEADER, "access-control-allow-origin": {"schema": {"type": "string"}, "example": "*"}}
    content = {"application/json": {"schema": {"type": "object"}}}
    good = {"description": "Dit document", "headers": headers, "content": content}
    return {
        "get": {
            "summary": "Lees dit document", "description": "Voor iedereen, zonder token.", "operationId": "openapi",
            "tags": ["Document"], "security": [], "responses": {"200": good},
        }
    }  # fmt: skip


def _serve(document: dict[str, Any]) -> Blueprint:
    serving = Blueprint("openapi", __name__, url_prefix=ROOT)

    @serving.get("/openapi.json")
    def show() -> Response:
        response = jsonify(document)
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    show.allowed = frozenset()  # type: ignore[attr-defined]
    return serving
