"""What an operator types: one command group a file. An error is one sentence and an exit code."""

import sys

import click

from audit.errors import AuditError
from hub.cli.check import check
from hub.cli.demo import demo
from hub.cli.desk import Desk
from hub.cli.init import init
from hub.cli.partner import partner
from hub.cli.replay import replay
from hub.cli.serve import serve
from hub.cli.verify import verify
from hub.errors import HubError
from schemas.agreement import AgreementError

FAILED = 1


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def commands(context: click.Context) -> None:
    """Ketenhub: small, exact messages between COA, a staffing agency and municipalities."""
    if context.obj is None:
        context.obj = Desk()


for _command in (demo, serve, init, check, replay, partner, verify):
    commands.add_command(_command)


def main() -> None:
    """Run a command; what went wrong is said in a sentence, without a traceback."""
    try:
        commands()
    except (HubError, AgreementError, AuditError) as error:
        click.echo(str(error), err=True)
        sys.exit(FAILED)
