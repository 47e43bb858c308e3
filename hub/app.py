"""Wires the house, once. Real things are chosen here and nowhere else; tests choose others."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from flask import Flask
from prometheus_client import CollectorRegistry

from audit.keeper import Keeper
from audit.note import Signer
from hub import schema
from hub.allowance import Allowance
from hub.api import house, register_api
from hub.api.beat import Beat
from hub.clock import Clock, wall
from hub.db import Database
from hub.errors import KeyDestroyed, NotReady, SettingsError
from hub.exchange.hub import Hub
from hub.identity.oidc import UNFINISHED_AN_HOUR, open_sign_in
from hub.identity.providers import Providers, read_providers
from hub.identity.server import register_identity
from hub.identity.signing import read_signing_key
from hub.identity.sources import Sources, key_for_networks
from hub.policy import agreements
from hub.rights import erase
from hub.rights.ledger import Ledger
from hub.settings import TEST_OIN, Settings
from hub.vault import epochs
from hub.vault.key_file import KeyFile
from hub.vault.keyring import FileKeyring, read_private
from hub.vault.vault import (
    CODES,
    CONTACTS,
    COOKIES,
    FINGERPRINTS,
    HANDLES,
    HUB,
    NOBODY,
    PSEUDONYMS,
    RECEIPTS,
    REFERENCES,
    STAFF,
    UPLOADS,
    WINDOWS,
    Vault,
    open_vault,
)
from hub.web import register_web
from hub.web.desk import PRESSES_A_MINUTE, Desk
from schemas.agreement import Agreement, read_agreement
from schemas.base import discover

LARGEST_BODY = 64 * 1024


@dataclass(frozen=True)
class Stores:
    """The two databases of one hub."""

    main: Database
    keys: Database

    def close(self) -> None:
        """Let go of both."""
        self.main.close()
        self.keys.close()


def open_stores(settings: Settings) -> Stores:
    """Both databases, checked: their tables are there and of this version. Raises NotReady with what to type."""
    if schema.pending(settings.database_url, "main") or schema.pending(settings.keystore_url, "keys"):
        raise NotReady("The tables are missing or of an older version. Type: ketenhub init")
    return Stores(Database(settings.database_url), Database(settings.keystore_url))


def build_hub(settings: Settings, stores: Stores, clock: Clock = wall) -> Hub:
    """The exchange and everything under it. Raises SettingsError or AgreementError: a mistake stops the start."""
    agreement = read_agreement(settings.agreement)
    key_file = KeyFile(settings.master_key_file)
    refuse_practice(settings, agreement, key_file.keyring)
    refuse_silent_change(settings, stores.main, agreement)
    vault = open_vault(stores.keys, key_file)
    prepare(stores.main, vault, agreement, wall())
    return Hub(stores.main, vault, agreement, discover(), clock, practice=settings.demo)


def build_keeper(settings: Settings) -> Keeper:
    """The signer of checkpoints, with its memory outside the database."""
    secret = read_private(settings.checkpoint_key_file, "HUB_CHECKPOINT_KEY_FILE").decode().strip()
    return Keeper(Signer.from_secret(secret), settings.checkpoint_memory_file)


def sign_in_providers(settings: Settings, agreement: Agreement) -> Providers:
    """Whose sign-in is trusted, from HUB_SIGN_IN_FILE. Raises SettingsError with every mistake."""
    return read_providers(settings.sign_in_file, agreement, read_private, demo=settings.demo)


def refuse_practice(settings: Settings, agreement: Agreement, keyring: FileKeyring) -> None:
    """Production takes no demo key and no test OIN."""
    if keyring.demo and not settings.demo:
        raise SettingsError("HUB_MASTER_KEY_FILE is the key of a demo. Make one of your own: ketenhub init")
    refuse_test_oins(settings, agreement)


def refuse_test_oins(settings: Settings, agreement: Agreement) -> None:
    """A partner with a test OIN is an invented one; only a demo has those."""
    tested = [partner.name for partner in agreement.partners.values() if partner.oin.startswith(TEST_OIN)]
    if tested and not settings.demo:
        names = ", ".join(tested)
        raise SettingsError(f"{settings.agreement}: {names}: this is a test OIN. Write the OIN that Logius gave.")


def refuse_silent_change(settings: Settings, database: Database, agreement: Agreement) -> None:
    """Who said yes did so to other facts: the notice gets another name, so that everybody sees that it is another."""
    changed = {} if settings.demo else agreements.same_name_other_facts(database, agreement)
    if changed:
        lines = "\n".join(f'{purpose} = "{_next(version)}"' for purpose, version in changed.items())
        raise SettingsError(
            f"{settings.agreement}: who receives what, on which basis or for how long changed, and the notice kept its "
            f"name. Write under [kennisgeving]:\n{lines}"
        )


def _next(version: str) -> str:
    year, _, number = version.partition("-")
    return f"{year}-{int(number) + 1}"


def prepare(database: Database, vault: Vault, agreement: Agreement, now: datetime) -> None:
    """What must be there before the first request: the keys of partners and hub, and this version of the agreement."""
    epochs.ensure(vault.subjects.store, vault.subjects.provider.epoch, now)
    for partner in agreement.partners:
        for purpose in (PSEUDONYMS, REFERENCES, CONTACTS):
            vault.partners.ensure(partner, purpose, now)
    for purpose in (CODES, FINGERPRINTS, RECEIPTS, WINDOWS, COOKIES, STAFF, HANDLES, UPLOADS):
        vault.partners.ensure(HUB, purpose, now)
    # Two that start at the same moment agree on the keys of the first.
    with suppress(KeyDestroyed):
        if not vault.subjects.known(NOBODY):
            vault.subjects.create(NOBODY, now)
    agreements.keep(database, agreement, now)


def create_app(settings: Settings, stores: Stores, clock: Clock = wall, beat: Beat | None = None) -> Flask:
    """
    The whole hub as one WSGI application. `clock` is the domain's; tokens live by the wall clock, always.

    `beat` is when a no leaves; a practice hub has none.
    """
    hub, ledger = build_hub(settings, stores, clock), Ledger(settings.erasure_ledger_file)
    # Whoever was forgotten stays forgotten, also in a backup that was put back: before anybody is answered.
    erase.resume(hub, ledger)
    app = Flask("hub", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.config["PROPAGATE_EXCEPTIONS"] = False
    # An address has one form: no redirect (which would be HTML) to another.
    app.url_map.merge_slashes = False
    app.json.sort_keys = False  # type: ignore[attr-defined]  # the default provider has it, its base type does not
    signing_key = read_signing_key(read_private(settings.token_key_file, "HUB_TOKEN_KEY_FILE"))
    tokens = register_identity(
        app, database=stores.main, agreement=lambda: hub.agreement, base_url=settings.base_url,
        signing_key=signing_key, wall=wall, proxies=settings.proxies,
    )  # fmt: skip
    keeper = build_keeper(settings)
    registry = CollectorRegistry()
    register_api(app, house.House(
        hub, stores.keys, tokens, settings.base_url, keeper, ledger, registry,
        Allowance(settings.requests_per_minute), settings.metrics_token, beat or Beat(),
    ))  # fmt: skip
    sign_in = open_sign_in(
        providers=sign_in_providers(settings, hub.agreement), agreement=lambda: hub.agreement, database=stores.main,
        sources=Sources(stores.main, key_for_networks(signing_key, "sign-in"), wall, UNFINISHED_AN_HOUR),
        watch=tokens.watch, base_url=settings.base_url, wall=wall, demo=settings.demo,
    )  # fmt: skip
    # A hub to look around in, or to press hard on purpose, stops nobody.
    presses = Allowance(settings.requests_per_minute if settings.demo else PRESSES_A_MINUTE)
    register_web(app, Desk(hub, settings.base_url, wall, keeper, sign_in, ledger, settings.proxies, presses))
    return app
