"""
Who is my counterpart for this person now: at each partner that the asker has to do with, per vestiging, who is there.

A partner is named only when another flow about this person between the two is permitted at this moment, and the asker
could know already that this partner knows the person. In every other case the answer is the same empty one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.events import Kind
from hub.exchange import could_know, directory, on_duty, trail
from hub.exchange.could_know import Between
from hub.exchange.directory import WHOLE, text_of
from hub.exchange.hub import Hub
from hub.exchange.on_duty import OnDuty, There
from hub.exchange.situation import Decided, Situation, decide_flow, under_lock_or_nobody
from hub.identity.principals import Principal
from hub.people import subjects
from hub.people.models import Link, LinkBranch
from hub.permit import Permit, Phase
from hub.policy.decide import decide_entry
from hub.vault.subject_keys import KeyClass
from schemas.agreement import Flow, Role
from schemas.base import Json
from schemas.messages.contact_person import MESSAGE


@dataclass(frozen=True, slots=True)
class Counterpart:
    """Whom to call at a partner, for one of its vestigingen (None: a municipality); nobody when `there` is MISSING."""

    partner: str
    branch: str | None
    there: There
    function: str | None = None
    name: str | None = None
    email: str | None = None
    telephone: str | None = None


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A vestiging (None: a municipality) at which nobody can be called today."""

    partner: str
    branch: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """One flow of staff, decided: of whom (None: nobody in that role knows the person), and how it stands between."""

    decided: Decided
    other: Link | None = None
    between: Between | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """A place at a partner that may be named, by which permit, and who answers there."""

    permit: Permit
    partner: str
    branch: str
    on_duty: OnDuty


def counterparts(hub: Hub, by: Principal, name: object) -> list[Counterpart]:
    """The asker's counterparts for this person now; empty for nobody, and whenever it may not know."""
    # 1. Decided and recorded, committed before anything is opened. For nobody by the same steps as for somebody.
    with hub.database.writing() as session:
        found = subjects.find_and_lock(session, by, name)
        situation = under_lock_or_nobody(hub, session, None if found is None else found.subject_id, KeyClass.EXCHANGE)
        link = situation.link_of(by.partner)
        mine = link if link is not None and found is not None and link.id == found.id else None
        asked = _decide(session, situation, by, mine)
        named = _name(session, situation, mine, asked)
        _record(session, situation, by, asked, named)

    # 2. Only now, who it is.
    return [one for place in named for one in _open(hub, place)]


def vacancies(hub: Hub) -> list[Vacancy]:
    """Every place in the chain at which nobody can be called today. About no person: for whoever counts them."""
    places = [
        (party.name, branch) for party in hub.agreement.partners.values() for branch in party.branches or (WHOLE,)
    ]
    with hub.database.reading() as session:
        kept = on_duty.lists(session, hub, places)
        empty = [place for place in places if kept.on_duty(*place).there is There.MISSING]
    return [Vacancy(partner, branch or None) for partner, branch in empty]


def _decide(session: Session, situation: Situation, by: Principal, mine: Link | None) -> list[Asked]:
    there = could_know.lying(session, situation, by, mine)
    flows = [flow for flow in situation.hub.agreement.flows_to(by.role) if flow.message == MESSAGE.name]
    return [
        _decide_one(situation, by, mine, flow, other, there)
        for flow in flows
        for other in _others(situation, mine, flow.source)
    ]


def _others(situation: Situation, mine: Link | None, role: Role) -> Sequence[Link | None]:
    # Where nobody is, that is decided too: a question about nobody takes the same steps.
    return (situation.linked(role) if mine is not None else []) or [None]


def _decide_one(
    situation: Situation, by: Principal, mine: Link | None, flow: Flow, other: Link | None, there: could_know.Lying
) -> Asked:
    if mine is None or other is None:
        return Asked(decide_flow(situation, flow, Phase.QUERY, by.partner, mine))
    stands = could_know.between(situation, by, mine, other, there)
    decided = decide_flow(situation, flow, Phase.QUERY, by.partner, mine, beside=stands.beside, known=stands.known)
    return Asked(decided, other, stands)


def _name(session: Session, situation: Situation, mine: Link | None, asked: Sequence[Asked]) -> list[Named]:
    """The places that may be named, and who answers there. Looked up for nobody too, so that it takes the same time."""
    known = _branches(session, [one.other.id for one in asked if one.other is not None])
    places = [
        (one.decided.verdict, one.other.partner, branch)
        for one in asked
        if isinstance(one.decided.verdict, Permit) and one.other is not None and mine is not None
        for branch in _to_tell(one, mine, [branch for branch in known if branch.link_id == one.other.id])
    ]
    kept = on_duty.lists(session, situation.hub, [(partner, branch) for _, partner, branch in places])
    return [Named(permit, partner, branch, kept.on_duty(partner, branch)) for permit, partner, branch in places]


def _branches(session: Session, links: Sequence[str]) -> Sequence[LinkBranch]:
    known = select(LinkBranch).where(LinkBranch.link_id.in_(links)).order_by(LinkBranch.since, LinkBranch.branch)
    return session.scalars(known).all()


def _to_tell(asked: Asked, mine: Link, known: Sequence[LinkBranch]) -> list[str]:
    """
    Which vestigingen of the other partner the asker may hear of.

    Of a bemiddelaar the one where the slip was redeemed, whenever that was. That a resident moved to another azc is a
    message of its own, which not everybody receives: whoever was not told hears of the azc that knew the person when
    the asker came to know them.
    """
    if asked.other is None or asked.other.role == Role.MUNICIPALITY:
        return [WHOLE]
    every = asked.other.role != Role.COA or (asked.between is not None and asked.between.moved)
    return [one.branch for one in known if every or (one.since is not None and one.since <= mine.since)]


def _record(
    session: Session, situation: Situation, by: Principal, asked: Sequence[Asked], named: Sequence[Named]
) -> None:
    record: dict[str, Json] = {
        "bericht": MESSAGE.name,
        "besluiten": [{**one.decided.record, "bron": _source(one)} for one in asked],
        "steunt": [decided.record for one in asked if one.between is not None for decided in one.between.leans_on],
        # No message is in the answer: entries of a list of staff are.
        "beantwoord": [
            {"berichtId": None, "stroom": place.permit.flow, "bron": place.partner, "vestiging": place.branch,
             "contactIds": [row.id for row in place.on_duty.rows]}
            for place in named if place.on_duty.rows
        ],
    }  # fmt: skip
    trail.write(session, situation, by, Kind.QUERIED, trail.YES if named else trail.NO, record)


def _source(asked: Asked) -> str:
    return asked.decided.flow.source.value if asked.other is None else asked.other.partner


def _open(hub: Hub, place: Named) -> list[Counterpart]:
    branch = place.branch or None
    if place.on_duty.there is There.MISSING:
        return [Counterpart(place.partner, branch, There.MISSING)]
    permit = decide_entry(place.permit, place.partner)
    told = [directory.read(hub, permit, row) for row in place.on_duty.rows]
    return [
        Counterpart(
            place.partner, branch, place.on_duty.there, text_of(one, "functie"), text_of(one, "naam"),
            text_of(one, "email"), text_of(one, "telefoon"),
        )
        for one in told
    ]  # fmt: skip
