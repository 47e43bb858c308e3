"""What is different between two versions of an agreement: per partner, flow, setting and notice. Pure; no sentences."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from schemas.agreement import Agreement, Flow, Partner

Value = str | int | bool | None


class Part(StrEnum):
    """Of which part of an agreement something is different."""

    PARTNER = "partij"
    FLOW = "stroom"
    SETTING = "instelling"
    NOTICE = "kennisgeving"


class Sort(StrEnum):
    """What became of it."""

    ADDED = "erbij"
    REMOVED = "eraf"
    CHANGED = "anders"


@dataclass(frozen=True, slots=True)
class Change:
    """
    One difference. `name`: which partner, flow (its id), setting, or purpose of a notice.

    `aspect`: what of it is different; empty when the whole of it came or went. Of a list (fields, vestigingen) each
    word that came has only `after`, each that went only `before`.
    """

    part: Part
    sort: Sort
    name: str
    aspect: str = ""
    before: Value = None
    after: Value = None


SETTINGS = (
    "name", "valid_from", "valid_until", "consent_days", "link_code_days", "reconfirm_days", "hours_threshold",
    "forget_days",
)  # fmt: skip
FLOW = ("variant", "purpose", "basis", "basis_confirmed", "hub_keeps_days", "recipient_keeps_days")
PARTNER = ("title", "role", "oin")


def compare(old: Agreement, new: Agreement) -> list[Change]:
    """Every difference, in the order of an agreement file: settings, notices, partners, flows."""
    return [
        *_values(Part.SETTING, "", old, new, SETTINGS),
        *_named(Part.NOTICE, old.notices, new.notices),
        *_partners(old.partners, new.partners),
        *_flows({one.id: one for one in old.flows}, {one.id: one for one in new.flows}),
    ]


def _partners(old: Mapping[str, Partner], new: Mapping[str, Partner]) -> Iterator[Change]:
    yield from _whole(Part.PARTNER, old, new)
    for name in _in_both(old, new):
        yield from _values(Part.PARTNER, name, old[name], new[name], PARTNER)
        yield from _words(Part.PARTNER, name, "branches", old[name].branches, new[name].branches)


def _flows(old: Mapping[str, Flow], new: Mapping[str, Flow]) -> Iterator[Change]:
    yield from _whole(Part.FLOW, old, new)
    for name in _in_both(old, new):
        yield from _values(Part.FLOW, name, old[name], new[name], FLOW)
        yield from _words(Part.FLOW, name, "fields", old[name].fields, new[name].fields)


def _named(part: Part, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    for name in dict.fromkeys([*old, *new]):
        if old.get(name) != new.get(name):
            yield Change(part, _sort(name in old, name in new), name, "", old.get(name), new.get(name))


def _whole(part: Part, old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[Change]:
    for name in dict.fromkeys([*old, *new]):
        if (name in old) != (name in new):
            yield Change(part, _sort(name in old, name in new), name)


def _values(part: Part, name: str, old: object, new: object, aspects: Sequence[str]) -> Iterator[Change]:
    for aspect in aspects:
        before, after = getattr(old, aspect), getattr(new, aspect)
        if before != after:
            yield Change(part, Sort.CHANGED, name, aspect, _plain(before), _plain(after))


def _words(part: Part, name: str, aspect: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    for word in dict.fromkeys([*old, *new]):
        if (word in old) != (word in new):
            sort = _sort(word in old, word in new)
            yield Change(part, sort, name, aspect, word if word in old else None, word if word in new else None)


def _sort(was: bool, is_: bool) -> Sort:
    return Sort.CHANGED if was and is_ else Sort.REMOVED if was else Sort.ADDED


def _plain(value: object) -> Value:
    return value if value is None or isinstance(value, bool | int) else str(value)


def _in_both(old: Mapping[str, object], new: Mapping[str, object]) -> list[str]:
    return [name for name in new if name in old]
