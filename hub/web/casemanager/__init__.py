"""Noor's pages: register, record choices, tell, and see what came of it."""

from flask import Flask

from hub.web.casemanager import choices, correct, end, inbox, papers, person, requests, start, tasks, tell
from hub.web.casemanager.pages import pages

__all__ = [
    "choices", "correct", "end", "inbox", "papers", "person", "register", "requests", "start", "tasks", "tell",
]  # fmt: skip


def register(app: Flask) -> None:
    """Open these pages in this app."""
    app.register_blueprint(pages)
