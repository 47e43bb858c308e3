"""The form that a partner's system sends to get a token: a form and nothing else, each field once."""

from authlib.oauth2.rfc6749 import InvalidRequestError
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload, OAuth2Request
from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wsgi import LimitedStream

from hub.identity.authenticate import Caller

FORM_TYPE = "application/x-www-form-urlencoded"
LARGEST_BYTES = 16 * 1024


class Form(OAuth2Request):
    """Authlib's request, made of the form alone: what stands in the address is never looked at."""

    client: Caller | None

    def __init__(self, fields: dict[str, str]) -> None:
        # Authlib refuses plain http here, by the address that Flask sees. Behind a proxy that is http while
        # the world sees https. Whether http may be is decided once, in the settings.
        super().__init__("POST", "https://ketenhub.invalid")
        self.payload = BasicOAuth2Payload(fields)
        self.fields = fields

    @property
    def form(self) -> dict[str, str]:
        return self.fields


def read_form(request: Request) -> Form:
    """
    The fields of the request; Authlib's InvalidRequestError when it is no plain form.

    A field twice, or a second way to authenticate, is refused: RFC 6749, sections 3.2 and 2.3.
    """
    request.max_content_length = LARGEST_BYTES
    if request.query_string or request.mimetype != FORM_TYPE:
        raise InvalidRequestError
    try:
        fields = request.form.to_dict(flat=False)
        refuse_cut_off(request)
    except RequestEntityTooLarge:
        raise InvalidRequestError(status_code=413) from None
    if any(len(values) != 1 for values in fields.values()) or _second_way(request, fields):
        raise InvalidRequestError
    return Form({name: value for name, (value,) in fields.items()})


def refuse_cut_off(request: Request) -> None:
    """
    RequestEntityTooLarge when a body without a length (chunked) was read up to the limit, and perhaps not to its end.

    Werkzeug checks a length beforehand; without one it stops reading at the limit, and says nothing.
    """
    if request.content_length is None and isinstance(request.stream, LimitedStream) and request.stream.is_exhausted:
        raise RequestEntityTooLarge


def _second_way(request: Request, fields: dict[str, list[str]]) -> bool:
    return "client_assertion" in fields and ("client_secret" in fields or "Authorization" in request.headers)
