"""The pages that people look at: forms that work without script, nothing from elsewhere, one role a package."""

from flask import Flask

from hub.web import assets, casemanager, client_manager, consultant, forms, layout, officer, safe, secretary
from hub.web.desk import NAME, Desk
from hub.web.resident import register_resident
from hub.web.staff import contact_points, language, organisation, sign_in
from hub.web.staff.door import HandleConverter


def register_web(app: Flask, desk: Desk) -> None:
    """Open every page in this app."""
    app.extensions[NAME] = desk
    app.url_map.converters["handle"] = HandleConverter
    safe.register(app)
    forms.register(app)
    language.register(app)
    layout.register(app)
    app.register_blueprint(assets.assets)
    register_resident(app)
    app.register_blueprint(sign_in.pages)
    app.register_blueprint(organisation.pages)
    app.register_blueprint(contact_points.pages)
    for role in (casemanager, consultant, client_manager, secretary, officer):
        role.register(app)
