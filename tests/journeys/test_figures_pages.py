"""Fatima releases a quarter after a second look; Petra reads it, and has no such button."""

from datetime import UTC, datetime

from tests.chain import Chain
from tests.web.employee import at_desk


def test_a_quarter_is_released_by_the_privacy_officer_and_read_by_the_secretary(chain: Chain) -> None:
    chain.linked()
    chain.clock.instant = datetime(2023, 4, 3, 9, 0, tzinfo=UTC)
    fatima, petra = at_desk(chain, "fatima"), at_desk(chain, "petra")
    assert "Er is nog geen kwartaal vrijgegeven." in petra.sees("/project/cijfers").text
    assert "2023-Q1 vrijgeven" in fatima.sees("/privacy/cijfers").text
    second = fatima.sees("/privacy/cijfers/vrijgeven?kwartaal=2023-Q1")
    assert "een tweede keer tellen kan niet" in second.text
    assert "Er is nog geen kwartaal vrijgegeven." in petra.sees("/project/cijfers").text
    page = fatima.follows(fatima.presses("/privacy/cijfers/vrijgeven", kwartaal="2023-Q1"))
    assert "De cijfers zijn vrijgegeven." in page.text
    assert "Cijfers van 2023-Q1" in petra.sees("/project/cijfers/kwartaal?kwartaal=2023-Q1").text
    # An earlier one would be counted with what is known now; a running one is not over.
    for quarter, says in (("2022-Q4", "Er is al een later kwartaal"), ("2023-Q2", "nog niet voorbij")):
        fatima.sees("/privacy/cijfers")
        refused = fatima.presses("/privacy/cijfers/vrijgeven", kwartaal=quarter)
        assert (refused.status, says in refused.text) == (409, True)
    for odd in ("", "2023-Q9", "2023-Q2"):
        assert petra.sees(f"/project/cijfers/kwartaal?kwartaal={odd}").status == 404
    assert petra.presses("/project/cijfers/vrijgeven", kwartaal="2023-Q2").status == 404
    assert petra.presses("/privacy/cijfers/vrijgeven", kwartaal="2023-Q2").status == 403
