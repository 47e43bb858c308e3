"""What a casemanager sees beforehand is what the receivers open afterwards, whatever the resident chose."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.exchange import preview as previews
from hub.exchange.preview import Preview
from hub.exchange.remember import Request
from hub.identity.principals import Principal, principal_of
from schemas.base import InvalidInput
from tests.chain import AZC, COLLECTIONS, EXAMPLES, OTHER_AZC, PURPOSES, Chain, Resident
from tests.kept import recorded, rows

CHOICES = st.fixed_dictionaries({one: st.sampled_from(["", "ja", "nee", "ingetrokken"]) for one in PURPOSES})
KINDS = ("werkmogelijkheid", "koppeling", "verplaatsing", "aanvraagstatus")
RECEIVERS = ("rik", "samira", "amsterdam")
Item = tuple[str, str, str, str, bool]
_numbers = count(1)


def noor(chain: Chain, azc: str = AZC) -> Principal:
    """Noor at her desk, as the exchange knows her."""
    principal = principal_of("mw:noor", "coa", [azc], chain.hub.agreement)
    assert principal is not None
    return principal


def beforehand(chain: Chain, resident: Resident, kind: str, wrong: str | None = None, **changes: Any) -> Preview:
    """What Noor sees before she sends this."""
    body = {**EXAMPLES[kind], **changes, "betrokkeneId": resident.names["coa"]}
    return previews.preview(chain.hub, chain.hub.messages[kind], Request(noor(chain), "/", "x", body), wrong)


def said(preview: Preview) -> list[Item]:
    """What she was told that arrives."""
    return sorted(
        (one.partner, one.sort, one.purpose, str(sorted(one.fields.items())), one.correction) for one in preview.arrives
    )


def opened(chain: Chain, after: dict[str, set[str]]) -> Iterator[dict[str, Any]]:
    """What each receiver opens that was not there before, as it arrives."""
    for who in RECEIVERS:
        person = chain.people[who]
        for item in person.inbox():
            if item not in after[who]:
                reply = person.opens(item)
                assert reply.status == 200, reply
                yield {"partner": person.partner, **reply.body}


def as_item(body: dict[str, Any]) -> Item:
    """An opened item, to compare."""
    return body["partner"], body["soort"], body["doel"], str(sorted(body["gegevens"].items())), "correctie" in body


@dataclass(frozen=True)
class Told:
    """What was sent, or put right."""

    kind: str
    changes: dict[str, Any]


@st.composite
def tellings(draw: st.DrawFn) -> Told:
    """One thing that Noor tells."""
    kind = draw(st.sampled_from(KINDS))
    towards = {"gemeente": draw(st.sampled_from(["GM0034", "GM0363", "GM0599"]))} if kind == "koppeling" else {}
    return Told(kind, towards)


def lives(chain: Chain, choices: dict[str, str], *, linked: bool, earlier: list[str], reads: bool) -> Resident:
    """A resident who chose, whom Rik knows or not, about whom things were told that were read or not."""
    number = next(_numbers)
    resident = chain.noor.registers(f"99{number:08}")
    for purpose in PURPOSES:
        chain.noor.records(resident, purpose, "ja")
    if linked:
        assert chain.rik.redeems(chain.noor.gives_slip(resident), resident, f"K{number}").status == 201
        chain.rik.publishes(resident, "dienstverband")
    for kind in earlier:
        chain.noor.publishes(resident, kind)
    if reads:
        for who in RECEIVERS:
            chain.people[who].opens_all()
    for purpose, choice in choices.items():
        if choice:
            chain.noor.records(resident, purpose, choice)
    return resident


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    choices=CHOICES, linked=st.booleans(), earlier=st.lists(st.sampled_from(KINDS), max_size=2, unique=True),
    reads=st.booleans(), told=tellings(), mends=st.booleans(),
)  # fmt: skip
def test_what_the_preview_says_is_what_the_receivers_open(
    chain: Chain, choices: dict[str, str], linked: bool, earlier: list[str], reads: bool, told: Told, mends: bool
) -> None:
    resident = lives(chain, choices, linked=linked, earlier=earlier, reads=reads)
    wrong = newest_of(chain, resident, told.kind) if mends else None
    before = {who: set(chain.people[who].inbox()) for who in RECEIVERS}
    shown = beforehand(chain, resident, told.kind, wrong, **told.changes)
    body = {**EXAMPLES[told.kind], **told.changes, "betrokkeneId": resident.names["coa"]}
    road = f"/{COLLECTIONS[told.kind]}" + (f"/{wrong}/_corrigeer" if wrong else "")
    reply = chain.noor.caller.post(road, body)
    assert shown.reaches_nobody == ("id" not in reply.body)
    assert outcomes(shown) == sorted((one["ontvanger"], one["doel"], one["uitkomst"]) for one in of(reply.body))
    arrived = list(opened(chain, before))
    mine = [one for one in arrived if one["soort"] not in ("dienstverband", "urenstaat")]
    assert sorted(map(as_item, mine)) == said(shown)
    others = {(one["partner"], one["soort"], one["doel"]) for one in arrived} - {item[:3] for item in said(shown)}
    assert others <= {(one.partner, one.message, one.purpose) for one in shown.beside if one.permitted}


def outcomes(shown: Preview) -> list[tuple[str, str, str]]:
    """Per receiver what comes of each flow, as the answer to a publication says it."""
    own = [(one.partner, one.purpose, "aangeboden") for one in shown.arrives if one.sort != "verwijderverzoek"]
    ended = [(one.partner, one.purpose, "aangeboden") for one in shown.arrives if one.ended]
    for one in ended:
        own.remove(one)
    return sorted([
        *own,
        *((one.partner, one.purpose, "wacht-op-koppeling" if one.waits else "niet-gedeeld") for one in shown.missed),
    ])  # fmt: skip


def of(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The receivers in an answer, a refusal's too."""
    found: list[dict[str, Any]] = body.get("ontvangers", [])
    return found


