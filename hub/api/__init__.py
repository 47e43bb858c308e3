"""The doors for partners' systems: one resource a file. Checks form and asks the exchange; decides nothing."""

from flask import Flask

from hub.api import around, health, openapi, problems
from hub.api.agreements import agreements
from hub.api.consents import consents
from hub.api.contacts import contacts
from hub.api.corrections import corrections
from hub.api.docs import docs
from hub.api.house import NAME, House
from hub.api.inbox import inbox
from hub.api.link_codes import link_codes
from hub.api.notices import notices
from hub.api.paper_page import paper
from hub.api.people import people
from hub.api.publications import publications
from hub.api.receipts import receipts
from hub.api.rights import rights
from hub.api.trail import trail
from hub.api.window_slips import window_slips


def register_api(app: Flask, house: House) -> None:
    """Open every road of the API in this app."""
    app.extensions[NAME] = house
    messages = [publications(message) for message in house.hub.messages.values() if message.about_a_person]
    blueprints = [
        people, link_codes, consents, receipts, window_slips, *messages, contacts, corrections, rights, inbox,
        agreements, notices, trail,
    ]  # fmt: skip
    around.register(app)
    problems.register(app)
    app.register_blueprint(health.health)
    app.register_blueprint(docs)
    app.register_blueprint(paper)
    openapi.register(app, blueprints, house.base_url)
