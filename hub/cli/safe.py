"""The copy of the master key for the safe: written with a code that is shown once, and opened again with that code."""

import sys
from pathlib import Path

import click

from hub.errors import SettingsError
from hub.settings import Settings
from hub.vault import escrow
from hub.vault.key_file import mark_escrowed
from hub.vault.keyring import FileKeyring, load_keyring, write_private


def write_escrow(settings: Settings, file: Path) -> None:
    """Write the newest master key into a new file, and show its code. Raises SettingsError when the file exists."""
    keyring = load_keyring(settings.master_key_file)
    content, code = escrow.seal_for_safe(keyring, settings.hub_name)
    write_private(file, content)
    click.echo(f"Copy of the master key, epoch {keyring.epoch}: {file}. It opens with this code, shown only now:")
    click.echo(f"\n    {code}\n")
    click.echo(
        "Write the code on paper. Keep the file in one safe place, the paper in another, and neither by the backups."
    )
    # Last: a copy counts only when its code was shown.
    mark_escrowed(settings.master_key_file, keyring.epoch)


def ask_and_open(file: Path) -> FileKeyring:
    """The master key from the safe, after its code was typed, or came over standard input. Raises EscrowRefused."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise SettingsError(f"{file} cannot be read ({error.strerror}).") from None
    told = escrow.read_escrow(content)
    asked = f"Code of {told.hub}, epoch {told.epoch}"
    return escrow.open_from_safe(content, _code(asked))


def _code(asked: str) -> str:
    if sys.stdin.isatty():
        return str(click.prompt(asked, hide_input=True))
    return sys.stdin.readline()