def newest_of(chain: Chain, resident: Resident, kind: str) -> str | None:
    """The last message of this kind about somebody, that was not taken back."""
    links = {row["id"]: row["pseudonym"] for row in rows(chain.hub.database)["links"]}
    mine = [
        row for row in rows(chain.hub.database)["messages"]
        if row["type"] == kind and links[row["link_id"]] == resident.names["coa"] and row["withdrawn_at"] is None
    ]  # fmt: skip
    return max(mine, key=lambda row: row["position"])["id"] if mine else None


def test_looking_stores_nothing_and_stands_in_the_trail(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "koppeling")
    before = rows(chain.hub.database)
    beforehand(chain, resident, "koppeling", gemeente="GM0363")
    after = rows(chain.hub.database)
    changed = {name for name, kept in after.items() if kept != before[name]}
    assert changed <= {"audit_entries", "audit_nodes", "audit_head"}
    assert recorded(chain, "raadpleging")[-1]["gegevens"]["voorbeeld"] is True


def test_it_says_what_is_left_out_and_why_somebody_gets_nothing(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.records(resident, "behoud-van-werk", "nee")
    shown = beforehand(chain, resident, "koppeling")
    [almere] = shown.arrives
    assert (almere.partner, almere.fields["vNummer"], almere.left_out) == ("GM0034", resident.v_number, ())
    [missed] = shown.missed
    assert (missed.partner, missed.waits, missed.reasons) == ("randstad", False, ("geweigerd",))
    chain.noor.records(resident, "behoud-van-werk", "ja")
    [rik] = [one for one in beforehand(chain, resident, "koppeling").arrives if one.partner == "randstad"]
    assert rik.left_out == ("vNummer",)


def test_it_says_the_same_whether_another_party_told_something_or_not(chain: Chain) -> None:
    """What Randstad told the municipality is not for COA to know, also not by looking beforehand."""
    works, idle = chain.linked("9900000017", "K1"), chain.linked("9900000025", "K2")
    chain.rik.publishes(works, "dienstverband")
    assert beforehand(chain, works, "koppeling").beside == beforehand(chain, idle, "koppeling").beside != []


@pytest.mark.parametrize("azc", [OTHER_AZC])
def test_another_azc_sees_nothing_beforehand(chain: Chain, azc: str) -> None:
    resident = chain.linked()
    body = {**EXAMPLES["werkmogelijkheid"], "betrokkeneId": resident.names["coa"]}
    with pytest.raises(InvalidInput):
        previews.preview(chain.hub, chain.hub.messages["werkmogelijkheid"], Request(noor(chain, azc), "/", "x", body))
