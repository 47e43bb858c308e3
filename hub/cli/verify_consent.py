"""`ketenhub verify consent`: did the hub sign this receipt, and what did the resident choose? Needs no hub."""

import json
from collections.abc import Sequence
from pathlib import Path

import click

from audit import note
from audit.errors import AuditError, MalformedNote, NotSigned
from audit.note import Verifier
from audit.offline import Exit, exit_of
from consent.errors import ReceiptMalformed
from consent.receipt_reading import in_words, whole_text
from schemas.base import Json


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--key", "keys", multiple=True, required=True,
              help="The public key of receipts, name+hash+base64; repeat for more.")  # fmt: skip
def consent(file: Path, keys: tuple[str, ...]) -> None:
    """Did the hub sign FILE, and what was chosen? FILE: an answer of /bewijs, its ondertekend or kort, or a QR text."""
    try:
        click.echo(checked(_text(file), [Verifier.from_text(key) for key in keys]))
    except ReceiptMalformed as error:
        click.echo(str(error), err=True)
        raise SystemExit(int(Exit.MALFORMED)) from None
    except AuditError as error:
        click.echo(str(error), err=True)
        raise SystemExit(int(exit_of(error))) from None


def checked(written: str, verifiers: Sequence[Verifier]) -> str:
    """
    What this receipt says, when one of these keys signed it.

    Raises NotSigned, MalformedNote, ReceiptMalformed. Says nothing about what was chosen since.
    """
    beside, signed = _taken_apart(written)
    # Who scans a square loses the end of the last line.
    text = note.verify(signed if signed.endswith("\n") else f"{signed}\n", verifiers)
    said = in_words(text)
    if beside is not None and whole_text(beside) != text:
        raise NotSigned("The receipt in this answer says something else than the one that was signed.")
    return f"Signed by {verifiers[0].name if len(verifiers) == 1 else 'one of these keys'}.\n{said}"


def _taken_apart(written: str) -> tuple[dict[str, Json] | None, str]:
    """The receipt that stands open in an answer of the hub, if it is one, and what was signed."""
    if not written.startswith("{"):
        return None, written
    try:
        answer = json.loads(written)
    except (ValueError, RecursionError):
        raise ReceiptMalformed("This is not JSON, and no signed receipt.") from None
    signed, beside = answer.get("ondertekend"), answer.get("ontvangstbewijs")
    if not isinstance(signed, str) or not isinstance(beside, dict):
        raise ReceiptMalformed("An answer with a receipt has ontvangstbewijs and ondertekend.")
    return beside, signed


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise MalformedNote(f"{path} cannot be read as UTF-8.") from None
