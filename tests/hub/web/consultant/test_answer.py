"""Nothing but a fresh, present «true» from every source reads as JA."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hub.web.consultant.answer import MayWork, Says, may_work
from schemas.base import Json

TODAY = date(2023, 3, 1)
FACTS = st.fixed_dictionaries(
    {
        "geldigVan": st.integers(-40, 40).map(lambda days: (TODAY + timedelta(days=days)).isoformat()),
        "twvNodig": st.booleans(),
        "gepubliceerdOp": st.just("2023-02-28T23:30:00Z"),
        "herbevestigenVoor": st.just("2023-05-30"),
        "status": st.sampled_from(("actueel", "herbevestigen")),
    },
    optional={"magWerken": st.booleans()},
)


@given(st.lists(FACTS, max_size=3))
def test_yes_takes_every_source_and_a_day_that_has_come(facts: list[dict[str, Any]]) -> None:
    says_yes = bool(facts) and all(
        one.get("magWerken") is True and one["status"] == "actueel" and one["geldigVan"] <= TODAY.isoformat()
        for one in facts
    )
    assert (may_work(facts, TODAY).says is Says.YES) == says_yes


def test_an_empty_answer_says_nothing_else() -> None:
    assert may_work([], TODAY) == MayWork(Says.NOTHING)


def test_the_day_of_an_instant_is_that_of_the_desks() -> None:
    fact: dict[str, Json] = {
        "magWerken": True, "geldigVan": "2023-03-01", "twvNodig": True, "gepubliceerdOp": "2023-02-28T23:30:00Z",
        "herbevestigenVoor": "2023-05-30", "status": "actueel",
    }  # fmt: skip
    assert may_work([fact], TODAY) == MayWork(Says.YES, TODAY, True, TODAY, date(2023, 5, 30))
