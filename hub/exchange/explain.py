"""
Takes every decision in the trail again, under the agreement of its time: each must come out as it was recorded.

And every choice that the trail tells of must be there as it was: who takes the newest one away leaves its chain whole.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from audit import export
from audit.events import Kind
from consent import records
from hub.exchange import trail
from hub.exchange.hub import Hub
from hub.permit import Permit, Refusal
from hub.policy import agreements
from hub.policy.decide import replay
from schemas.agreement import Agreement, Flow
from schemas.base import Json


@dataclass(frozen=True, slots=True)
class Explained:
    """How many decisions were taken again, and at which entries one came out otherwise."""

    taken: int
    otherwise: tuple[int, ...]


def explain(hub: Hub) -> Explained:
    """Every decision whose record still opens. One that names no agreement that we kept cannot be explained."""
    versions = {hub.agreement.hash: hub.agreement}
    taken, otherwise = 0, []
    with hub.database.reading() as session:
        for record in export.read(session, partial(trail.opener, hub)):
            if not _choice_is_there(session, record.fact):
                otherwise.append(record.index)
            for decision in _decisions(record.fact):
                taken += 1
                if not _same(decision, _version(hub, versions, str(decision["afspraak"]))):
                    otherwise.append(record.index)
    return Explained(taken, tuple(otherwise))


def _decisions(fact: Mapping[str, Any] | None) -> Iterator[Mapping[str, Json]]:
    written = fact["gegevens"] if fact is not None else {}
    found = [*written.get("besluiten", ()), *written.get("naleveringen", ()), *written.get("steunt", ())]
    found.append(written.get("besluit"))
    return (one for one in found if isinstance(one, dict) and "besluit" in one)


def _choice_is_there(session: Session, fact: Mapping[str, Any] | None) -> bool:
    if fact is None or fact["soort"] != Kind.CONSENT.value:
        return True
    written = fact["gegevens"]
    return records.chain_of(session, written["keuzeId"]) == bytes.fromhex(written.get("keten", ""))


def _version(hub: Hub, versions: dict[str, Agreement], digest: str) -> Agreement | None:
    if digest not in versions:
        kept = agreements.version(hub.database, digest)
        if kept is None:
            return None
        versions[digest] = kept
    return versions[digest]


def _flow(agreement: Agreement, decision: Mapping[str, Json]) -> Flow | None:
    same = (flow for flow in agreement.flows if (flow.id, flow.purpose) == (decision["stroom"], decision["doel"]))
    return next(same, None)


def _same(decision: Mapping[str, Json], agreement: Agreement | None) -> bool:
    flow = None if agreement is None else _flow(agreement, decision)
    if flow is None:
        # A flow that had left the agreement already was refused; there is nothing else to take again.
        return agreement is not None and decision["stroomAfgesproken"] is False and decision["besluit"] == "nee"
    verdict = replay(decision, flow, subject="")
    reasons = [reason.value for reason in verdict.reasons] if isinstance(verdict, Refusal) else []
    return isinstance(verdict, Permit) == (decision["besluit"] == "ja") and reasons == decision["redenen"]
