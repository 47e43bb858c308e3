"""`ketenhub figures`: the picture of a quarter, counted and protected, released once and shown again ever after."""

import json
from collections.abc import Iterator

import click

from hub.cli.desk import Desk
from hub.clock import stamp
from hub.figures import release as road
from hub.figures.quarters import Quarter, quarter
from hub.figures.release import NotNow, Released
from hub.figures.shown import Picture, Table, reading, share, told
from hub.identity.principals import officer

WHY = {
    NotNow.NOT_OVER: "This quarter is not over yet. Release it when it is.",
    NotNow.NO_AGREEMENT: "The agreement was not in force at the end of this quarter, or is not today.",
    NotNow.TOO_LATE: "A later quarter was released already; an earlier one would no longer be what it was then.",
}


class QuarterType(click.ParamType[Quarter]):
    """A quarter as 2023-Q1."""

    name = "quarter"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Quarter:
        """The quarter; NoQuarter says how one is written."""
        return value if isinstance(value, Quarter) else quarter(str(value))


OF = click.argument("wanted", metavar="QUARTER", type=QuarterType())
AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document.")


@click.group()
def figures() -> None:
    """How many people, in groups that point at nobody: one release per quarter."""


@figures.command()
@OF
@click.option("--by", required=True, metavar="NAME", help="Who you are; it stands in the trail of everybody counted.")
@AS_JSON
@click.pass_obj
def release(desk: Desk, wanted: Quarter, by: str, as_json: bool) -> None:
    """Count and release QUARTER (2023-Q1), once it is over. A second time: the same figures again."""
    done = road.release(desk.hub, officer(by), wanted)
    if isinstance(done, NotNow):
        raise click.ClickException(WHY[done])
    _show(done, as_json)


@figures.command()
@OF
@AS_JSON
@click.pass_obj
def show(desk: Desk, wanted: Quarter, as_json: bool) -> None:
    """What was released of QUARTER. Counts nobody."""
    found = road.released(desk.hub, wanted)
    if found is None:
        raise click.ClickException(f"Nothing was released of {wanted}. Type: ketenhub figures list")
    _show(found, as_json)


@figures.command(name="list")
@click.pass_obj
def list_(desk: Desk) -> None:
    """The quarters of which figures were released."""
    found = road.quarters(desk.hub)
    click.echo("\n".join(map(str, found)) if found else "Nothing was released yet.")


def _show(found: Released, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(found.content, ensure_ascii=False, indent=1))
        return
    shown = found.picture
    click.echo(f"{found.quarter}, released {stamp(found.at)} by {found.by}. Peildatum {shown.reference_day}.")
    click.echo(f"SHA-256 {found.digest}; it stands in the trail.")
    for table in shown.tables:
        click.echo(f"\nTabel {table.number}: {table.title}\n{table.about}")
        for line in _lines(shown, table):
            click.echo(line)
    click.echo(f"\n{reading(shown)}\nWat de berichten niet kunnen zeggen:")
    for sentence in shown.cannot_tell:
        click.echo(f"- {sentence}")


def _lines(shown: Picture, table: Table) -> Iterator[str]:
    several = len(table.columns) > 1
    for row in table.rows:
        counts = (f"{told(shown, cell)} ({share(cell)})" if several else told(shown, cell) for cell in row.cells)
        named = zip(table.columns, counts, strict=True) if several else (("", count) for count in counts)
        yield f"{'  ' * row.level}{row.label}: " + "; ".join(f"{name} {count}".strip() for name, count in named)
