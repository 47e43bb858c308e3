"""Figures of a quarter: everybody who is counted can see that they were, and nobody can be found in them."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert, select

from audit.events import Kind
from hub.errors import SealBroken
from hub.exchange.view import Readable
from hub.figures.gather import gather
from hub.figures.models import FigureRelease
from hub.figures.quarters import Quarter
from hub.figures.release import NotNow, Released, quarters, release, released
from hub.identity.principals import officer
from hub.people.models import Link
from hub.rights.story import Counted, story
from hub.vault.subject_keys import KeyClass
from tests.chain import Chain, Resident
from tests.kept import recorded, rows
from tests.web.visitor import WINDOW, Visitor

PETRA = officer("petra")
TOWNS = ["GM0034", "GM0363"]
FIRST, SECOND = Quarter(2023, 1), Quarter(2023, 2)
IN_APRIL = datetime(2023, 4, 3, 9, tzinfo=UTC)


def subject_of(chain: Chain, resident: Resident) -> str:
    """The opaque id inside the hub."""
    with chain.hub.database.reading() as session:
        return session.scalars(select(Link.subject_id).where(Link.pseudonym == resident.names["coa"])).one()


def works(chain: Chain, resident: Resident, **changes: Any) -> None:
    assert chain.rik.publishes(resident, "dienstverband", ingangsdatum="2023-03-01", **changes).status == 201


def counted(chain: Chain, of: Quarter = FIRST) -> Counter[str]:
    """The raw counts: for a test, and for nobody else."""
    return gather(chain.hub, PETRA, of, TOWNS)


@pytest.fixture
def resident(chain: Chain) -> Resident:
    """At work since the first of March, linked to Almere, with a TWV that took eight days."""
    resident = chain.linked()
    works(chain, resident)
    assert chain.noor.publishes(resident, "koppeling", ingangsdatum="2023-03-01").status == 201
    for status, day in (("aangevraagd", "2023-02-01"), ("verleend", "2023-02-09")):
        assert chain.rik.publishes(resident, "aanvraagstatus", soort="TWV", status=status, datum=day).status == 201
    chain.clock.instant = IN_APRIL
    return resident


def test_a_participant_is_counted_in_each_table_and_opened_for_exactly_these_fields(
    chain: Chain, resident: Resident
) -> None:
    assert counted(chain) == Counter(
        ["GM0034/geplaatst", "aan-het-werk", "BSN/zonder-aanvraag", "TWV/onder-1-maand"]
    )  # fmt: skip
    [told] = recorded(chain, Kind.COUNTED)
    assert (told["uitkomst"], told["partij"], told["gegevens"]["kwartaal"]) == ("ja", "beheer", "2023-Q1")
    assert [(one["bericht"], one["soort"], one["velden"]) for one in told["gegevens"]["tellingen"]] == [
        ("dienstverband", "", ["werkt", "ingangsdatum", "einddatum"]),
        ("koppeling", "", ["gemeente", "ingangsdatum"]),
        ("aanvraagstatus", "BSN", ["status", "datum"]),
        ("aanvraagstatus", "TWV", ["status", "datum"]),
    ]


def test_a_release_is_made_once_of_a_quarter_that_is_over_and_given_again_for_ever(
    chain: Chain, resident: Resident
) -> None:
    assert release(chain.hub, PETRA, SECOND) is NotNow.NOT_OVER
    assert recorded(chain, Kind.COUNTED, Kind.FIGURES) == []
    first = release(chain.hub, PETRA, FIRST)
    assert isinstance(first, Released)
    # More people, another day, another officer: the same figures, and nobody is counted again.
    chain.linked("9900000025", "K20001")
    chain.clock.later(days=3)

    assert release(chain.hub, officer("fatima"), FIRST) == first
    assert len(recorded(chain, Kind.COUNTED)) == 1
    [told] = recorded(chain, Kind.FIGURES)
    assert (told["uitkomst"], told["gegevens"]["hash"]) == ("vrijgegeven", first.digest)
    assert (quarters(chain.hub), released(chain.hub, SECOND)) == ([FIRST], None)


def test_one_person_is_in_no_table(chain: Chain, resident: Resident) -> None:
    done = release(chain.hub, PETRA, FIRST)

    assert isinstance(done, Released)
    assert {cell.count for table in done.picture.tables for row in table.rows for cell in row.cells} == {None}
    assert resident.v_number not in str(rows(chain.hub.database)["figure_releases"])


def test_an_earlier_quarter_is_not_released_after_a_later_one(chain: Chain, resident: Resident) -> None:
    chain.clock.instant = datetime(2023, 7, 1, 9, tzinfo=UTC)
    assert isinstance(release(chain.hub, PETRA, SECOND), Released)

    assert release(chain.hub, PETRA, FIRST) is NotNow.TOO_LATE
    assert {told["gegevens"]["kwartaal"] for told in recorded(chain, Kind.COUNTED)} == {"2023-Q2"}


def test_a_quarter_from_before_the_agreement_is_not_released(chain: Chain, resident: Resident) -> None:
    assert release(chain.hub, PETRA, Quarter(2022, 3)) is NotNow.NO_AGREEMENT


def test_who_objects_or_has_all_held_still_is_not_counted_and_can_see_that(chain: Chain, resident: Resident) -> None:
    held, other = chain.linked("9900000025", "K20001"), chain.noor.registers("9900000033")
    for sort, one in (("bezwaar", resident), ("beperking", held)):
        asked = chain.noor.caller.post("/verzoeken", {"betrokkeneId": chain.noor.knows(one), "soort": sort}).body
        if sort == "beperking":
            chain.noor.caller.post(f"/verzoeken/{asked['id']}/_besluit", {"besluit": "toegewezen"})
    chain.clock.instant = datetime(2023, 7, 1, 9, tzinfo=UTC)

    assert counted(chain, SECOND) == Counter(["zonder-intake"])
    told = {fact["uitkomst"]: 0 for fact in recorded(chain, Kind.COUNTED)}
    assert told == {"ja": 0, "nee": 0}
    for one, yes in ((resident, False), (held, False), (other, True)):
        [line] = story(chain.hub, subject_of(chain, one)).counted
        assert (line.quarter, line.yes) == ("2023-Q2", yes)


def test_what_the_resident_took_their_yes_back_for_is_not_counted_with(chain: Chain, resident: Resident) -> None:
    chain.noor.records(resident, "inburgering-planning", "ingetrokken")
    assert "GM0034/geplaatst" in counted(chain)
    chain.noor.records(resident, "kansrijke-koppeling", "ingetrokken")
    chain.noor.records(resident, "toeleiding-naar-werk", "nee")

    # The municipality rests on a public task, and is counted.
    assert counted(chain) == Counter(["GM0034/niet-geplaatst", "BSN/zonder-aanvraag", "TWV/zonder-aanvraag"])
    refused = recorded(chain, Kind.COUNTED)[-1]["gegevens"]["tellingen"]
    assert [(one["besluit"], one["redenen"]) for one in refused] == [
        ("nee", ["ingetrokken"]), ("ja", []), ("nee", ["geweigerd"]), ("nee", ["geweigerd"]),
    ]  # fmt: skip


def test_who_left_or_came_later_is_not_counted_nor_recorded(chain: Chain, resident: Resident) -> None:
    chain.noor.registers("9900000025")
    chain.noor.caller.post(f"/betrokkenen/{chain.noor.knows(resident)}/_vertrek", {})

    assert counted(chain) == Counter()
    assert recorded(chain, Kind.COUNTED) == []


def test_a_mistake_that_was_put_right_is_counted_as_it_was_put_right(chain: Chain, resident: Resident) -> None:
    wrong = chain.rik.publishes(resident, "dienstverband", ingangsdatum="2023-03-02").body["id"]
    body = {
        "betrokkeneId": chain.rik.knows(resident), "werkt": False, "ingangsdatum": "2023-03-02",
        "einddatum": "2023-03-20",
    }  # fmt: skip
    assert chain.rik.caller.post(f"/dienstverbanden/{wrong}/_corrigeer", body).status == 201

    assert counted(chain)["gestopt"] == 1


def test_it_is_on_record_before_anything_is_opened(
    chain: Chain, resident: Resident, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        assert len(recorded(chain, Kind.COUNTED)) == 1
        raise RuntimeError("the power fails")

    monkeypatch.setattr(Readable, "fields", breaks)
    with pytest.raises(RuntimeError, match="the power fails"):
        release(chain.hub, PETRA, FIRST)

    assert (len(recorded(chain, Kind.COUNTED)), quarters(chain.hub)) == (1, [])


def test_who_was_forgotten_is_passed_by(chain: Chain, resident: Resident) -> None:
    chain.hub.vault.subjects.destroy(subject_of(chain, resident), chain.clock(), *KeyClass)

    assert counted(chain) == Counter()


def test_the_resident_sees_in_their_window_and_their_file_that_they_were_counted(
    chain: Chain, resident: Resident
) -> None:
    release(chain.hub, PETRA, FIRST)
    assert story(chain.hub, subject_of(chain, resident)).counted == [Counted("2023-Q1", chain.clock(), yes=True)]
    code = chain.noor.caller.post("/vensterbriefjes", {"betrokkeneId": chain.noor.knows(resident)}).body["code"]
    visitor = Visitor(chain.app)
    visitor.sees(f"{WINDOW}?taal=nl")
    page = visitor.follows(visitor.presses(WINDOW, code=code))

    assert "Telt u mee in cijfers?" in page.html
    assert "u bent meegeteld op 3 april 2023." in page.html


def test_figures_that_are_not_what_was_released_are_not_shown(chain: Chain) -> None:
    made_up = {
        "quarter": "2023-Q1", "agreement": "0" * 64, "released_at": chain.clock(), "released_by": "mallory",
        "content": "{}", "digest": "0" * 64,
    }  # fmt: skip
    with chain.hub.database.writing() as session:
        session.execute(insert(FigureRelease), [made_up])

    with pytest.raises(SealBroken, match="not what was released"):
        released(chain.hub, FIRST)
