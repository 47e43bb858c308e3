"""What goes around every page: nothing from elsewhere, nothing kept, and errors as pages in one's own language."""

import json
from collections.abc import Iterable

from flask import Flask, Response, render_template, request

from consent.errors import WordMissing
from consent.words import Words
from hub.web.languages import words_of_visitor
from hub.web.staff.errors import error_page

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
WINDOW = "/venster"
# Addresses that people see; what lies elsewhere answers to software.
STAFF = ("/inloggen", "/uitloggen", "/start", "/toegankelijkheid", "/coa", "/bemiddelaar", "/gemeente", "/project",
         "/privacy", "/contactpunten")  # fmt: skip
PAGES = (WINDOW, *STAFF)
PROBLEM = "application/problem+json"


def register(app: Flask) -> None:
    """Watch every page of the app."""
    app.after_request(_finish)


def is_page(path: str) -> bool:
    """Is this the address of a page?"""
    return path == "/" or _below(path, PAGES)


def is_staff(path: str) -> bool:
    """Is it a page of people at a desk?"""
    return path == "/" or _below(path, STAFF)


def _below(path: str, begins: Iterable[str]) -> bool:
    return any(path == begin or path.startswith(f"{begin}/") for begin in begins)


def _finish(response: Response) -> Response:
    if not is_page(request.path):
        return response
    if response.mimetype == PROBLEM:
        _as_page(response)
    response.headers.update(HEADERS)
    return response


def _as_page(response: Response) -> None:
    """The same answer with the same headers, for a person: what went wrong was decided elsewhere, for all."""
    problem = json.loads(response.get_data())
    response.set_data(error_page(problem) if is_staff(request.path) else _window_page(str(problem["code"])))
    response.mimetype = "text/html"


def _window_page(code: str) -> str:
    spoken = words_of_visitor()
    title, text = said(spoken, "fout-kop", code), said(spoken, "fout", code)
    return render_template("fout.html", words=spoken, here=WINDOW, title=title, text=text)


def said(words: Words, key: str, code: str) -> str:
    """The sentence for this error, or else the one for every error."""
    try:
        return words.say(f"venster.{key}-{code}")
    except WordMissing:
        return words.say(f"venster.{key}")
