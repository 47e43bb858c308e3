"""What a model's run comes to, in the words of `verwacht.json`."""

from datetime import datetime

from tests.model.rules import Model


def flows(model: Model) -> dict[str, dict[str, int | dict[str, int]]]:
    """Every decision on publication and every fact handed over, by flow; the refused ones by reason."""
    counted: dict[str, dict[str, int | dict[str, int]]] = {}
    for flow, _, outcome, reason in model.decisions:
        tally = counted.setdefault(flow, {"niet-gedeeld": {}})
        refused, so_far = tally["niet-gedeeld"], tally.get(outcome, 0)
        if reason and isinstance(refused, dict):
            refused[reason] = refused.get(reason, 0) + 1
        elif isinstance(so_far, int):
            tally[outcome] = so_far + 1
    return counted


def taken_back(model: Model, now: datetime) -> dict[str, int]:
    """What was withdrawn unopened, what ran out before anybody opened it, and the requests to delete."""
    items = model.items.values()
    unopened = [item for item in items if item.needs_consent and not item.opened and not item.withdrawn]
    return {
        "ongeopend-teruggetrokken": sum(item.withdrawn and not item.opened for item in items),
        "verlopen-voor-opening": sum(not model.permits(now, item.person, item.purpose) for item in unopened),
        "verwijderverzoeken": sum(item.type == "verwijderverzoek" for item in items),
    }


def without_zeros(outcome: object) -> object:
    """Leave out what is zero or empty: the contract lets either side do so."""
    if not isinstance(outcome, dict):
        return outcome
    kept = {key: without_zeros(value) for key, value in outcome.items()}
    return {key: value for key, value in kept.items() if value not in (0, {})}
