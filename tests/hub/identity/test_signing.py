"""The hub signs with one key of its own, and says what to do when there is none."""

from pathlib import Path

import pytest
from joserfc.jwk import ECKey, RSAKey

from hub.errors import SettingsError
from hub.identity.signing import load_signing_key, make_signing_key, public_jwk


def test_a_made_key_is_read_back_with_its_name(tmp_path: Path) -> None:
    file = tmp_path / "signing.pem"
    file.write_bytes(make_signing_key())
    key = load_signing_key(file)
    assert key.is_private
    assert key.kid == key.thumbprint() == load_signing_key(file).kid
    assert "d" not in public_jwk(key)


def test_two_made_keys_differ() -> None:
    assert make_signing_key() != make_signing_key()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no key",
        ECKey.generate_key("P-256").as_pem(private=False),
        ECKey.generate_key("P-384").as_pem(private=True),
        RSAKey.generate_key(2048).as_pem(private=True),
    ],
    ids=["empty", "text", "public", "another curve", "RSA"],
)
def test_another_file_stops_the_start_with_the_word_to_type(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "signing.pem"
    file.write_bytes(content)
    with pytest.raises(SettingsError, match="ketenhub init"):
        load_signing_key(file)


def test_a_missing_file_stops_the_start_with_the_word_to_type(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"signing\.pem cannot be read .* `ketenhub init`"):
        load_signing_key(tmp_path / "signing.pem")
