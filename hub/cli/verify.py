"""`ketenhub verify`: is the trail what it was? The whole of it here; proofs, receipts and checkpoints offline."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click

from audit import checkpoint, offline
from audit import verify as trail_check
from audit.checkpoint import Checkpoint
from audit.command import COMMANDS, FILE, key_option, said
from audit.errors import AuditError, MalformedNote
from audit.keeper import Keeper, check_continues
from audit.note import Verifier
from audit.verify import Report
from hub.app import build_hub, build_keeper
from hub.cli.desk import Desk
from hub.cli.verify_consent import consent
from hub.exchange import receipts, trail
from hub.exchange.explain import Explained, explain
from hub.exchange.hub import Hub
from hub.rights.file_check import check_file


@click.group(invoke_without_command=True)
@click.option("--checkpoint", "kept", multiple=True, type=click.Path(path_type=Path, dir_okay=False),
              help="A checkpoint that you kept: the trail must continue it. Repeat for more.")  # fmt: skip
@click.pass_context
def verify(context: click.Context, kept: tuple[Path, ...]) -> None:
    """Check the whole trail, or what you hold in hand. Exit codes: 0 good, 1 fails, 3 malformed, 4 forked."""
    if context.invoked_subcommand is None:
        _whole(context.obj, kept)


for _command in (*COMMANDS, consent):
    verify.add_command(_command)


@verify.command()
@click.option("--receipts", "of_receipts", is_flag=True, help="The key of receipts of choices instead.")
@click.pass_obj
def key(desk: Desk, of_receipts: bool) -> None:
    """Print the trail's public key, or that of receipts."""
    if of_receipts:
        hub = build_hub(desk.settings, desk.stores)
        click.echo(receipts.signer(hub, desk.settings.base_url).verifier.text)
    else:
        click.echo(build_keeper(desk.settings).signer.verifier.text)


@verify.command()
@click.argument("archive", metavar="ZIP", type=FILE)
@key_option
def file(archive: Path, keys: tuple[str, ...]) -> None:
    """Is ZIP, a person's file (inzage), whole, and do its entries stand in the trail? Works offline."""
    said(lambda: check_file(_bytes(archive), [Verifier.from_text(key) for key in keys]))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise MalformedNote(f"{path} cannot be read.") from None


def _whole(desk: Desk, kept: Sequence[Path]) -> None:
    hub, keeper = build_hub(desk.settings, desk.stores), build_keeper(desk.settings)
    with hub.database.reading() as session:
        report = trail_check.verify(session, partial(trail.opener, hub))
    click.echo(f"Entries: {report.size}\nRoot: {report.root.hex()}")
    _continues(hub, keeper, report, kept)
    for problem in report.problems:
        click.echo(problem, err=True)
    explained = explain(hub) if report.valid else Explained(0, ())
    for index in explained.otherwise:
        click.echo(f"Entry {index}: what was decided or chosen here is not as it was recorded.", err=True)
    if not report.valid or explained.otherwise:
        raise SystemExit(int(offline.Exit.FAILS))
    click.echo(f"Decisions: {explained.taken} taken again, all the same.")
    click.echo("The trail is whole, and continues every checkpoint that was signed.")


def _continues(hub: Hub, keeper: Keeper, report: Report, kept: Sequence[Path]) -> None:
    now = Checkpoint(keeper.origin, report.size, report.root)
    try:
        held = [checkpoint.verify(path.read_bytes(), keeper.origin, [keeper.signer.verifier]) for path in kept]
        with hub.database.reading() as session:
            for old in [keeper.last(), *held]:
                check_continues(session, old, now)
    except AuditError as error:
        click.echo(str(error), err=True)
        raise SystemExit(int(offline.exit_of(error))) from None
