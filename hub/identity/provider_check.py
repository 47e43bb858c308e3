"""Every mistake in the file of providers at once, each with the place where it stands."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from hub.identity.provider_words import CLAIMS, FUNCTIONS, provider_rules, words_for
from hub.identity.staff import KNOWS_PEOPLE, ROLE_OF, Function
from schemas.agreement import Agreement, Partner
from schemas.agreement_check import Finding, Row, mistakes_in_keys
from schemas.fields import one_of

HERE = "aanbieder"
# Two providers by one of these could be taken for each other.
ONCE = ("naam", "issuer", "sleutel_bestand", "geheim_bestand")


def mistakes_in(content: Row, agreement: Agreement, *, demo: bool) -> Iterator[Finding]:
    """Every mistake in a file's content, in no particular order. What a key file holds is not looked at here."""
    for name in content.keys() - {HERE}:
        where = (name, 0, "") if isinstance(content[name], dict | list) else ("", 0, name)
        yield Finding(where, f"{name} hoort hier niet; schrijf [[{HERE}]] en zijn regels.")
    rows = content.get(HERE)
    if not rows or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        yield Finding((HERE, 0, ""), f"[[{HERE}]] ontbreekt; schrijf [[{HERE}]] en de regels van minstens één.")
        return
    rules = provider_rules(demo=demo)
    for index, row in enumerate(rows):
        yield from mistakes_in_keys(HERE, index, row, rules)
        sound = {key: value for key, value in row.items() if key in rules and rules[key].fits(value)}
        yield from _proof(index, row)
        yield from _tables(index, sound, agreement)
    yield from _repeated(rows)


def _proof(index: int, row: Row) -> Iterator[Finding]:
    if ("sleutel_bestand" in row) == ("geheim_bestand" in row):
        yield Finding(
            (HERE, index, ""),
            "schrijf sleutel_bestand (liever: een privésleutel) of geheim_bestand (client secret), en niet allebei.",
        )


def _repeated(rows: list[Row]) -> Iterator[Finding]:
    for key in ONCE:
        times = Counter(row[key] for row in rows if isinstance(row.get(key), str))
        for index, row in enumerate(rows):
            if isinstance(row.get(key), str) and times[row[key]] > 1:
                yield Finding((HERE, index, key), f"{key} staat er vaker; elke aanbieder heeft zijn eigen.")


def _tables(index: int, row: Row, agreement: Agreement) -> Iterator[Finding]:
    """What is wrong in the tables of one provider, and with the partners that it vouches for."""
    names = row.get("partijen", [])
    for name in names:
        if name not in agreement.partners:
            known = one_of(sorted(agreement.partners))
            yield Finding((HERE, index, "partijen"), f"{name} is geen partij in de afspraak; schrijf {known}.")
    partners = [agreement.partners[name] for name in names if name in agreement.partners]
    branches = {branch for partner in partners for branch in partner.branches}
    tables = {"organisaties": words_for(names, all_needed=True), "vestigingen": words_for(sorted(branches))}
    for name, rules in tables.items():
        if name in row:
            yield from _mapping(index, name, row[name], rules)
    if "functies" in row:
        yield from _mapping(index, "functies", row["functies"], FUNCTIONS)
        yield from _functions(index, row["functies"], partners)
    if "claims" in row:
        yield from mistakes_in_keys(f"{HERE}.claims", index, row["claims"], CLAIMS)
        yield from _needed(index, row, partners)


def _mapping(index: int, name: str, table: Row, rules: Mapping[str, Any]) -> Iterator[Finding]:
    where = f"{HERE}.{name}"
    if not rules:
        yield Finding(
            (where, index, ""), f"{name} heeft hier geen zin: deze partijen hebben er geen; haal de tabel weg."
        )
        return
    if not table:
        yield Finding((where, index, ""), f'{name} is leeg; schrijf bijvoorbeeld {next(iter(rules))} = ["…"].')
    yield from mistakes_in_keys(where, index, table, rules)
    words = Counter(word for value in table.values() if isinstance(value, list) for word in map(str, value))
    for key, value in table.items():
        if isinstance(value, list) and any(words[str(word)] > 1 for word in value):
            yield Finding((where, index, key), f"een woord van {key} staat er vaker; elk woord heeft één betekenis.")


def _functions(index: int, table: Row, partners: list[Partner]) -> Iterator[Finding]:
    roles = {partner.role for partner in partners}
    for word in table:
        if partners and word in FUNCTIONS and ROLE_OF[Function(word)] not in roles:
            role = ROLE_OF[Function(word)].value
            yield Finding(
                (f"{HERE}.functies", index, word),
                f"een {word} werkt bij een partij met rol {role}; haal deze regel weg of noem zo'n partij in partijen.",
            )


def _needed(index: int, row: Row, partners: list[Partner]) -> Iterator[Finding]:
    """What nobody could sign in without."""
    claims, functions = row["claims"], row.get("functies", {})
    for key, table in (("organisatie", "organisaties"), ("vestigingen", "vestigingen")):
        if (key in claims) != (table in row):
            yield Finding(
                (f"{HERE}.claims", index, key),
                f"{key} in claims en de tabel {table} horen bij elkaar; schrijf ze allebei, of geen van beide.",
            )
    if "organisatie" not in claims and len(row.get("partijen", [])) > 1:
        yield Finding(
            (f"{HERE}.claims", index, ""),
            "met meer dan één partij moet een claim zeggen bij welke iemand hoort; schrijf organisatie.",
        )
    works = {ROLE_OF[one] for one in KNOWS_PEOPLE if one.value in functions}
    if "vestigingen" not in claims and any(partner.branches and partner.role in works for partner in partners):
        yield Finding(
            (f"{HERE}.claims", index, ""),
            "wie met bewoners werkt, hoort bij een vestiging; schrijf vestigingen, en de tabel ervan.",
        )
