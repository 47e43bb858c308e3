"""A new epoch: every living key moves to a new master key, the old one is gone, and no power cut loses any."""

import os
import re
import shutil
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from hub.db import Database
from hub.errors import EpochGone, KeyDestroyed, NotReady, SettingsError
from hub.vault import epochs, key_file
from hub.vault.key_file import KeyFile, mark_escrowed, replace_keyring
from hub.vault.keyring import load_keyring, make_keyring
from hub.vault.models import KeyEpoch, PartnerKey, SubjectKey
from hub.vault.subject_keys import KeyClass
from hub.vault.vault import PSEUDONYMS, Vault, open_vault
from tests.soak.steps import Steps
from tests.stores import Stores

NOOR, RIK, SAMIRA = "a" * 32, "b" * 32, "c" * 32
ALL = tuple(KeyClass)
READS = re.compile("SELECT|BEGIN|rollback")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "master.key"
    make_keyring(path)
    return path


@pytest.fixture
def store(stores: Stores, file: Path, now: datetime) -> Database:
    """A key store with two persons and a partner; a third person was erased."""
    epochs.ensure(stores.keys, 1, now)
    vault = open_vault(stores.keys, KeyFile(file))
    for subject in (NOOR, RIK, SAMIRA):
        vault.subjects.create(subject, now)
    vault.subjects.destroy(SAMIRA, now, *ALL)
    vault.partners.ensure("coa", PSEUDONYMS, now)
    return stores.keys


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(epochs, "BATCH", 5)


def secrets_of(vault: Vault) -> dict[str, bytes]:
    """Every key that opens; partner keys are read anew."""
    vault.partners._known.clear()
    keys = {key.id: key.secret for subject in (NOOR, RIK) for key in vault.subjects.of(subject, *ALL).values()}
    return {**keys, "coa": vault.partners.of("coa", PSEUDONYMS)}


def renewed(store: Database, file: Path, now: datetime, told: list[tuple[int, int]] | None = None) -> epochs.Renewed:
    keyring = epochs.prepare(store, file)
    mark_escrowed(file, keyring.epoch)
    return epochs.renew(store, file, now, lambda *what: (told if told is not None else []).append(what))


@pytest.mark.usefixtures("small_batches")
def test_every_living_key_moves_and_opens_as_before(store: Database, file: Path, now: datetime) -> None:
    before = secrets_of(open_vault(store, KeyFile(file)))
    told: list[tuple[int, int]] = []

    done = renewed(store, file, now, told)

    assert done == epochs.Renewed(2, (1,), 9)
    assert told == [(1, 9)]
    assert secrets_of(open_vault(store, KeyFile(file))) == before
    assert set(load_keyring(file).keys) == {2}
    assert [(one.epoch, one.living, one.destroyed) for one in epochs.counts(store)] == [(1, 0, 4), (2, 9, 0)]
    assert [one.destroyed_at for one in epochs.counts(store)] == [now, None]


def test_an_older_copy_of_the_key_store_does_not_open_any_more(store: Database, file: Path, now: datetime) -> None:
    with store.reading() as session:
        older = session.execute(select(SubjectKey.wrapped).where(SubjectKey.subject == NOOR)).scalars().all()
    renewed(store, file, now)
    ring = load_keyring(file)

    for wrapped in older:
        with pytest.raises(EpochGone):
            ring.unwrap(wrapped or b"", 1, b"")
    assert ring.epoch == 2


def test_no_key_is_moved_before_its_master_key_is_in_the_safe(store: Database, file: Path, now: datetime) -> None:
    epochs.prepare(store, file)
    before = secrets_of(open_vault(store, KeyFile(file)))

    with pytest.raises(NotReady, match="Type: ketenhub keys escrow FILE"):
        epochs.renew(store, file, now, lambda *_: None)

    assert [(one.epoch, one.living) for one in epochs.counts(store)] == [(1, 9)]
    assert set(load_keyring(file).keys) == {1, 2}
    assert secrets_of(open_vault(store, KeyFile(file))) == before


