"""A hub of its own in one folder: SQLite, fresh keys, and a client with its private key for each partner's office."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from audit.note import Signer
from hub import schema
from hub.app import Stores
from hub.clock import wall
from hub.identity import clients
from hub.identity.assertions import make_client_key
from hub.identity.signing import make_signing_key
from hub.settings import WITHOUT_END, Settings
from hub.vault.keyring import make_keyring, refuse_existing, write_private
from schemas.agreement import SHIPPED, Agreement


def practice_settings(folder: Path, base_url: str) -> Settings:
    """Where everything of this hub lies: two SQLite files and three keys in one folder."""
    return Settings(
        database_url=f"sqlite:///{folder / 'hub.sqlite'}",
        keystore_url=f"sqlite:///{folder / 'sleutels.sqlite'}",
        master_key_file=folder / "master.key",
        token_key_file=folder / "token.pem",
        checkpoint_key_file=folder / "controlepunt.key",
        base_url=base_url,
        agreement=SHIPPED / "almere.toml",
        checkpoint_memory_file=folder / "controlepunt.last",
        erasure_ledger_file=folder / "gewist.txt",
        demo=True,
        # A year is played in minutes, by a few clients.
        requests_per_minute=WITHOUT_END,
    )


def make_keys(settings: Settings) -> None:
    """The three keys of a hub, each in a file that only its owner can read. Raises SettingsError when one exists."""
    paths = (settings.master_key_file, settings.token_key_file, settings.checkpoint_key_file)
    # All or none: a master key without its neighbours would block the next try.
    refuse_existing([path for path in paths if path.exists()])
    make_keyring(settings.master_key_file, demo=settings.demo)
    write_private(settings.token_key_file, make_signing_key())
    write_private(settings.checkpoint_key_file, Signer.generate(settings.trail_name).secret.encode())


def make_tables(settings: Settings) -> None:
    """The tables of both stores, made or brought to this version."""
    schema.upgrade(settings.database_owner_url or settings.database_url, "main")
    schema.upgrade(settings.keystore_owner_url or settings.keystore_url, "keys")


@dataclass(frozen=True)
class Office:
    """A system that acts for one partner, or for some of its vestigingen."""

    client: str
    partner: str
    branches: tuple[str, ...] = ()
    private_key: str = ""


def enrol(stores: Stores, agreement: Agreement, offices: Mapping[str, Office]) -> dict[str, Office]:
    """Register each office with a key of its own; gives them with their private keys, which the hub does not keep."""
    return {name: _enrol(stores, agreement, office) for name, office in offices.items()}


def _enrol(stores: Stores, agreement: Agreement, office: Office) -> Office:
    private, public = make_client_key()
    with stores.main.writing() as session:
        clients.add(session, agreement, office.client, office.partner, office.branches, public, now=wall())
    return replace(office, private_key=private)
