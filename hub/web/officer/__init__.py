"""Fatima's pages: the agreement, requests of residents, the trail."""

from flask import Flask

from hub.web.officer import agreement, figures, requests, start, trail
from hub.web.officer.pages import pages

__all__ = ["agreement", "figures", "register", "requests", "start", "trail"]


def register(app: Flask) -> None:
    """Open these pages in this app."""
    app.register_blueprint(pages)
