"""Which organisations' own sign-in the hub trusts, for whom, and how their words map to ours: one strict file."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from hub.errors import SettingsError
from hub.identity.assertions import make_assertion
from hub.identity.errors import ClientMistake
from hub.identity.provider_check import mistakes_in
from hub.identity.provider_words import DEFAULT_SCOPE
from hub.identity.staff import Function
from schemas.agreement import Agreement
from schemas.toml_lines import TomlLines

ReadPrivate = Callable[[Path, str], bytes]
"""The content of a file that only its owner can read; SettingsError otherwise. The text: what it is called there."""


@dataclass(frozen=True)
class ClaimNames:
    """Under which names a provider says what somebody does, where, and what they are called."""

    function: str
    name: str
    partner: str | None
    branches: str | None


@dataclass(frozen=True)
class Provider:
    """
    One organisation's sign-in, and the partners that it vouches for: it can make somebody nobody else's.

    `functions`, `partners` and `branches` go from the provider's words to ours. Exactly one of `key` (PEM or JWK, for
    private_key_jwt) and `secret` is not empty.
    """

    name: str
    title: str
    issuer: str
    client_id: str
    scope: str
    vouches_for: frozenset[str]
    claims: ClaimNames
    functions: Mapping[str, Function]
    partners: Mapping[str, str]
    branches: Mapping[str, str]
    key: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    acr: tuple[str, ...] = ()
    longest_ago: timedelta | None = None
    authorities: Path | None = None


Providers = Mapping[str, Provider]
NOBODY: Providers = MappingProxyType({})


def read_providers(path: Path | None, agreement: Agreement, read_private: ReadPrivate, *, demo: bool) -> Providers:
    """The providers by name; none without a file. Raises SettingsError with every mistake, each "file:line: …"."""
    if path is None:
        return NOBODY
    text = _text(path)
    content = _toml(text, path.name)
    lines = TomlLines(text)
    found = {(lines.of(*it.where), it.says) for it in mistakes_in(content, agreement, demo=demo)}
    keys = {} if found else _keys(content, path, read_private, found, lines)
    if found:
        raise SettingsError("\n".join(f"{path.name}:{line}: {says}" for line, says in sorted(found)))
    return MappingProxyType({row["naam"]: _provider(row, keys[row["naam"]], path) for row in content["aanbieder"]})


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"HUB_SIGN_IN_FILE: {path} is niet te lezen als UTF-8; schrijf het pad ervan.") from None


def _toml(text: str, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except ValueError as error:
        raise SettingsError(
            f'{file}: dit is geen TOML; schrijf sleutel = waarde, met tekst tussen "…" ({error}).'
        ) from None


def _keys(
    content: Mapping[str, Any], path: Path, read_private: ReadPrivate, found: set[tuple[int, str]], lines: TomlLines
) -> dict[str, str]:
    """By what the hub proves itself to each provider. What is wrong with a file is added to `found`."""
    keys = {}
    for index, row in enumerate(content["aanbieder"]):
        which = "sleutel_bestand" if "sleutel_bestand" in row else "geheim_bestand"
        try:
            keys[row["naam"]] = read_private(path.parent / row[which], which).decode().strip()
            _refuse_useless(keys[row["naam"]], which)
        except (SettingsError, UnicodeDecodeError, ClientMistake) as error:
            says = str(error) if isinstance(error, SettingsError) else f"{which} is niet te gebruiken; {WRITE[which]}."
            found.add((lines.of("aanbieder", index, which), says))
    for index, row in enumerate(content["aanbieder"]):
        bundle = path.parent / row.get("ca_bestand", ".")
        if "ca_bestand" in row and not bundle.is_file():
            found.add(
                (lines.of("aanbieder", index, "ca_bestand"), f"ca_bestand: {bundle} is er niet; schrijf het pad.")
            )
    return keys


WRITE = {
    "sleutel_bestand": "maak een privésleutel: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256",
    "geheim_bestand": "zet het client secret van de aanbieder erin, op één regel",
}


def _refuse_useless(content: str, which: str) -> None:
    if which == "sleutel_bestand":
        # Signed for nobody, to see that it can.
        make_assertion("ketenhub", content, "", datetime.fromtimestamp(0, UTC))
    elif not content.isascii() or not content.isprintable() or not content:
        raise ClientMistake


def _provider(row: Mapping[str, Any], key: str, path: Path) -> Provider:
    """The provider of a table that was found to be without mistakes."""
    claims = row["claims"]
    minutes = row.get("opnieuw_inloggen_na_minuten")
    return Provider(
        name=row["naam"],
        title=row["titel"],
        issuer=row["issuer"],
        client_id=row["client_id"],
        scope=row.get("scope", DEFAULT_SCOPE),
        vouches_for=frozenset(row["partijen"]),
        claims=ClaimNames(claims["functie"], claims["naam"], claims.get("organisatie"), claims.get("vestigingen")),
        functions={theirs: Function(ours) for theirs, ours in _turned(row["functies"]).items()},
        partners=_turned(row.get("organisaties", {})),
        branches=_turned(row.get("vestigingen", {})),
        key=key if "sleutel_bestand" in row else "",
        secret="" if "sleutel_bestand" in row else key,
        acr=tuple(row.get("acr", ())),
        longest_ago=None if minutes is None else timedelta(minutes=minutes),
        authorities=path.parent / row["ca_bestand"] if "ca_bestand" in row else None,
    )


def _turned(table: Mapping[str, list[str]]) -> dict[str, str]:
    return {theirs: ours for ours, words in table.items() for theirs in words}
