"""`ketenhub keys`: the master key in the safe and out of it again, and a new one that makes old backups useless."""

from collections.abc import Callable
from pathlib import Path

import click

from audit.events import Kind
from hub.backup import manifest
from hub.backup.drill import drill as run_drill
from hub.cli.desk import Desk
from hub.cli.safe import ask_and_open, write_escrow
from hub.clock import stamp, wall
from hub.errors import EscrowRefused
from hub.exchange import trail
from hub.exchange.hub import Hub
from hub.identity.principals import officer
from hub.vault import epochs
from hub.vault.escrow import Escrow, read_escrow
from hub.vault.keyring import FileKeyring, dump_keyring, refuse_existing, write_private
from schemas.base import Json

OPERATOR = officer("sleutels")
FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def keys() -> None:
    """The master key: its copy in the safe, its epochs, and what opens with it."""


@keys.command()
@click.argument("file", type=FILE)
@click.pass_obj
def escrow(desk: Desk, file: Path) -> None:
    """Write the newest master key into a new FILE for the safe, sealed under a code that is shown once."""
    write_escrow(desk.settings, file)


@keys.command()
@click.argument("files", type=FILE, nargs=-1, required=True)
@click.pass_obj
def recover(desk: Desk, files: tuple[Path, ...]) -> None:
    """Make the key file anew from FILE out of the safe. Never overwrites; asks for the code of each FILE."""
    path = desk.settings.master_key_file
    refuse_existing([path] if path.exists() else [])
    keyring = _together([ask_and_open(file) for file in files])
    write_private(path, dump_keyring(keyring))
    click.echo(f"Key file made: {path}, epoch {keyring.epoch}. Next: ketenhub check")


@keys.command()
@click.option("--escrow", "file", type=FILE, help="A new file for the safe, with the master key of the new epoch.")
@click.pass_obj
def renew(desk: Desk, file: Path | None) -> None:
    """
    Begin an epoch: a new master key wraps every living key, and the old one is destroyed.

    Interrupted, type it again: it goes on where it was. The hub may serve meanwhile.
    """
    hub, path = desk.hub, desk.settings.master_key_file
    if file is not None and _is_copy_of_what_is_under_way(desk, file):
        file = None
    refuse_existing([file] if file is not None and file.exists() else [])
    keyring = epochs.prepare(desk.stores.keys, path)
    if file is not None:
        write_escrow(desk.settings, file)
    elif keyring.epoch not in keyring.escrowed:
        click.echo(f"The master key of epoch {keyring.epoch} is made, and nothing depends on it yet.")
    done = epochs.renew(desk.stores.keys, path, wall(), _recorder(hub))
    click.echo(f"Epoch {done.epoch}: {done.moved} keys were wrapped anew.")
    for epoch in done.ended:
        click.echo(f"The master key of epoch {epoch} is destroyed. Destroy its copy in the safe, file and paper, too.")
    click.echo("Restart the hub, so that no process has the old one in memory. Make a backup: older ones open no more.")


@keys.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--escrow", "file", type=FILE, required=True, help="The master key's copy out of the safe.")
@click.pass_obj
def drill(desk: Desk, folder: Path, file: Path) -> None:
    """
    Restore the newest copies in FOLDER into a temporary place, open them with the key from the safe, and look.

    Once a month. Asks for the code. The running hub is not touched; the outcome goes into its trail.
    """
    data, kept = manifest.newest(folder, "main"), manifest.newest(folder, "keys")
    keyring = ask_and_open(file)
    spare = desk.settings.database_owner_url or desk.settings.database_url
    done = run_drill(data, kept, keyring, desk.agreement, desk.database, spare)
    trail.write_about_nobody(desk.hub, OPERATOR, Kind.DRILL, trail.YES if done.well else trail.NO, done.record)
    click.echo(f"Copies of {data.manifest.stamp} and {kept.manifest.stamp}, master key of epoch {keyring.epoch}:")
    click.echo(f"{done.keys - done.keys_shut} of {done.keys} keys open; {done.persons_without_keys} persons lack keys.")
    click.echo(f"{done.values - done.values_shut} of {done.values} sealed values of a sample open.")
    click.echo(f"The trail of {done.entries} entries has {done.trail_problems} faults.")
    click.echo("The running trail continues it." if done.continues else "The running trail does NOT continue it.")
    if not done.well:
        click.echo("The drill failed. Do not wait for the next one: docs/backup.md.", err=True)
        raise SystemExit(1)
    click.echo("The drill went well.")


@keys.command(name="list")
@click.pass_obj
def list_epochs(desk: Desk) -> None:
    """The epochs: since when, in the safe or not, how many keys live and were destroyed. Names nobody."""
    keyring = desk.key_file.keyring
    for one in epochs.counts(desk.stores.keys):
        began = "?" if one.began_at is None else stamp(one.began_at)
        told = f"{one.living} keys live, {one.destroyed} destroyed; {_state(one, keyring)}"
        click.echo(f"epoch {one.epoch} since {began}: {told}")


def _is_copy_of_what_is_under_way(desk: Desk, file: Path) -> bool:
    """The same command, typed again after an interruption: this file was written then, and its code was shown."""
    keyring = desk.key_file.keyring
    if not file.exists() or keyring.epoch not in keyring.escrowed or not epochs.under_way(desk.stores.keys, keyring):
        return False
    return read_escrow(file.read_bytes()) == Escrow(desk.settings.hub_name, keyring.epoch)


def _state(one: epochs.Counted, keyring: FileKeyring) -> str:
    if one.destroyed_at is not None:
        return f"master key destroyed {stamp(one.destroyed_at)}"
    if one.epoch not in keyring.keys:
        return "master key not in the key file"
    return "in the safe" if one.epoch in keyring.escrowed else "no copy in the safe"


def _together(found: list[FileKeyring]) -> FileKeyring:
    """Of a renewal that was interrupted, the copies of both epochs may be needed."""
    newest = max(found, key=lambda keyring: keyring.epoch)
    together = {epoch: key for keyring in found for epoch, key in keyring.keys.items()}
    if len(together) != len(found) or len({keyring.demo for keyring in found}) != 1:
        raise EscrowRefused("These files are copies of the same epoch, or of two hubs. Take one of each epoch.")
    return FileKeyring(newest.epoch, together, newest.demo, frozenset(together))


def _recorder(hub: Hub) -> Callable[[int, int], None]:
    def record(epoch: int, moved: int) -> None:
        told: dict[str, Json] = {"gebeurtenis": "hoofdsleutel-vernietigd", "tijdperk": epoch, "omgewikkeld": moved}
        trail.write_about_nobody(hub, OPERATOR, Kind.KEYS, trail.YES, told)

    return record
