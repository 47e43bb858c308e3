"""
Counts the people of one quarter: each decided and on record before anything about them is opened.

What is opened is counted and let go: nothing but counts stays in memory, and nothing of it is stored here.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.events import Kind
from hub.clock import day_of
from hub.errors import KeyDestroyed
from hub.exchange import trail
from hub.exchange.hub import Hub
from hub.exchange.models import Message
from hub.exchange.situation import Situation, locked
from hub.exchange.view import Readable
from hub.figures.person import Told, cells
from hub.figures.quarters import Quarter
from hub.figures.tables import ELSEWHERE, NEARBY, NO_INTAKE, near
from hub.identity.principals import Author
from hub.people.models import Subject
from hub.permit import Permit, Refusal, Verdict
from hub.policy.decide import Counting, decide_count
from hub.vault.subject_keys import KeyClass
from schemas.agreement import Role
from schemas.base import Json

BATCH = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """A sort of message that is counted with: told by whom, and the fields that it takes."""

    message: str
    variant: str
    source: Role
    fields: tuple[str, ...]


WANTED = (
    Wanted("dienstverband", "", Role.INTERMEDIARY, ("werkt", "ingangsdatum", "einddatum")),
    Wanted("koppeling", "", Role.COA, ("gemeente", "ingangsdatum")),
    Wanted("aanvraagstatus", "BSN", Role.COA, ("status", "datum")),
    Wanted("aanvraagstatus", "TWV", Role.INTERMEDIARY, ("status", "datum")),
)


def gather(hub: Hub, by: Author, quarter: Quarter, towns: Sequence[str]) -> Counter[str]:
    """
    How many people are in each cell on the last day of this quarter, by what is known now. Raw: for protect() only.

    `towns`: the municipalities with a row of their own. Stopped halfway, the records of who was counted stay.
    """
    counted: Counter[str] = Counter()
    rows = {**dict.fromkeys(near().towns, NEARBY), **{town: town for town in towns}}
    for subject in _people(hub):
        counted.update(_count(hub, by, quarter, subject, rows))
    return counted


def _people(hub: Hub) -> Iterator[str]:
    """Everybody, some at a time; whether they are counted is decided for each, under lock."""
    last = ""
    while True:
        with hub.database.reading() as session:
            some = session.scalars(select(Subject.id).where(Subject.id > last).order_by(Subject.id).limit(BATCH)).all()
        if not some:
            return
        yield from some
        last = some[-1]


def _count(hub: Hub, by: Author, quarter: Quarter, subject: str, rows: Mapping[str, str]) -> list[str]:
    """The cells of this person; none for who is not counted."""
    # 1. As it is now, and stays while we look.
    with hub.database.writing() as session:
        try:
            situation = locked(hub, session, subject, KeyClass.EXCHANGE)
        except KeyDestroyed:
            return []
        if not _was_there(session, subject, quarter.last_day):
            return []
        took_part = _had_intake(situation, quarter.last_day)

        # 2. Decided: whether they are counted, and by which messages.
        whether = decide_count(_question(situation, None))
        decided = {one: decide_count(_question(situation, one)) for one in WANTED if took_part}
        found = _messages(session, subject) if took_part and isinstance(whether, Permit) else []
        readable = [Readable(permit, one) for one in found if isinstance(permit := _verdict(decided, one), Permit)]

        # 3. Recorded and committed: there is no opening without a record.
        outcome = trail.YES if isinstance(whether, Permit) else trail.NO
        trail.write(session, situation, by, Kind.COUNTED, outcome, _record(situation, quarter, whether, decided))

    # 4. Opened, and let go.
    if not isinstance(whether, Permit):
        return []
    if not took_part:
        return [NO_INTAKE]
    key = situation.key(KeyClass.EXCHANGE)
    told = [Told(one.message.type, one.message.variant, one.fields(key)) for one in readable]
    return cells(told, quarter.last_day, rows, ELSEWHERE)


def _was_there(session: Session, subject: str, on: date) -> bool:
    """Registered on or before this day, and did not leave since."""
    row = session.execute(select(Subject.created_at, Subject.closed_at).where(Subject.id == subject)).one_or_none()
    return row is not None and row.closed_at is None and day_of(row.created_at) <= on


def _had_intake(situation: Situation, on: date) -> bool:
    """A slip was redeemed; also when that link ended since."""
    return any(link.role == Role.INTERMEDIARY and day_of(link.since) <= on for link in situation.links)


def _question(situation: Situation, wanted: Wanted | None) -> Counting:
    hub = situation.hub
    flows = () if wanted is None else hub.agreement.flows_from(wanted.source, wanted.message, wanted.variant or None)
    choices = [situation.consent(flow) for flow in flows]
    return Counting(
        subject=situation.subject,
        fields=() if wanted is None else wanted.fields,
        agreement=hub.agreement.hash,
        in_force=hub.agreement.in_force(day_of(situation.now)),
        objected=situation.objected,
        restricted=situation.restricted,
        choices=tuple(None if choice is None else choice.state for choice in choices),
    )


def _messages(session: Session, subject: str) -> Sequence[Message]:
    """What was told about this person and not taken back, oldest first."""
    these = (Message.subject_id == subject, Message.withdrawn_at.is_(None))
    sorts = {one.message for one in WANTED}
    return session.scalars(select(Message).where(*these, Message.type.in_(sorts)).order_by(Message.position)).all()


def _verdict(decided: Mapping[Wanted, Verdict], message: Message) -> Verdict | None:
    sort = (message.type, message.variant, message.source_role)
    return next((verdict for one, verdict in decided.items() if (one.message, one.variant, one.source) == sort), None)


def _record(
    situation: Situation, quarter: Quarter, whether: Verdict, decided: Mapping[Wanted, Verdict]
) -> dict[str, Json]:
    """What was decided, and what was opened for it; never what it said."""
    return {
        "kwartaal": str(quarter),
        "afspraak": situation.hub.agreement.hash,
        "redenen": _reasons(whether),
        "tellingen": [
            {
                "bericht": one.message, "soort": one.variant, "velden": list(one.fields), "redenen": _reasons(verdict),
                "besluit": trail.YES if isinstance(verdict, Permit) else trail.NO,
            }
            for one, verdict in decided.items()
        ],
    }  # fmt: skip


def _reasons(verdict: Verdict) -> list[Json]:
    return [reason.value for reason in verdict.reasons] if isinstance(verdict, Refusal) else []
