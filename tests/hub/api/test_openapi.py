"""The document keeps the NL API Design Rules 2.1 and 2.2, whatever road is added. `make lint-api` asks the linters."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from hub.api.problems import SENTENCES
from tests.chain import Chain
from tests.front_door import knock

Json = dict[str, Any]
# /core/path-segments-kebab-case, with a last part that begins with an underscore for an action.
KEBAB = re.compile(r"(/([a-z0-9-]+|\{[^}]+\}))+(/_[a-z]+)?")
CAMEL = re.compile("[a-z][a-zA-Z0-9]*")
PASCAL = re.compile("[A-Z][a-zA-Z0-9]*")
SEMVER = re.compile(r"\d+\.\d+\.\d+")


@pytest.fixture
def dialect() -> str:
    """The document comes from no database: one is enough."""
    return "sqlite"


@pytest.fixture
def document(chain: Chain) -> Json:
    """What anybody gets at /openapi.json, without a token."""
    answer = chain.app.test_client().get("/api/v1/openapi.json")
    document: Json = answer.get_json()
    return document


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    """Every operation with its path and method."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def answers(document: Json) -> Iterator[tuple[str, str, Json]]:
    """Every answer of every operation, with what it refers to filled in."""
    for path, method, operation in operations(document):
        for status, response in operation["responses"].items():
            yield f"{method} {path}", status, filled(document, response)


