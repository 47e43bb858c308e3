"""The pages that people look at: forms that work without script, nothing from elsewhere, one role a file."""

from flask import Flask

from hub.web import assets, forms, layout, safe
from hub.web.desk import NAME, Desk
from hub.web.resident import register_resident


def register_web(app: Flask, desk: Desk) -> None:
    """Open every page in this app."""
    app.extensions[NAME] = desk
    safe.register(app)
    forms.register(app)
    layout.register(app)
    app.register_blueprint(assets.assets)
    register_resident(app)
