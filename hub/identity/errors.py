"""
What can go wrong when a system, or somebody through their organisation's own sign-in, says who they are.

HubError
├── Unauthorized      no token, or one that opens nothing here (401)
├── ClientMistake     the operator asked for something about a client that cannot be; one sentence per mistake
├── NotVerified       a signed text is not what it should be; never leaves this package
└── ProviderFailed    an organisation's sign-in did not do its part; never leaves this package
    ├── ProviderSilent     it is not there, or not well: later it may be
    └── ProviderAnswered   it refused, or gave something that cannot be right
"""

from hub.errors import HubError


class Unauthorized(HubError):
    """
    No principal: the token is missing, or opens nothing (any more). Nobody is told which it was.

    `www_authenticate` is the header to answer with, besides 401. RFC 6750, section 3.
    """

    def __init__(self, www_authenticate: str) -> None:
        super().__init__("no principal")
        self.www_authenticate = www_authenticate


class ClientMistake(HubError):
    """What the operator asked for cannot be. `mistakes` are sentences that say what to write."""

    def __init__(self, *mistakes: str) -> None:
        super().__init__(" ".join(mistakes))
        self.mistakes = mistakes


class NotVerified(HubError):
    """A signed text is not what it should be. Carries no word of that text, so that no log can show it."""


class ProviderFailed(HubError):
    """An organisation's sign-in did not do its part. Carries no word of what was sent or given."""


class ProviderSilent(ProviderFailed):
    """It gave no answer, or said that it is not well: somebody may try again later."""


class ProviderAnswered(ProviderFailed):
    """It refused what we asked, or its answer cannot be right: somebody must look at the settings, here or there."""
