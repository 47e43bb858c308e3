"""Style sheets and fonts. Their address changes with their content, so a telephone fetches each only once."""

import hashlib
from functools import cache
from mimetypes import guess_type
from pathlib import Path

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from hub.web.who import Who, opened_to

STATIC = Path(__file__).parent / "static"
# In this order: what a later sheet says stands.
SHEETS = ("fonts/fonts.css", "design/tokens.css", "design/components.css", "pages.css")
SERVED = (".css", ".woff2")
FOR_EVER = "public, max-age=31536000, immutable"

assets = Blueprint("assets", __name__)


@cache
def version() -> str:
    """A word that is another one as soon as any file is."""
    return hashlib.sha256(b"".join(hashlib.sha256(content).digest() for content in _files().values())).hexdigest()[:16]


@assets.get("/static/<sheets>/<path:name>")
@opened_to(Who.ANYBODY)
def show_asset(sheets: str, name: str) -> Response:
    """One file, by its name among ours. NotFound for anything else, and for what an older page asks for."""
    content = _files().get(name)
    if content is None or sheets != version():
        raise NotFound
    media, _ = guess_type(name)
    response = Response(content, mimetype=media or "font/woff2")
    response.headers["Cache-Control"] = FOR_EVER
    # The pages of a hub are nobody else's to dress with.
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


@cache
def _files() -> dict[str, bytes]:
    files = sorted(path for path in STATIC.rglob("*") if path.suffix in SERVED)
    return {path.relative_to(STATIC).as_posix(): path.read_bytes() for path in files}
