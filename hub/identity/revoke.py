"""A partner's system hands a token back before it runs out."""

from typing import Any

from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidRequestError
from authlib.oauth2.rfc7009 import RevocationEndpoint

from hub.clock import Clock
from hub.db import Database
from hub.identity.authenticate import METHOD, Caller
from hub.identity.errors import NotVerified
from hub.identity.once import revoke_token
from hub.identity.tokens import AccessToken, Tokens


class Revocation(RevocationEndpoint):
    """
    RFC 7009. The client proves itself as at the token endpoint, with the token endpoint's URL as audience.

    Only its own tokens: another's is `invalid_grant`. A text that is no living token is 200.
    """

    CLIENT_AUTH_METHODS = (METHOD,)

    def __init__(self, database: Database, tokens: Tokens, wall: Clock) -> None:
        super().__init__()
        self.database = database
        self.tokens = tokens
        self.wall = wall

    def authenticate_token(self, request: Any, client: Caller) -> AccessToken | None:
        """The token that was named; `token_type_hint` is not looked at, there is one type (section 2.1)."""
        if "token" not in request.form:
            raise InvalidRequestError
        try:
            token = self.tokens.read(request.form["token"])
        except NotVerified:
            return None
        if token.client_id != client.client_id:
            raise InvalidGrantError
        return token

    def revoke_token(self, token: AccessToken, request: Any) -> None:  # Authlib gives it
        """From here on it opens nothing."""
        revoke_token(self.database, token.jti, token.expires_at, self.wall())
