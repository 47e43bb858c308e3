"""May-work: a yes or a no from a day on, and nothing else."""

from datetime import date

import pytest

from schemas.base import InvalidInput
from schemas.messages.may_work import MESSAGE

TODAY = date(2023, 3, 1)


def test_it_holds_from_today_when_no_day_is_given() -> None:
    assert MESSAGE.load({"magWerken": True, "twvNodig": False}, TODAY) == {
        "magWerken": True,
        "geldigVan": "2023-03-01",
        "twvNodig": False,
    }


def test_it_holds_from_the_day_that_is_given() -> None:
    body = {"magWerken": False, "twvNodig": True, "geldigVan": "2023-06-01"}
    assert MESSAGE.load(body, TODAY)["geldigVan"] == "2023-06-01"


def test_whether_a_twv_is_needed_is_always_said() -> None:
    with pytest.raises(InvalidInput) as caught:
        MESSAGE.load({"magWerken": True}, TODAY)
    assert [mistake.field for mistake in caught.value.mistakes] == ["twvNodig"]