def filled(document: Json, node: Json) -> Json:
    """The node itself, or what it refers to."""
    if "$ref" not in node:
        return node
    found: Any = document
    for part in node["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    assert isinstance(found, dict)
    return found


def test_it_is_openapi_3_0_with_a_full_version_and_a_contact(document: Json) -> None:
    assert document["openapi"] == "3.0.3"
    assert SEMVER.fullmatch(document["info"]["version"])
    assert set(document["info"]["contact"]) >= {"name", "url", "email"}


def test_its_servers_are_https_with_the_major_version_even_on_a_demo(chain: Chain, document: Json) -> None:
    assert chain.settings.base_url.startswith("http://")
    assert document["servers"]
    assert all(re.fullmatch(r"https://\S+/v1", server["url"]) for server in document["servers"])


def test_anybody_may_read_it_from_anywhere(chain: Chain, document: Json) -> None:
    answer = knock(chain.app, "GET", "/api/v1/openapi.json", None, {})
    assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (200, "*")
    item = document["paths"]["/openapi.json"]
    assert list(item) == ["get"]
    assert item["get"]["security"] == []
    assert "access-control-allow-origin" in item["get"]["responses"]["200"]["headers"]


def test_every_address_of_the_api_is_in_it_and_no_other(chain: Chain, document: Json) -> None:
    rules = [rule for rule in chain.app.url_map.iter_rules() if rule.rule.startswith("/api/v1/")]
    served = {
        (re.sub(r"<(?:int:)?(\w+)>", r"{\1}", rule.rule.removeprefix("/api/v1")), method.lower())
        for rule in rules
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert {(path, method) for path, method, _ in operations(document)} == served


def test_paths_are_kebab_case_without_a_slash_at_the_end(document: Json) -> None:
    assert [path for path in document["paths"] if path != "/openapi.json" and not KEBAB.fullmatch(path)] == []


def test_every_operation_has_a_name_of_its_own_a_group_and_words(document: Json) -> None:
    every = [operation for _, _, operation in operations(document)]
    names = [operation["operationId"] for operation in every]
    assert len(set(names)) == len(names)
    assert [name for name in names if not CAMEL.fullmatch(name)] == []
    groups = {tag["name"] for tag in document["tags"]}
    assert all(operation["summary"] and operation["description"] for operation in every)
    assert all(set(operation["tags"]) <= groups for operation in every)


def test_every_part_of_an_address_and_of_a_query_is_described(document: Json) -> None:
    for path, method, operation in operations(document):
        parameters = [filled(document, parameter) for parameter in operation.get("parameters", [])]
        assert {one["name"] for one in parameters if one["in"] == "path"} == set(re.findall(r"\{(\w+)\}", path)), path
        assert all(one["description"] for one in parameters), (method, path)
        assert all(CAMEL.fullmatch(one["name"]) for one in parameters if one["in"] == "query"), (method, path)


def test_every_answer_has_the_version_in_a_header(document: Json) -> None:
    without = [
        (road, status) for road, status, response in answers(document) if "API-Version" not in response["headers"]
    ]
    assert without == []


def test_every_error_is_a_problem_with_status_title_and_detail(document: Json) -> None:
    for road, status, response in answers(document):
        if status.startswith(("4", "5")):
            assert list(response["content"]) == ["application/problem+json"], road
            schema = filled(document, response["content"]["application/problem+json"]["schema"])
            assert {"status", "title", "detail"} <= set(schema["required"]), road
            assert int(status) in SENTENCES, road


def test_every_error_that_says_when_or_how_has_the_header_for_it(document: Json) -> None:
    wanted = {"401": "WWW-Authenticate", "429": "Retry-After", "503": "Retry-After"}
    found = {status: set(response["headers"]) for _, status, response in answers(document) if status in wanted}
    assert set(found) == set(wanted)
    assert all(header in found[status] for status, header in wanted.items())


def test_wherever_something_is_sent_400_is_declared(document: Json) -> None:
    for path, method, operation in operations(document):
        if method != "get" or operation.get("parameters"):
            assert "400" in operation["responses"], path
        if "requestBody" in operation:
            assert {"413", "415"} <= set(operation["responses"]), path


def test_every_road_with_a_token_can_answer_401_and_403(document: Json) -> None:
    assert document["security"] == [{"oauth": []}]
    for path, _, operation in operations(document):
        if operation.get("security") != []:
            assert {"401", "403"} <= set(operation["responses"]), path


def test_no_body_takes_a_field_that_it_does_not_name(document: Json) -> None:
    bodies = [operation["requestBody"] for _, _, operation in operations(document) if "requestBody" in operation]
    schemas = [filled(document, body["content"]["application/json"]["schema"]) for body in bodies]
    assert len(schemas) > 6
    assert all(schema["additionalProperties"] is False for schema in schemas)
    # Where every field may be left out (unlinking), the body may be too.
    assert [body["required"] for body in bodies] == ["required" in schema for schema in schemas]


def test_schemas_are_pascal_case_and_their_fields_camel_case(document: Json) -> None:
    schemas = document["components"]["schemas"]
    assert [name for name in schemas if not PASCAL.fullmatch(name)] == []
    fields = {field for schema in schemas.values() for field in schema.get("properties", {})}
    assert [field for field in fields if not CAMEL.fullmatch(field)] == []


def test_every_component_is_used(document: Json) -> None:
    text = str(document)
    kinds = ("schemas", "responses", "headers", "parameters")
    names = [f"#/components/{kind}/{name}" for kind in kinds for name in document["components"][kind]]
    assert [name for name in names if f"'{name}'" not in text] == []


def test_every_link_leads_to_a_road_that_takes_what_it_gives(document: Json) -> None:
    known = {operation["operationId"]: operation for _, _, operation in operations(document)}
    links = [link for _, _, response in answers(document) for link in response.get("links", {}).values()]
    assert links
    for link in links:
        target = known[link["operationId"]]
        asked = {filled(document, one)["name"] for one in target.get("parameters", [])}
        assert set(link.get("parameters", {})) <= asked
        if "requestBody" in link:
            body = filled(document, target["requestBody"]["content"]["application/json"]["schema"])
            assert set(link["requestBody"]) <= set(body["properties"])


def test_an_action_is_not_taken_for_an_id(chain: Chain) -> None:
    answer = knock(chain.app, "GET", "/api/v1/werkmogelijkheden/_zoek", None, {})
    assert answer.status == 405
    assert "GET" not in answer.headers["Allow"]
