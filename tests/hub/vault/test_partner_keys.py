"""Partners' keys: made once, whoever starts first, and the same for every process."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import select, update

import hub
from hub.errors import NotReady, SealBroken
from hub.vault.keyring import FileKeyring
from hub.vault.models import PartnerKey
from hub.vault.subject_keys import PartnerKeys
from hub.vault.vault import PSEUDONYMS, REFERENCES
from tests.stores import Stores

ROOT = Path(hub.__file__).parents[1]
PROGRAM = """
import sys
from hub.clock import wall
from hub.db import Database
from hub.vault.keyring import FileKeyring
from hub.vault.subject_keys import PartnerKeys
keys = PartnerKeys(Database(sys.argv[1]), FileKeyring(1, {1: bytes(range(32))}))
sys.stdin.readline()
keys.ensure("randstad", "pseudonyms", wall())
print(keys.of("randstad", "pseudonyms").hex())
"""


@dataclass(frozen=True)
class Meeting(FileKeyring):
    """Wraps a key only when as many others are about to: each has then looked, and found none."""

    barrier: Barrier | None = None

    def wrap(self, secret: bytes, context: bytes, epoch: int | None = None) -> bytes:
        if self.barrier is not None:
            self.barrier.wait(timeout=20)
        return super().wrap(secret, context, epoch)


@pytest.fixture
def partners(stores: Stores, keyring: FileKeyring) -> PartnerKeys:
    return PartnerKeys(stores.keys, keyring)


@pytest.fixture
def processes(stores: Stores) -> Iterator[list["subprocess.Popen[str]"]]:
    words = [sys.executable, "-c", PROGRAM, stores.keys_url]
    both = [
        subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    yield both
    for process in both:
        process.kill()
        process.communicate()


def test_a_key_that_was_never_made_says_what_to_type(partners: PartnerKeys) -> None:
    with pytest.raises(NotReady, match="Type: ketenhub init"):
        partners.of("randstad", PSEUDONYMS)


def test_a_key_is_made_once(partners: PartnerKeys, stores: Stores, keyring: FileKeyring, now: datetime) -> None:
    partners.ensure("randstad", PSEUDONYMS, now)
    made = partners.of("randstad", PSEUDONYMS)
    partners.ensure("randstad", PSEUDONYMS, now)
    later = PartnerKeys(stores.keys, keyring)
    later.ensure("randstad", PSEUDONYMS, now)
    assert partners.of("randstad", PSEUDONYMS) == later.of("randstad", PSEUDONYMS) == made
    assert len(made) == 32


def test_every_partner_and_purpose_has_a_key_of_its_own(partners: PartnerKeys, now: datetime) -> None:
    pairs = [(partner, purpose) for partner in ("coa", "randstad") for purpose in (PSEUDONYMS, REFERENCES)]
    for pair in pairs:
        partners.ensure(*pair, now)
    assert len({partners.of(*pair) for pair in pairs}) == 4


def test_two_that_both_found_none_agree_on_one(stores: Stores, now: datetime) -> None:
    barrier = Barrier(2)

    def start(_: int) -> bytes:
        keys = PartnerKeys(stores.keys, Meeting(1, {1: bytes(range(32))}, barrier=barrier))
        keys.ensure("randstad", PSEUDONYMS, now)
        return keys.of("randstad", PSEUDONYMS)

    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(start, range(2)))) == 1
    with stores.keys.reading() as session:
        assert len(session.scalars(select(PartnerKey)).all()) == 1


def test_two_processes_agree_on_one(processes: list["subprocess.Popen[str]"]) -> None:
    said = []
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        assert process.stdout is not None
        said.append(process.stdout.readline().strip())
    assert said[0] == said[1]
    assert len(said[0]) == 64


def test_a_key_moved_to_another_partner_does_not_open(partners: PartnerKeys, stores: Stores, now: datetime) -> None:
    for partner in ("coa", "randstad"):
        partners.ensure(partner, PSEUDONYMS, now)
    with stores.keys_owner.writing() as session:
        coas = select(PartnerKey.wrapped).where(PartnerKey.partner == "coa").scalar_subquery()
        session.execute(update(PartnerKey).where(PartnerKey.partner == "randstad").values(wrapped=coas))
    later = PartnerKeys(stores.keys, FileKeyring(1, {1: bytes(range(32))}))
    with pytest.raises(SealBroken):
        later.of("randstad", PSEUDONYMS)
    assert later.of("coa", PSEUDONYMS) == partners.of("coa", PSEUDONYMS)
