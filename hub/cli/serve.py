"""`ketenhub serve`: the hub for partners, in as many processes as it is given."""

from typing import Any

import click
from gunicorn.app.base import BaseApplication

from hub.app import create_app, open_stores
from hub.cli.desk import Desk
from hub.cli.logs import set_up_logs
from hub.settings import Settings


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn, told what to do here and not by its own command line or files."""

    def __init__(self, settings: Settings, options: dict[str, Any]) -> None:
        self.hub_settings = settings
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        """Our options and no others."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """In each process: stores and app of its own, opened after the fork."""
        return create_app(self.hub_settings, open_stores(self.hub_settings))


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen; TLS ends before it.")
@click.option("--port", default=8080, show_default=True)
@click.option("--processes", default=2, show_default=True, help="One and a half per core is a good beginning.")
@click.option("--threads", default=4, show_default=True, help="In each process.")
@click.pass_obj
def serve(desk: Desk, host: str, port: int, processes: int, threads: int) -> None:
    """Answer partners' requests until stopped."""
    set_up_logs()
    # Wrong settings stop the start here, with their sentence, and not in every process.
    create_app(desk.settings, desk.stores)
    desk.stores.close()
    options = {
        "bind": f"{host}:{port}",
        "workers": processes,
        "threads": threads,
        "worker_class": "gthread",
        "control_socket_disable": True,
        # gunicorn's own access log holds whole addresses; ours does not.
        "accesslog": None,
        # A provider's code comes back in the address (hub/identity/oidc.py, LONGEST_CODE).
        "limit_request_line": 3584,
        "limit_request_field_size": 8190,
    }
    Server(desk.settings, options).run()
