"""Partners' systems at the operator's desk: `ketenhub partner add|list|suspend|rotate|token`."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

import click

from hub.clock import wall
from hub.db import Database
from hub.identity import clients
from hub.identity.assertions import make_assertion, make_client_key, token_form
from hub.identity.errors import ClientMistake
from hub.identity.keys import read_public_key
from hub.identity.metadata import TOKEN_PATH
from hub.vault.keyring import open_private
from schemas.agreement import Agreement

ANSWER_SECONDS = 10


class Desk(Protocol):
    """What these commands need; `hub.cli` gives it, and opens nothing before it is asked for."""

    @property
    def database(self) -> Database: ...

    @property
    def agreement(self) -> Agreement: ...

    @property
    def on_client_change(self) -> clients.OnChange: ...


Command = Callable[..., None]

desk_of: Callable[[Command], Command] = click.make_pass_decorator(object)


def _key_options(command: Command) -> Command:
    given = click.option("--key", type=click.Path(path_type=Path), help="The public key, PEM or JWK.")
    made = click.option(
        "--new-key",
        type=click.Path(path_type=Path),
        help="Make a key: the private half goes to this new file (mode 0600), the public half is registered.",
    )
    return given(made(command))


@click.group()
def partner() -> None:
    """The systems with which partners call the hub."""


@partner.command()
@click.argument("name", metavar="PARTNER")
@click.option("--client", required=True, help="A name for the system, such as randstad-almere.")
@click.option("--branch", "--vestiging", "branches", multiple=True, help="A vestiging it acts for; repeat for more.")
@click.option("--title", default="", help="What people call it.")
@_key_options
@desk_of
def add(
    desk: Desk,
    name: str,
    client: str,
    branches: tuple[str, ...],
    title: str,
    key: Path | None,
    new_key: Path | None,
) -> None:
    """Register a system of PARTNER with its public key."""
    with _one_sentence(), _public_key(key, new_key) as jwk, desk.database.writing() as session:
        clients.add(
            session,
            desk.agreement,
            client,
            name,
            branches,
            jwk,
            now=wall(),
            title=title,
            on_change=desk.on_client_change,
        )
    click.echo(f"{client} is registered for {name}, with key {jwk['kid']}.")


@partner.command(name="list")
@desk_of
def show(desk: Desk) -> None:
    """Every registered system: partner, name, vestigingen, keys, suspended or not."""
    with desk.database.reading() as session:
        rows = clients.registered(session)
    if not rows:
        click.echo("No system is registered: `ketenhub partner add` does that.")
    for row in rows:
        kids = ",".join(key["kid"] for key in row.public_keys["keys"])
        standing = f"suspended since {row.suspended_at:%Y-%m-%d %H:%M}Z" if row.suspended_at else "active"
        click.echo("\t".join((row.partner, row.client_id, ",".join(row.branches) or "-", kids, standing)))


@partner.command()
@click.argument("name", metavar="PARTNER")
@click.option("--client", help="Only this system of the partner.")
@click.option("--resume", is_flag=True, help="Let it in again.")
@desk_of
def suspend(desk: Desk, name: str, client: str | None, resume: bool) -> None:
    """Shut PARTNER out at once, tokens that were given included; or let it in again."""
    with _one_sentence(), desk.database.writing() as session:
        if resume:
            changed = clients.resume(session, name, client, on_change=desk.on_client_change)
        else:
            changed = clients.suspend(session, name, client, now=wall(), on_change=desk.on_client_change)
    done = "resumed" if resume else "suspended"
    click.echo(f"{done}: {', '.join(changed)}" if changed else f"Nothing changed: it was {done} already.")


@partner.command()
@click.option("--client", required=True, help="The system that gets another key.")
@click.option("--overlap", is_flag=True, help="Let the old key work beside it, until the next rotation.")
@_key_options
@desk_of
def rotate(desk: Desk, client: str, overlap: bool, key: Path | None, new_key: Path | None) -> None:
    """Give a system another key. The old one, and the tokens got with it, stop at once."""
    with _one_sentence(), _public_key(key, new_key) as jwk, desk.database.writing() as session:
        clients.rotate(session, client, jwk, overlap=overlap, on_change=desk.on_client_change)
    click.echo(f"{client} now has key {jwk['kid']}{' beside the old one' if overlap else ''}.")


@partner.command()
@click.option("--client", required=True, help="The system to get a token for.")
@click.option("--key", required=True, type=click.Path(path_type=Path), help="Its private key, PEM or JWK.")
@click.option("--url", required=True, help="The hub's address, such as http://localhost:8080.")
def token(client: str, key: Path, url: str) -> None:
    """Get a token from a running hub and print it, for use as `Authorization: Bearer …`."""
    with _one_sentence():
        click.echo(fetch_token(client, _read(key), url))


def fetch_token(client_id: str, private_key: str, base_url: str) -> str:
    """An access token from the hub at this address; ClientMistake with one sentence when it gives none."""
    if not _is_web_address(base_url):
        raise ClientMistake("Write the hub's address as http://localhost:8080 or https://hub.example.nl.")
    url = base_url.rstrip("/") + TOKEN_PATH
    form = urlencode(token_form(make_assertion(client_id, private_key, url, wall())))
    # Only http and https come this far.
    request = urllib.request.Request(url, form.encode("ascii"))  # noqa: S310  # see above
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as response:  # noqa: S310  # see above
            return str(json.load(response)["access_token"])
    except urllib.error.HTTPError as error:
        raise ClientMistake(f"The hub at {base_url} gives no token: {_said(error)}.") from None
    except (OSError, ValueError, KeyError, TypeError):
        raise ClientMistake(f"There is no hub at {base_url}: start it with `ketenhub serve`, or mend --url.") from None


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _said(error: urllib.error.HTTPError) -> str:
    try:
        answer = json.load(error)
        return f"{answer['error']} ({str(answer['error_description']).rstrip('.')})"
    except (ValueError, KeyError, TypeError):
        return f"HTTP {error.code}"


@contextmanager
def _one_sentence() -> Iterator[None]:
    try:
        yield
    except ClientMistake as mistake:
        raise click.ClickException("\n".join(mistake.mistakes)) from None


@contextmanager
def _public_key(given: Path | None, made: Path | None) -> Iterator[dict[str, Any]]:
    """The key to register. A private key made for it is removed again when the registration fails."""
    if (given is None) == (made is None):
        raise click.UsageError("Give either --key or --new-key.")
    if given is not None:
        yield read_public_key(_read(given))
    elif made is not None:
        private, public = make_client_key()
        _write_private(made, private)
        try:
            yield public
        except BaseException:
            made.unlink()
            raise


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ClientMistake(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ClientMistake(f"{path} is no text: give a PEM or JWK file.") from None


def _write_private(path: Path, text: str) -> None:
    try:
        opened = open_private(path)
    except OSError as error:
        raise ClientMistake(f"{path} cannot be written: {error.strerror}. Name a new file.") from None
    with opened as file:
        file.write(text.encode("ascii"))
