"""
One resident at a glance, for the casemanager who knows them: what is true now, what was chosen, what became of it all.

A look asks about every type of message at once: decided and recorded for each, committed, and only then opened.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.events import Kind as Happened
from consent import records
from consent.records import Kept
from consent.standing import Standing, standing
from hub.clock import day_of
from hub.errors import NotFound
from hub.exchange import followed, query, trail, view
from hub.exchange.followed import Told
from hub.exchange.hub import Hub
from hub.exchange.models import Delivery
from hub.exchange.query import Asked
from hub.exchange.route import Item
from hub.exchange.situation import Situation, enter
from hub.identity.principals import Principal
from hub.people import link_codes, subjects, windows
from hub.people.models import Link, LinkBranch, LinkCode, Subject, WindowSlip
from hub.vault.subject_keys import KeyClass
from schemas.agreement import Role
from schemas.base import Json, MessageType

KINDS = (KeyClass.EXCHANGE, KeyClass.LINKING, KeyClass.CONSENT)


@dataclass(frozen=True, slots=True)
class Fact:
    """What is true now, as this partner may read it: its own words, or those of another source."""

    message: str
    source: str
    values: dict[str, Json]


@dataclass(frozen=True, slots=True)
class Chosen:
    """How it stands with one purpose; `row` and `on` are the newest choice, empty when nobody asked."""

    purpose: str
    standing: Standing
    row: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Deletion:
    """A partner was asked to delete its copy of what it saw for a purpose; confirmed when, if it was."""

    partner: str
    purpose: str
    asked_at: datetime
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Glance:
    """Everything on one page. Slips come newest first and never with their codes."""

    reference: str
    language: str
    since: datetime
    branches: Sequence[str]
    objected_at: datetime | None
    restricted_at: datetime | None
    facts: Sequence[Fact]
    chosen: Sequence[Chosen]
    known_to: Sequence[Link]
    told: Sequence[Told]
    slips: Sequence[LinkCode]
    windows: Sequence[WindowSlip]
    deletions: Sequence[Deletion]

    def fact(self, message: str, variant: str = "") -> dict[str, Json] | None:
        """The first fact of this type (and soort) that there is."""
        found = (
            one.values for one in self.facts if one.message == message and variant in ("", one.values.get("soort"))
        )
        return next(found, None)


def look(hub: Hub, by: Principal, name: object) -> Glance:
    """
    Everything about one's own resident. Raises NotFound for anybody else's.

    A fact of another source is here only when it may be received now, as by a question.
    """
    # 1. Decided and recorded, committed before anything is opened.
    with hub.database.writing() as session:
        entered = enter(hub, session, by, name, *KINDS)
        if entered is None or by.role is not Role.COA:
            raise NotFound("betrokkene")
        situation, link = entered
        closed = _closed(session, situation, link)
        asked = _ask(session, situation, by, link)
        # Last of all: from here to the commit the trail's head is ours.
        trail.write_each(session, by, Happened.QUERIED, [(situation, *query.to_record(*one)) for one in asked])
        looked = trail.write(session, situation, by, Happened.CONSULTED, trail.YES, {"overzicht": True})

    # 2. Only now, the permitted fields and no others; and what became of it all, while nobody waits for us.
    key, linking = situation.key(KeyClass.EXCHANGE), situation.key(KeyClass.LINKING)
    readable = [one for _, answer in asked for one in answer.readable]
    facts = [Fact(one.message.type, one.message.source, view.fact(hub, one, key)) for one in readable]
    with hub.database.reading() as session:
        spoken = subjects.language_of(session, linking)
        told = followed.follow(session, situation, link.partner, looked.index)
    return replace(closed, reference=subjects.reference_of(link, linking), language=spoken, facts=facts, told=told)


def language(hub: Hub, by: Principal, name: object) -> str:
    """In which language one talks with one's own resident; recorded before it is opened. Raises NotFound."""
    with hub.database.writing() as session:
        entered = enter(hub, session, by, name, KeyClass.LINKING)
        if entered is None or by.role is not Role.COA:
            raise NotFound("betrokkene")
        situation, _ = entered
        trail.write(session, situation, by, Happened.CONSULTED, trail.YES, {"taal": True})
    with hub.database.reading() as session:
        return subjects.language_of(session, situation.key(KeyClass.LINKING))


def _closed(session: Session, situation: Situation, link: Link) -> Glance:
    """All that needs no opening."""
    person = session.get_one(Subject, situation.subject)
    branches = session.scalars(
        select(LinkBranch.branch).where(LinkBranch.link_id == link.id).order_by(LinkBranch.branch)
    )
    return Glance(
        reference="", language="", since=person.created_at, branches=branches.all(),
        objected_at=person.objected_at, restricted_at=person.restricted_at, facts=(),
        chosen=_chosen(situation, records.choices_of(session, situation.subject)),
        known_to=[one for one in situation.links if one.ended_at is None and one.id != link.id],
        told=(),
        slips=link_codes.of_subject(session, situation.subject),
        windows=windows.of_subject(session, situation.subject),
        deletions=_deletions(session, situation),
    )  # fmt: skip


def _ask(session: Session, situation: Situation, by: Principal, link: Link) -> list[tuple[MessageType, Asked]]:
    about = [one for one in situation.hub.messages.values() if one.about_a_person]
    asked = [(message, query.decided_about(situation, session, by, message, link)) for message in about]
    for one in (one for _, answer in asked for one in answer.readable):
        view.expose(session, situation, link, one.permit)
    # Of what nobody told, and what this role never receives, there is nothing to record.
    return [(message, answer) for message, answer in asked if answer.readable or answer.decided]


def _chosen(situation: Situation, kept: Sequence[Kept]) -> list[Chosen]:
    hub, given = situation.hub, [one.given for one in kept]
    newest = {one.given.purpose: one for one in kept}
    return [
        Chosen(purpose, standing(given, purpose, day_of(situation.now), hub.terms(purpose)), *_of(newest.get(purpose)))
        for purpose in hub.agreement.consent_purposes
    ]


def _of(kept: Kept | None) -> tuple[str, date | None]:
    return ("", None) if kept is None else (kept.row, kept.given.day)


def _deletions(session: Session, situation: Situation) -> list[Deletion]:
    asked = (Delivery.subject_id == situation.subject, Delivery.kind == Item.DELETE.value)
    newest = (Delivery.at.desc(), Delivery.recipient, Delivery.purpose)
    return [
        Deletion(one.recipient, one.purpose, one.at, one.acknowledged_at)
        for one in session.scalars(select(Delivery).where(*asked).order_by(*newest))
    ]
