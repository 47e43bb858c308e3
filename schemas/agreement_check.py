"""Every mistake in an agreement file at once, each with the place where it stands."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from schemas.agreement_words import (
    DAY,
    HEAD,
    NOTICE,
    PARTNER,
    SETTINGS,
    Basis,
    Role,
    Rules,
    flow_rules,
    is_a,
)
from schemas.base import MessageType
from schemas.fields import Municipality, one_of

# A bemiddelaar knows people by its own number, and is given no national one (UAVG art. 46, Wabb).
NEVER_TO_INTERMEDIARY = "vNummer"

Row: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Finding:
    """A mistake: the table, which one of that name (from 0) and the key where it stands, and what it says."""

    where: tuple[str, int, str]
    says: str


def mistakes_in(content: Row, types: Mapping[str, MessageType]) -> Iterator[Finding]:
    """Every mistake in a file's content, in no particular order."""
    # A notice has a free key, its purpose: each of them is held to the same rule.
    notices = content.get("kennisgeving")
    notice_rules = dict.fromkeys(notices, NOTICE) if isinstance(notices, dict) else {}
    single = {"afspraak": HEAD, "instellingen": SETTINGS, "kennisgeving": notice_rules}
    many = {"partij": PARTNER, "stroom": flow_rules(types)}

    yield from _unknown_tables(content, {*single, *many})
    for name, rules in single.items():
        yield from _single(content, name, rules)
    for name, rules in many.items():
        yield from _many(content, name, rules)

    yield from _period(content)
    partners = _sound_rows(content, "partij", PARTNER)
    yield from _partners(partners)
    yield from _repeated("partij", partners, "naam")
    yield from _repeated("partij", partners, "oin")
    flows = _sound_rows(content, "stroom", many["stroom"])
    for index, flow in flows:
        yield from _flow(index, flow, types)
    yield from _same_flows(flows)
    yield from _two_bases(flows)
    yield from _notices(flows, notice_rules)


def _unknown_tables(content: Row, known: set[str]) -> Iterator[Finding]:
    for name in content.keys() - known:
        where = (name, 0, "") if isinstance(content[name], dict | list) else ("", 0, name)
        yield Finding(where, f"{name} kent een afspraak niet; schrijf {one_of(sorted(known))}.")


def _single(content: Row, name: str, rules: Rules) -> Iterator[Finding]:
    table = content.get(name)
    if isinstance(table, dict):
        yield from mistakes_in_keys(name, 0, table, rules)
    else:
        yield Finding((name, 0, ""), f"de tabel [{name}] ontbreekt; schrijf [{name}] en zijn regels.")


def _many(content: Row, name: str, rules: Rules) -> Iterator[Finding]:
    rows = content.get(name)
    if not rows or not isinstance(rows, list):
        yield Finding((name, 0, ""), f"[[{name}]] ontbreekt; schrijf [[{name}]] en de regels van minstens één.")
        return
    for index, row in enumerate(rows):
        if isinstance(row, dict):
            yield from mistakes_in_keys(name, index, row, rules)
        else:
            yield Finding((name, index, ""), f"dit is geen tabel; schrijf [[{name}]] en de regels ervan.")


def mistakes_in_keys(table: str, index: int, row: Row, rules: Rules) -> Iterator[Finding]:
    """What is too much in this table, what is wrong, and what is missing."""
    for key in row.keys() - rules.keys():
        yield Finding((table, index, key), f"{key} hoort hier niet; schrijf {one_of(rules)}.")
    for key, rule in rules.items():
        if key in row and not rule.fits(row[key]):
            yield Finding((table, index, key), f"{key} klopt niet; schrijf {rule.write}, bijvoorbeeld {rule.example}.")
        if key not in row and not rule.optional:
            yield Finding((table, index, ""), f"{key} ontbreekt; schrijf bijvoorbeeld {key} = {rule.example}.")


def _sound_rows(content: Row, name: str, rules: Rules) -> list[tuple[int, Row]]:
    """The rows with what is right in them, so that what is wrong is named once."""
    rows = content.get(name)
    if not isinstance(rows, list):
        return []
    return [
        (index, {key: value for key, value in row.items() if key in rules and rules[key].fits(value)})
        for index, row in enumerate(rows)
        if isinstance(row, dict)
    ]


def _period(content: Row) -> Iterator[Finding]:
    head = content.get("afspraak")
    period: Row = head if isinstance(head, dict) else {}
    days = [period[key] for key in ("geldig_van", "geldig_tot_en_met") if DAY.fits(period.get(key))]
    if days != sorted(days):
        yield Finding(
            ("afspraak", 0, "geldig_tot_en_met"),
            f"geldig_tot_en_met ligt voor geldig_van; schrijf {days[0]} of later.",
        )


