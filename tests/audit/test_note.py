"""Signed notes: those of others are read, ours are read by others, and everything else is refused."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import note
from audit.errors import MalformedNote, NotSigned
from audit.note import Note, Signature, Signer, Verifier

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[1] / "vectors" / "signed_note.json").read_text())
GO = VECTORS["notes"][0]
OURS = Signer("hub.example/auditspoor", bytes(range(32)))
OTHER = Signer("getuige.example", bytes(32))
WRITTEN = note.sign("Eerste regel.\n\nTweede.\n", OURS)


@pytest.mark.parametrize("case", VECTORS["notes"], ids=lambda case: case["source"])
def test_a_note_of_others_is_verified(case: dict[str, str]) -> None:
    verifier = Verifier.from_text(case["verifier"])
    assert verifier.text == case["verifier"]
    assert note.verify(case["note"], [verifier]) == case["text"]
    assert note.verify(case["note"].encode(), [verifier]) == case["text"]
    assert note.render(note.parse(case["note"])) == case["note"]


def test_signing_gives_the_bytes_that_others_give() -> None:
    signer = Signer.from_secret(GO["signer"])
    assert signer.secret == GO["signer"]
    assert signer.verifier.text == GO["verifier"]
    assert note.sign(GO["text"], signer) == GO["note"]


def test_a_new_key_signs_and_survives_being_stored() -> None:
    signer = Signer.generate("hub.example/auditspoor")
    assert Signer.from_secret(signer.secret) == signer
    verifier = Verifier.from_text(signer.verifier.text)
    assert note.verify(note.sign("tekst\n", signer), [verifier]) == "tekst\n"


def test_a_private_key_does_not_show() -> None:
    assert OURS.secret not in repr(OURS)
    assert OURS.seed.hex() not in repr(OURS)
    assert repr(OURS.seed) not in repr(OURS)


@given(st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]) | st.just("\n")))
def test_any_text_comes_back_as_it_was(text: str) -> None:
    assert note.verify(note.sign(text + "\n", OURS), [OURS.verifier]) == text + "\n"


def test_signatures_of_others_are_passed_over() -> None:
    written = note.sign("tekst\n", OTHER, OURS)
    assert note.verify(written, [OURS.verifier]) == "tekst\n"
    assert note.verify(written, [OURS.verifier, OTHER.verifier]) == "tekst\n"


def test_a_note_that_no_known_key_signed_is_refused() -> None:
    same_name = Signer(OURS.name, bytes(32))
    for verifiers in ([], [OTHER.verifier], [same_name.verifier]):
        with pytest.raises(NotSigned, match="None of the keys"):
            note.verify(WRITTEN, verifiers)


def test_one_wrong_signature_of_a_known_key_spoils_the_note() -> None:
    right = note.parse(note.sign("tekst\n", OURS, OTHER))
    wrong = Signature(OTHER.name, OTHER.verifier.key_id, OTHER.sign("anders\n").value)
    written = note.render(Note("tekst\n", (right.signatures[0], wrong)))

    with pytest.raises(NotSigned, match="wrong"):
        note.verify(written, [OURS.verifier, OTHER.verifier])
    assert note.verify(written, [OURS.verifier]) == "tekst\n"


@given(st.data())
def test_no_bit_of_a_note_can_change(data: st.DataObject) -> None:
    raw = bytearray(WRITTEN.encode())
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises((MalformedNote, NotSigned)):
        note.verify(bytes(raw), [OURS.verifier])


def line(value: bytes, name: str = "naam") -> str:
    return f"— {name} {base64.b64encode(value).decode()}\n"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "tekst\n",
        "tekst\n\n",
        "\n" + line(b"12345"),
        "tekst\n" + line(b"12345"),
        "tekst\n\n" + line(b"12345")[:-1],
        "tekst\n\n" + line(b"12345") + "\n",
        "tekst\n\n" + line(b"12345") + "meer\n",
        "tekst\n\n" + line(b"1234"),
        "tekst\n\n" + line(b"12345", "met+plus"),
        "tekst\n\n" + line(b"12345", "met\u00a0spatie"),
        "tekst\n\n" + line(b"12345", ""),
        "tekst\n\n" + line(b"12345").replace("—", "-"),
        "tekst\n\n" + line(b"12345").replace("— ", "—"),
        "tekst\n\n" + line(b"12345").replace("=", ""),
        "tekst\n\n" + line(b"12345").replace("U=", "V="),
        "tekst\n\n" + line(b"\xff" * 6).replace("/", "_"),
        "tekst\n\n" + line(b"12345").replace("\n", " \n"),
        "tekst\r\n\n" + line(b"12345"),
        "tek\tst\n\n" + line(b"12345"),
        "tekst\n\n" + line(b"12345") * 101,
        "x" * 70_000 + "\n\n" + line(b"12345"),
        b"tek\xffst\n\n" + line(b"12345").encode(),
        "tek\ud800st\n\n" + line(b"12345"),
    ],
)
def test_what_is_not_written_as_the_standard_asks_is_refused(written: str | bytes) -> None:
    with pytest.raises(MalformedNote):
        note.parse(written)


def test_sixteen_signatures_are_accepted() -> None:
    signers = [Signer(f"getuige.example/{number}", bytes([number]) * 32) for number in range(16)]
    assert len(note.parse(note.sign("tekst\n", *signers)).signatures) == 16


@pytest.mark.parametrize("text", ["", "zonder einde", "met\rteken\n", "met\0teken\n"])
def test_text_that_would_not_read_back_is_not_signed(text: str) -> None:
    with pytest.raises(MalformedNote):
        note.sign(text, OURS)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "naam",
        "naam+00000000",
        GO["verifier"].replace("c74f20a3", "c74f20a4"),
        GO["verifier"].replace("c74f20a3", "C74F20A3"),
        GO["verifier"].replace("Peter", "Pieter"),
        GO["verifier"].replace("+AR", "+BR"),
        GO["verifier"] + "=",
        GO["verifier"] + "AAAA",
        GO["verifier"][:-4],
        GO["signer"],
    ],
)
def test_a_public_key_that_is_not_right_in_all_its_parts_is_refused(key: str) -> None:
    with pytest.raises(MalformedNote):
        Verifier.from_text(key)


@pytest.mark.parametrize("key", ["", GO["verifier"], GO["signer"].replace("c74f20a3", "c74f20a4"), GO["signer"][:-4]])
def test_a_private_key_that_is_not_right_is_refused_without_repeating_it(key: str) -> None:
    with pytest.raises(MalformedNote) as caught:
        Signer.from_secret(key)
    assert "AYEKFALV" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("name", ["", "met spatie", "met+plus", "met\nregel", "met\0teken"])
def test_a_name_that_would_not_read_back_is_refused(name: str) -> None:
    with pytest.raises(MalformedNote):
        Signer.generate(name)


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(MalformedNote):
        Verifier("naam", b"x" * 31)
    with pytest.raises(MalformedNote):
        Signer("naam", b"x" * 33)
