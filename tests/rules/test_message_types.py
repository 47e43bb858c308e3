"""What holds for every message type, also for the next one."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from hypothesis import given
from hypothesis import strategies as st
from marshmallow.fields import Field

from schemas import fields, messages
from schemas.agreement import SHIPPED, read_agreement
from schemas.base import Derivation, InvalidInput, MessageType, discover

TODAY = date(2023, 3, 1)
KNOWN = Derivation(own_reference="9989993352", hours_threshold=24)

# A field of one of these forms has no room for a nationality, a status or a reason. Before adding one, think
# of what a hurried employee would type into it.
NARROW = {
    fields.StrictBoolean,
    fields.StrictDate,
    fields.ContractHours,
    fields.WorkedHours,
    fields.IsoWeek,
    fields.Municipality,
    fields.Slug,
    fields.Choice,
    fields.EmailAddress,
    fields.TelephoneNumber,
}
# The contract asks for a name here: of an organisation or of its staff, not of a resident.
NAMES = {("dienstverband", "werkgever"), ("contactpersoon", "naam")}
NEVER = (
    "national",
    "reden",
    "medisch",
    "dublin",
    "verblijf",
    "opmerking",
    "toelichting",
    "bsn",
    "loon",
    "salaris",
)

body_values = (
    st.none() | st.booleans() | st.integers(-1, 200) | st.floats(-1, 200) | st.dates().map(str) | st.text()
    | st.sampled_from(["GM0034", "azc-gilze", "TWV", "verleend", "2023-W30", "Hotel Polderzicht"])
)  # fmt: skip


def refused(message: MessageType, body: object) -> set[str]:
    with pytest.raises(InvalidInput) as caught:
        message.load(body, TODAY)
    return {mistake.field for mistake in caught.value.mistakes}


def schema_fields(message: MessageType) -> list[Field[Any]]:
    return list(message.schema().fields.values())


# Of these fields one is needed, whichever: the first is named when there is none.
ONE_OF_THESE = {"contactpersoon": {"email"}}


@pytest.mark.parametrize("message", discover().values(), ids=lambda message: message.name)
class TestEveryMessageType:
    def test_its_own_example_is_valid(self, message: MessageType) -> None:
        assert message.load(message.example, TODAY) == message.example

    def test_it_refuses_what_it_does_not_know(self, message: MessageType) -> None:
        assert refused(message, {**message.example, "nationaliteit": "x"}) == {"nationaliteit"}

    def test_it_names_every_mistake_at_once(self, message: MessageType) -> None:
        wrong: dict[str, object] = {name: [] for name in message.example}
        assert refused(message, {**wrong, "zomaar": 1}) == {*message.example, "zomaar"}

    def test_nothing_at_all_is_not_enough(self, message: MessageType) -> None:
        required = {field.data_key for field in schema_fields(message) if field.required}
        assert refused(message, {}) == required | ONE_OF_THESE.get(message.name, set())

    def test_it_refuses_null_in_every_field(self, message: MessageType) -> None:
        names = [str(field.data_key) for field in schema_fields(message)]
        body: dict[str, object] = dict.fromkeys(names)
        assert refused(message, body) == set(names)

    def test_it_refuses_a_reference_to_a_person(self, message: MessageType) -> None:
        assert "betrokkeneId" in refused(message, {**message.example, "betrokkeneId": "k3v9"})

    @given(data=st.data())
    def test_what_was_read_reads_the_same_again(self, message: MessageType, data: st.DataObject) -> None:
        names = st.sampled_from([str(field.data_key) for field in schema_fields(message)])
        changes: dict[str, object] = data.draw(st.dictionaries(names, body_values))
        body: dict[str, object] = {**message.example, **changes}
        try:
            once = message.load(body, TODAY)
        except InvalidInput:
            return
        assert message.load(once, TODAY) == once
        assert json.loads(json.dumps(once, allow_nan=False)) == once

    def test_it_derives_exactly_what_it_says(self, message: MessageType) -> None:
        assert tuple(message.derive(message.example, KNOWN)) == message.derived

    def test_a_sender_cannot_fill_in_what_is_derived(self, message: MessageType) -> None:
        for name in message.derived:
            assert refused(message, {**message.example, name: True}) == {name}

    def test_its_variant_is_one_of_few_words_and_always_given(self, message: MessageType) -> None:
        varying = [field for field in schema_fields(message) if field.data_key == message.variant]
        assert bool(message.variant) == bool(varying) == bool(message.variants)
        assert all(field.required for field in varying)

    def test_it_has_no_room_for_free_text(self, message: MessageType) -> None:
        wide = {(message.name, field.data_key) for field in schema_fields(message) if type(field) not in NARROW}
        assert wide <= NAMES

    def test_it_has_no_field_for_a_reason_a_status_or_a_wage(self, message: MessageType) -> None:
        assert [name for name in message.wire_names for never in NEVER if never in name.lower()] == []

    def test_every_field_is_named_on_the_wire_and_explained(self, message: MessageType) -> None:
        for field in schema_fields(message):
            assert field.data_key
            assert field.metadata["description"].endswith((".", "?"))
            assert field.deserialize(field.metadata["example"]) is not None

    def test_its_api_document_says_every_type(self, message: MessageType) -> None:
        spec = APISpec("t", "1", "3.0.3", plugins=[MarshmallowPlugin()])
        spec.components.schema("Bericht", schema=message.schema)
        properties = spec.to_dict()["components"]["schemas"]["Bericht"]["properties"]
        assert set(properties) == {field.data_key for field in schema_fields(message)}
        assert all({"type", "description", "example"} <= set(shown) for shown in properties.values())

    def test_it_is_in_an_agreement(self, message: MessageType) -> None:
        assert message.name in {flow.message for flow in read_agreement(SHIPPED / "almere.toml").flows}

    def test_an_agreement_says_when_it_is_forgotten(self, message: MessageType) -> None:
        flows = [it for it in read_agreement(SHIPPED / "almere.toml").flows if it.message == message.name]
        assert all(flow.hub_keeps_days > 0 and flow.recipient_keeps_days > 0 for flow in flows)

    def test_every_field_of_it_is_seen_by_somebody(self, message: MessageType) -> None:
        flows = [it for it in read_agreement(SHIPPED / "almere.toml").flows if it.message == message.name]
        assert set(message.wire_names) == {name for flow in flows for name in flow.fields}


def test_no_two_types_share_a_name_or_a_collection() -> None:
    types = discover()
    files = [path for path in Path(messages.__path__[0]).glob("*.py") if path.stem != "__init__"]
    assert len(types) == len(files)
    assert len({message.collection for message in types.values()}) == len(types)


def test_the_pilot_has_six_types_about_residents_and_one_about_staff() -> None:
    about_residents = {"aanvraagstatus", "dienstverband", "koppeling", "urenstaat", "verplaatsing", "werkmogelijkheid"}
    assert {message.name for message in discover().values() if message.about_a_person} == about_residents
    assert set(discover()) - about_residents == {"contactpersoon"}
