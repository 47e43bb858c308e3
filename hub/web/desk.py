"""What every page needs of the house behind it; put there once, by `hub/app.py`."""

from dataclasses import dataclass, field
from typing import cast

from flask import current_app

from audit.keeper import Keeper
from hub.allowance import Allowance
from hub.clock import Clock
from hub.exchange.hub import Hub
from hub.identity.oidc import SignIn
from hub.rights.ledger import Ledger

NAME = "ketenhub-web"
# Far more than anybody presses; a program that runs through the pages in somebody's name is slowed.
PRESSES_A_MINUTE = 300


@dataclass(frozen=True)
class Desk:
    """
    The hub, its address, the wall clock, who signs the trail's head, how staff sign in, the list of who was
    forgotten, how many proxies stand before.

    `allowance`: how much one person at a desk may press.
    """

    hub: Hub
    base_url: str
    wall: Clock
    keeper: Keeper
    sign_in: SignIn
    ledger: Ledger
    proxies: int = 0
    allowance: Allowance = field(default_factory=lambda: Allowance(PRESSES_A_MINUTE))

    @property
    def secure(self) -> bool:
        """Do pages go over https? Only in a demo they do not."""
        return self.base_url.startswith("https://")

    def cookie(self, name: str) -> str:
        """The name of a cookie that no other address, and no neighbour on a subdomain, can set (RFC 6265bis, 4.1.3)."""
        return f"__Host-{name}" if self.secure else name


def desk() -> Desk:
    """The desk of the app that answers now."""
    return cast("Desk", current_app.extensions[NAME])
