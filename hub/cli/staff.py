"""People at their desks, for an operator: `ketenhub staff list|end`. Accounts are their own organisation's."""

import click

from hub.cli.desk import Desk
from hub.clock import wall
from hub.errors import SettingsError
from hub.identity import staff_sessions


@click.group()
def staff() -> None:
    """Who is signed in at the screens, and signing them out."""


@staff.command("list")
@click.pass_obj
def list_sessions(desk: Desk) -> None:
    """Show every open session: an id, never a name."""
    with desk.database.reading() as session:
        found = staff_sessions.listed(session, wall())
    for one in found:
        click.echo(f"{one.staff}  {one.partner}  {one.function}  since {one.begun_at:%Y-%m-%d %H:%M} UTC")
    if not found:
        click.echo("Nobody is signed in.")


@staff.command()
@click.option("--staff", "staff_id", help="One person, by the id that list shows.")
@click.option("--partner", help="Everybody of this partner.")
@click.pass_obj
def end(desk: Desk, staff_id: str | None, partner: str | None) -> None:
    """Sign somebody out, or a whole partner, at once. Their organisation decides whether they can sign in again."""
    if (staff_id is None) == (partner is None):
        raise SettingsError("Say who: --staff ID or --partner NAME.")
    with desk.database.writing() as session:
        ended = staff_sessions.end_of(session, staff=staff_id, partner=partner)
    click.echo(f"Ended: {ended}.")
