"""A real browser, and a hub for it. What a browser sees does not depend on the database: the journeys run on both."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from hub.app import Stores as HubStores
from tests.chain import Chain, build_chain
from tests.conftest import NewStores
from tests.web.browser import chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with chromium() as started:
        yield started


@pytest.fixture
def empty(new_stores: NewStores, tmp_path: Path) -> Chain:
    """The whole hub on SQLite, with nobody in it yet."""
    stores = new_stores("sqlite")
    return build_chain(HubStores(stores.database, stores.keys), tmp_path)


@pytest.fixture
def chain(empty: Chain) -> Chain:
    """The same; a module that wants people in it makes its own of it."""
    return empty
