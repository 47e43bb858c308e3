"""A receipt says what was chosen in terms that exist, the same way every time, and nothing of how anybody is called."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

import consent
from consent.receipts import CONTEXT, About, Moment, canonical, flows_of, language_of, receipt, until
from consent.standing import Choice, Given
from schemas.agreement import SHIPPED, parse_agreement, read_agreement
from schemas.base import Json

TERMS = Path(consent.__file__).parent / "dpv_terms.txt"
AGREEMENT = read_agreement(SHIPPED / "almere.toml")
ABOUT = About("aaaabbbbccccddddeeeeffff22", AGREEMENT, "https://hub.example.nl", "hub.example.nl/bewijzen")
WORK = "toeleiding-naar-werk"
ASKED: dict[str, str | bool] = {
    "taal": "ti", "tolk": True, "wijze": "gesprek", "hulpvraag": "2023-02-27", "zonderGevolgen": True,
    "tekst": "e" * 64,
}  # fmt: skip
# A prefix and a name; an address has a slash behind its colon, and an empty node begins with an underscore.
PREFIXED = re.compile(r"([a-z][a-z0-9-]*):([A-Za-z][A-Za-z0-9-]*)")


def history(*choices: Choice, purpose: str = WORK) -> list[Moment]:
    """These choices, a day apart."""
    facts = AGREEMENT.explained(purpose)
    return [
        Moment(f"{number:032x}", Given(purpose, choice, "2023-1", date(2023, 3, number), facts),
               datetime(2023, 3, number, 9, 12, 44, tzinfo=UTC), ASKED)
        for number, choice in enumerate(choices, start=1)
    ]  # fmt: skip


def record_of(*choices: Choice, purpose: str = WORK) -> dict[str, Any]:
    """The record inside the receipt of the last of these."""
    record: Any = receipt(ABOUT, history(*choices, purpose=purpose))["dpv:hasRecordOfActivity"]
    return dict(record)


def states(*choices: Choice) -> list[list[str]]:
    """What the record says of each."""
    return [status["@type"] for status in record_of(*choices)["dpv:hasConsentStatus"]]


def terms(node: Json) -> Iterator[str]:
    """Every prefixed term: in names of properties, in types, and in values that the context calls references."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield name
            yield from terms(value)
    elif isinstance(node, list):
        for one in node:
            yield from terms(one)
    elif isinstance(node, str):
        yield node


def properties(node: Json) -> Iterator[str]:
    """The names of properties, and the types, outside the context."""
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    if isinstance(node, dict):
        types: Any = node.get("@type", [])
        yield from (name for name in node if not name.startswith("@"))
        yield from [types] if isinstance(types, str) else types
        inner = [value for name, value in node.items() if name not in ("@context", "@type")]
    for one in inner:
        yield from properties(one)


def used(content: dict[str, Json]) -> set[str]:
    """The prefixed terms in this receipt; those of messages and flows (werkmogelijkheid:coa>…) are no terms."""
    prefixes = {name for name, value in CONTEXT.items() if isinstance(value, str)}
    found = (PREFIXED.fullmatch(word) for word in terms(content))
    return {match[0] for match in found if match and match[1] in prefixes}


