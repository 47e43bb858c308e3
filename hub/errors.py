"""
What can go wrong inside the hub, and was promised not to. Expected outcomes (a refusal) are values, not errors.
A partner's wrong input is `schemas.base.InvalidInput`: every mistake at once (400).

HubError
├── SettingsError        the settings do not fit together: one sentence with the words to type
├── NotReady             a table or key is missing; says which command makes it
├── KeyDestroyed         this person's key was destroyed: what it sealed is gone
├── SealBroken           a sealed value does not open here: moved, changed, or of another key
│   └── EpochGone        it was wrapped under a master key that is not in the key file (any more)
├── EscrowRefused        the copy of the master key from the safe does not open: code or file is not right
├── LedgerBroken         the list of who was forgotten is not as it was written
├── NotFound             not there, or not this client's: the same to the asker (404)
├── Forbidden            this client's role has no such road (403)
├── Conflict             the order of things does not allow it now (409)
└── TooMany              too many failed attempts, or too many requests (429)
"""


class HubError(Exception):
    """The root of the hub's own errors."""


class SettingsError(HubError):
    """The settings do not fit together; the message is the sentence that fixes it."""


class NotReady(HubError):
    """The house is not set up; the message names the command to type."""


class KeyDestroyed(HubError):
    """The key of this person and class was destroyed; nothing opens what it sealed, ever."""


class SealBroken(HubError):
    """A sealed value does not open at this place: it was moved or changed, or belongs to another key."""


class EpochGone(SealBroken):
    """A key was wrapped under an epoch of the master key that is not here: not yet, or not any more."""


class EscrowRefused(HubError):
    """The copy of the master key does not open with this code; the message says what to look at."""


class LedgerBroken(HubError):
    """The list of who was forgotten is not as it was written; nothing is served before that is mended."""


class NotFound(HubError):
    """Not there, or not this client's: the asker cannot tell which."""


class Forbidden(HubError):
    """This client's role has no such road in the agreement. Says nothing about any person."""


class Conflict(HubError):
    """The order of things does not allow it now; `code` and `detail` say what to do first."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


class TooMany(HubError):
    """Too many failed attempts, or requests; try again after `seconds`. `code` and `detail` say which."""

    def __init__(self, seconds: int, code: str = "", detail: str = "") -> None:
        super().__init__(code or "te-veel-pogingen")
        self.seconds = seconds
        self.code = code
        self.detail = detail
