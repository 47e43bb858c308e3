"""The name by which a partner knows a person: another for every partner, always the same for one, and no guess."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.people.pseudonyms import pseudonym, reference_index

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[2] / "vectors" / "pseudonyms.json").read_text())
keys = st.binary(min_size=32, max_size=32)
references = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)


@pytest.mark.parametrize("vector", VECTORS["pseudonyms"], ids=lambda vector: vector["name"])
def test_a_name_is_what_it_always_was(vector: dict[str, str]) -> None:
    assert pseudonym(bytes.fromhex(vector["key"]), bytes.fromhex(vector["secret"])) == vector["name"]


@pytest.mark.parametrize("vector", VECTORS["references"], ids=lambda vector: vector["reference"])
def test_an_index_is_what_it_always_was(vector: dict[str, str]) -> None:
    assert reference_index(bytes.fromhex(vector["key"]), vector["reference"]).hex() == vector["index"]


@given(keys, keys)
def test_a_name_is_26_lowercase_letters_and_digits(key: bytes, secret: bytes) -> None:
    assert re.fullmatch("[a-z2-7]{26}", pseudonym(key, secret))


@given(keys, keys)
def test_a_partner_always_knows_a_person_by_the_same_name(key: bytes, secret: bytes) -> None:
    assert pseudonym(key, secret) == pseudonym(bytes(key), bytes(secret))


@given(st.lists(keys, min_size=2, max_size=5, unique=True), keys)
def test_no_two_partners_know_a_person_by_the_same_name(partners: list[bytes], secret: bytes) -> None:
    assert len({pseudonym(key, secret) for key in partners}) == len(partners)


@given(keys, st.lists(keys, min_size=2, max_size=5, unique=True))
def test_no_two_persons_have_the_same_name(key: bytes, secrets: list[bytes]) -> None:
    assert len({pseudonym(key, secret) for secret in secrets}) == len(secrets)


@given(keys, references)
def test_an_index_is_32_bytes_and_no_bare_hash(key: bytes, reference: str) -> None:
    index = reference_index(key, reference)
    text = reference.encode()
    assert len(index) == 32
    assert index not in (hashlib.sha256(text).digest(), hashlib.sha256(b"reference" + text).digest())


@given(st.lists(keys, min_size=2, max_size=4, unique=True), references)
def test_one_reference_has_another_index_at_every_partner(partners: list[bytes], reference: str) -> None:
    assert len({reference_index(key, reference) for key in partners}) == len(partners)


@given(keys, st.lists(references, min_size=2, max_size=5, unique=True))
def test_no_two_references_have_the_same_index(key: bytes, several: list[str]) -> None:
    assert len({reference_index(key, reference) for reference in several}) == len(several)


@given(keys, st.text(st.characters(codec="ascii"), min_size=1, max_size=40))
def test_a_name_and_an_index_never_come_from_the_same_words(key: bytes, words: str) -> None:
    """Should the two keys of a partner ever be one, a reference still tells nothing of a name."""
    name = pseudonym(key, words.encode())
    assert bytes.fromhex(reference_index(key, words).hex())[:16] != _raw(name)


def _raw(name: str) -> bytes:
    bits = 0
    for letter in name:
        bits = bits << 5 | "abcdefghijklmnopqrstuvwxyz234567".index(letter)
    return (bits >> 2).to_bytes(16, "big")
