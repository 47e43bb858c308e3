"""What is told to residents, at the privacy officer's desk: `ketenhub notice list|show|review`."""

import click

from consent.errors import ConsentError
from consent.notices import Notice, purposes
from consent.notices import notice as read_notice
from hub.cli.desk import Desk
from hub.exchange import notices
from hub.identity.principals import officer
from schemas.fields import LANGUAGES, PlainName

LANGUAGE = click.Choice(LANGUAGES)
# Enough to tell one text from another in a list; to review one, the whole hash is typed.
BEGIN = 12


@click.group()
def notice() -> None:
    """The texts that are explained to residents, per purpose and language."""


@notice.command(name="list")
@click.pass_obj
def show_all(desk: Desk) -> None:
    """Every text: purpose, version, language, state, and the begin of its hash."""
    hub = desk.hub
    texts = [_text(desk, purpose, language) for purpose in purposes(hub.agreement) for language in LANGUAGES]
    with hub.database.reading() as session:
        states = notices.states_of(hub, session, texts)
    for text in texts:
        click.echo("\t".join((text.purpose, text.version, text.language, states[text.hash].value, text.hash[:BEGIN])))


@notice.command()
@click.argument("purpose")
@click.argument("language", type=LANGUAGE)
@click.pass_obj
def show(desk: Desk, purpose: str, language: str) -> None:
    """The text about PURPOSE in LANGUAGE as a resident reads it, its state, and its hash."""
    text = _text(desk, purpose, language)
    click.echo("\n".join(text.lines))
    click.echo(f"\nVersion: {text.version}\nState: {notices.state_of(desk.hub, text).value}\nHash: {text.hash}")


@notice.command()
@click.argument("purpose")
@click.argument("language", type=LANGUAGE)
@click.argument("digest", metavar="HASH")
@click.option("--by", required=True, help="Your name: you read this text, and stand behind it.")
@click.pass_obj
def review(desk: Desk, purpose: str, language: str, digest: str, by: str) -> None:
    """Stand behind the text with this HASH, so that it can carry a yes. Read it first: `ketenhub notice show`."""
    text = _text(desk, purpose, language)
    if digest != text.hash:
        raise click.ClickException(
            f"This is not the hash of the text of today. Read that first: ketenhub notice show {purpose} {language}"
        )
    if not PlainName().accepts(by):
        raise click.ClickException("Give your name after --by: at most 80 characters, on one line.")
    new = notices.review(desk.hub, officer(by), text)
    click.echo(
        "Reviewed. With this text a yes can be recorded." if new else "Nothing changed: it was reviewed already."
    )


def _text(desk: Desk, purpose: str, language: str) -> Notice:
    try:
        return read_notice(desk.hub.agreement, purpose, language)
    except ConsentError as error:
        raise click.ClickException(str(error)) from None
