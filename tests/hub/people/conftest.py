"""People tests stand on a vault with the keys of two partners, and a clock that stands still."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from hub.db import Database, new_id
from hub.people import subjects
from hub.vault.keyring import FileKeyring
from hub.vault.subject_keys import DataKey, KeyClass
from hub.vault.vault import CODES, HUB, PSEUDONYMS, REFERENCES, Vault, open_vault
from tests.stores import Stores

# A new person: the key that opens what is about them, and the secret that their names come from.
NewPerson = Callable[[], tuple[DataKey, bytes]]


@pytest.fixture
def now() -> datetime:
    return datetime(2023, 3, 1, 9, 12, 44, tzinfo=UTC)


@pytest.fixture
def vault(stores: Stores, now: datetime) -> Vault:
    made = open_vault(stores.keys, FileKeyring(1, {1: bytes(range(32))}))
    for partner in ("coa", "randstad", "GM0034"):
        for purpose in (PSEUDONYMS, REFERENCES):
            made.partners.ensure(partner, purpose, now)
    made.partners.ensure(HUB, CODES, now)
    return made


@pytest.fixture
def new_person(database: Database, vault: Vault, now: datetime) -> NewPerson:
    def make() -> tuple[DataKey, bytes]:
        keys = vault.subjects.create(new_id(), now)
        with database.writing() as session:
            secret = subjects.add_subject(session, keys, "ti", now)
        return keys[KeyClass.LINKING], secret

    return make
