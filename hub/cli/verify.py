"""`ketenhub verify`: read the whole trail and say whether it is what it was."""

from functools import partial

import click

from audit import verify as trail_check
from hub.app import build_hub
from hub.cli.desk import Desk
from hub.exchange import trail

FAILED = 1


@click.command()
@click.pass_obj
def verify(desk: Desk) -> None:
    """Check every entry, the tree over them, and each record whose key still exists."""
    hub = build_hub(desk.settings, desk.stores)
    with hub.database.reading() as session:
        report = trail_check.verify(session, partial(trail.opener, hub))
    click.echo(f"Entries: {report.size}\nRoot: {report.root.hex()}")
    for problem in report.problems:
        click.echo(problem, err=True)
    if not report.valid:
        raise SystemExit(FAILED)
    click.echo("The trail is whole.")
