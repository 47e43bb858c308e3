"""In which language somebody reads: what they chose, or else what their browser asks for, or else Dutch."""

from flask import request, session

from consent.words import Words, words
from schemas.fields import LANGUAGES

PARAMETER = "taal"
FALLBACK = "nl"


def words_of_visitor() -> Words:
    """The words for this request. A language that was chosen in the address is remembered until the browser closes."""
    asked = request.args.get(PARAMETER)
    if asked in LANGUAGES:
        session[PARAMETER] = asked
    return words(_chosen())


def all_languages() -> list[Words]:
    """Every language that one can choose, each to be called by its own name."""
    return [words(language) for language in LANGUAGES]


def _chosen() -> str:
    asked, kept = request.args.get(PARAMETER), session.get(PARAMETER)
    for language in (asked, kept, request.accept_languages.best_match(LANGUAGES)):
        if language in LANGUAGES:
            return str(language)
    return FALLBACK
