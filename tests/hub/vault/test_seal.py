"""Sealed values: they open where they were put, with the key of that person, under a permit, and nowhere else."""

import base64
import json
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import SealBroken
from hub.permit import Permit
from hub.policy.decide import decide_own
from hub.vault import seal as vault
from hub.vault.seal import Place, Row, open_for, open_value, seal, seal_value
from hub.vault.subject_keys import DataKey, KeyClass
from schemas.base import Json

VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parents[2] / "vectors" / "seal.json").read_text())["sealed"]
KEY = DataKey("0f" * 16, "a" * 32, KeyClass.EXCHANGE, bytes(range(32)))
PLACE = Place("messages", "magWerken", "c" * 32)
ROW = Row("messages", "c" * 32)
MAY_WORK: dict[str, Json] = {"magWerken": True, "geldigVan": "2023-03-01", "twvNodig": False}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters(codec="utf-8")),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=5), inside, max_size=3),
    max_leaves=5,
)
# What one field of a message may hold, apart from a name: these may not be told apart by their length.
short_values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(0, 240).map(lambda quarters: quarters / 4),
    st.integers(0, 16800).map(lambda hundredths: hundredths / 100),
    st.integers(0, 168),
    st.dates().map(str),
    st.sampled_from(["TWV", "BSN", "aangevraagd", "verleend", "niet-beschikbaar", "GM0034", "2023-W30"]),
)


def permit_for(subject: str, *fields: str) -> Permit:
    return decide_own(subject, "coa", fields, "hash")


MINE = permit_for(KEY.subject, *MAY_WORK)
ANOTHERS = permit_for("b" * 32, *MAY_WORK)


@given(st.binary(max_size=1100))
def test_what_was_sealed_opens_at_its_place(value: bytes) -> None:
    assert open_value(KEY, PLACE, seal_value(KEY, PLACE, value)) == value


@given(st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=20), json_values, max_size=5))
def test_every_field_of_a_message_comes_back_as_it_was(fields: dict[str, Json]) -> None:
    sealed = seal([permit_for(KEY.subject)], fields, KEY, ROW)
    opened = open_for(permit_for(KEY.subject, *fields), sealed.fields, KEY, ROW)
    told = {name: value for name, value in fields.items() if value is not None}
    assert json.dumps(opened, sort_keys=True) == json.dumps(told, sort_keys=True)


def test_a_field_that_was_left_out_looks_like_any_other_and_is_not_there_when_opened() -> None:
    """Sealed as null: a thief cannot see which ones were left out."""
    sealed = seal([MINE], {**MAY_WORK, "twvNodig": None}, KEY, ROW)
    assert {len(text) for text in sealed.fields.values()} == {len(vault.to_text(bytes(122)))}
    assert open_for(MINE, sealed.fields, KEY, ROW) == {"magWerken": True, "geldigVan": "2023-03-01"}


@given(short_values)
def test_true_false_null_a_number_and_a_date_are_122_bytes(value: Json) -> None:
    assert len(seal_value(KEY, PLACE, vault.dump(value))) == 122


@given(st.binary(max_size=2200))
def test_the_length_of_a_value_is_one_of_a_few(value: bytes) -> None:
    assert len(seal_value(KEY, PLACE, value)) - 90 in vault.SIZES


def test_sealing_twice_gives_other_bytes() -> None:
    assert len({seal_value(KEY, PLACE, b"true") for _ in range(20)}) == 20


def test_the_envelope_tells_its_version_suite_and_key_and_nothing_else() -> None:
    sealed = seal_value(KEY, PLACE, b"true")
    assert sealed[:2] == b"\x01\x02"
    assert sealed[2:18].hex() == KEY.id
    assert b"true" not in sealed
    assert KEY.subject.encode() not in sealed


