"""`ketenhub init`: keys for their owner only and tables, made once, and never over what is there."""

import json
import re
import stat
from pathlib import Path

import pytest
from sqlalchemy import select

from hub import schema
from hub.db import Database
from hub.policy.models import AgreementVersion
from hub.vault.escrow import open_from_safe, read_escrow
from hub.vault.keyring import load_keyring
from hub.vault.models import PartnerKey
from tests.hub.cli.operator import Operator

KEYS = ("master.key", "token.pem", "checkpoint.key")


def one_sentence(text: str) -> bool:
    return text.count("\n") == 1 and text.endswith("\n") and "Traceback" not in text


def test_a_new_hub_has_its_keys_and_tables(operator: Operator) -> None:
    shown = operator.types("init")
    assert (shown.code, shown.err) == (0, "")
    assert "Tables made. Next: ketenhub partner add" in shown.out
    assert operator.files == {*KEYS, "hub.sqlite", "keys.sqlite"}
    assert not schema.pending(f"sqlite:///{operator.folder / 'hub.sqlite'}", "main")
    assert not schema.pending(f"sqlite:///{operator.folder / 'keys.sqlite'}", "keys")


def test_the_operator_is_told_to_keep_a_copy_of_the_master_key(operator: Operator) -> None:
    assert "Keep a copy of the master key in a safe" in operator.types("init").out


@pytest.mark.parametrize("name", KEYS)
def test_a_key_is_for_its_owner_only(operator: Operator, name: str) -> None:
    operator.types("init")
    assert stat.S_IMODE((operator.folder / name).stat().st_mode) == 0o600


def test_no_key_is_shown(operator: Operator) -> None:
    shown = operator.types("init")
    master = json.loads((operator.folder / "master.key").read_text())["keys"]["1"]
    for secret in (master, (operator.folder / "checkpoint.key").read_text().strip(), "PRIVATE"):
        assert secret not in shown.out + shown.err


def test_the_partners_keys_and_the_agreement_are_there_from_the_start(operator: Operator) -> None:
    operator.types("init")
    keys, main = (Database(f"sqlite:///{operator.folder / name}.sqlite") for name in ("keys", "hub"))
    with keys.reading() as session:
        partners = set(session.scalars(select(PartnerKey.partner)))
    with main.reading() as session:
        kept = session.scalars(select(AgreementVersion.name)).all()
    keys.close()
    main.close()
    assert partners == {"coa", "randstad", "GM0034", "GM0363", "hub"}
    assert kept == ["almere"]


def test_a_key_of_a_demo_says_so(operator: Operator) -> None:
    operator.types("init")
    assert load_keyring(operator.folder / "master.key").demo


def test_a_key_for_production_does_not(operator: Operator) -> None:
    operator.goes_into_production()
    assert operator.types("init", "--no-escrow").code == 0
    assert not load_keyring(operator.folder / "master.key").demo


def test_production_wants_a_copy_of_the_master_key_in_a_safe_before_anything_is_made(operator: Operator) -> None:
    operator.goes_into_production()
    shown = operator.types("init")
    assert (shown.code, one_sentence(shown.err)) == (1, True)
    assert "Name a new file for the safe: ketenhub init --escrow FILE" in shown.err
    assert operator.files == {"afspraak.toml"}


def test_the_copy_for_the_safe_is_made_with_the_keys_and_its_code_is_shown_once(operator: Operator) -> None:
    operator.goes_into_production()
    shown = operator.types("init", "--escrow", str(operator.folder / "safe.json"))
    assert (shown.code, shown.err) == (0, "")
    (code,) = re.findall(r"^    ([0-9A-Z-]{34})$", shown.out, re.MULTILINE)
    content = (operator.folder / "safe.json").read_bytes()
    assert stat.S_IMODE((operator.folder / "safe.json").stat().st_mode) == 0o600
    assert open_from_safe(content, code) == load_keyring(operator.folder / "master.key")
    assert read_escrow(content).hub == "hub.example.nl"


