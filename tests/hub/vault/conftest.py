from datetime import UTC, datetime

import pytest

from hub.vault.keyring import FileKeyring
from hub.vault.subject_keys import SubjectKeys
from tests.stores import Stores


@pytest.fixture
def now() -> datetime:
    return datetime(2023, 3, 1, 9, 12, 44, tzinfo=UTC)


@pytest.fixture
def keyring() -> FileKeyring:
    return FileKeyring(1, {1: bytes(range(32))})


@pytest.fixture
def keys(stores: Stores, keyring: FileKeyring) -> SubjectKeys:
    """The door to persons' keys, on either database."""
    return SubjectKeys(stores.keys, keyring)
