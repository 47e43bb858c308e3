"""The master key: a file for its owner only, never written over, and refused when it is not what it should be."""

import base64
import json
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import SealBroken, SettingsError
from hub.vault.keyring import FileKeyring, load_keyring, make_keyring, read_private, write_private

KEY = base64.b64encode(bytes(range(32))).decode()
GOOD = {"epoch": 1, "demo": False, "keys": {"1": KEY}}
RING = FileKeyring(1, {1: bytes(range(32))})
VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[2] / "vectors" / "seal.json").read_text())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "master.key"


def written(file: Path, content: str | bytes) -> Path:
    write_private(file, content.encode() if isinstance(content, str) else content)
    return file


def test_a_new_master_key_is_for_its_owner_only(file: Path) -> None:
    make_keyring(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_what_was_made_is_what_is_loaded(file: Path) -> None:
    made = make_keyring(file)
    assert load_keyring(file) == made


def test_no_two_master_keys_are_the_same(tmp_path: Path) -> None:
    assert make_keyring(tmp_path / "one").keys != make_keyring(tmp_path / "two").keys


def test_a_master_key_that_is_there_is_never_written_over(file: Path) -> None:
    file.write_text("precious")
    with pytest.raises(SettingsError, match="never overwrites a key"):
        make_keyring(file)
    assert file.read_text() == "precious"


def test_not_even_through_a_link_to_nowhere(file: Path, tmp_path: Path) -> None:
    file.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SettingsError, match="never overwrites a key"):
        make_keyring(file)
    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="make its folder first"):
        make_keyring(tmp_path / "nowhere" / "master.key")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601, 0o620, 0o644])
def test_a_key_that_others_can_reach_is_refused(file: Path, mode: int) -> None:
    make_keyring(file)
    file.chmod(mode)
    with pytest.raises(SettingsError, match=f"Type: chmod 600 {file}"):
        load_keyring(file)


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_key_for_its_owner_only_is_read(file: Path, mode: int) -> None:
    made = make_keyring(file)
    file.chmod(mode)
    assert load_keyring(file) == made


def test_a_missing_key_names_the_setting_and_the_command(file: Path) -> None:
    with pytest.raises(SettingsError, match=r"HUB_MASTER_KEY_FILE: cannot read .* Type: ketenhub init"):
        load_keyring(file)
    with pytest.raises(SettingsError, match="HUB_TOKEN_KEY_FILE"):
        read_private(file, "HUB_TOKEN_KEY_FILE")


def test_a_demo_key_says_so(tmp_path: Path) -> None:
    assert make_keyring(tmp_path / "demo", demo=True).demo
    assert load_keyring(tmp_path / "demo").demo
    assert not make_keyring(tmp_path / "own").demo
    assert not load_keyring(tmp_path / "own").demo


BROKEN: dict[str, str | bytes] = {
    "empty": "",
    "no JSON": "precious",
    "binary": b"\xff\xfe\x00",
    "a list": "[]",
    "a number": "5",
    "no keys": json.dumps({"epoch": 1}),
    "no epoch": json.dumps({"keys": {"1": KEY}}),
    "keys in a list": json.dumps({**GOOD, "keys": [KEY]}),
    "an epoch without key": json.dumps({**GOOD, "epoch": 2}),
    "an endless epoch": json.dumps({**GOOD, "epoch": float("inf")}),
    "an epoch that is no number": json.dumps({**GOOD, "keys": {"one": KEY}}),
    "a short key": json.dumps({**GOOD, "keys": {"1": KEY[:20]}}),
    "a long key": json.dumps({**GOOD, "keys": {"1": base64.b64encode(bytes(33)).decode()}}),
    "no base64": json.dumps({**GOOD, "keys": {"1": "!" * 44}}),
    "a key that is a number": json.dumps({**GOOD, "keys": {"1": 5}}),
    "a short key beside a good one": json.dumps({**GOOD, "keys": {"1": KEY, "2": ""}}),
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_key_file_is_one_sentence_and_shows_nothing_of_it(file: Path, content: str | bytes) -> None:
    with pytest.raises(SettingsError) as refused:
        load_keyring(written(file, content))
    assert str(refused.value) == f"HUB_MASTER_KEY_FILE: {file} is no key file. Put back the one that `init` made."


def test_a_master_key_does_not_show() -> None:
    assert repr(RING) == "FileKeyring(epoch=1, demo=False)"


@given(st.binary(max_size=64), st.binary(max_size=64))
def test_what_was_wrapped_is_unwrapped(secret: bytes, context: bytes) -> None:
    assert RING.unwrap(RING.wrap(secret, context), 1, context) == secret


@given(st.binary(max_size=64), st.binary(max_size=64), st.binary(max_size=64))
def test_a_wrapped_key_opens_in_its_own_context_only(secret: bytes, context: bytes, other: bytes) -> None:
    if context != other:
        with pytest.raises(SealBroken):
            RING.unwrap(RING.wrap(secret, context), 1, other)


def test_a_wrapped_key_opens_with_its_own_master_key_only() -> None:
    wrapped = RING.wrap(b"secret", b"")
    both = FileKeyring(2, {1: bytes(range(32)), 2: bytes(32)})
    assert both.unwrap(wrapped, 1, b"") == b"secret"
    with pytest.raises(SealBroken, match="does not open here"):
        both.unwrap(wrapped, 2, b"")
    with pytest.raises(SealBroken, match="epoch is gone"):
        both.unwrap(wrapped, 3, b"")


def test_new_keys_are_wrapped_under_the_present_epoch() -> None:
    both = FileKeyring(2, {1: bytes(range(32)), 2: bytes(32)})
    assert both.unwrap(both.wrap(b"secret", b""), 2, b"") == b"secret"


def test_a_wrapped_key_of_long_ago_still_opens() -> None:
    vector = VECTORS["wrapped"]
    ring = FileKeyring(vector["epoch"], {vector["epoch"]: bytes.fromhex(vector["master"])})
    opened = ring.unwrap(bytes.fromhex(vector["wrapped"]), vector["epoch"], bytes.fromhex(vector["context"]))
    assert opened.hex() == vector["secret"]


def test_every_byte_of_a_wrapped_key_counts() -> None:
    wrapped = RING.wrap(bytes(32), b"context")
    for at in range(len(wrapped)):
        changed = bytearray(wrapped)
        changed[at] ^= 1
        with pytest.raises(SealBroken):
            RING.unwrap(bytes(changed), 1, b"context")
