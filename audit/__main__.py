"""`python -m audit`: check a proof, a receipt or a pair of checkpoints, without a hub and offline."""

import click

from audit.command import COMMANDS

main = click.Group("audit", help=__doc__, commands=list(COMMANDS))

if __name__ == "__main__":
    main()
