"""How things stand with one person at this moment: who knows them, what they chose. Read under the person's lock."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from consent import records
from consent.standing import Given, Standing, standing
from hub.clock import day_of
from hub.exchange.hub import Hub
from hub.people import subjects
from hub.people.models import Link
from hub.permit import Phase, Verdict
from hub.policy.decide import Question, decide, to_record
from hub.vault.subject_keys import DataKey, KeyClass, Keys
from schemas.agreement import Flow, Role
from schemas.base import Json, Kind


@dataclass(frozen=True)
class Situation:
    """One person under lock: links, choices, keys, and the instant at which everything here is decided."""

    hub: Hub
    subject: str
    now: datetime
    keys: Keys
    links: Sequence[Link]
    given: Sequence[Given]

    def key(self, purpose: KeyClass) -> DataKey:
        """The person's key of this class."""
        return self.keys[purpose]

    def link_of(self, partner: str) -> Link | None:
        """The link by which this partner knows the person now."""
        return next((link for link in self.links if link.partner == partner and link.ended_at is None), None)

    def linked(self, role: Role) -> list[Link]:
        """The links of partners in this role now."""
        return [link for link in self.links if link.role == role and link.ended_at is None]

    def with_link(self, link: Link) -> "Situation":
        """The same person, known by one partner more."""
        return replace(self, links=[*self.links, link])

    def consent(self, flow: Flow) -> Standing | None:
        """What the person chose for the purpose of this flow; None when it does not rest on consent."""
        if not flow.needs_consent:
            return None
        return standing(self.given, flow.purpose, day_of(self.now), self.hub.terms(flow.purpose))


def locked(hub: Hub, session: Session, subject: str, *kinds: KeyClass) -> Situation:
    """Lock the person, then look: what is read here stays true until the transaction ends."""
    subjects.lock(session, subject)
    keys = hub.vault.subjects.of(subject, *{*kinds, KeyClass.AUDIT})
    links = subjects.links_of(session, subject)
    return Situation(hub, subject, hub.now(), keys, links, records.choices_of(session, subject))


@dataclass(frozen=True, slots=True)
class Decided:
    """A flow to one recipient, decided: the verdict, and the question as the trail keeps it."""

    flow: Flow
    recipient: str
    link: Link | None
    verdict: Verdict
    record: dict[str, Json]


def decide_flow(
    situation: Situation, flow: Flow, phase: Phase, recipient: str, link: Link | None, *, available: bool = True
) -> Decided:
    """Put the question about one flow to one recipient as things stand, and keep what was asked."""
    hub = situation.hub
    standing_now = situation.consent(flow)
    question = Question(
        phase=phase,
        subject=situation.subject,
        recipient=recipient,
        flow=flow,
        agreement=hub.agreement.hash,
        in_force=hub.agreement.in_force(day_of(situation.now)),
        agreed=flow in hub.agreement.flows,
        linked=link is not None,
        can_wait=hub.messages[flow.message].kind is Kind.FACT,
        consent=None if standing_now is None else standing_now.state,
        available=available,
    )
    verdict = decide(question)
    return Decided(flow, recipient, link, verdict, to_record(question, verdict))
