"""`ketenhub init`: the keys, the tables and the application's rights. Never overwrites a key."""

from pathlib import Path

import click
from sqlalchemy.engine import make_url

from hub import schema
from hub.app import build_hub, open_stores, refuse_test_oins
from hub.cli.desk import Desk
from hub.cli.safe import write_escrow
from hub.errors import SettingsError
from hub.practice.house import make_keys, make_tables
from hub.settings import Settings
from hub.vault.keyring import refuse_existing


@click.command()
@click.option("--tables-only", is_flag=True, help="The keys are there already: only make or upgrade the tables.")
@click.option("--escrow", type=click.Path(path_type=Path, dir_okay=False),
              help="A new file for the safe: the master key, sealed under a code that is shown once.")  # fmt: skip
@click.option("--no-escrow", is_flag=True, help="I know that without a copy of the master key nothing opens.")
@click.pass_obj
def init(desk: Desk, tables_only: bool, escrow: Path | None, no_escrow: bool) -> None:
    """Make the keys (mode 0600) and the tables of a new hub."""
    settings = desk.settings
    # Whatever is wrong with the agreement is said before a key is made.
    refuse_test_oins(settings, desk.agreement)
    if not tables_only:
        _refuse_without_copy(settings, escrow, no_escrow)
        make_keys(settings)
        click.echo(f"Keys made: {settings.master_key_file}, {settings.token_key_file}, {settings.checkpoint_key_file}.")
        if escrow is None:
            click.echo("Keep a copy of the master key in a safe, away from every backup: without it, nothing opens.")
        else:
            write_escrow(settings, escrow)
    make_tables(settings)
    grant(settings)
    stores = open_stores(settings)
    build_hub(settings, stores)
    stores.close()
    click.echo("Tables made. Next: ketenhub partner add, then ketenhub serve.")


def _refuse_without_copy(settings: Settings, escrow: Path | None, knowingly: bool) -> None:
    """Before anything is made: a hub whose only master key is on its own disk loses everybody with that disk."""
    if escrow is None and not knowingly and not settings.demo:
        raise SettingsError(
            "A lost master key loses everything. Name a new file for the safe: ketenhub init --escrow FILE "
            "(docs/keys.md); or type --no-escrow if you keep a copy in another way."
        )
    if escrow is not None:
        refuse_existing([escrow] if escrow.exists() else [])
        if not escrow.absolute().parent.is_dir():
            raise SettingsError(f"{escrow} cannot be written; make its folder first.")


def grant(settings: Settings) -> None:
    """Give the application's role its few rights, where the tables belong to another role."""
    pairs: tuple[tuple[str | None, str, schema.Store], ...] = (
        (settings.database_owner_url, settings.database_url, "main"),
        (settings.keystore_owner_url, settings.keystore_url, "keys"),
    )
    for owner, application, store in pairs:
        role = make_url(application).username
        if owner is not None and role is not None:
            schema.grant_application_role(owner, store, role)
