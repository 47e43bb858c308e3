"""Rik's pages: redeem a slip, ask whether somebody may work, report work and hours."""

from flask import Flask

from hub.web.consultant import candidate, reports, sent, slip, start
from hub.web.consultant.pages import pages

__all__ = ["candidate", "register", "reports", "sent", "slip", "start"]


def register(app: Flask) -> None:
    """Open these pages in this app."""
    app.register_blueprint(pages)
