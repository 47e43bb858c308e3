"""Why somebody was not signed in: a fixed word, for the page and the security log. Never what was sent."""

from enum import StrEnum


class Refused(StrEnum):
    """One reason, the first that is met."""

    # On the way.
    UNKNOWN = "onbekende-aanbieder"
    TOO_MANY = "te-vaak"
    OVER = "verlopen"
    """No way back is open in this browser: too late, used, another browser, or never begun here."""
    DECLINED = "afgebroken"
    SILENT = "geen-antwoord"
    PROVIDER = "aanbieder-weigert"
    NOT_TRUSTED = "niet-te-vertrouwen"
    # Who they are is known, and they have no place here.
    NO_FUNCTION = "geen-functie"
    TWO_FUNCTIONS = "twee-functies"
    ELSEWHERE = "andere-organisatie"
    DOES_NOT_FIT = "past-niet"
    UNKNOWN_BRANCH = "onbekende-vestiging"
    NO_BRANCH = "geen-vestiging"
    NO_NAME = "geen-naam"
