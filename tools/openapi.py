"""Prints the OpenAPI document of a hub with the shipped agreement: python tools/openapi.py [ADDRESS]."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from hub.app import create_app, open_stores
from hub.cli.logs import silence_logs
from hub.practice.house import make_keys, make_tables, practice_settings


def document(address: str) -> str:
    """The document as it is served, of a hub that is made for it and thrown away."""
    with TemporaryDirectory() as folder:
        settings = practice_settings(Path(folder), address)
        make_keys(settings)
        make_tables(settings)
        stores = open_stores(settings)
        try:
            answer = create_app(settings, stores).test_client().get("/api/v1/openapi.json")
            return str(answer.get_data(as_text=True))
        finally:
            stores.close()


if __name__ == "__main__":
    silence_logs()
    print(document(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8080"))
