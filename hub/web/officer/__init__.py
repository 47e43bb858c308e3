"""Fatima's pages: the agreement, requests of residents, the trail."""

from flask import Flask

from hub.web.officer import agreement, requests, start
from hub.web.officer.pages import pages

__all__ = ["agreement", "register", "requests", "start"]


def register(app: Flask) -> None:
    """Open these pages in this app."""
    app.register_blueprint(pages)