@pytest.mark.usefixtures("small_batches")
def test_a_power_cut_at_any_step_leaves_every_key_open_and_the_same_again_completes_it(
    store: Database, file: Path, now: datetime
) -> None:
    running = open_vault(store, KeyFile(file))
    before = secrets_of(running)
    labels = steps_of(store, file, now)
    assert {"replace", "folder", "wiped", "commit"} <= {label.split()[-1] for label in labels}

    # Between two steps that only read, nothing changes: one of them is enough.
    for step in (at for at, label in enumerate(labels, 1) if not READS.search(label)):
        newest = load_keyring(file).epoch
        store.close()
        assert cut_at(step, store.url, file, now) == -signal.SIGKILL, labels[step - 1]
        # A hub that ran all the time, and one that starts now.
        assert secrets_of(running) == before, labels[step - 1]
        assert secrets_of(open_vault(store, KeyFile(file))) == before, labels[step - 1]

        renewed(store, file, now)

        assert newest < load_keyring(file).epoch <= newest + 2, labels[step - 1]
        assert len(load_keyring(file).keys) == 1, labels[step - 1]
        assert epochs.check_opening(store, load_keyring(file)) == (9, 0), labels[step - 1]
        assert [one.destroyed_at for one in epochs.counts(store)].count(None) == 1, labels[step - 1]


def steps_of(store: Database, file: Path, now: datetime) -> list[str]:
    """What a whole renewal does, in a store of its own connections, so that nothing is counted afterwards."""
    watched = Database(store.url)
    with pytest.MonkeyPatch.context() as context:
        steps = watch(Steps(), watched, context)
        renewed(watched, file, now)
    watched.close()
    return steps.labels


def cut_at(step: int, url: str, file: Path, now: datetime) -> int:
    """A renewal in a process of its own, that ends at this step as a power cut would; gives how it ended."""
    child = os.fork()
    if child == 0:
        with pytest.MonkeyPatch.context() as context:
            store = Database(url)
            watch(Steps(fatal=step), store, context)
            with suppress(BaseException):
                renewed(store, file, now)
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def watch(steps: Steps, store: Database, context: pytest.MonkeyPatch) -> Steps:
    """Count what is asked of the store and of the key file."""

    def around(label: str, inner: Callable[..., None]) -> Callable[..., None]:
        def call(*values: object) -> None:
            steps.take(f"before {label}")
            inner(*values)
            steps.take(f"after {label}")

        return call

    steps.watch(store.engine, "keys")
    context.setattr(Path, "replace", around("replace", Path.replace))
    context.setattr(key_file, "_sync_folder", around("folder", key_file._sync_folder))
    context.setattr(key_file, "_wipe", around("wiped", key_file._wipe))
    return steps


def test_a_hub_that_knows_only_the_old_epoch_makes_new_persons_under_the_new_one(
    store: Database, file: Path, now: datetime
) -> None:
    """Otherwise their keys would be lost with the old master key."""
    running = open_vault(store, KeyFile(file))
    renewed(store, file, now)

    made = running.subjects.create("d" * 32, now)
    running.partners.ensure("randstad", PSEUDONYMS, now)

    fresh = open_vault(store, KeyFile(file))
    assert fresh.subjects.of("d" * 32, *ALL) == made
    assert fresh.partners.of("randstad", PSEUDONYMS) == running.partners.of("randstad", PSEUDONYMS)


def test_persons_that_arrive_during_a_renewal_keep_their_keys(
    stores: Stores, store: Database, file: Path, now: datetime
) -> None:
    running = open_vault(stores.opened(stores.keys_url), KeyFile(file))
    names = [f"{number:032x}" for number in range(1, 41)]

    def arrive() -> None:
        for name in names:
            running.subjects.create(name, now)

    with ThreadPoolExecutor(1) as pool:
        arriving = pool.submit(arrive)
        for _ in range(3):
            renewed(store, file, now)
        arriving.result()

    fresh = open_vault(store, KeyFile(file))
    assert all(len(fresh.subjects.of(name, *ALL)) == len(ALL) for name in names)
    assert epochs.check_opening(store, load_keyring(file)) == (9 + 4 * len(names), 0)


