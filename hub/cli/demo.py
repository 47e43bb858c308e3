"""`ketenhub demo`: the practice chain on this machine, in one process, with the Almere story in it."""

import socket
from pathlib import Path

import click
import waitress

from hub.cli.logs import set_up_logs, silence_logs
from hub.cli.worker import work_beside
from hub.errors import SettingsError
from hub.practice.demo import OFFICES, build_demo

HOST = "127.0.0.1"
THREADS = 8


@click.command()
@click.option("--port", default=8080, show_default=True)
@click.option("--data", default=Path("demo-data"), show_default=True, type=click.Path(path_type=Path))
def demo(port: int, data: Path) -> None:
    """Start Ketenhub with the people and the story of Almere. Each start begins anew."""
    _refuse_taken(port)
    silence_logs()
    address = f"http://localhost:{port}"
    built = build_demo(data, address)
    set_up_logs()
    work_beside(built.work)
    people = ", ".join(OFFICES)
    click.echo(f"Ketenhub answers on {address}. Stop with Ctrl-C.")
    click.echo(f"Sign in as one of the people: {address}/inloggen")
    click.echo(f"The people and their keys: {people}; {data}/NAME.pem.")
    click.echo(f"A slip that nobody redeemed yet: {built.told.slip}")
    click.echo(f"A resident's own window: {address}/venster, code {built.told.window}")
    click.echo("What to try: README.md, «Walk through».")
    waitress.serve(built.app, host=HOST, port=port, threads=THREADS, ident=None)


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise SettingsError(f"Port {port} is taken. Type: ketenhub demo --port {port + 1}") from None
