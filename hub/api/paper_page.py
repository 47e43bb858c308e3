"""Gives a paper for a resident as a page to print. No script, nothing from afar."""

from pathlib import Path

from flask import Blueprint, Response, request

from hub.api.allowed import allow

STYLE = Path(__file__).parent / "static" / "papier.css"
# The square is drawn in the page itself; the style sheet is all that is fetched.
POLICY = "; ".join((
    "default-src 'none'", "style-src 'self'", "font-src 'self'",
    "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
))  # fmt: skip

paper = Blueprint("papier", __name__)


@paper.get("/papier.css")
def show_style() -> Response:
    """How paper looks. Open: nothing here is about anybody."""
    response = Response(STYLE.read_bytes(), mimetype="text/css")
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


allow(show_style)


def on_paper(drawn: str, status: int = 200) -> Response:
    """The page to print and hand over."""
    response = Response(drawn, status, mimetype="text/html")
    response.headers["Content-Security-Policy"] = POLICY
    return response
