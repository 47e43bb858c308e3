"""What an operator types: one command group a file. An error is one sentence and an exit code."""

import os
import sys

import click
from sqlalchemy.exc import SQLAlchemyError

from audit.errors import AuditError
from hub.cli.backup import backup, restore
from hub.cli.breach import breach
from hub.cli.check import check
from hub.cli.demo import demo
from hub.cli.desk import Desk
from hub.cli.figures import figures
from hub.cli.hold import hold
from hub.cli.init import init
from hub.cli.keys import keys
from hub.cli.notice import notice
from hub.cli.partner import partner
from hub.cli.replay import replay
from hub.cli.retention import retention
from hub.cli.serve import serve
from hub.cli.staff import staff
from hub.cli.verify import verify
from hub.cli.worker import worker
from hub.errors import HubError
from schemas.agreement import AgreementError

FAILED = 1
UNREACHABLE = "A database does not answer as it should. Check HUB_DATABASE_URL and HUB_KEYSTORE_URL."


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def commands(context: click.Context) -> None:
    """Ketenhub: small, exact messages between COA, a staffing agency and municipalities."""
    if context.obj is None:
        context.obj = Desk()
        context.call_on_close(context.obj.close)


COMMANDS = (
    demo, serve, worker, init, check, replay, partner, verify, keys, backup, restore, breach, notice, retention, hold,
    staff, figures,
)  # fmt: skip
for _command in COMMANDS:
    commands.add_command(_command)


def main() -> None:
    """Run a command; what went wrong is said in a sentence, without a traceback."""
    # Databases and keys that we make are for their owner's eyes only.
    os.umask(0o077)
    try:
        commands()
    except (HubError, AgreementError, AuditError) as error:
        click.echo(str(error), err=True)
        sys.exit(FAILED)
    except SQLAlchemyError as error:
        # The kind only: the driver's own text can hold an address, a name or a password.
        click.echo(f"{UNREACHABLE} ({type(error).__name__})", err=True)
        sys.exit(FAILED)
