"""The resident's own window: what was shared about them and with whom, and what they can do about it."""

from flask import Flask

from hub.web.resident import begin, choices, held, overview, requests
from hub.web.resident.pages import pages

__all__ = ["begin", "choices", "held", "overview", "register_resident", "requests"]


def register_resident(app: Flask) -> None:
    """Open the window's pages in this app."""
    app.register_blueprint(pages)
