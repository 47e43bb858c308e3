"""What a report about work means beside the one before it."""

from datetime import UTC, datetime
from typing import Any

from hub.exchange.read_again import Again
from hub.web.client_manager.news import news_of


def reports(*told: dict[str, Any]) -> list[Again]:
    return [Again(str(at), datetime(2023, 3, 1, tzinfo=UTC), one) for at, one in enumerate(told)]


def at_hotel(hours: float, **more: str) -> dict[str, Any]:
    return {"werkt": True, "werkgever": "Hotel", "contracturenPerWeek": hours, **more}


def test_somebody_began_works_other_hours_and_stopped() -> None:
    told = reports(at_hotel(24), at_hotel(32), at_hotel(32), at_hotel(32, einddatum="2023-09-30"), {"werkt": False})
    assert news_of(told) == {"0": {"begonnen"}, "1": {"uren-gewijzigd"}, "2": set(), "3": {"gestopt"}, "4": {"gestopt"}}


def test_another_employer_is_a_beginning() -> None:
    other = {**at_hotel(24), "werkgever": "Bakker"}
    assert news_of(reports(at_hotel(24), other)) == {"0": {"begonnen"}, "1": {"begonnen"}}
