"""The commands with which an outsider checks what they hold; the hub's own command line offers the same."""

from collections.abc import Callable
from pathlib import Path

import click

from audit import offline
from audit.errors import AuditError, MalformedNote
from audit.note import Verifier

FILE = click.Path(path_type=Path, dir_okay=False)
key_option = click.option(
    "--key", "keys", multiple=True, required=True, help="The trail's public key, name+hash+base64; repeat for more."
)


def said(check: Callable[[], str]) -> None:
    """Print what a check says; or why it fails, with its exit code."""
    try:
        click.echo(check())
    except AuditError as error:
        click.echo(str(error), err=True)
        raise SystemExit(int(offline.exit_of(error))) from None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise MalformedNote(f"{path} cannot be read as UTF-8.") from None


def _verifiers(keys: tuple[str, ...]) -> list[Verifier]:
    return [Verifier.from_text(key) for key in keys]


@click.command()
@click.argument("proof", type=FILE)
@click.option("--leaf", required=True, help="The leaf hash (bladhash), 64 hexadecimal digits.")
@key_option
def proof(proof: Path, leaf: str, keys: tuple[str, ...]) -> None:
    """Does the entry with this leaf hash stand in the trail? PROOF is a .tlog-proof."""
    said(lambda: offline.check_proof(leaf, _text(proof), _verifiers(keys)))


@click.command()
@click.argument("receipt", type=FILE)
@click.argument("proof", type=FILE)
@key_option
def receipt(receipt: Path, proof: Path, keys: tuple[str, ...]) -> None:
    """Is PROOF the proof of RECEIPT (an answer of the hub, or its ontvangstbewijs)?"""
    said(lambda: offline.check_receipt(_text(receipt), _text(proof), _verifiers(keys)))


@click.command()
@click.argument("older", type=FILE)
@click.argument("newer", type=FILE)
@click.option("--growth", type=FILE, help="The proof of growth between them; not needed for equal sizes.")
@key_option
def pair(older: Path, newer: Path, growth: Path | None, keys: tuple[str, ...]) -> None:
    """Does the checkpoint NEWER continue the checkpoint OLDER?"""
    said(lambda: offline.check_pair(_text(older), _text(newer), _text(growth) if growth else None, _verifiers(keys)))


COMMANDS = (proof, receipt, pair)
