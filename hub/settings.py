"""
The settings, read once at start: strict by default, and a sentence to type when one is wrong.

Every setting is HUB_NAME in the environment, or HUB_NAME_FILE with the path of a file that holds it.
"""

import os
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit

from hub.errors import SettingsError
from schemas.agreement import SHIPPED

PREFIX = "HUB_"
TEST_OIN = "00000099"
# What one client may ask of one process in a minute: a hundred a second, all day.
PLENTY = 6000
# A hub to look around in, or to press hard on purpose, stops nobody.
WITHOUT_END = 10**9 - 1
NUMBER = re.compile(r"[0-9]{1,9}")
# A name, or an address in numbers.
HOST = re.compile(r"[a-z0-9.-]+")
DATABASES = ("sqlite:///", "postgresql://", "postgresql+psycopg://")


@dataclass(frozen=True)
class Settings:
    """Frozen once read. Nothing else in the hub looks at the environment."""

    # Addresses of databases hold passwords: they are not shown.
    database_url: str = field(repr=False)
    keystore_url: str = field(repr=False)
    master_key_file: Path
    token_key_file: Path
    checkpoint_key_file: Path
    base_url: str
    agreement: Path
    checkpoint_memory_file: Path
    erasure_ledger_file: Path
    database_owner_url: str | None = field(default=None, repr=False)
    keystore_owner_url: str | None = field(default=None, repr=False)
    metrics_token: str | None = field(default=None, repr=False)
    sign_in_file: Path | None = None
    demo: bool = False
    requests_per_minute: int = PLENTY
    proxies: int = 0

    @property
    def hub_name(self) -> str:
        """The hub's address without a scheme: what a copy for the safe and a backup are called by."""
        return urlsplit(self.base_url).netloc

    @property
    def trail_name(self) -> str:
        """The name of the trail in its checkpoints: the hub's address, without a scheme."""
        return f"{self.hub_name}/auditspoor"


def _names() -> dict[str, str]:
    return {one.name: PREFIX + one.name.upper() for one in fields(Settings)}


