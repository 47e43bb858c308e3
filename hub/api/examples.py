"""Puts a whole example at every body of the OpenAPI document, made of the examples of its fields."""

from typing import Any

Shape = dict[str, Any]


def add(document: Shape) -> None:
    """Give every request and answer that has none an example of its own."""
    for path in document["paths"].values():
        for operation in path.values():
            bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
            for media in (media for body in bodies for media in body.get("content", {}).values()):
                media.setdefault("example", example_of(media["schema"], document))


def example_of(schema: Shape, document: Shape) -> Any:
    """A value that this schema allows: of a choice the first, of a list one, of an object every field."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return example_of(document["components"]["schemas"][name], document)
    if "example" in schema:
        return schema["example"]
    if "oneOf" in schema:
        return example_of(schema["oneOf"][0], document)
    if schema.get("type") == "array":
        return [example_of(schema["items"], document)]
    return {name: example_of(one, document) for name, one in schema.get("properties", {}).items()}