def test_a_reader_that_was_overtaken_looks_once_more(store: Database, file: Path, now: datetime) -> None:
    """It read the row, then the row was wrapped anew, then another thread forgot the old master key."""
    provider = KeyFile(file)
    vault = open_vault(store, provider)
    before = vault.subjects.of(NOOR, *ALL)
    rows = list(vault.subjects.store.look_up(select(SubjectKey).where(SubjectKey.subject == NOOR)))
    renewed(store, file, now)
    provider.keyring = load_keyring(file)
    looked = [rows]
    real = store.look_up
    store.look_up = lambda *words, **values: looked.pop() if looked else real(*words, **values)  # type: ignore[method-assign]

    assert vault.subjects.of(NOOR, *ALL) == before
    assert looked == []


def test_a_destroyed_key_stays_destroyed(store: Database, file: Path, now: datetime) -> None:
    renewed(store, file, now)

    with pytest.raises(KeyDestroyed):
        open_vault(store, KeyFile(file)).subjects.of(SAMIRA, KeyClass.AUDIT)


def test_a_key_that_does_not_open_keeps_the_old_master_key_alive(
    stores: Stores, store: Database, file: Path, now: datetime
) -> None:
    with stores.keys_owner.writing() as session:
        mine = (SubjectKey.subject == RIK, SubjectKey.purpose == KeyClass.AUDIT.value)
        session.execute(update(SubjectKey).where(*mine).values(wrapped=b"damaged"))

    with pytest.raises(NotReady, match="1 of 9 keys do not open under epoch 2; no master key was destroyed"):
        renewed(store, file, now)

    assert set(load_keyring(file).keys) == {1, 2}


def test_a_key_file_that_is_older_than_the_key_store_is_told(store: Database, file: Path, now: datetime) -> None:
    kept = file.with_name("kept.key")
    shutil.copy(file, kept)
    renewed(store, file, now)
    mark_escrowed(kept, 1)

    with pytest.raises(NotReady, match="The key store is at epoch 2, the key file at 1"):
        epochs.renew(store, kept, now, lambda *_: None)


def test_a_new_key_store_begins_at_the_epoch_of_the_key_file(stores: Stores, now: datetime) -> None:
    epochs.ensure(stores.keys, 7, now)
    epochs.ensure(stores.keys, 8, now)

    with stores.keys.reading() as session:
        assert session.scalars(select(KeyEpoch.epoch)).all() == [7]


def test_partner_keys_move_too(store: Database, file: Path, now: datetime) -> None:
    renewed(store, file, now)

    with store.reading() as session:
        assert session.scalars(select(PartnerKey.epoch)).all() == [2]


def test_the_key_file_keeps_its_owner_and_mode_and_the_old_content_is_written_over(file: Path) -> None:
    file.chmod(0o400)
    ring = load_keyring(file)
    with file.open("rb") as old:
        secret = old.read()
        file.chmod(0o600)
        replace_keyring(file, ring)
        old.seek(0)
        assert old.read() == bytes(len(secret))
    assert file.stat().st_mode & 0o777 == 0o600
    assert load_keyring(file) == ring


def test_a_key_file_behind_a_link_stays_behind_it(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.key"
    link.symlink_to(file)

    mark_escrowed(link, 1)

    assert link.is_symlink()
    assert load_keyring(file).escrowed == {1}


def test_a_draft_of_before_a_power_cut_is_no_hindrance(file: Path) -> None:
    file.with_name("master.key.new").write_text("half")

    mark_escrowed(file, 1)

    assert not file.with_name("master.key.new").exists()


def test_a_key_file_that_is_gone_is_one_sentence(file: Path) -> None:
    ring = load_keyring(file)
    file.unlink()

    with pytest.raises(SettingsError, match="cannot be written anew"):
        replace_keyring(file, ring)
