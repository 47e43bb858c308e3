"""What the document says about messages follows the agreement: who sees which fields, and what is always there."""

from typing import Any

import pytest

from hub.api.shapes import DERIVED
from schemas.base import MessageType, discover
from tests.chain import Chain

TOLD = [message for message in discover().values() if message.about_a_person]
EVERY_TYPE = pytest.mark.parametrize("message", TOLD, ids=lambda message: message.name)


@pytest.fixture
def dialect() -> str:
    """The document comes from no database: one is enough."""
    return "sqlite"


@pytest.fixture
def schemas(chain: Chain) -> dict[str, Any]:
    """The schemas of the document."""
    schemas: dict[str, Any] = chain.app.test_client().get("/api/v1/openapi.json").get_json()["components"]["schemas"]
    return schemas


@EVERY_TYPE
class TestEveryMessageType:
    def test_what_the_hub_adds_to_it_is_described(self, message: MessageType) -> None:
        unsaid = [name for name in message.derived if name not in DERIVED]
        assert unsaid == [], "Describe it in DERIVED, hub/api/shapes.py."

    def test_every_field_of_it_that_can_be_read_has_a_type_and_words(
        self, schemas: dict[str, Any], message: MessageType
    ) -> None:
        for kind in ("Own", "Fact"):
            fields = schemas[f"{message.schema.__name__}{kind}"]["properties"].items()
            assert [name for name, shape in fields if "type" not in shape] == []
        item = schemas[f"{message.schema.__name__}Item"]["properties"]["gegevens"]
        assert all(shape["description"] for shape in item["properties"].values())

    def test_an_item_shows_what_the_agreement_lets_somebody_see(
        self, chain: Chain, schemas: dict[str, Any], message: MessageType
    ) -> None:
        flows = [flow for flow in chain.hub.agreement.flows if flow.message == message.name]
        item = schemas[f"{message.schema.__name__}Item"]["properties"]["gegevens"]
        assert set(item["properties"]) == {name for flow in flows for name in flow.fields}


def test_may_work_may_be_missing_from_an_answer_and_from_nothing_else(schemas: dict[str, Any]) -> None:
    assert "magWerken" not in schemas["MayWorkFact"]["required"]
    assert {"status", "herbevestigenVoor"} <= set(schemas["MayWorkFact"]["required"])
    assert "magWerken" in schemas["MayWorkItem"]["properties"]["gegevens"]["required"]


def test_a_municipality_that_loses_somebody_need_not_be_given_a_v_number(schemas: dict[str, Any]) -> None:
    fields = schemas["LinkageItem"]["properties"]["gegevens"]
    assert "vNummer" in fields["properties"]
    assert fields["required"] == ["gemeente", "ingangsdatum", "status"]


def test_a_request_to_delete_holds_nothing(schemas: dict[str, Any]) -> None:
    assert schemas["DeleteItem"]["properties"]["gegevens"]["properties"] == {}


def test_the_open_document_names_no_vestiging(chain: Chain, schemas: dict[str, Any]) -> None:
    branches = {branch for partner in chain.hub.agreement.partners.values() for branch in partner.branches}
    words = {
        word
        for body in schemas.values()
        for shape in body.get("properties", {}).values()
        for word in shape.get("enum", [])
    }
    assert words
    assert branches & words == set()
