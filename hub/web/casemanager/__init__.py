"""Noor's pages: register, record choices, tell, and see what came of it."""

from flask import Flask

from hub.web.casemanager import inbox, person, start, tell
from hub.web.casemanager.pages import pages

__all__ = ["inbox", "person", "register", "start", "tell"]


def register(app: Flask) -> None:
    """Open these pages in this app."""
    app.register_blueprint(pages)
