"""The hub's own key, with which it signs the tokens that it gives."""

from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from hub.errors import SettingsError

ALGORITHM = "ES256"
REMEDY = "Run `ketenhub init`, which makes one (EC P-256, PEM)."


def make_signing_key() -> bytes:
    """A new private key as PEM (PKCS #8). Whoever writes it to a file gives that file mode 0600."""
    return ECKey.generate_key("P-256").as_pem(private=True)


def read_signing_key(pem: bytes) -> ECKey:
    """The hub's key from its PEM, with its `kid` (RFC 7638). SettingsError when it is something else."""
    try:
        key = ECKey.import_key(pem)
    except (JoseError, ValueError, TypeError, AttributeError):
        raise SettingsError(f"The signing key is not a PEM file with an EC key. {REMEDY}") from None
    if not key.is_private or key.curve_name != "P-256":
        raise SettingsError(f"The signing key is not a private key on P-256. {REMEDY}")
    key.ensure_kid()
    return key


def public_jwk(key: ECKey) -> dict[str, Any]:
    """The public half, as others need it to check our tokens. RFC 7517."""
    return {**key.as_dict(private=False), "use": "sig", "alg": ALGORITHM}
