"""`ketenhub check`: says what is wrong, all of it, with what to type, before the first request does."""

import sys
from datetime import timedelta

import pytest

from hub.clock import wall
from hub.db import Database
from hub.vault.keyring import make_keyring
from tests.hub.cli.operator import Operator, Shown
from tests.stores import Stores

GOOD = Shown(0, "Settings, agreement, databases, keys and names are in order.\n", "")


@pytest.fixture
def operator(operator: Operator) -> Operator:
    """An operator whose hub is in order."""
    assert operator.types("init").code == 0
    return operator


def wrong(operator: Operator) -> list[str]:
    """What check says, a sentence a line; it fails, and never with a traceback."""
    shown = operator.types("check")
    assert (shown.code, shown.out) == (1, "")
    assert "Traceback" not in shown.err
    return shown.err.splitlines()


def test_a_hub_that_is_in_order(operator: Operator) -> None:
    assert operator.types("check") == GOOD


def test_looking_changes_nothing(operator: Operator) -> None:
    before = operator.files
    assert operator.types("check") == operator.types("check") == GOOD
    assert operator.files == before


def test_a_hub_without_settings_names_them_all(operator: Operator) -> None:
    operator.sets(database_url=None, base_url=None)
    assert wrong(operator) == [
        "Set HUB_DATABASE_URL (docs/settings.md says how), or type: ketenhub demo",
        "Set HUB_BASE_URL (docs/settings.md says how), or type: ketenhub demo",
    ]


def test_a_mistyped_setting_is_named(operator: Operator) -> None:
    operator.sets(databse_url="x")
    assert wrong(operator) == ["HUB_DATABSE_URL is no setting of the hub; docs/settings.md lists them."]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("master.key", "HUB_MASTER_KEY_FILE: cannot read"),
        ("token.pem", "HUB_TOKEN_KEY_FILE: cannot read"),
        ("checkpoint.key", "HUB_CHECKPOINT_KEY_FILE: cannot read"),
    ],
)
def test_a_missing_key_is_named_with_what_to_type(operator: Operator, name: str, says: str) -> None:
    (operator.folder / name).unlink()
    (sentence,) = wrong(operator)
    assert sentence.startswith(says)
    assert sentence.endswith("Type: ketenhub init")


@pytest.mark.parametrize("name", ["master.key", "token.pem", "checkpoint.key"])
def test_a_key_that_others_can_read_is_named_with_what_to_type(operator: Operator, name: str) -> None:
    (operator.folder / name).chmod(0o644)
    (sentence,) = wrong(operator)
    assert sentence.endswith(f"others can read {operator.folder / name}. Type: chmod 600 {operator.folder / name}")


@pytest.mark.parametrize("content", [b"precious", b"\xff\xfe", b""], ids=["text", "binary", "empty"])
@pytest.mark.parametrize("name", ["master.key", "token.pem", "checkpoint.key"])
def test_a_key_that_is_something_else_is_one_sentence(operator: Operator, name: str, content: bytes) -> None:
    (operator.folder / name).write_bytes(content)
    (sentence,) = wrong(operator)
    assert "precious" not in sentence


def test_a_key_with_an_empty_line_after_it_is_still_that_key(operator: Operator) -> None:
    """An editor, or `echo`, puts it there; the hub itself starts with it."""
    file = operator.folder / "checkpoint.key"
    file.write_text(file.read_text().strip() + "\n")
    assert operator.types("check") == GOOD


def test_every_mistake_is_told_at_once(operator: Operator) -> None:
    (operator.folder / "master.key").unlink()
    (operator.folder / "token.pem").chmod(0o644)
    (operator.folder / "checkpoint.key").write_text("precious")
    operator.sets(agreement=operator.folder / "nowhere.toml", keystore_url=f"sqlite:///{operator.folder / 'none'}")
    assert len(wrong(operator)) == 5


def test_a_mistake_in_the_agreement_is_told_with_file_and_line(operator: Operator) -> None:
    agreement = operator.folder / "afspraak.toml"
    agreement.write_text("[afspraak]\nnaam = \n")
    operator.sets(agreement=agreement)
    (sentence,) = wrong(operator)
    assert sentence.startswith("afspraak.toml:2: dit is geen TOML")


@pytest.mark.parametrize("setting", ["database_url", "keystore_url"])
def test_missing_tables_are_told_with_what_to_type(operator: Operator, setting: str) -> None:
    operator.sets(**{setting: f"sqlite:///{operator.folder / 'empty.sqlite'}"})
    assert wrong(operator) == ["The tables are missing or of an older version. Type: ketenhub init"]
    assert not (operator.folder / "empty.sqlite").exists()


