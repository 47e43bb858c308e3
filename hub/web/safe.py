"""What goes around every page: nothing from elsewhere, nothing kept, and errors as pages in one's own language."""

import json

from flask import Flask, Response, render_template, request

from consent.errors import WordMissing
from consent.words import Words
from hub.web.languages import words_of_visitor

POLICY = "; ".join((
    "default-src 'none'", "style-src 'self'", "font-src 'self'", "img-src 'self' data:", "form-action 'self'",
    "base-uri 'none'", "frame-ancestors 'none'",
))  # fmt: skip
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}
# Addresses that people see; what lies elsewhere answers to software.
PAGES = ("/venster",)
PROBLEM = "application/problem+json"


def register(app: Flask) -> None:
    """Watch every page of the app."""
    app.after_request(_finish)


def is_page(path: str) -> bool:
    """Is this the address of a page?"""
    return any(path == begin or path.startswith(f"{begin}/") for begin in PAGES)


def _finish(response: Response) -> Response:
    if not is_page(request.path):
        return response
    if response.mimetype == PROBLEM:
        _as_page(response)
    response.headers.update(HEADERS)
    return response


def _as_page(response: Response) -> None:
    """The same answer with the same headers, for a person: what went wrong was decided elsewhere, for all."""
    code = str(json.loads(response.get_data())["code"])
    spoken = words_of_visitor()
    body = render_template(
        "fout.html",
        words=spoken,
        here="/venster",
        title=said(spoken, "fout-kop", code),
        text=said(spoken, "fout", code),
    )
    response.set_data(body)
    response.mimetype = "text/html"


def said(words: Words, key: str, code: str) -> str:
    """The sentence for this error, or else the one for every error."""
    try:
        return words.say(f"venster.{key}-{code}")
    except WordMissing:
        return words.say(f"venster.{key}")
