"""Only the public half of a strong key is registered."""

import json
import warnings
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from hub.identity.errors import ClientMistake
from hub.identity.keys import read_public_key

EC = ECKey.generate_key("P-256")


def as_json(key: Any, **more: Any) -> str:
    return json.dumps({**key.as_dict(private=False), **more})


@pytest.mark.parametrize(
    "key",
    [EC, OKPKey.generate_key("Ed25519"), RSAKey.generate_key(2048)],
    ids=["P-256", "Ed25519", "RSA 2048"],
)
def test_a_pem_and_a_jwk_say_the_same(key: ECKey | OKPKey | RSAKey) -> None:
    from_pem = read_public_key(key.as_pem(private=False).decode())
    assert from_pem == read_public_key(as_json(key)) == read_public_key(f'{{"keys": [{as_json(key)}]}}')
    assert from_pem["kid"] == key.thumbprint()
    assert from_pem["use"] == "sig"


def test_a_kid_is_kept_and_what_is_not_asked_is_not() -> None:
    jwk = read_public_key(as_json(EC, kid="sleutel-1", alg="ES256", x5u="https://elders.example"))
    assert jwk.keys() == {"kty", "crv", "x", "y", "alg", "use", "kid"}
    assert (jwk["kid"], jwk["alg"]) == ("sleutel-1", "ES256")


@pytest.mark.parametrize(
    "text",
    [EC.as_pem(private=True).decode(), json.dumps(EC.as_dict(private=True))],
    ids=["PEM", "JWK"],
)
def test_a_private_key_is_handed_back_in_one_sentence(text: str) -> None:
    with pytest.raises(ClientMistake, match="private key: keep it to yourself"):
        read_public_key(text)


def weak_rsa() -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return RSAKey.generate_key(1024).as_pem(private=False).decode()


@pytest.mark.parametrize(
    "text",
    [
        weak_rsa(),
        ECKey.generate_key("P-384").as_pem(private=False).decode(),
        as_json(ECKey.generate_key("secp256k1")),
        as_json(OKPKey.generate_key("X25519")),
        as_json(OKPKey.generate_key("Ed448")),
        json.dumps(OctKey.generate_key(256).as_dict(private=True)),
        as_json(EC, use="enc"),
        as_json(EC, alg="ES384"),
        as_json(EC, kid="x" * 129),
        as_json(EC, kid="a\nb"),
        as_json(EC, x="AAAA"),
        '{"kty": "EC"}',
        '{"keys": []}',
        f'{{"keys": [{as_json(EC)}, {as_json(EC)}]}}',
        "{}",
        "{",
        "[" * 5000,
        "",
        "ssh-rsa AAAA",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
    ],
    ids=range(20),
)
def test_anything_else_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(ClientMistake) as caught:
        read_public_key(text)
    assert len(caught.value.mistakes) == 1
