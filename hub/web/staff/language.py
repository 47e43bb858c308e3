"""In which language staff read: Dutch, or English when they chose it. The Dutch stands in the pages themselves."""

from pathlib import Path

from flask import Flask, request, session
from flask_babel import Babel

from consent.words import Words, words
from hub.web.languages import PARAMETER

LANGUAGES = ("nl", "en")
TRANSLATIONS = Path(__file__).parent.parent / "translations"


def register(app: Flask) -> None:
    """Let pages translate what they say."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Europe/Amsterdam"
    Babel(app, default_locale="nl", locale_selector=chosen)


def chosen() -> str:
    """What they chose in the address, or before in this browser; Dutch until somebody chooses."""
    asked = request.args.get(PARAMETER)
    if asked in LANGUAGES:
        session[PARAMETER] = asked
        return asked
    kept = session.get(PARAMETER)
    return str(kept) if kept in LANGUAGES else "nl"


def words_of_staff() -> Words:
    """The words for messages, fields, purposes and reasons, as residents read them too."""
    return words(chosen())
