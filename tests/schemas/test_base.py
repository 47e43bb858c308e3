"""How a body is read: whole, by its names on the wire, every mistake at once."""

from datetime import date

import pytest

from schemas.base import InvalidInput, Kind, MessageSchema, MessageType, Mistake
from schemas.fields import StrictBoolean, StrictDate

TODAY = date(2023, 3, 1)


class Visit(MessageSchema):
    kept = StrictBoolean(required=True, data_key="gekomen")
    on = StrictDate(today_when_missing=True, data_key="opDag")


VISIT = MessageType("bezoek", "bezoeken", 1, Kind.EVENT, Visit, {"gekomen": True})


def mistakes(body: object) -> tuple[Mistake, ...]:
    with pytest.raises(InvalidInput) as caught:
        VISIT.load(body, TODAY)
    return caught.value.mistakes


def test_a_body_is_read_by_its_names_on_the_wire() -> None:
    assert VISIT.load({"opDag": "2023-02-01", "gekomen": False}, TODAY) == {
        "gekomen": False,
        "opDag": "2023-02-01",
    }


def test_a_day_that_was_left_out_is_today() -> None:
    assert VISIT.load({"gekomen": True}, TODAY)["opDag"] == "2023-03-01"


def test_a_day_of_null_is_not_a_day_that_was_left_out() -> None:
    assert mistakes({"gekomen": True, "opDag": None}) == (Mistake("opDag", "Vul een waarde in; null is geen waarde."),)


def test_every_mistake_is_named_known_fields_first() -> None:
    assert mistakes({"zomaar": 1, "kept": True, "opDag": "gisteren"}) == (
        Mistake("gekomen", "Vul dit veld in."),
        Mistake("opDag", StrictDate.write),
        Mistake("kept", "Dit veld kent de hub niet; laat het weg."),
        Mistake("zomaar", "Dit veld kent de hub niet; laat het weg."),
    )


@pytest.mark.parametrize("body", [None, [], [{}], "tekst", 5, True], ids=repr)
def test_a_body_that_is_no_object_is_one_mistake(body: object) -> None:
    assert mistakes(body) == (Mistake("", "Stuur één JSON-object, tussen accolades."),)


@pytest.mark.parametrize("name", ["", "_schema", "gekomen ", "GEKOMEN", "opDag.x"])
def test_a_field_with_an_odd_name_is_just_unknown(name: str) -> None:
    assert mistakes({"gekomen": True, name: 1}) == (Mistake(name, "Dit veld kent de hub niet; laat het weg."),)


@pytest.mark.parametrize("name", ["\ud800", "a\nb", "x" * 81, 7, None], ids=ascii)
def test_an_unreadable_name_is_not_echoed(name: str) -> None:
    assert mistakes({"gekomen": True, name: 1}) == (
        Mistake("(onleesbare naam)", "Dit veld kent de hub niet; laat het weg."),
    )


def test_the_exception_itself_holds_nothing_from_the_body() -> None:
    with pytest.raises(InvalidInput) as caught:
        VISIT.load({"gekomen": "K20730", "9989993352": 1}, TODAY)
    assert str(caught.value) == "ongeldige-invoer"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert "K20730" not in repr(caught.value.mistakes)


def test_a_type_without_a_variant_has_no_variants() -> None:
    assert VISIT.variants == ()


def test_wire_names_include_what_the_hub_derives() -> None:
    derived = MessageType("bezoek", "bezoeken", 1, Kind.EVENT, Visit, {}, derived=("status",))
    assert derived.wire_names == ("gekomen", "opDag", "status")
