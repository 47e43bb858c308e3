"""For who changes a model: `python -m hub.migrations main "what is now so"` drafts the next step."""

from tempfile import TemporaryDirectory
from typing import cast

import click

from hub import schema


@click.command()
@click.argument("store", type=click.Choice(["main", "keys"]))
@click.argument("sentence")
def propose(store: str, sentence: str) -> None:
    """Draft the next step of STORE; SENTENCE becomes its first line. Read it before you keep it."""
    which = cast(schema.Store, store)
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/now.sqlite"
        schema.upgrade(url, which)
        click.echo(schema.propose(url, which, sentence))


if __name__ == "__main__":
    propose()
