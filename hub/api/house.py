"""What the doors need of the house behind them; put there once, by `hub/app.py`."""

from dataclasses import dataclass, field
from typing import cast

from flask import current_app
from prometheus_client import CollectorRegistry

from audit.keeper import Keeper
from hub.allowance import Allowance
from hub.api.beat import Beat
from hub.api.metrics import Metrics
from hub.db import Database
from hub.exchange.hub import Hub
from hub.identity.tokens import Tokens
from hub.rights.ledger import Ledger

NAME = "ketenhub"


@dataclass(frozen=True)
class House:
    """The hub, its key store (only to see that it is there), what it signs with, and the list of who was forgotten."""

    hub: Hub
    keystore: Database
    tokens: Tokens
    base_url: str
    keeper: Keeper
    ledger: Ledger
    registry: CollectorRegistry
    allowance: Allowance
    metrics_token: str | None = None
    beat: Beat = field(default_factory=Beat)
    metrics: Metrics = field(init=False)

    def __post_init__(self) -> None:
        """Count from here."""
        object.__setattr__(self, "metrics", Metrics(self.registry))


def house() -> House:
    """The house of the app that answers now."""
    return cast("House", current_app.extensions[NAME])