def as_environment(settings: Settings) -> str:
    """The settings as lines for a shell, HUB_NAME='value', from which `read_settings` reads the same."""
    values = {name: getattr(settings, field) for field, name in _names().items()}
    given = {name: "1" if value is True else str(value) for name, value in values.items() if value not in (None, False)}
    return "".join(f"{name}={shlex.quote(value)}\n" for name, value in given.items())


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process. Raises SettingsError with everything that is wrong, one sentence each."""
    given = os.environ if environment is None else environment
    mistakes = _unknown(given)
    values = {name: _value(given, setting, mistakes) for name, setting in _names().items()}
    demo = _flag(values.get("demo"), mistakes)
    missing = [name for name in ("database_url", "keystore_url", "base_url") if not values[name]]
    missing += [f"{name}" for name in ("master_key_file", "token_key_file", "checkpoint_key_file") if not values[name]]
    mistakes += [f"Set {_names()[name]} (docs/settings.md says how), or type: ketenhub demo" for name in missing]
    settings = _built(values, demo)
    mistakes += [] if missing else _unsafe(settings)
    mistakes += _mistakes_in_numbers(values)
    if mistakes:
        raise SettingsError("\n".join(mistakes))
    return settings


def _built(values: Mapping[str, str | None], demo: bool) -> Settings:
    return Settings(
        database_url=values["database_url"] or "",
        keystore_url=values["keystore_url"] or "",
        master_key_file=Path(values["master_key_file"] or ""),
        token_key_file=Path(values["token_key_file"] or ""),
        checkpoint_key_file=Path(values["checkpoint_key_file"] or ""),
        base_url=(values["base_url"] or "").rstrip("/"),
        agreement=Path(values["agreement"] or SHIPPED / "almere.toml"),
        checkpoint_memory_file=Path(values["checkpoint_memory_file"] or f"{values['checkpoint_key_file']}.last"),
        erasure_ledger_file=Path(values["erasure_ledger_file"] or f"{values['checkpoint_key_file']}.erased"),
        database_owner_url=values["database_owner_url"],
        keystore_owner_url=values["keystore_owner_url"],
        metrics_token=values["metrics_token"],
        sign_in_file=Path(values["sign_in_file"]) if values["sign_in_file"] else None,
        demo=demo,
        requests_per_minute=_number(values["requests_per_minute"], WITHOUT_END if demo else PLENTY),
        proxies=_number(values["proxies"], 0),
    )


def _number(value: str | None, otherwise: int) -> int:
    """As it was written, or what it is when left out; a mistake was named already."""
    return int(value) if value is not None and NUMBER.fullmatch(value) else otherwise


def _mistakes_in_numbers(values: Mapping[str, str | None]) -> list[str]:
    limits = {"requests_per_minute": (60, "60 or more: what one client may ask of one process")}
    limits["proxies"] = (0, "0 or more: how many proxies before the hub add to X-Forwarded-For")
    return [
        f"{_names()[name]} is a whole number of {words}."
        for name, (least, words) in limits.items()
        if (value := values[name]) is not None and not (NUMBER.fullmatch(value) and int(value) >= least)
    ]


def _unknown(given: Mapping[str, str]) -> list[str]:
    # A mistyped setting would otherwise be a safe-looking default. HUB_TEST_… belongs to the tests.
    known = {form for name in _names().values() for form in _forms(name)}
    strange = [name for name in given if name.startswith(PREFIX) and not name.startswith("HUB_TEST_")]
    return [f"{name} is no setting of the hub; docs/settings.md lists them." for name in sorted(set(strange) - known)]


def _forms(setting: str) -> tuple[str, ...]:
    # Paths are settings themselves: the name of a file that holds the name of a file helps nobody.
    return (setting,) if setting.endswith("_FILE") or setting == "HUB_AGREEMENT" else (setting, f"{setting}_FILE")


def _value(given: Mapping[str, str], setting: str, mistakes: list[str]) -> str | None:
    if len(_forms(setting)) == 1:
        return given.get(setting)
    path = given.get(f"{setting}_FILE")
    if path is None:
        return given.get(setting)
    if setting in given:
        mistakes.append(f"Set {setting} or {setting}_FILE, not both.")
    try:
        return Path(path).read_text().strip()
    except (OSError, UnicodeDecodeError):
        mistakes.append(f"{setting}_FILE: cannot read {path}.")
        return None


def _flag(value: str | None, mistakes: list[str]) -> bool:
    if value not in (None, "", "0", "1"):
        mistakes.append("HUB_DEMO is 1 to look around, or left out.")
    return value == "1"


def _unsafe(settings: Settings) -> list[str]:
    mistakes = [*_mistakes_in_address(settings), *_mistakes_in_urls(settings)]
    if not settings.demo and not (settings.metrics_token or "").strip():
        mistakes.append("Set HUB_METRICS_TOKEN: who may read the counts. A long random word will do.")
    return mistakes


def _mistakes_in_address(settings: Settings) -> list[str]:
    wrong = ["HUB_BASE_URL is the address of the hub, such as https://hub.example.nl, with nothing behind it."]
    try:
        address = urlsplit(settings.base_url)
        plain = f"{address.scheme}://{address.hostname}" + (f":{address.port}" if address.port else "")
    except ValueError:
        return wrong
    if (
        address.scheme not in ("http", "https")
        or not HOST.fullmatch(address.hostname or "")
        or plain != settings.base_url
    ):
        return wrong
    if address.scheme != "https" and not settings.demo:
        return ["HUB_BASE_URL must begin with https://. To look around on this machine: HUB_DEMO=1."]
    return []


def _mistakes_in_urls(settings: Settings) -> list[str]:
    named = {
        "HUB_DATABASE_URL": settings.database_url,
        "HUB_KEYSTORE_URL": settings.keystore_url,
        "HUB_DATABASE_OWNER_URL": settings.database_owner_url,
        "HUB_KEYSTORE_OWNER_URL": settings.keystore_owner_url,
    }
    wrong = [
        f"{name} is sqlite:////path/to/file or postgresql://role:password@host/database."
        for name, url in named.items()
        if url is not None and not url.startswith(DATABASES)
    ]
    if settings.database_url == settings.keystore_url:
        wrong.append("HUB_KEYSTORE_URL must be another database than HUB_DATABASE_URL: one thief, one half.")
    return wrong
