"""How things stand with one person at this moment: who knows them, what they chose. Read under the person's lock."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from consent import records
from consent.records import Kept
from consent.standing import Given, Standing, standing
from hub.clock import day_of
from hub.errors import KeyDestroyed, SealBroken
from hub.exchange.hub import Hub
from hub.identity.principals import Principal
from hub.people import subjects
from hub.people.models import Link
from hub.permit import Phase, Verdict
from hub.policy.decide import Question, decide, to_record
from hub.vault.seal import Place, open_value
from hub.vault.subject_keys import DataKey, KeyClass, Keys
from hub.vault.vault import NOBODY
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
    objected: bool = False
    restricted: bool = False

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
    """
    Lock the person, then look: what is read here stays true until the transaction ends.

    Raises KeyDestroyed for a person who was erased, SealBroken when a yes that counts was made up.
    """
    subjects.lock(session, subject)
    return under_lock(hub, session, subject, *kinds)


def under_lock(hub: Hub, session: Session, subject: str, *kinds: KeyClass) -> Situation:
    """How things stand with a person who is locked already. Raises as `locked` does."""
    keys = hub.vault.subjects.of(subject, *{*kinds, KeyClass.AUDIT, KeyClass.CONSENT})
    known = subjects.known(session, subject)
    given = _proven(records.choices_of(session, subject), keys[KeyClass.CONSENT])
    return Situation(hub, subject, hub.now(), keys, known.links, given, known.objected, known.restricted)


def enter(hub: Hub, session: Session, by: Principal, name: object, *kinds: KeyClass) -> tuple[Situation, Link] | None:
    """
    The person whom this client knows by this name, locked, with the link by which it does.

    None for nobody, for somebody else's, for a link that ended while we waited, and for who was erased.
    """
    link = subjects.find_and_lock(session, by, name)
    if link is None:
        return None
    try:
        situation = under_lock(hub, session, link.subject_id, *kinds)
    except KeyDestroyed:
        return None
    now = situation.link_of(by.partner)
    return None if now is None or now.id != link.id else (situation, now)


def locked_or_nobody(hub: Hub, session: Session, subject: str | None, *kinds: KeyClass) -> Situation:
    """
    The person, locked; or nobody, by the same steps, so that the time it takes does not tell which.

    Nobody is known by no partner and chose nothing: every question about them is decided, and refused.
    """
    subjects.lock(session, subject or NOBODY)
    return under_lock_or_nobody(hub, session, subject, *kinds)


def under_lock_or_nobody(hub: Hub, session: Session, subject: str | None, *kinds: KeyClass) -> Situation:
    """The same for a person who was found and locked in one trip, or for nobody when there was none to lock."""
    try:
        return under_lock(hub, session, subject or NOBODY, *kinds)
    except KeyDestroyed:
        return under_lock(hub, session, NOBODY, *kinds)


def _proven(kept: Sequence[Kept], key: DataKey) -> list[Given]:
    if not records.unbroken(kept):
        raise SealBroken("a choice was taken out, or put in between")
    # Who can write to the database can add a row that says yes; nobody can seal one without the key.
    for one in records.counting(kept):
        if not one.says_the_same(open_value(key, Place("consent_events", "sealed", one.row), one.sealed)):
            raise SealBroken("a choice is not what was recorded")
    return [one.given for one in kept]


@dataclass(frozen=True, slots=True)
class Decided:
    """A flow to one recipient, decided: the verdict, and the question as the trail keeps it."""

    flow: Flow
    verdict: Verdict
    record: dict[str, Json]


def decide_flow(
    situation: Situation, flow: Flow, phase: Phase, recipient: str, link: Link | None,
    *, available: bool = True, beside: bool = False, known: bool = False,
) -> Decided:  # fmt: skip
    """Put the question about one flow to one recipient as things stand, and keep what was asked."""
    hub = situation.hub
    message = hub.messages.get(flow.message)
    standing_now = situation.consent(flow)
    question = Question(
        phase=phase,
        subject=situation.subject,
        recipient=recipient,
        flow=flow,
        agreement=hub.agreement.hash,
        in_force=hub.agreement.in_force(day_of(situation.now)),
        agreed=flow in hub.agreement.flows,
        linked=link is not None and link.role == flow.recipient and recipient in (link.partner, flow.recipient),
        can_wait=message is not None and message.kind is Kind.FACT,
        consent=None if standing_now is None else standing_now.state,
        available=available,
        objected=situation.objected,
        restricted=situation.restricted,
        beside=beside,
        known=known,
    )
    verdict = decide(question)
    return Decided(flow, verdict, to_record(question, verdict))
