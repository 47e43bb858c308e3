"""What goes around every answer: headers, one line in the log, one count. Addresses by their pattern only."""

import time

import structlog
from flask import Flask, Response, g, request

from hub.api import trace
from hub.api.beat import is_no
from hub.api.house import house
from hub.api.openapi import VERSION

log = structlog.get_logger(__name__)

HEADERS = {
    "API-Version": VERSION,
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
TWO_YEARS = "max-age=63072000"


def register(app: Flask) -> None:
    """Watch every request of the app."""
    app.before_request(_begin)
    app.after_request(_finish)


def _begin() -> None:
    g.begun = time.monotonic()
    g.trace = trace.begin(request)


def _finish(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    at = house()
    if at.base_url.startswith("https://"):
        response.headers["Strict-Transport-Security"] = TWO_YEARS
    route = request.url_rule.rule if request.url_rule else "unknown"
    seconds = time.monotonic() - g.get("begun", time.monotonic())
    # Anybody can invent a method; only known ones may become a label.
    method = (
        request.method if request.method in ("GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE") else "OTHER"
    )
    at.metrics.answered(method, route, response.status_code, seconds)
    at.tokens.watch.tick()
    if is_no(response.status_code):
        at.beat.wait(g.get("begun", time.monotonic()))
    log.info("request", method=method, route=route, status=response.status_code, ms=round(seconds * 1000, 1))
    return response
