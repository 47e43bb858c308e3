"""Forms: each carries a token of its own browser, so that no other site can press a button for somebody."""

from io import BytesIO
from typing import IO

from flask import Flask, Request
from flask_wtf import CSRFProtect
from werkzeug.exceptions import Forbidden

from hub.vault.vault import COOKIES, HUB
from hub.web.desk import desk

LONGEST_SECONDS = 3600
# Browsers say where a request came from (W3C Fetch Metadata); other software need not.
SITE, SAME = "Sec-Fetch-Site", "same-origin"
csrf = CSRFProtect()


class InMemory(Request):
    """A file that somebody sends stays in memory, where the limits keep it small: no copy of it comes on a disk."""

    def _get_file_stream(
        self, total_content_length: int | None, content_type: str | None, filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:  # fmt: skip
        return BytesIO()


def register(app: Flask) -> None:
    """Prepare the app. The API stays without: its callers carry a token of their own, and no cookie."""
    with app.app_context():
        at = desk()
        app.config.update(
            SECRET_KEY=at.hub.vault.partners.of(HUB, COOKIES),
            SESSION_COOKIE_NAME=at.cookie("formulier"),
            SESSION_COOKIE_HTTPONLY=True,
            SESSION_COOKIE_SAMESITE="Strict",
            SESSION_COOKIE_SECURE=at.secure,
            SESSION_COOKIE_PATH="/",
            WTF_CSRF_CHECK_DEFAULT=False,
            WTF_CSRF_TIME_LIMIT=LONGEST_SECONDS,
            # Our own Referrer-Policy leaves no referrer to look at; Sec-Fetch-Site is looked at instead.
            WTF_CSRF_SSL_STRICT=False,
        )
    app.request_class = InMemory
    csrf.init_app(app)


def refuse_forged(request: Request) -> None:
    """Raise Forbidden for a form that another site sent, BadRequest for one without the token of this browser."""
    if request.method not in ("POST", "PUT", "PATCH", "DELETE"):
        return
    if request.headers.get(SITE, SAME) != SAME:
        raise Forbidden
    csrf.protect()


def comes_from_elsewhere(request: Request) -> bool:
    """Did another site lead here? Not so: our own pages, an address that somebody typed, software that does not say."""
    return request.headers.get(SITE, SAME) not in (SAME, "none")
