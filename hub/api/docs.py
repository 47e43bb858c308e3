"""The page on which a developer reads the API: Swagger UI in a page of our own. Works offline, sends nothing."""

from collections.abc import Mapping
from mimetypes import guess_type
from pathlib import Path

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from hub.api.allowed import allow

STATIC = Path(__file__).parent / "static"
PAGE = "docs.html"
# What may be fetched, by its name in the address; nothing else in the folder can be.
FILES: Mapping[str, str] = {
    "docs.css": "docs.css",
    "docs.js": "docs.js",
    "favicon.png": "swagger-ui/favicon-32x32.png",
    "swagger-ui.css": "swagger-ui/swagger-ui.css",
    "swagger-ui-bundle.js": "swagger-ui/swagger-ui-bundle.js",
}
# Swagger UI draws its arrows from data: addresses in its style sheet. Everything else comes from here, or not at all.
POLICY = "; ".join((
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'",
    "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
))  # fmt: skip

docs = Blueprint("docs", __name__)


@docs.get("/docs")
def show_page() -> Response:
    """The page."""
    return _file(PAGE)


@docs.get("/docs/<name>")
def show_file(name: str) -> Response:
    """What the page needs. NotFound for anything else."""
    if name not in FILES:
        raise NotFound
    return _file(FILES[name])


def _file(path: str) -> Response:
    media, _ = guess_type(path)
    response = Response((STATIC / path).read_bytes(), mimetype=media)
    response.headers["Content-Security-Policy"] = POLICY
    # Kept, and asked for anew each time: after an upgrade nobody sees an old half.
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


for _view in (show_page, show_file):
    allow(_view)