def test_a_database_of_a_newer_version_is_told(operator: Operator) -> None:
    database = Database(f"sqlite:///{operator.folder / 'hub.sqlite'}")
    with database.writing() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version_main SET version_num = '9999'")
    database.close()
    (sentence,) = wrong(operator)
    assert sentence.startswith("A newer Ketenhub made this database.")


@pytest.mark.parametrize("address", ["nonsense", "oracle://127.0.0.1:1/x", "postgresql://x@127.0.0.1:1/x"])
def test_a_database_that_is_not_there_is_one_sentence(operator: Operator, address: str) -> None:
    operator.sets(database_url=address)
    assert len(wrong(operator)) == 1


def test_a_password_in_an_address_is_not_shown(operator: Operator) -> None:
    operator.sets(database_url="postgresql://hub:geheim@127.0.0.1:1/x")
    assert "geheim" not in "".join(wrong(operator))


def test_another_master_key_than_the_one_that_the_store_knows_is_told(operator: Operator) -> None:
    (operator.folder / "master.key").unlink()
    make_keyring(operator.folder / "master.key", demo=True)
    assert wrong(operator) == ["a wrapped key does not open here"]


def test_production_refuses_the_key_of_a_demo(operator: Operator) -> None:
    operator.goes_into_production()
    assert wrong(operator) == ["HUB_MASTER_KEY_FILE is the key of a demo. Make one of your own: ketenhub init"]


def test_production_refuses_a_test_oin(operator: Operator) -> None:
    (operator.folder / "master.key").unlink()
    make_keyring(operator.folder / "master.key")
    operator.sets(demo=None, base_url="https://hub.example.nl", metrics_token="geteld")
    (sentence,) = wrong(operator)
    assert "coa, randstad, GM0034, GM0363: this is a test OIN. Write the OIN" in sentence


def test_production_refuses_http(operator: Operator) -> None:
    operator.sets(demo=None, metrics_token="geteld")
    (sentence,) = wrong(operator)
    assert sentence.startswith("HUB_BASE_URL must begin with https://.")


def test_a_stranger_with_one_of_our_names_is_told(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    owners = {"hub": ["hub-client", "ketenhub"], "audit": ["ketenhub", "ketenhub"], "flask": ["Flask"]}
    # `hub.cli.check` is the command; its module lies behind it.
    monkeypatch.setattr(sys.modules["hub.cli.check"], "packages_distributions", lambda: owners)
    assert wrong(operator) == [
        "The name hub also belongs to hub-client. Install the hub in a virtual environment of its own."
    ]


def test_a_hub_is_in_order_on_either_database(operator: Operator, stores: Stores) -> None:
    operator.sets(
        database_url=stores.main_url, keystore_url=stores.keys_url, database_owner_url=stores.owner_url,
        keystore_owner_url=stores.keys_owner_url,
    )  # fmt: skip
    assert operator.types("init", "--tables-only").code == 0
    assert operator.types("check") == GOOD


def goes_live(operator: Operator, *words: str) -> None:
    """A hub that is no demo, set up anew."""
    for name in ("master.key", "token.pem", "checkpoint.key", "hub.sqlite", "keys.sqlite"):
        (operator.folder / name).unlink()
    operator.goes_into_production()
    assert operator.types("init", *words).code == 0


def test_production_is_warned_that_the_master_key_has_no_copy(operator: Operator) -> None:
    goes_live(operator, "--no-escrow")
    shown = operator.types("check")
    assert (shown.code, shown.out) == (0, GOOD.out)
    assert shown.err == ("Look at this: the master key has no copy in the safe. Type: ketenhub keys escrow FILE\n")


@pytest.mark.parametrize(("days", "warned"), [(31, False), (32, True)])
def test_production_is_warned_when_no_drill_went_well_for_31_days(
    operator: Operator, monkeypatch: pytest.MonkeyPatch, days: int, warned: bool
) -> None:
    goes_live(operator, "--escrow", str(operator.folder / "safe.json"))
    operator.types("keys", "renew", "--escrow", str(operator.folder / "two.json"))
    later = wall() + timedelta(days=days, seconds=-60)
    monkeypatch.setattr(sys.modules["hub.cli.check"], "wall", lambda: later)
    assert ("no drill went well for over 31 days" in operator.types("check").err) is warned


def test_a_demo_is_not_warned(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["hub.cli.check"], "wall", lambda: wall() + timedelta(days=400))
    assert operator.types("check") == GOOD


def test_the_file_of_sign_in_providers_is_looked_at_too(operator: Operator) -> None:
    operator.sets(sign_in_file=operator.folder / "aanbieders.toml")
    assert "HUB_SIGN_IN_FILE" in wrong(operator)[0]
    (operator.folder / "aanbieders.toml").write_text('[[aanbieder]]\nnaam = "COA"\n')
    lines = [line.split(" ")[0] for line in wrong(operator)]
    assert set(lines) == {"aanbieders.toml:1:", "aanbieders.toml:2:"}
