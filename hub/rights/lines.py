"""
One entry of the trail as the resident may read it: what happened, when, by which partner, and what became of it.

Partners are named by their title; of the systems and people at their desks, nothing. Codes stay codes: whoever shows
a line puts the words to it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from audit.events import Kind
from audit.export import Record
from hub.exchange.hub import Hub
from hub.policy import agreements
from schemas.agreement import Agreement, Flow

# What became of one flow, besides the outcomes of a publication (hub.exchange.route.Outcome).
RECEIVED, ANSWERED, NOT_SHARED = "ontvangen", "beantwoord", "niet-gedeeld"
# Of an item that lies ready somebody saw whom it is about and what sort it is; an answer was taken along in a file.
SHOWN, TAKEN = "getoond", "meegenomen"

_RECEIPTS = (RECEIVED, ANSWERED, SHOWN, TAKEN)


@dataclass(frozen=True, slots=True)
class Share:
    """One flow of what happened: to whom, for what, on which basis, which fields, with which outcome, and why not."""

    partner: str
    title: str
    message: str
    purpose: str
    basis: str
    fields: tuple[str, ...]
    outcome: str
    reasons: tuple[str, ...]

    @property
    def received(self) -> bool:
        """Whether the partner saw something by this: the fields, or that it lies ready."""
        return self.outcome in _RECEIPTS


@dataclass(frozen=True, slots=True)
class Line:
    """
    One thing that happened. `index` is its place in the trail; `partner` and `title` say by whom: a partner, or
    "betrokkene", "hub", "beheer".

    `subject` is what it was about, in the code of its kind: a type of message, a purpose, a sort of request. `notice`
    names a notice of the hub's own that was opened or confirmed; `others` the partners that were asked to delete.
    """

    index: int
    at: datetime
    kind: Kind
    partner: str
    title: str
    outcome: str
    subject: str = ""
    detail: str = ""
    item: str = ""
    notice: str = ""
    shares: tuple[Share, ...] = ()
    asked_to_delete: tuple[str, ...] = ()


class Reader:
    """Makes lines of entries. Remembers the agreements that decisions name, and what each item was."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self._versions: dict[str, Agreement | None] = {hub.agreement.hash: hub.agreement}
        self._items: dict[str, Line] = {}

    def line(self, entry: Record) -> Line | None:
        """The entry as a line; give them oldest first. None for one that was not opened."""
        if entry.fact is None:
            return None
        fact: Mapping[str, Any] = entry.fact
        said: Mapping[str, Any] = fact["gegevens"]
        kind, partner = Kind(fact["soort"]), str(fact["partij"] or "")
        item = str(said.get("itemId", ""))
        opened = self._items.get(item) if kind is Kind.ACKNOWLEDGED else None
        line = Line(
            index=entry.index,
            at=datetime.strptime(str(fact["tijdstip"]), "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC),
            kind=kind,
            partner=partner,
            title=title_of(self.hub, partner),
            outcome=str(fact["uitkomst"] or ""),
            subject=_subject(said),
            detail=str(said.get("vestiging") or said.get("soort") or said.get("kwartaal") or ""),
            item=item,
            notice=opened.notice if opened else _notice(said),
            shares=opened.shares if opened else tuple(self._shares(kind, said)),
            asked_to_delete=tuple(title_of(self.hub, str(name)) for name in said.get("verwijderverzoeken", ())),
        )
        if kind is Kind.OPENED:
            self._items[item] = line
        return line

    def _shares(self, kind: Kind, said: Mapping[str, Any]) -> Iterator[Share]:
        decisions = [*said.get("besluiten", ()), *said.get("naleveringen", ()), said.get("besluit")]
        for decision in decisions:
            if isinstance(decision, dict) and "stroom" in decision:
                yield self._share(_seen_by(kind, said), decision)

    def _share(self, seen: str, decision: Mapping[str, Any]) -> Share:
        flow = self._flow(decision)
        return Share(
            partner=str(decision["ontvanger"]),
            title=title_of(self.hub, str(decision["ontvanger"])),
            message=str(decision["stroom"]).partition(":")[0],
            purpose=str(decision["doel"]),
            basis="" if flow is None else flow.basis.value,
            # In a list one sees no fields, or one: those stand in the decision.
            fields=tuple(decision["velden"]) if "velden" in decision else () if flow is None else flow.fields,
            outcome=_outcome(seen, decision),
            reasons=tuple(str(reason) for reason in decision["redenen"]),
        )

    def _flow(self, decision: Mapping[str, Any]) -> Flow | None:
        """The flow as it was agreed then: which fields a partner saw is not what it would see today."""
        digest = str(decision["afspraak"])
        if digest not in self._versions:
            self._versions[digest] = agreements.version(self.hub.database, digest)
        agreement = self._versions[digest]
        flows = () if agreement is None else agreement.flows
        wanted = (decision["stroom"], decision["doel"])
        return next((flow for flow in flows if (flow.id, flow.purpose) == wanted), None)


def title_of(hub: Hub, partner: str) -> str:
    """What a partner is called; a code of no partner (a role, another municipality, the hub) stays as it is."""
    party = hub.agreement.partners.get(partner)
    return partner if party is None else party.title


def _seen_by(kind: Kind, said: Mapping[str, Any]) -> str:
    """What a yes meant in an entry of this kind; nothing when the decision itself says what became of it."""
    if kind is Kind.QUERIED:
        return TAKEN if said.get("meegenomen") else ANSWERED
    return {Kind.OPENED: RECEIVED, Kind.LISTED: SHOWN}.get(kind, "")


def _outcome(seen: str, decision: Mapping[str, Any]) -> str:
    if decision["besluit"] != "ja":
        return NOT_SHARED
    return seen or str(decision.get("uitkomst", ""))


def _notice(said: Mapping[str, Any]) -> str:
    decided = said.get("besluit")
    return str(decided.get("kennisgeving", "")) if isinstance(decided, dict) else ""


def _subject(said: Mapping[str, Any]) -> str:
    return str(said.get("bericht") or said.get("doel") or said.get("verzoek") or said.get("voor") or "")
