"""What every road through the hub needs: the store, the vault, the agreement and the clock, chosen in `hub/app.py`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from consent.standing import Terms
from hub.clock import Clock, day_of
from hub.db import Database
from hub.vault.vault import Vault
from schemas.agreement import Agreement
from schemas.base import MessageType


@dataclass(frozen=True)
class Hub:
    """The house, wired once. Everything in it can be shared between threads."""

    database: Database
    vault: Vault
    agreement: Agreement
    messages: Mapping[str, MessageType]
    clock: Clock
    # A demo or a replay: invented people, and texts that nobody needs to have reviewed.
    practice: bool = False

    def now(self) -> datetime:
        """The present instant, by the domain's clock."""
        return self.clock()

    def today(self) -> date:
        """The calendar day at the desks."""
        return day_of(self.clock())

    def terms(self, purpose: str) -> Terms:
        """How long a yes for this purpose counts, on which notice, and on which facts."""
        notice = self.agreement.notices.get(purpose, "")
        return Terms(self.agreement.consent_days, notice, _explained(self.agreement, purpose))


@cache
def _explained(agreement: Agreement, purpose: str) -> str:
    return agreement.explained(purpose)
