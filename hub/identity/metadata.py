"""What a partner's software can look up about our authorization server instead of being told."""

from hub.identity.authenticate import METHOD
from hub.identity.keys import ALGORITHMS

TOKEN_PATH = "/oauth/token"  # noqa: S105  # an address
REVOKE_PATH = "/oauth/revoke"
JWKS_PATH = "/oauth/jwks"
# RFC 8414, section 3.
METADATA_PATH = "/.well-known/oauth-authorization-server"


def metadata(base_url: str) -> dict[str, object]:
    """The document of RFC 8414, section 2, of the hub at this address."""
    methods, algorithms = [METHOD], list(ALGORITHMS)
    return {
        "issuer": base_url,
        "token_endpoint": base_url + TOKEN_PATH,
        "jwks_uri": base_url + JWKS_PATH,
        "revocation_endpoint": base_url + REVOKE_PATH,
        "grant_types_supported": ["client_credentials"],
        # Required, and empty: nobody is sent through a browser here.
        "response_types_supported": [],
        "token_endpoint_auth_methods_supported": methods,
        "token_endpoint_auth_signing_alg_values_supported": algorithms,
        "revocation_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_signing_alg_values_supported": algorithms,
    }
