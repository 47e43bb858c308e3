"""Noor's pages: register, record choices, tell, and see what came of it."""

from flask import Flask

from hub.web.casemanager import inbox, start
from hub.web.casemanager.pages import pages

__all__ = ["inbox", "register", "start"]


def register(app: Flask) -> None:
    """Open these pages in this app."""
    app.register_blueprint(pages)
