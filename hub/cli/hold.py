"""`ketenhub hold`: nothing of this person is thrown away, whatever a plan or a request says, until it is released."""

import click

from hub.cli.desk import Desk
from hub.errors import NotFound
from hub.identity.principals import officer
from hub.rights import holds
from hub.rights.holds import Reason

BY = click.option("--by", required=True, metavar="NAME", help="Who you are; it stands in the trail.")


@click.group()
def hold() -> None:
    """Keep what is there of a person, for a claim or a complaint."""


@hold.command(name="set")
@click.option("--partner", required=True, help="The partner whose name for the person you have, such as coa.")
@click.option("--reason", required=True, type=click.Choice([one.value for one in Reason]))
@BY
@click.pass_obj
def set_(desk: Desk, partner: str, reason: str, by: str) -> None:
    """Keep everything of one person. Asks for their betrokkeneId, so that it stands in no history of commands."""
    name = click.prompt("betrokkeneId")
    try:
        made = holds.hold(desk.hub, officer(by), holds.person_of(desk.hub, partner, name.strip()), Reason(reason))
    except NotFound:
        raise click.ClickException(f"{partner} knows nobody by this name, or the person was forgotten.") from None
    click.echo(f"Hold {made} stands. It ends with: ketenhub hold release {made} --by NAME")


@hold.command()
@click.argument("hold_id", metavar="ID")
@BY
@click.pass_obj
def release(desk: Desk, hold_id: str, by: str) -> None:
    """The reason is over: the hold ID ends."""
    try:
        holds.release(desk.hub, officer(by), hold_id)
    except NotFound:
        raise click.ClickException("No hold stands with this id. Type: ketenhub hold list") from None
    click.echo("Released.")


@hold.command(name="list")
@click.pass_obj
def show(desk: Desk) -> None:
    """The holds that stand: id, reason, by whom and since when. Names no person."""
    for one in holds.standing(desk.hub):
        click.echo("\t".join((one.id, one.reason, one.set_by, one.since)))
