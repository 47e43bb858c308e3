"""Petra's pages: does it flow? Counts and waiting times; never content, never a person."""

from flask import Flask

from hub.web.secretary import figures, start
from hub.web.secretary.pages import pages

__all__ = ["figures", "register", "start"]


def register(app: Flask) -> None:
    """Open these pages in this app."""
    app.register_blueprint(pages)
