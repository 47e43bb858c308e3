"""`ketenhub check`: settings, agreement, databases, keys and names: what is wrong, and what to type."""

from collections.abc import Callable, Iterator
from importlib.metadata import packages_distributions

import click
from sqlalchemy.exc import SQLAlchemyError

from audit.errors import AuditError
from hub.app import build_hub, build_keeper, open_stores, sign_in_providers
from hub.backup import drill
from hub.cli.desk import Desk
from hub.clock import wall
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
    for warning in [] if wrong else _warnings(desk):
        click.echo(f"Look at this: {warning}", err=True)
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
        lambda: settings.sign_in_file and sign_in_providers(settings, desk.agreement),
    )
    found = [sentence for step in steps for sentence in _try(step)]
    yield from found or _try(lambda: build_hub(settings, desk.stores))
    yield from _strangers()


def _warnings(desk: Desk) -> Iterator[str]:
    """What works today and may cost everything tomorrow. A demo has nothing to lose."""
    if desk.settings.demo:
        return
    keyring = load_keyring(desk.settings.master_key_file)
    if keyring.epoch not in keyring.escrowed:
        yield "the master key has no copy in the safe. Type: ketenhub keys escrow FILE"
    if drill.overdue(desk.database, wall()):
        yield f"no drill went well for over {drill.EVERY_DAYS} days. Type: ketenhub keys drill FOLDER --escrow FILE"


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
