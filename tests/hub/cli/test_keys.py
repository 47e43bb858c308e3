"""`ketenhub keys`: the master key goes into the safe and comes out of it; a new epoch makes old backups useless."""

import io
import re
import shutil
import sys

import pytest

from audit.events import Kind
from hub.db import Database
from hub.vault.keyring import load_keyring
from tests.hub.cli.operator import Operator, Shown
from tests.hub.cli.trail_of import told_about_nobody
from tests.stores import Stores

CODE = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){6}")


def code_in(shown: Shown) -> str:
    (code,) = CODE.findall(shown.out)
    return str(code)


@pytest.fixture(autouse=True)
def hub(operator: Operator, stores: Stores) -> None:
    """A hub that was set up, on either database."""
    operator.sets(
        database_url=stores.main_url, keystore_url=stores.keys_url, database_owner_url=stores.owner_url,
        keystore_owner_url=stores.keys_owner_url,
    )  # fmt: skip
    assert operator.types("init").code == 0


def test_a_lost_key_file_comes_back_from_the_safe(operator: Operator) -> None:
    code = code_in(operator.types("keys", "escrow", str(operator.folder / "safe.json")))
    kept = load_keyring(operator.folder / "master.key")
    (operator.folder / "master.key").unlink()

    shown = operator.hears(code).types("keys", "recover", str(operator.folder / "safe.json"))

    assert (shown.code, shown.err) == (0, "")
    assert load_keyring(operator.folder / "master.key") == kept
    assert operator.types("check").code == 0


def test_a_key_file_that_is_there_is_not_recovered_over(operator: Operator) -> None:
    code = code_in(operator.types("keys", "escrow", str(operator.folder / "safe.json")))
    shown = operator.hears(code).types("keys", "recover", str(operator.folder / "safe.json"))
    assert (shown.code, "never overwrites a key" in shown.err) == (1, True)


def test_a_wrong_code_makes_no_key_file(operator: Operator) -> None:
    operator.types("keys", "escrow", str(operator.folder / "safe.json"))
    (operator.folder / "master.key").unlink()
    shown = operator.hears("0000-0000").types("keys", "recover", str(operator.folder / "safe.json"))
    assert (shown.code, "seven groups of four" in shown.err) == (1, True)
    assert not (operator.folder / "master.key").exists()


def test_a_copy_that_is_there_is_never_written_over(operator: Operator) -> None:
    (operator.folder / "safe.json").write_text("precious")
    shown = operator.types("keys", "escrow", str(operator.folder / "safe.json"))
    assert (shown.code, CODE.findall(shown.out)) == (1, [])
    assert (operator.folder / "safe.json").read_text() == "precious"
    assert load_keyring(operator.folder / "master.key").escrowed == frozenset()


def test_a_new_epoch_takes_one_command(operator: Operator) -> None:
    shown = operator.types("keys", "renew", "--escrow", str(operator.folder / "two.json"))

    assert (shown.code, shown.err) == (0, "")
    assert "Epoch 2: 24 keys were wrapped anew." in shown.out
    assert "The master key of epoch 1 is destroyed. Destroy its copy in the safe, file and paper, too." in shown.out
    assert operator.types("check").code == 0
    assert told_about_nobody(operator, Kind.KEYS) == [
        {"gebeurtenis": "hoofdsleutel-vernietigd", "tijdperk": 1, "omgewikkeld": 24}
    ]


def test_without_a_copy_for_the_safe_nothing_is_moved(operator: Operator) -> None:
    shown = operator.types("keys", "renew")
    assert shown.code == 1
    assert shown.err == "Epoch 2 has no copy for the safe yet. Type: ketenhub keys escrow FILE\n"
    assert "nothing depends on it yet" in shown.out

    operator.types("keys", "escrow", str(operator.folder / "two.json"))
    assert "The master key of epoch 1 is destroyed." in operator.types("keys", "renew").out


def test_a_renewal_that_was_interrupted_is_finished_by_the_same_command(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as context:
        context.setattr("hub.exchange.trail.write_about_nobody", interrupted)
        assert operator.types("keys", "renew", "--escrow", str(operator.folder / "two.json")).code == 1

    assert operator.types("check").code == 0
    shown = operator.types("keys", "renew", "--escrow", str(operator.folder / "two.json"))

    assert (shown.code, "The master key of epoch 1 is destroyed." in shown.out) == (0, True)
    assert len(told_about_nobody(operator, Kind.KEYS)) == 1


def test_a_renewal_that_is_done_is_not_begun_again_by_the_same_command(operator: Operator) -> None:
    words = ("keys", "renew", "--escrow", str(operator.folder / "two.json"))
    assert operator.types(*words).code == 0
    shown = operator.types(*words)
    assert (shown.code, "exists already" in shown.err) == (1, True)
    assert set(load_keyring(operator.folder / "master.key").keys) == {2}


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def test_an_interrupted_renewal_comes_back_from_the_safe_with_both_copies(operator: Operator) -> None:
    folder = operator.folder
    one = code_in(operator.types("keys", "escrow", str(folder / "one.json")))
    operator.types("keys", "renew")
    two = code_in(operator.types("keys", "escrow", str(folder / "two.json")))
    kept = load_keyring(folder / "master.key")
    (folder / "master.key").unlink()

    shown = operator.hears(one, two).types("keys", "recover", str(folder / "one.json"), str(folder / "two.json"))

    assert (shown.code, shown.err) == (0, "")
    assert load_keyring(folder / "master.key") == kept


def test_the_same_copy_twice_is_told(operator: Operator) -> None:
    folder = operator.folder
    code = code_in(operator.types("keys", "escrow", str(folder / "one.json")))
    (folder / "master.key").unlink()
    shown = operator.hears(code, code).types("keys", "recover", str(folder / "one.json"), str(folder / "one.json"))
    assert (shown.code, "copies of the same epoch" in shown.err) == (1, True)


def test_the_list_counts_and_names_nobody(operator: Operator) -> None:
    first = operator.types("keys", "list").out
    operator.types("keys", "renew", "--escrow", str(operator.folder / "two.json"))
    second = operator.types("keys", "list").out

    assert re.fullmatch(r"epoch 1 since \S+: 24 keys live, 0 destroyed; no copy in the safe\n", first)
    assert re.fullmatch(
        r"epoch 1 since \S+: 0 keys live, 0 destroyed; master key destroyed \S+\n"
        r"epoch 2 since \S+: 24 keys live, 0 destroyed; in the safe\n",
        second,
    )


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_an_older_backup_of_the_key_store_does_not_open_with_the_keys_of_now(
    operator: Operator, stores: Stores
) -> None:
    file = (stores.keys.engine.url.database) or ""
    Database(stores.keys_url).close()
    shutil.copy(file, operator.folder / "older.sqlite")
    operator.types("keys", "renew", "--escrow", str(operator.folder / "two.json"))

    operator.sets(keystore_url=f"sqlite:///{operator.folder / 'older.sqlite'}")

    assert operator.types("check").err == "the master key of this epoch is gone\n"


def test_the_code_can_come_over_standard_input(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    code = code_in(operator.types("keys", "escrow", str(operator.folder / "safe.json")))
    (operator.folder / "master.key").unlink()
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{code.lower()}\n"))
    assert operator.types("keys", "recover", str(operator.folder / "safe.json")).code == 0
