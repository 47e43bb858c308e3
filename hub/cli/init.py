"""`ketenhub init`: the keys, the tables and the application's rights. Never overwrites a key."""

import click
from sqlalchemy.engine import make_url

from hub import schema
from hub.app import build_hub, open_stores, refuse_test_oins
from hub.cli.desk import Desk
from hub.practice.house import make_keys, make_tables
from hub.settings import Settings


@click.command()
@click.option("--tables-only", is_flag=True, help="The keys are there already: only make or upgrade the tables.")
@click.pass_obj
def init(desk: Desk, tables_only: bool) -> None:
    """Make the keys (mode 0600) and the tables of a new hub."""
    settings = desk.settings
    # Whatever is wrong with the agreement is said before a key is made.
    refuse_test_oins(settings, desk.agreement)
    if not tables_only:
        make_keys(settings)
        click.echo(f"Keys made: {settings.master_key_file}, {settings.token_key_file}, {settings.checkpoint_key_file}.")
        click.echo("Keep a copy of the master key in a safe, away from every backup: without it, nothing opens.")
    make_tables(settings)
    _grant(settings)
    stores = open_stores(settings)
    build_hub(settings, stores)
    stores.close()
    click.echo("Tables made. Next: ketenhub partner add, then ketenhub serve.")


def _grant(settings: Settings) -> None:
    """Give the application's role its few rights, where the tables belong to another role."""
    pairs: tuple[tuple[str | None, str, schema.Store], ...] = (
        (settings.database_owner_url, settings.database_url, "main"),
        (settings.keystore_owner_url, settings.keystore_url, "keys"),
    )
    for owner, application, store in pairs:
        role = make_url(application).username
        if owner is not None and role is not None:
            schema.grant_application_role(owner, store, role)