def _partners(partners: list[tuple[int, Row]]) -> Iterator[Finding]:
    for index, partner in partners:
        role, name, branches = partner.get("rol"), partner.get("naam"), partner.get("vestigingen")
        is_municipality = role == Role.MUNICIPALITY
        if role and name and is_a(Municipality())(name) != is_municipality:
            write = 'de CBS-code, bijvoorbeeld "GM0034"' if is_municipality else 'kleine letters, bijvoorbeeld "coa"'
            yield Finding(("partij", index, "naam"), f"een partij met rol {role} heet zo niet; schrijf {write}.")
        # A client acts for branches; a municipality has none and is linked as a whole.
        if role and branches is not None and bool(branches) == is_municipality:
            write = "[]" if is_municipality else 'minstens één vestiging, bijvoorbeeld ["almere"]'
            yield Finding(("partij", index, "vestigingen"), f"vestigingen past niet bij rol {role}; schrijf {write}.")


def _repeated(table: str, rows: list[tuple[int, Row]], key: str) -> Iterator[Finding]:
    times = Counter(row[key] for _, row in rows if key in row)
    for index, row in rows:
        if times.get(row.get(key), 0) > 1:
            yield Finding((table, index, key), f"{key} {row[key]} staat er vaker; schrijf elke {table} één keer.")


def _flow(index: int, flow: Row, types: Mapping[str, MessageType]) -> Iterator[Finding]:
    """What is wrong with one flow by itself."""
    if flow.get("van") and flow.get("van") == flow.get("naar"):
        yield Finding(("stroom", index, "naar"), "van en naar zijn gelijk; schrijf bij naar een andere rol.")
    if flow.get("naar") == Role.INTERMEDIARY and NEVER_TO_INTERMEDIARY in flow.get("velden", ()):
        yield Finding(
            ("stroom", index, "velden"),
            f"{NEVER_TO_INTERMEDIARY} gaat nooit naar een bemiddelaar (UAVG art. 46); haal het uit velden.",
        )
    if message := types.get(flow.get("bericht", "")):
        yield from _basis(index, flow, message)
        yield from _fields(index, flow, message)
        yield from _variant(index, flow, message)


def _basis(index: int, flow: Row, message: MessageType) -> Iterator[Finding]:
    # Who tells of its staff rests on its own interest; what is told of a resident never does.
    of_staff = flow.get("grondslag") == Basis.LEGITIMATE_INTEREST
    if "grondslag" in flow and of_staff == message.about_a_person:
        others = [f'"{basis.value}"' for basis in Basis if (basis is Basis.LEGITIMATE_INTEREST) != of_staff]
        yield Finding(
            ("stroom", index, "grondslag"), f"deze grondslag past niet bij {message.name}; schrijf {one_of(others)}."
        )


def _fields(index: int, flow: Row, message: MessageType) -> Iterator[Finding]:
    for name in flow.get("velden", ()):
        if name not in message.wire_names:
            yield Finding(
                ("stroom", index, "velden"),
                f'{message.name} heeft geen veld "{name}"; schrijf {one_of(message.wire_names)}.',
            )


def _variant(index: int, flow: Row, message: MessageType) -> Iterator[Finding]:
    options = one_of(f'"{variant}"' for variant in message.variants) if message.variants else ""
    if "soort" in flow and not options:
        yield Finding(("stroom", index, "soort"), f"{message.name} heeft geen soorten; haal soort weg.")
    if "soort" in flow and options and flow["soort"] not in message.variants:
        yield Finding(("stroom", index, "soort"), f"soort klopt niet; schrijf {options}.")
    if "soort" not in flow and options:
        yield Finding(("stroom", index, ""), f"soort ontbreekt; schrijf soort = {options}.")


def _same_flows(flows: list[tuple[int, Row]]) -> Iterator[Finding]:
    seen = set()
    for index, flow in flows:
        same = tuple(flow.get(key) for key in ("bericht", "van", "naar"))
        if None not in same and same in seen:
            yield Finding(
                ("stroom", index, ""),
                f"{same[0]} van {same[1]} naar {same[2]} staat er al; schrijf elke stroom één keer.",
            )
        seen.add(same)


def _two_bases(flows: list[tuple[int, Row]]) -> Iterator[Finding]:
    # "No" to a purpose that also runs on another basis would be a choice without effect.
    first: dict[str, str] = {}
    for index, flow in flows:
        if "doel" in flow and "grondslag" in flow:
            basis = first.setdefault(flow["doel"], flow["grondslag"])
            if basis != flow["grondslag"]:
                yield Finding(
                    ("stroom", index, "grondslag"),
                    f'{flow["doel"]} heeft hierboven grondslag "{basis}"; schrijf die, of een ander doel.',
                )


def _notices(flows: list[tuple[int, Row]], notices: Mapping[str, object]) -> Iterator[Finding]:
    asked = {flow["doel"]: index for index, flow in reversed(flows) if _asks(flow)}
    for purpose in asked.keys() - notices.keys():
        yield Finding(
            ("stroom", asked[purpose], "doel"),
            f'{purpose} heeft geen kennisgeving; schrijf onder [kennisgeving]: {purpose} = "2023-1".',
        )
    for purpose in notices.keys() - asked.keys():
        yield Finding(
            ("kennisgeving", 0, purpose),
            f"er is geen stroom met toestemming voor {purpose}; haal deze regel weg of verbeter het doel.",
        )


def _asks(flow: Row) -> bool:
    return "doel" in flow and flow.get("grondslag") == Basis.CONSENT
