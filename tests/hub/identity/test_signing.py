"""The hub signs with one key of its own, and says what to do when there is none."""

import pytest
from joserfc.jwk import ECKey, RSAKey

from hub.errors import SettingsError
from hub.identity.signing import make_signing_key, public_jwk, read_signing_key


def test_a_made_key_is_read_back_with_its_name() -> None:
    pem = make_signing_key()
    key = read_signing_key(pem)
    assert key.is_private
    assert key.kid == key.thumbprint() == read_signing_key(pem).kid
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
def test_another_content_stops_the_start_with_the_word_to_type(content: bytes) -> None:
    with pytest.raises(SettingsError, match="ketenhub init"):
        read_signing_key(content)
