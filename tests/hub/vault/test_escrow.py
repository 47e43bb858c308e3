"""The copy of the master key for the safe: opens with its own code, and says nothing without it."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import EscrowRefused
from hub.vault.escrow import ALPHABET, Escrow, new_code, open_from_safe, read_code, read_escrow, seal_for_safe
from hub.vault.keyring import FileKeyring

RING = FileKeyring(2, {1: bytes(range(32)), 2: bytes(32)})
NAME = "hub.example.nl"


def changed(content: bytes, **members: Any) -> bytes:
    return json.dumps({**json.loads(content), **members}).encode()


def test_the_newest_master_key_comes_back_with_the_code_and_no_other_does() -> None:
    content, code = seal_for_safe(RING, NAME)

    found = open_from_safe(content, code)

    assert found == FileKeyring(2, {2: bytes(32)}, escrowed=frozenset({2}))


def test_the_file_says_for_which_hub_and_epoch_it_is_and_nothing_else() -> None:
    content, code = seal_for_safe(RING, NAME)

    assert read_escrow(content) == Escrow(NAME, 2)
    assert set(json.loads(content)) == {"soort", "hub", "tijdperk", "zout", "verzegeld"}
    assert code not in content.decode()


def test_a_code_is_seven_groups_of_four_with_more_than_128_random_bits() -> None:
    codes = {new_code() for _ in range(50)}

    assert all(re.fullmatch(f"[{ALPHABET}]{{4}}(-[{ALPHABET}]{{4}}){{6}}", code) for code in codes)
    assert len(codes) == 50
    assert len(set(ALPHABET)) == 32


@pytest.mark.parametrize(
    "typed",
    [str.lower, lambda code: code.replace("-", ""), lambda code: code.replace("-", " "), lambda code: f" {code}\n"],
)
def test_a_code_may_be_typed_in_any_way(typed: Callable[[str], str]) -> None:
    content, code = seal_for_safe(RING, NAME)

    assert open_from_safe(content, typed(code)).keys == {2: bytes(32)}


def test_letters_that_look_like_digits_are_read_as_those() -> None:
    code = next(code for code in iter(new_code, "") if {"0", "1"} <= set(code))

    assert read_code(code.replace("0", "o").replace("1", "L")) == code


@given(st.integers(0, 27), st.sampled_from(ALPHABET))
def test_nearly_every_mistyped_symbol_is_told_before_anything_is_tried(at: int, symbol: str) -> None:
    # Of a thousand mistakes one slips through, and then does not open.
    content, whole = seal_for_safe(RING, NAME)
    plain = list(whole.replace("-", ""))
    plain[at] = symbol
    if "".join(plain) != whole.replace("-", ""):
        with pytest.raises(EscrowRefused):
            open_from_safe(content, "".join(plain))


@pytest.mark.parametrize("typed", ["", "0123-4567-89AB-CDEF-GHJK-MNPQ-RS", "U" * 28, "0" * 27, "0" * 28])
def test_what_cannot_be_a_code_is_told_without_trying(typed: str) -> None:
    with pytest.raises(EscrowRefused, match="seven groups of four"):
        read_code(typed)


def test_the_code_of_another_file_opens_nothing() -> None:
    content, _ = seal_for_safe(RING, NAME)
    _, other = seal_for_safe(RING, NAME)

    with pytest.raises(EscrowRefused, match="Is it the code that was printed with this file"):
        open_from_safe(content, other)


@pytest.mark.parametrize(
    "members", [{"hub": "hub.other.nl"}, {"tijdperk": 3}, {"zout": "AAAA"}, {"verzegeld": "AAAA"}, {"verzegeld": "!"}]
)
def test_a_file_that_was_changed_does_not_open(members: dict[str, Any]) -> None:
    content, code = seal_for_safe(RING, NAME)

    with pytest.raises(EscrowRefused, match="does not open with this code"):
        open_from_safe(changed(content, **members), code)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"5", b"\xff", b"{}", b'{"soort": "ketenhub/escrow/1", "hub": 5, "tijdperk": true}']
)
def test_a_file_that_is_no_copy_is_told(content: bytes) -> None:
    with pytest.raises(EscrowRefused, match="is no copy of a master key"):
        read_escrow(content)


def test_a_copy_of_long_ago_still_opens() -> None:
    """The file in the safe outlives this version: its form may only grow."""
    vector = json.loads((Path(__file__).parents[2] / "vectors" / "escrow.json").read_text())
    code = vector.pop("code")

    found = open_from_safe(json.dumps(vector).encode(), code)

    assert found == FileKeyring(1, {1: bytes(range(32))}, escrowed=frozenset({1}))
