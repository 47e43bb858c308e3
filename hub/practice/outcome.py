"""What came of a replay: the partners' own count beside the hub's own record."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, func, select

from audit import export, proofs, verify
from audit.events import Kind
from hub.exchange import trail
from hub.exchange.hub import Hub
from hub.exchange.models import Delivery
from hub.exchange.route import Item, Outcome
from hub.practice.replay import Tally

DECIDING = (Kind.PUBLISHED, Kind.PUBLICATION_REFUSED, Kind.CONSENT, Kind.LINKED)


@dataclass
class Flow:
    """One flow's outcomes, from the trail."""

    outcomes: Counter[str]
    reasons: Counter[str]

    def shown(self) -> dict[str, Any]:
        """As EXCHANGE.md section 5 has it."""
        counted = (Outcome.OFFERED.value, Outcome.HANDED_OVER.value, Outcome.WAITS.value)
        return {**{name: self.outcomes[name] for name in counted}, Outcome.NOT_SHARED.value: dict(self.reasons)}


def outcome(hub: Hub, tally: Tally) -> dict[str, Any]:
    """Everything that a replay ends with, in the words of the contract."""
    return {
        "afgekeurd": [list(row) for row in sorted(tally.rejected)],
        "publicaties": {
            kind: {"aanvaard": seen["aanvaard"], "geweigerd": seen["geweigerd"]}
            for kind, seen in sorted(tally.published.items())
        },
        "stromen": {name: flow.shown() for name, flow in sorted(_flows(hub).items())},
        "antwoorden": {"werkmogelijkheid": dict(tally.answers)},
        "postvak": {partner: dict(sorted(opened.items())) for partner, opened in sorted(tally.opened.items())},
        "intrekkingen": _taken_back(hub),
        "audit": _trail(hub),
    }


def _flows(hub: Hub) -> Mapping[str, Flow]:
    told = (flow for flow in hub.agreement.flows if hub.messages[flow.message].about_a_person)
    flows = {flow.id: Flow(Counter(), Counter()) for flow in told}
    with hub.database.reading() as session:
        for record in export.read(session, partial(trail.opener, hub), kinds=DECIDING):
            written = None if record.fact is None else record.fact["gegevens"]
            if isinstance(written, dict):
                _count(flows, _of(written, "besluiten"), _of(written, "naleveringen"))
    return flows


def _of(written: Mapping[str, Any], name: str) -> Iterable[Mapping[str, Any]]:
    found: Iterable[Mapping[str, Any]] = written.get(name, ())
    return found


def _count(
    flows: Mapping[str, Flow], decided: Iterable[Mapping[str, Any]], handed: Iterable[Mapping[str, Any]]
) -> None:
    for one in decided:
        if one["uitkomst"] == Outcome.NOT_SHARED.value:
            flows[one["stroom"]].reasons[one["reden"]] += 1
        else:
            flows[one["stroom"]].outcomes[one["uitkomst"]] += 1
    # A refused hand-over stands in the trail only; it was no decision on a publication.
    for one in handed:
        if one["uitkomst"] == Outcome.HANDED_OVER.value:
            flows[one["stroom"]].outcomes[one["uitkomst"]] += 1


def _taken_back(hub: Hub) -> dict[str, int]:
    unopened = (Delivery.kind == Item.MESSAGE.value, Delivery.opened_at.is_(None))
    expired = (Delivery.withdrawn_at.is_(None), Delivery.permitted_until <= hub.today())
    return {
        "ongeopend-teruggetrokken": _how_many(hub, *unopened, Delivery.withdrawn_at.is_not(None)),
        "verlopen-voor-opening": _how_many(hub, *unopened, *expired),
        "verwijderverzoeken": _how_many(hub, Delivery.kind == Item.DELETE.value),
    }


def _how_many(hub: Hub, *which: ColumnElement[bool]) -> int:
    with hub.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Delivery).where(*which)) or 0


def _trail(hub: Hub) -> dict[str, Any]:
    with hub.database.reading() as session:
        head = proofs.head(session)
        report = verify.verify(session, partial(trail.opener, hub))
    return {"omvang": head.size, "wortel": head.root.hex(), "geldig": report.valid}
