"""`ketenhub check`: settings, agreement, databases, keys and names: what is wrong, and what to type."""

from collections.abc import Callable, Iterator
from importlib.metadata import packages_distributions

import click
from sqlalchemy.exc import SQLAlchemyError

from audit.errors import AuditError
from hub.app import build_hub, build_keeper, open_stores
from hub.cli.desk import Desk
from hub.errors import HubError
from hub.identity.signing import read_signing_key
from hub.rights.ledger import Ledger
from hub.vault.keyring import load_keyring, read_private
from schemas.agreement import AgreementError

ROOMS = ("schemas", "consent", "audit", "connectors", "hub")
OURS = "ketenhub"


@click.command()
@click.pass_obj
def check(desk: Desk) -> None:
    """Say what is wrong before the first request does."""
    wrong = list(_problems(desk))
    for sentence in wrong:
        click.echo(sentence, err=True)
    if wrong:
        raise SystemExit(1)
    click.echo("Settings, agreement, databases, keys and names are in order.")


def _problems(desk: Desk) -> Iterator[str]:
    try:
        settings = desk.settings
    except HubError as error:
        yield str(error)
        return
    steps: tuple[Callable[[], object], ...] = (
        lambda: desk.agreement,
        lambda: load_keyring(settings.master_key_file),
        lambda: read_signing_key(read_private(settings.token_key_file, "HUB_TOKEN_KEY_FILE")),
        lambda: build_keeper(settings),
        lambda: Ledger(settings.erasure_ledger_file).subjects(),
        lambda: open_stores(settings).close(),
    )
    found = [sentence for step in steps for sentence in _try(step)]
    yield from found or _try(lambda: build_hub(settings, desk.stores))
    yield from _strangers()


def _try(step: Callable[[], object]) -> list[str]:
    try:
        step()
    except (HubError, AgreementError, AuditError) as error:
        return [str(error)]
    except UnicodeDecodeError:
        return ["HUB_CHECKPOINT_KEY_FILE is no key file. Put back the one that `init` made."]
    except SQLAlchemyError as error:
        return [f"A database does not answer as it should ({type(error).__name__}). Check its URL."]
    return []


def _strangers() -> list[str]:
    """Our five names are common words: another distribution may have brought one too."""
    owners = packages_distributions()
    return [
        f"The name {room} also belongs to {owner}. Install the hub in a virtual environment of its own."
        for room in ROOMS
        for owner in sorted(set(owners.get(room, [])) - {OURS})
    ]
