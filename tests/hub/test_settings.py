"""Settings: strict, from NAME or NAME_FILE, with a sentence to type when one is wrong, and safe outside a demo."""

from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import pytest

from hub.app import refuse_practice
from hub.errors import SettingsError
from hub.settings import Settings, read_settings
from hub.vault.keyring import FileKeyring
from schemas.agreement import SHIPPED, Agreement, parse_agreement

GOOD = {
    "HUB_DATABASE_URL": "sqlite:///hub.sqlite",
    "HUB_KEYSTORE_URL": "sqlite:///keys.sqlite",
    "HUB_MASTER_KEY_FILE": "master.key",
    "HUB_TOKEN_KEY_FILE": "token.pem",
    "HUB_CHECKPOINT_KEY_FILE": "checkpoint.key",
    "HUB_BASE_URL": "https://hub.example.nl",
    "HUB_METRICS_TOKEN": "geteld",
}
NEEDED = [name for name in GOOD if name != "HUB_METRICS_TOKEN"]
DEMO = {**GOOD, "HUB_DEMO": "1", "HUB_BASE_URL": "http://localhost:8080"}


def mistakes(environment: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        read_settings(environment)
    return str(refused.value).splitlines()


def test_what_was_set_is_read() -> None:
    assert read_settings(GOOD) == Settings(
        database_url="sqlite:///hub.sqlite",
        keystore_url="sqlite:///keys.sqlite",
        master_key_file=Path("master.key"),
        token_key_file=Path("token.pem"),
        checkpoint_key_file=Path("checkpoint.key"),
        base_url="https://hub.example.nl",
        agreement=SHIPPED / "almere.toml",
        checkpoint_memory_file=Path("checkpoint.key.last"),
        erasure_ledger_file=Path("checkpoint.key.erased"),
        database_owner_url=None,
        keystore_owner_url=None,
        metrics_token="geteld",
        demo=False,
    )


def test_what_may_be_left_out_can_be_set() -> None:
    given = {
        "HUB_AGREEMENT": "/etc/afspraak.toml", "HUB_DATABASE_OWNER_URL": "postgresql://owner@db/hub",
        "HUB_KEYSTORE_OWNER_URL": "postgresql://owner@db/keys", "HUB_CHECKPOINT_MEMORY_FILE": "/var/lib/laatste",
        "HUB_ERASURE_LEDGER_FILE": "/var/lib/gewist",
    }  # fmt: skip
    settings = read_settings({**GOOD, **given})
    assert settings.agreement == Path("/etc/afspraak.toml")
    assert settings.database_owner_url == "postgresql://owner@db/hub"
    assert settings.keystore_owner_url == "postgresql://owner@db/keys"
    assert settings.checkpoint_memory_file == Path("/var/lib/laatste")
    assert settings.erasure_ledger_file == Path("/var/lib/gewist")


def test_the_environment_itself_is_read_when_nothing_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    assert read_settings() == read_settings(GOOD)


def test_settings_do_not_change_once_read() -> None:
    with pytest.raises(FrozenInstanceError):
        read_settings(GOOD).demo = True  # type: ignore[misc]


@pytest.mark.parametrize("name", NEEDED)
@pytest.mark.parametrize("value", [None, ""], ids=["missing", "empty"])
def test_a_missing_setting_is_named(name: str, value: str | None) -> None:
    given = {key: kept for key, kept in GOOD.items() if key != name}
    if value is not None:
        given[name] = value
    assert mistakes(given) == [f"Set {name} (docs/settings.md says how), or type: ketenhub demo"]


def test_nothing_set_names_everything_that_is_needed() -> None:
    assert sorted(line.split()[1] for line in mistakes({})) == sorted(NEEDED)


def test_every_mistake_is_told_at_once() -> None:
    given = {**GOOD, "HUB_DEMO": "yes", "HUB_TYPO": "1", "HUB_KEYSTORE_OWNER_URL_FILE": "/nowhere", "HUB_BASE_URL": ""}
    assert sorted(line.split()[0].rstrip(":") for line in mistakes(given)) == [
        "HUB_DEMO", "HUB_KEYSTORE_OWNER_URL_FILE", "HUB_TYPO", "Set",
    ]  # fmt: skip


def test_a_wrong_address_is_told_with_the_other_mistakes() -> None:
    assert len(mistakes({**GOOD, "HUB_TYPO": "1", "HUB_BASE_URL": "http://hub.example.nl"})) == 2


@pytest.mark.parametrize(
    "name", ["HUB_DATABASE", "HUB_DATABASE_URL_FILES", "HUB_MASTER_KEY_FILE_FILE", "HUB_AGREEMENT_FILE", "HUB_"]
)
def test_a_name_that_is_no_setting_is_refused(name: str) -> None:
    assert mistakes({**GOOD, name: "1"}) == [f"{name} is no setting of the hub; docs/settings.md lists them."]


@pytest.mark.parametrize("name", ["HUB_TEST_DATABASE_URL", "PATH", "HUBBLE", "hub_database"])
def test_other_peoples_names_are_left_alone(name: str) -> None:
    assert read_settings({**GOOD, name: "1"}) == read_settings(GOOD)


# NAME or NAME_FILE.


def filed(tmp_path: Path, text: str | bytes = "postgresql://hub:secret@db/hub\n") -> dict[str, str]:
    file = tmp_path / "url"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    rest = {name: value for name, value in GOOD.items() if name != "HUB_DATABASE_URL"}
    return {**rest, "HUB_DATABASE_URL_FILE": str(file)}


def test_a_secret_can_come_from_a_file(tmp_path: Path) -> None:
    assert read_settings(filed(tmp_path)).database_url == "postgresql://hub:secret@db/hub"


def test_one_of_the_two_and_not_both(tmp_path: Path) -> None:
    given = {**filed(tmp_path), "HUB_DATABASE_URL": "sqlite:///hub.sqlite"}
    assert mistakes(given) == ["Set HUB_DATABASE_URL or HUB_DATABASE_URL_FILE, not both."]


@pytest.mark.parametrize("text", [None, b"\xff\xfe"], ids=["missing", "binary"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, text: bytes | None) -> None:
    given = filed(tmp_path, text or b"")
    if text is None:
        Path(given["HUB_DATABASE_URL_FILE"]).unlink()
    assert f"HUB_DATABASE_URL_FILE: cannot read {given['HUB_DATABASE_URL_FILE']}." in mistakes(given)


def test_an_empty_file_is_a_missing_setting(tmp_path: Path) -> None:
    assert mistakes(filed(tmp_path, "\n"))[0].startswith("Set HUB_DATABASE_URL ")


def test_a_key_file_is_a_path_and_is_not_opened_here(tmp_path: Path) -> None:
    assert read_settings({**GOOD, "HUB_MASTER_KEY_FILE": str(tmp_path / "none")}).master_key_file == tmp_path / "none"


def test_a_mistake_never_repeats_what_a_secret_was(tmp_path: Path) -> None:
    given = {**filed(tmp_path), "HUB_DATABASE_URL": "postgresql://hub:secret@db/hub", "HUB_DEMO": "geheim"}
    told = "\n".join(mistakes(given))
    assert "secret" not in told
    assert "geheim" not in told


# The demo, and everything else.


@pytest.mark.parametrize(("value", "demo"), [("1", True), ("0", False), ("", False)])
def test_a_demo_is_asked_for_with_1(value: str, demo: bool) -> None:
    assert read_settings({**GOOD, "HUB_DEMO": value}).demo is demo


@pytest.mark.parametrize("value", ["true", "yes", "ja", "on", "2", " 1"])
def test_a_demo_is_not_guessed_at(value: str) -> None:
    assert mistakes({**GOOD, "HUB_DEMO": value}) == ["HUB_DEMO is 1 to look around, or left out."]


def test_http_is_for_a_demo_only() -> None:
    assert read_settings(DEMO).base_url == "http://localhost:8080"
    assert mistakes({**DEMO, "HUB_DEMO": "0"})[0].startswith("HUB_BASE_URL must begin with https://.")


@pytest.mark.parametrize(
    "address",
    [
        "hub.example.nl", "ftp://hub.example.nl", "https://", "https:///api", "https://hub.example.nl/api", "file:///x",
        "https://hub.example.nl?x=1", "https://hub.example.nl#x", "https://u:p@hub.example.nl", "https://[hub",
        "https://hub example.nl", "https://hub.example.nl:99999",
    ],
)  # fmt: skip
@pytest.mark.parametrize("around", [GOOD, DEMO], ids=["production", "demo"])
def test_an_address_is_a_host_and_nothing_more(address: str, around: dict[str, str]) -> None:
    assert mistakes({**around, "HUB_BASE_URL": address})[0].startswith("HUB_BASE_URL is the address of the hub")


@pytest.mark.parametrize("url", ["nonsense", "oracle://db/hub", "hub.sqlite", "mysql://u:geheim@db/hub"])
@pytest.mark.parametrize(
    "name", ["HUB_DATABASE_URL", "HUB_KEYSTORE_URL", "HUB_DATABASE_OWNER_URL", "HUB_KEYSTORE_OWNER_URL"]
)
def test_a_database_is_sqlite_or_postgresql(name: str, url: str) -> None:
    assert mistakes({**GOOD, name: url}) == [
        f"{name} is sqlite:////path/to/file or postgresql://role:password@host/database."
    ]


def test_the_keys_do_not_lie_with_what_they_open() -> None:
    (mistake,) = mistakes({**GOOD, "HUB_KEYSTORE_URL": GOOD["HUB_DATABASE_URL"]})
    assert mistake.startswith("HUB_KEYSTORE_URL must be another database")


@pytest.mark.parametrize("token", [None, "", " "], ids=["missing", "empty", "blank"])
def test_production_shows_its_counts_to_nobody_without_a_word(token: str | None) -> None:
    given = {name: value for name, value in GOOD.items() if name != "HUB_METRICS_TOKEN"}
    if token is not None:
        given["HUB_METRICS_TOKEN"] = token
    assert mistakes(given)[0].startswith("Set HUB_METRICS_TOKEN")


def test_a_password_or_a_token_does_not_show() -> None:
    owned = {"HUB_DATABASE_OWNER_URL": "postgresql://owner:geheim@db/hub"}
    urls = {"HUB_DATABASE_URL": "postgresql://hub:geheim@db/hub", "HUB_KEYSTORE_URL": "postgresql://hub:geheim@db/keys"}
    shown = repr(read_settings({**GOOD, **urls, **owned}))
    assert "geheim" not in shown
    assert "geteld" not in shown


def test_a_slash_at_the_end_of_the_address_does_not_matter() -> None:
    assert read_settings({**GOOD, "HUB_BASE_URL": "https://hub.example.nl/"}) == read_settings(GOOD)


def test_the_trail_is_named_after_the_address() -> None:
    assert read_settings(GOOD).trail_name == "hub.example.nl/auditspoor"
    assert read_settings(DEMO).trail_name == "localhost:8080/auditspoor"


# What production refuses.

TEXT = (SHIPPED / "almere.toml").read_text()
OWN_KEY, DEMO_KEY = FileKeyring(1, {1: bytes(32)}), FileKeyring(1, {1: bytes(32)}, demo=True)


def agreement(text: str = TEXT) -> Agreement:
    return parse_agreement(text, "almere.toml")


REAL = agreement(TEXT.replace('oin = "00000099', 'oin = "00000001'))


def test_production_takes_its_own_key_and_real_partners() -> None:
    refuse_practice(read_settings(GOOD), REAL, OWN_KEY)


def test_production_refuses_the_key_of_a_demo() -> None:
    with pytest.raises(SettingsError, match=r"the key of a demo\. Make one of your own: ketenhub init"):
        refuse_practice(read_settings(GOOD), REAL, DEMO_KEY)


@pytest.mark.parametrize("partner", REAL.partners.values(), ids=lambda partner: partner.name)
def test_production_refuses_a_test_oin_of_any_partner(partner: object) -> None:
    oin = getattr(partner, "oin", "")
    one = agreement(REAL.text.replace(oin, f"00000099{oin[8:]}"))
    with pytest.raises(SettingsError, match=f": {getattr(partner, 'name', '')}: this is a test OIN"):
        refuse_practice(read_settings(GOOD), one, OWN_KEY)


def test_a_demo_takes_both() -> None:
    refuse_practice(read_settings(DEMO), agreement(), DEMO_KEY)
    refuse_practice(replace(read_settings(GOOD), demo=True), agreement(), OWN_KEY)
