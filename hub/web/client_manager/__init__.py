"""Samira's pages: what came in, by person and by date, and a page for each client."""

from flask import Flask

from hub.web.client_manager import client, clients, sheet, start
from hub.web.client_manager.pages import pages

__all__ = ["client", "clients", "register", "sheet", "start"]


def register(app: Flask) -> None:
    """Open these pages in this app."""
    app.register_blueprint(pages)
