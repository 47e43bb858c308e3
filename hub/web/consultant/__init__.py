"""Rik's pages: redeem a slip, ask whether somebody may work, report work and hours."""

from flask import Flask

from hub.web.consultant import candidate, inbox, reports, sent, slip, start, upload
from hub.web.consultant.pages import pages

__all__ = ["candidate", "inbox", "register", "reports", "sent", "slip", "start", "upload"]


def register(app: Flask) -> None:
    """Open these pages in this app."""
    app.register_blueprint(pages)
