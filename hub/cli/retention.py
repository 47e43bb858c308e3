"""`ketenhub retention`: what has had its time, planned by one person, approved by another, and then ended."""

from collections.abc import Sequence

import click

from hub.cli.desk import Desk
from hub.errors import NotFound
from hub.identity.principals import officer
from hub.rights import retention as road
from hub.rights.retention import Plan, Refused

BY = click.option("--by", required=True, metavar="NAME", help="Who you are; it stands in the trail.")
UNKNOWN = "There is no plan with this id."


@click.group()
def retention() -> None:
    """What has had its time, by the agreement: plan, look, approve by a second person, run."""


@retention.command()
@BY
@click.pass_obj
def plan(desk: Desk, by: str) -> None:
    """Write down what is over today. Nothing ends yet."""
    made = road.make(desk.hub, officer(by))
    if made is None:
        click.echo("Nothing has had its time.")
    else:
        _show(made)


@retention.command()
@click.argument("plan_id", metavar="ID")
@click.pass_obj
def show(desk: Desk, plan_id: str) -> None:
    """The plan ID in numbers, and its digest. Names nobody."""
    try:
        _show(road.show(desk.hub, plan_id))
    except NotFound:
        raise click.ClickException(UNKNOWN) from None


@retention.command()
@click.argument("plan_id", metavar="ID")
@click.option("--digest", required=True, help="The digest that `show` gives: what you approve is exactly that.")
@BY
@click.pass_obj
def approve(desk: Desk, plan_id: str, digest: str, by: str) -> None:
    """Stand behind the plan ID as a second person."""
    try:
        _tell(road.approve(desk.hub, officer(by), plan_id, digest))
    except NotFound:
        raise click.ClickException(UNKNOWN) from None


@retention.command()
@click.argument("plan_id", metavar="ID")
@BY
@click.pass_obj
def run(desk: Desk, plan_id: str, by: str) -> None:
    """End what the plan ID names and is still over. Stopped halfway, type it again."""
    try:
        _tell(road.run(desk.hub, desk.ledger, officer(by), plan_id))
    except NotFound:
        raise click.ClickException(UNKNOWN) from None


def _tell(done: Plan | Refused) -> None:
    if isinstance(done, Refused):
        raise click.ClickException(done.says)
    _show(done)


def _show(plan: Plan) -> None:
    click.echo(f"Plan {plan.id}, made by {plan.made_by}\nDigest {plan.digest}")
    rows = [("sort", "flow or type", "rows", "oldest"), *((one.sort, one.group, str(one.count), one.oldest)
            for one in plan.lines)]  # fmt: skip
    for row in _aligned(rows):
        click.echo(row)
    if plan.certificate is not None:
        for word in ("gepland", "beeindigd", "overgeslagen"):
            counts = plan.certificate[word]
            click.echo(f"{word}: " + (", ".join(f"{sort} {count}" for sort, count in sorted(counts.items())) or "-"))
    elif plan.approved_by is not None:
        click.echo(f"Approved by {plan.approved_by}. Next: ketenhub retention run {plan.id} --by NAME")
    else:
        click.echo(f"Next, by somebody else: ketenhub retention approve {plan.id} --digest {plan.digest} --by NAME")


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]