def listed() -> tuple[set[str], set[str]]:
    """The terms that were looked up, and those that the vocabulary does not have."""
    lines = [line for line in TERMS.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    phantoms = {line.split()[1] for line in lines if line.startswith("!")}
    return {line.split()[0] for line in lines if not line.startswith("!")}, phantoms


ALL = [receipt(ABOUT, history(*Choice, Choice.YES, purpose=purpose)) for purpose in AGREEMENT.consent_purposes]


def test_every_term_was_looked_up_in_the_vocabulary_and_none_is_listed_for_nothing() -> None:
    known, _ = listed()
    assert set().union(*map(used, ALL)) == known


def test_every_property_and_type_has_a_prefix_that_the_context_explains() -> None:
    names = set().union(*({*properties(content)} for content in ALL))
    assert {name.partition(":")[0] for name in names} <= {name for name, value in CONTEXT.items() if value}
    assert all(PREFIXED.fullmatch(name) for name in names)


def test_no_term_is_one_that_the_guide_uses_and_the_vocabulary_lacks() -> None:
    known, phantoms = listed()
    assert len(phantoms) == 15
    assert phantoms.isdisjoint(known | set().union(*map(used, ALL)))


def test_the_context_is_in_it_and_nothing_has_to_be_fetched() -> None:
    for content in ALL:
        assert content["@context"] == CONTEXT
        assert canonical(content).count("@context") == 1


@pytest.mark.parametrize(
    ("choice", "state"),
    [
        (Choice.YES, "dpv:ConsentGiven"),
        (Choice.NO, "dpv:ConsentRefused"),
        (Choice.WITHDRAWN, "dpv:ConsentWithdrawn"),
        (Choice.REVOKED, "dpv:ConsentRevoked"),
        (Choice.INVALIDATED, "dpv:ConsentInvalidated"),
        (Choice.EXPIRED, "dpv:ConsentExpired"),
    ],
)
def test_whatever_was_chosen_is_a_state_in_the_record(choice: Choice, state: str) -> None:
    assert states(choice) == [[state]]


def test_the_record_keeps_every_state_in_order() -> None:
    assert states(Choice.NO, Choice.YES, Choice.EXPIRED, Choice.YES, Choice.WITHDRAWN) == [
        ["dpv:ConsentRefused"], ["dpv:ConsentGiven"], ["dpv:ConsentExpired"], ["dpv:RenewedConsentGiven"],
        ["dpv:ConsentWithdrawn"],
    ]  # fmt: skip


def test_a_no_after_a_yes_refuses_and_takes_back() -> None:
    assert states(Choice.YES, Choice.NO)[-1] == ["dpv:ConsentRefused", "dpv:ConsentWithdrawn"]


def test_the_resident_says_it_and_the_controller_strikes_it_out() -> None:
    record = record_of(Choice.YES, Choice.REVOKED)
    said = [status["dpv:isIndicatedBy"] for status in record["dpv:hasConsentStatus"]]
    assert said == ["_:bewoner", ["_:coa"]]


def test_a_yes_says_until_when_it_counts_and_nothing_else_does() -> None:
    given = [moment.given for moment in history(*Choice)]
    assert [until(AGREEMENT, one) for one in given] == [date(2024, 2, 29), *[None] * 5]


@pytest.mark.parametrize("purpose", AGREEMENT.consent_purposes)
def test_it_names_exactly_the_flows_and_fields_of_the_agreement(purpose: str) -> None:
    record = record_of(Choice.YES, purpose=purpose)
    told = [
        (process["dpv:hasRecipient"], [data["dct:identifier"] for data in process["dpv:hasPersonalData"]])
        for process in record["dpv:hasProcess"]
    ]
    assert told == [
        ([f"_:{partner.name}" for partner in AGREEMENT.partners_with(flow.recipient)], list(flow.fields))
        for flow in flows_of(AGREEMENT, purpose)
    ]


def test_what_rests_on_a_public_task_is_on_no_receipt() -> None:
    assert flows_of(AGREEMENT, "inburgering") == []


def test_it_says_how_it_was_asked_and_on_which_words() -> None:
    text = canonical(receipt(ABOUT, history(Choice.YES)))
    for said in ("gesprek, met tolk", '"dct:language":"ti"', "2023-02-27", "e" * 64, AGREEMENT.explained(WORK)):
        assert said in text


def test_that_there_are_no_consequences_stands_there_when_it_was_said() -> None:
    silent = [Moment(one.id, one.given, one.at, {"taal": "ti"}) for one in history(Choice.NO)]
    assert "geen gevolgen" in canonical(receipt(ABOUT, history(Choice.NO)))
    assert "geen gevolgen" not in canonical(receipt(ABOUT, silent))


def test_a_basis_that_no_lawyer_confirmed_is_called_a_proposal() -> None:
    confirmed = AGREEMENT.text.replace('grondslag_status = "te bevestigen"', 'grondslag_status = "bevestigd"')
    sure = About(ABOUT.subject, parse_agreement(confirmed, "almere.toml"), ABOUT.base_url, ABOUT.signer)
    assert "voorstel" in canonical(receipt(ABOUT, history(Choice.YES)))
    assert "voorstel" not in canonical(receipt(sure, history(Choice.YES)))


def test_the_same_history_gives_the_same_text_to_the_letter() -> None:
    first, again = (canonical(receipt(ABOUT, history(Choice.YES, Choice.NO))) for _ in range(2))
    assert first == again
    assert json.loads(first) == receipt(ABOUT, history(Choice.YES, Choice.NO))


def test_it_is_in_the_language_in_which_the_resident_was_last_asked() -> None:
    ended = [*history(Choice.YES), Moment("f" * 32, history(Choice.EXPIRED)[0].given, datetime.now(UTC), {"taal": ""})]
    assert (language_of(ended), language_of(ended[1:])) == ("ti", "nl")
