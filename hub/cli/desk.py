"""What a command needs of the house; nothing is opened before a command asks for it."""

from functools import cached_property

from sqlalchemy.orm import Session

from audit import log
from audit.events import Event, Kind
from hub.app import Stores, build_hub, open_stores
from hub.clock import wall
from hub.db import Database
from hub.exchange import trail
from hub.exchange.hub import Hub
from hub.identity.clients import OnChange
from hub.rights.ledger import Ledger
from hub.settings import Settings, read_settings
from hub.vault.key_file import KeyFile
from hub.vault.subject_keys import KeyClass
from hub.vault.vault import NOBODY, open_vault
from schemas.agreement import Agreement, read_agreement


class Desk:
    """The settings, and what follows from them."""

    @cached_property
    def settings(self) -> Settings:
        """Read from the environment, once."""
        return read_settings()

    @cached_property
    def stores(self) -> Stores:
        """Both databases, with the tables of this version."""
        return open_stores(self.settings)

    def close(self) -> None:
        """Let go of the databases, when a command opened them."""
        if "stores" in self.__dict__:
            self.stores.close()

    @property
    def database(self) -> Database:
        """The main store."""
        return self.stores.main

    @cached_property
    def agreement(self) -> Agreement:
        """The agreement that the hub works by."""
        return read_agreement(self.settings.agreement)

    @cached_property
    def key_file(self) -> KeyFile:
        """The master key, from its file."""
        return KeyFile(self.settings.master_key_file)

    @cached_property
    def ledger(self) -> Ledger:
        """Who was to be forgotten."""
        return Ledger(self.settings.erasure_ledger_file)

    @cached_property
    def hub(self) -> Hub:
        """The exchange and everything under it, on the wall clock."""
        return build_hub(self.settings, self.stores)

    @property
    def on_client_change(self) -> OnChange:
        """Records in the trail that a partner's system was added, shut out or given another key."""
        vault = open_vault(self.stores.keys, self.key_file)

        def record(session: Session, kind: str, partner: str, client: str) -> None:
            key = vault.subjects.of(NOBODY, KeyClass.AUDIT)[KeyClass.AUDIT]
            event = Event(Kind.CLIENT, wall(), partner, kind, {"client": client})
            log.append(session, event, trail.sealer(key))

        return record