OTHER_PLACES = [
    replace(PLACE, row="d" * 32),
    replace(PLACE, column="twvNodig"),
    replace(PLACE, table="deliveries"),
    replace(PLACE, revision=2),
    # The same letters, otherwise divided.
    replace(PLACE, table="message", column="smagWerken"),
    replace(PLACE, column="magWerken" + "c", row="c" * 31),
]


@pytest.mark.parametrize("place", OTHER_PLACES, ids=str)
def test_a_value_moved_elsewhere_does_not_open(place: Place) -> None:
    with pytest.raises(SealBroken):
        open_value(KEY, place, seal_value(KEY, PLACE, b"true"))


places = st.builds(Place, st.text("ab", max_size=3), st.text("ab", max_size=3), st.text("ab", max_size=3))


@given(places, places)
def test_no_two_places_open_each_others_values(one: Place, other: Place) -> None:
    sealed = seal_value(KEY, one, b"true")
    if one == other:
        assert open_value(KEY, other, sealed) == b"true"
    else:
        with pytest.raises(SealBroken):
            open_value(KEY, other, sealed)


OTHER_KEYS = [
    replace(KEY, subject="b" * 32),
    replace(KEY, id="1f" * 16),
    replace(KEY, secret=bytes(32)),
]


@pytest.mark.parametrize("key", OTHER_KEYS, ids=["person", "key id", "secret"])
def test_a_value_does_not_open_for_another_person_or_key(key: DataKey) -> None:
    with pytest.raises(SealBroken):
        open_value(key, PLACE, seal_value(KEY, PLACE, b"true"))


def test_a_value_relabelled_for_another_key_does_not_open() -> None:
    other = replace(KEY, id="1f" * 16)
    sealed = seal_value(KEY, PLACE, b"true")
    relabelled = sealed[:2] + bytes.fromhex(other.id) + sealed[18:]
    with pytest.raises(SealBroken):
        open_value(other, PLACE, relabelled)


def test_every_bit_counts() -> None:
    sealed = seal_value(KEY, PLACE, b"true")
    for bit in range(len(sealed) * 8):
        changed = bytearray(sealed)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(SealBroken):
            open_value(KEY, PLACE, bytes(changed))


def test_a_value_cut_short_or_drawn_out_does_not_open() -> None:
    sealed = seal_value(KEY, PLACE, b"true")
    for broken in (*(sealed[:size] for size in range(len(sealed))), sealed + b"\0", b"\0" + sealed):
        with pytest.raises(SealBroken):
            open_value(KEY, PLACE, broken)


@given(st.binary(max_size=200))
def test_anything_else_does_not_open(junk: bytes) -> None:
    for sealed in (junk, vault.HEADER + bytes.fromhex(KEY.id) + junk):
        with pytest.raises(SealBroken):
            open_value(KEY, PLACE, sealed)


@pytest.mark.parametrize("text", ["", "?", "AAA", "é", "AAAA AAAA"])
def test_what_is_no_sealed_text_does_not_open(text: str) -> None:
    with pytest.raises(SealBroken):
        open_for(MINE, {"magWerken": text}, KEY, ROW)


def test_a_broken_seal_says_nothing_of_value_or_person() -> None:
    with pytest.raises(SealBroken) as broken:
        open_value(KEY, replace(PLACE, row="d" * 32), seal_value(KEY, PLACE, b"true"))
    assert str(broken.value) == "a sealed value does not open at this place"


def test_two_fields_of_a_message_cannot_change_places() -> None:
    sealed = dict(seal([MINE], MAY_WORK, KEY, ROW).fields)
    sealed["magWerken"], sealed["twvNodig"] = sealed["twvNodig"], sealed["magWerken"]
    with pytest.raises(SealBroken):
        open_for(MINE, sealed, KEY, ROW)


def test_nothing_is_sealed_without_a_permit() -> None:
    with pytest.raises(ValueError, match="takes a permit"):
        seal([], MAY_WORK, KEY, ROW)


