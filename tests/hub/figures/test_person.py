"""Where somebody stands in the tables, by what was told about them, on one day."""

from datetime import date

import pytest

from hub.figures.person import Told, cells

ON = date(2023, 3, 31)
ROWS = {"GM0034": "GM0034", "GM0344": "binnen-een-uur"}


def work(works: bool, since: str, until: str | None = None) -> Told:
    return Told("dienstverband", "", {"werkt": works, "ingangsdatum": since, "einddatum": until})


def linked(town: str, since: str) -> Told:
    return Told("koppeling", "", {"gemeente": town, "ingangsdatum": since})


def twv(status: str, on: str) -> Told:
    return Told("aanvraagstatus", "TWV", {"status": status, "datum": on})


def stands(*told: Told) -> list[str]:
    return cells(told, ON, ROWS, "elders")


def test_who_was_told_nothing_about_stands_where_nothing_is_known() -> None:
    assert stands() == ["niet-gekoppeld/niet-geplaatst", "BSN/zonder-aanvraag", "TWV/zonder-aanvraag"]


@pytest.mark.parametrize(
    ("told", "where"),
    [
        ([work(True, "2023-03-31")], "aan-het-werk"),
        ([work(True, "2023-04-01")], None),
        ([work(True, "2023-01-01", "2023-03-31")], "aan-het-werk"),
        ([work(True, "2023-01-01", "2023-03-30")], "gestopt"),
        ([work(True, "2023-01-01"), work(False, "2023-01-01", "2023-02-01")], "gestopt"),
        ([work(False, "2023-01-01", "2023-02-01")], "gestopt"),
        ([work(True, "2023-01-01"), work(False, "2023-01-01", "2023-05-01")], "aan-het-werk"),
        ([work(True, "2023-01-01"), work(False, "2023-01-01", "2023-02-01"), work(True, "2023-03-01")], "aan-het-werk"),
        ([work(True, "2023-01-01"), work(False, "2023-01-01", "2023-02-01"), work(True, "2023-04-01")], "gestopt"),
        ([work(True, "2023-01-01"), work(False, "2023-02-01")], "gestopt"),
        ([work(False, "2023-01-01")], None),
    ],
)
def test_work_is_what_the_newest_message_says_of_that_day(told: list[Told], where: str | None) -> None:
    placed = "niet-gekoppeld/geplaatst" if where else "niet-gekoppeld/niet-geplaatst"
    assert stands(*told)[:-2] == [placed, *([where] if where else [])]


def test_the_municipality_is_the_newest_of_that_day() -> None:
    for towns, row in (
        (["GM0034"], "GM0034"), (["GM0034", "GM0344"], "binnen-een-uur"), (["GM0344", "GM0014"], "elders"),
    ):  # fmt: skip
        assert stands(*(linked(town, "2023-02-01") for town in towns))[0] == f"{row}/niet-geplaatst"
    assert stands(linked("GM0034", "2023-04-01"))[0] == "niet-gekoppeld/niet-geplaatst"


@pytest.mark.parametrize(
    ("steps", "wait"),
    [
        ([("aangevraagd", "2023-01-31"), ("verleend", "2023-02-27")], "onder-1-maand"),
        ([("aangevraagd", "2023-01-31"), ("verleend", "2023-02-28")], "1-tot-2-maanden"),
        ([("aangevraagd", "2023-01-15"), ("verleend", "2023-03-14")], "1-tot-2-maanden"),
        ([("aangevraagd", "2023-01-15"), ("verleend", "2023-03-15")], "vanaf-2-maanden"),
        ([("aangevraagd", "2022-01-15"), ("verleend", "2023-03-15")], "vanaf-2-maanden"),
        ([("aangevraagd", "2022-12-15"), ("verleend", "2023-01-14")], "onder-1-maand"),
        ([("verleend", "2023-02-27"), ("aangevraagd", "2023-02-01")], "onder-1-maand"),
        ([("aangevraagd", "2023-03-01"), ("verleend", "2023-04-01")], "nog-niet"),
        ([("aangevraagd", "2023-04-01")], "zonder-aanvraag"),
        ([("aangevraagd", "2023-01-01"), ("niet-beschikbaar", "2023-02-01")], "zonder-aanvraag"),
        (
            [("aangevraagd", "2023-01-01"), ("niet-beschikbaar", "2023-02-01"), ("aangevraagd", "2023-03-01")],
            "nog-niet",
        ),
        ([("aangevraagd", "2022-01-01"), ("verleend", "2022-05-01"), ("aangevraagd", "2023-03-01")], "nog-niet"),
        ([("verleend", "2023-03-01")], "zonder-aanvraag"),
        ([("aangevraagd", "2023-01-01"), ("aangevraagd", "2023-02-20"), ("verleend", "2023-02-27")], "1-tot-2-maanden"),
    ],
)
def test_a_wait_is_of_the_newest_application_by_its_own_days(steps: list[tuple[str, str]], wait: str) -> None:
    told = stands(*(twv(status, on) for status, on in steps))
    assert told[-2:] == ["BSN/zonder-aanvraag", f"TWV/{wait}"]