@pytest.mark.parametrize("name", ["there.json", "nowhere/safe.json"])
def test_a_copy_that_cannot_be_written_makes_no_key(operator: Operator, name: str) -> None:
    (operator.folder / "there.json").write_text("precious")
    shown = operator.types("init", "--escrow", str(operator.folder / name))
    assert (shown.code, one_sentence(shown.err)) == (1, True)
    assert operator.files == {"there.json"}


@pytest.mark.parametrize("name", KEYS)
def test_a_key_that_is_there_is_never_written_over(operator: Operator, name: str) -> None:
    (operator.folder / name).write_text("precious")
    shown = operator.types("init")
    assert (shown.code, one_sentence(shown.err), "Traceback" in shown.out) == (1, True, False)
    assert (
        shown.err == f"{operator.folder / name} exists already; the hub never overwrites a key. Move it away first.\n"
    )
    assert (operator.folder / name).read_text() == "precious"


@pytest.mark.parametrize("name", KEYS)
def test_an_init_that_is_refused_leaves_nothing_new_behind(operator: Operator, name: str) -> None:
    """Otherwise the next one is refused too: by what this one made."""
    (operator.folder / name).write_text("precious")
    operator.types("init")
    assert operator.files == {name}


def test_a_second_init_is_refused_and_changes_nothing(operator: Operator) -> None:
    operator.types("init")
    before = {name: (operator.folder / name).read_bytes() for name in KEYS}
    assert operator.types("init").code == 1
    assert {name: (operator.folder / name).read_bytes() for name in KEYS} == before


def test_tables_can_be_upgraded_without_touching_a_key(operator: Operator) -> None:
    operator.types("init")
    before = {name: (operator.folder / name).read_bytes() for name in KEYS}
    shown = operator.types("init", "--tables-only")
    assert (shown.code, shown.err) == (0, "")
    assert {name: (operator.folder / name).read_bytes() for name in KEYS} == before


def test_tables_only_needs_the_keys(operator: Operator) -> None:
    shown = operator.types("init", "--tables-only")
    assert shown.code == 1
    assert shown.err.startswith("HUB_MASTER_KEY_FILE: cannot read")


def test_a_missing_setting_makes_nothing(operator: Operator) -> None:
    operator.sets(base_url=None)
    shown = operator.types("init")
    assert (shown.code, shown.err) == (1, "Set HUB_BASE_URL (docs/settings.md says how), or type: ketenhub demo\n")
    assert operator.files == set()


def test_a_folder_that_is_not_there_is_one_sentence(operator: Operator) -> None:
    operator.sets(master_key_file=operator.folder / "nowhere" / "master.key")
    shown = operator.types("init")
    assert (shown.code, one_sentence(shown.err)) == (1, True)
    assert "make its folder first" in shown.err


def test_production_refuses_a_test_oin_before_it_makes_a_key(operator: Operator) -> None:
    operator.sets(demo=None, base_url="https://hub.example.nl", metrics_token="geteld")
    shown = operator.types("init")
    assert (shown.code, one_sentence(shown.err)) == (1, True)
    assert "coa, randstad, GM0034, GM0363: this is a test OIN. Write the OIN" in shown.err
    assert operator.files == set()


def test_a_mistake_in_the_agreement_makes_no_key(operator: Operator) -> None:
    agreement = operator.folder / "afspraak.toml"
    agreement.write_text("[afspraak]\n")
    operator.sets(agreement=agreement)
    shown = operator.types("init")
    assert shown.code == 1
    assert shown.err.startswith("afspraak.toml:1: ")
    assert operator.files == {"afspraak.toml"}


@pytest.mark.parametrize("address", ["nonsense", "sqlite:////nowhere/hub.sqlite", "postgresql://x@127.0.0.1:1/x"])
def test_a_database_that_is_not_there_is_one_sentence(operator: Operator, address: str) -> None:
    operator.sets(database_url=address)
    shown = operator.types("init")
    assert (shown.code, one_sentence(shown.err)) == (1, True)


def test_the_whole_hub_can_be_made_from_settings_in_files(operator: Operator, tmp_path: Path) -> None:
    secret = tmp_path / "url"
    secret.write_text(f"sqlite:///{operator.folder / 'hub.sqlite'}\n")
    operator.sets(database_url=None, database_url_file=secret)
    assert operator.types("init").code == 0