@pytest.mark.parametrize("permits", [[ANOTHERS], [MINE, ANOTHERS], [ANOTHERS, MINE]])
def test_nothing_is_sealed_with_a_permit_about_somebody_else(permits: list[Permit]) -> None:
    with pytest.raises(ValueError, match="about the same person"):
        seal(permits, MAY_WORK, KEY, ROW)


def test_nothing_is_opened_with_a_permit_about_somebody_else() -> None:
    sealed = seal([MINE], MAY_WORK, KEY, ROW)
    with pytest.raises(ValueError, match="about the same person"):
        open_for(ANOTHERS, sealed.fields, KEY, ROW)


def test_nothing_is_opened_without_a_permit() -> None:
    sealed = seal([MINE], MAY_WORK, KEY, ROW)
    with pytest.raises(AttributeError):
        open_for(cast(Permit, None), sealed.fields, KEY, ROW)


@given(st.sets(st.sampled_from([*MAY_WORK, "vNummer"])))
def test_a_permit_opens_its_own_fields_and_no_others(named: set[str]) -> None:
    sealed = seal([MINE], MAY_WORK, KEY, ROW)
    opened = open_for(permit_for(KEY.subject, *named), sealed.fields, KEY, ROW)
    assert opened == {name: value for name, value in MAY_WORK.items() if name in named}


def test_a_broken_field_that_the_permit_does_not_name_is_not_looked_at() -> None:
    sealed = {**seal([MINE], MAY_WORK, KEY, ROW).fields, "twvNodig": "broken"}
    assert open_for(permit_for(KEY.subject, "magWerken"), sealed, KEY, ROW) == {"magWerken": True}


@given(st.binary(max_size=2200))
def test_filling_up_comes_off_again(value: bytes) -> None:
    padded = vault.pad(value)
    assert len(padded) == min(size for size in vault.SIZES if size > len(value))
    assert vault.unpad(padded) == value


@given(st.lists(st.sampled_from([b"\x80", b"\0", b"\x01"]), max_size=40).map(b"".join))
def test_a_value_that_looks_like_filling_comes_back_whole(value: bytes) -> None:
    assert vault.unpad(vault.pad(value)) == value


@pytest.mark.parametrize("padded", [b"", b"\0", b"\0" * 32, b"true", b"\x80true"])
def test_a_value_without_filling_is_refused(padded: bytes) -> None:
    with pytest.raises(ValueError, match="no padding"):
        vault.unpad(padded)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["says"])
class TestWhatWasSealedLongAgo:
    def test_it_still_opens(self, vector: dict[str, Any]) -> None:
        opened = open_value(key_of(vector), Place(**vector["place"]), base64.b64decode(vector["sealed"]))
        assert vault.load(opened) == vector["value"]
        assert vault.dump(vector["value"]) == opened

    def test_it_opens_under_a_permit(self, vector: dict[str, Any]) -> None:
        place = Place(**vector["place"])
        where = Row(place.table, place.row, place.revision)
        permit = permit_for(vector["key"]["subject"], place.column)
        opened = open_for(permit, {place.column: vector["sealed"]}, key_of(vector), where)
        assert opened == ({} if vector["value"] is None else {place.column: vector["value"]})

    def test_it_opens_nowhere_else(self, vector: dict[str, Any]) -> None:
        place = Place(**vector["place"])
        with pytest.raises(SealBroken):
            open_value(key_of(vector), replace(place, revision=9), base64.b64decode(vector["sealed"]))

    def test_its_length_is_what_it_is_now(self, vector: dict[str, Any]) -> None:
        now = seal_value(key_of(vector), Place(**vector["place"]), vault.dump(vector["value"]))
        assert len(now) == len(base64.b64decode(vector["sealed"]))


def key_of(vector: dict[str, Any]) -> DataKey:
    key = vector["key"]
    return DataKey(key["id"], key["subject"], KeyClass.EXCHANGE, bytes.fromhex(key["secret"]))
