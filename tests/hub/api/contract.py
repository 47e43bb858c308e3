"""Holds every answer of an app against its own OpenAPI document: status, media type, headers and body."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import jsonschema_rs
from flask import Flask, Response, request, request_finished

Json = Any
ROOT = "/api/v1"


@dataclass
class Contract:
    """The document of this app, and what was seen of it. Made before the story begins, it hears every answer."""

    app: Flask
    document: Json = field(init=False)
    seen: set[tuple[str, str]] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)
    _validators: dict[str, jsonschema_rs.Draft4Validator] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read the document and listen."""
        self.document = self.app.test_client().get(f"{ROOT}/openapi.json").get_json()
        request_finished.connect(self._hear, self.app)

    def validate(self, schema: Json, value: Json) -> Iterator[str]:
        """What is wrong with this value by this schema of the document."""
        for error in self._validator(json.dumps(schema)).iter_errors(value):
            yield f"{'/'.join(map(str, error.instance_path))}: {error.message}"

    def _validator(self, schema: str) -> jsonschema_rs.Draft4Validator:
        if schema not in self._validators:
            whole = {**as_json_schema(json.loads(schema)), "components": self._components}
            self._validators[schema] = jsonschema_rs.Draft4Validator(whole, validate_formats=True)
        return self._validators[schema]

    @cached_property
    def _components(self) -> Json:
        return as_json_schema(self.document["components"])

    def filled(self, node: Json) -> Json:
        """The node itself, or what it refers to."""
        found = self.document if "$ref" in node else node
        for part in node.get("$ref", "").split("/")[1:]:
            found = found[part]
        return found

    def _hear(self, _: Flask, response: Response) -> None:
        rule = request.url_rule
        if rule is None or not rule.rule.startswith(ROOT) or request.method == "OPTIONS":
            return
        path = rule.rule.removeprefix(ROOT).replace("<int:", "{").replace("<", "{").replace(">", "}")
        operation = self.document["paths"][path][request.method.lower()]
        road, status = operation["operationId"], str(response.status_code)
        self.seen.add((road, status))
        self.broken += [f"{road} {status} {wrong}" for wrong in self._wrong(operation, status, response)]

    def _wrong(self, operation: Json, status: str, response: Response) -> Iterator[str]:
        if status not in operation["responses"]:
            yield "is not in the document"
            return
        said = self.filled(operation["responses"][status])
        yield from (f"lacks {name}" for name in said["headers"] if name not in response.headers)
        content = said.get("content", {})
        if not content:
            yield from ["has a body"] if response.get_data() else []
        elif response.mimetype not in content:
            yield f"is {response.mimetype}"
        elif response.is_json:
            yield from self.validate(content[response.mimetype]["schema"], response.get_json())


def as_json_schema(node: Json) -> Json:
    """OpenAPI 3.0 is JSON Schema with one word of its own: what may be null says so beside its type."""
    if isinstance(node, list):
        return [as_json_schema(one) for one in node]
    if not isinstance(node, dict):
        return node
    plain = {name: as_json_schema(one) for name, one in node.items() if name != "nullable"}
    return {**plain, "type": [plain["type"], "null"]} if node.get("nullable") is True else plain
