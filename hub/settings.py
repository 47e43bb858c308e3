"""
The settings, read once at start: strict by default, and a sentence to type when one is wrong.

Every setting is HUB_NAME in the environment, or HUB_NAME_FILE with the path of a file that holds it.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit

from hub.errors import SettingsError
from schemas.agreement import SHIPPED

PREFIX = "HUB_"
TEST_OIN = "00000099"


@dataclass(frozen=True)
class Settings:
    """Frozen once read. Nothing else in the hub looks at the environment."""

    database_url: str
    keystore_url: str
    master_key_file: Path
    token_key_file: Path
    checkpoint_key_file: Path
    base_url: str
    agreement: Path
    checkpoint_memory_file: Path
    database_owner_url: str | None = None
    keystore_owner_url: str | None = None
    demo: bool = False

    @property
    def trail_name(self) -> str:
        """The name of the trail in its checkpoints: the hub's address, without a scheme."""
        return f"{urlsplit(self.base_url).netloc}/auditspoor"


def _names() -> dict[str, str]:
    return {field.name: PREFIX + field.name.upper() for field in fields(Settings)}


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process. Raises SettingsError with everything that is wrong, one sentence each."""
    given = os.environ if environment is None else environment
    mistakes = _unknown(given)
    values = {name: _value(given, setting, mistakes) for name, setting in _names().items()}
    demo = _flag(values.get("demo"), mistakes)
    missing = [name for name in ("database_url", "keystore_url", "base_url") if not values[name]]
    missing += [f"{name}" for name in ("master_key_file", "token_key_file", "checkpoint_key_file") if not values[name]]
    mistakes += [f"Set {_names()[name]} (docs/settings.md says how), or type: ketenhub demo" for name in missing]
    if mistakes:
        raise SettingsError("\n".join(mistakes))
    settings = _built(values, demo)
    _refuse_unsafe(settings)
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
        database_owner_url=values["database_owner_url"],
        keystore_owner_url=values["keystore_owner_url"],
        demo=demo,
    )


def _unknown(given: Mapping[str, str]) -> list[str]:
    # A mistyped setting would otherwise be a safe-looking default. HUB_TEST_… belongs to the tests.
    known = {name + end for name in _names().values() for end in ("", "_FILE")}
    strange = [name for name in given if name.startswith(PREFIX) and not name.startswith("HUB_TEST_")]
    return [f"{name} is no setting of the hub; docs/settings.md lists them." for name in sorted(set(strange) - known)]


def _value(given: Mapping[str, str], setting: str, mistakes: list[str]) -> str | None:
    # HUB_MASTER_KEY_FILE and its like are paths themselves: they have no second form.
    if setting.endswith("_FILE"):
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


def _refuse_unsafe(settings: Settings) -> None:
    address = urlsplit(settings.base_url)
    if address.scheme not in ("http", "https") or not address.netloc or address.path:
        raise SettingsError("HUB_BASE_URL is the address of the hub, such as https://hub.example.nl, without a path.")
    if settings.demo:
        return
    if address.scheme != "https":
        raise SettingsError("HUB_BASE_URL must begin with https://. To look around on this machine: HUB_DEMO=1.")
