"""Employment: what goes together, and what COA is told of it."""

from datetime import date

import pytest

from schemas.base import Derivation, InvalidInput, Mistake
from schemas.messages.employment import MESSAGE

TODAY = date(2023, 4, 3)
WORKS: dict[str, object] = dict(MESSAGE.example)
STOPPED: dict[str, object] = {**WORKS, "werkt": False, "einddatum": "2023-09-01"}
COA = Derivation(own_reference="K20730", hours_threshold=24)


def mistakes(body: dict[str, object]) -> tuple[Mistake, ...]:
    with pytest.raises(InvalidInput) as caught:
        MESSAGE.load(body, TODAY)
    return caught.value.mistakes


def without(body: dict[str, object], *names: str) -> dict[str, object]:
    return {name: value for name, value in body.items() if name not in names}


def derived(**changes: object) -> object:
    return MESSAGE.derive(MESSAGE.load({**WORKS, **changes}, TODAY), COA)["urendrempelGehaald"]


@pytest.mark.parametrize("name", ["werkgever", "werkgemeente", "contracturenPerWeek", "ingangsdatum"])
def test_who_works_does_so_somewhere_from_a_day_for_a_number_of_hours(name: str) -> None:
    assert mistakes(without(WORKS, name)) == (Mistake(name, "Vul dit veld in."),)


def test_who_stopped_may_be_reported_in_full() -> None:
    assert MESSAGE.load(STOPPED, TODAY) == STOPPED


def test_who_does_not_work_needs_no_employer() -> None:
    body = without(STOPPED, "werkgever", "werkgemeente", "contracturenPerWeek")
    assert MESSAGE.load(body, TODAY) == body


@pytest.mark.parametrize("name", ["werkt", "ingangsdatum"])
def test_whether_and_since_when_are_always_asked(name: str) -> None:
    assert mistakes(without(STOPPED, name)) == (Mistake(name, "Vul dit veld in."),)


def test_work_does_not_end_before_it_begins() -> None:
    assert mistakes({**STOPPED, "einddatum": "2023-04-02"}) == (
        Mistake("einddatum", "Schrijf een datum die niet voor de ingangsdatum ligt."),
    )


def test_work_may_end_on_the_day_it_began() -> None:
    assert MESSAGE.load({**STOPPED, "einddatum": "2023-04-03"}, TODAY)["einddatum"] == "2023-04-03"


def test_what_does_not_fit_together_is_named_beside_what_is_wrong_by_itself() -> None:
    body = {"werkt": True, "werkgemeente": "GM9999X", "contracturenPerWeek": 12.7, "loon": 14}
    body |= {"ingangsdatum": "2023-04-03", "einddatum": "2023-01-01"}
    assert [mistake.field for mistake in mistakes(body)] == [
        "werkgever",
        "werkgemeente",
        "contracturenPerWeek",
        "einddatum",
        "loon",
    ]


def test_a_wrong_field_is_not_also_called_missing() -> None:
    assert len(mistakes({**WORKS, "werkgever": None})) == 1


@pytest.mark.parametrize(("hours", "reached"), [(23.75, False), (24, True), (24.25, True), (0, False), (60, True)])
def test_the_threshold_is_reached_from_its_own_number_of_hours_on(hours: float, reached: bool) -> None:
    assert derived(contracturenPerWeek=hours) is reached


def test_the_threshold_is_not_reached_by_who_does_not_work() -> None:
    assert derived(werkt=False) is False


def test_the_threshold_is_not_reached_by_who_has_no_contract() -> None:
    body = MESSAGE.load({"werkt": False, "ingangsdatum": "2023-04-03"}, TODAY)
    assert MESSAGE.derive(body, COA) == {"urendrempelGehaald": False}
