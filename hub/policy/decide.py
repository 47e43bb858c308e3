"""
The only place that says yes.

decide() is pure: the same question always gets the same verdict, so that a decision in the trail can be taken again
years later. It denies by default, gives every reason in fixed order, and takes a mistake of its own for a no.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from consent.standing import State
from hub.permit import Permit, Phase, Reason, Refusal, Verdict
from schemas.agreement import Basis, Flow
from schemas.base import Json

# What a notice can hold: a linkage that ended names only its own municipality.
NOTICE_FIELDS = ("gemeente", "ingangsdatum", "status")

_CHOICE_REASONS: Mapping[State, Reason] = {
    State.NOT_ASKED: Reason.NOT_ASKED,
    State.REFUSED: Reason.REFUSED,
    State.WITHDRAWN: Reason.WITHDRAWN,
    State.EXPIRED: Reason.EXPIRED,
}


@dataclass(frozen=True, slots=True)
class Question:
    """Everything that a decision depends on, and nothing else."""

    phase: Phase
    subject: str
    recipient: str
    flow: Flow
    agreement: str
    in_force: bool  # the agreement, on this day
    agreed: bool  # the flow stands in that agreement
    linked: bool  # the recipient knows this person
    can_wait: bool  # a fact waits for a link; an event has nobody to wait for
    consent: State | None  # None: this flow does not rest on consent
    available: bool  # there is something to open or to answer with
    objected: bool = False  # the person objects to what rests on a public task, and nobody decided yet that it goes on
    restricted: bool = False  # nothing about this person moves; nothing is thrown away
    beside: bool = False  # another flow between these two about this person is permitted now
    known: bool = False  # the recipient could know already that the source is linked to this person


def decide(question: Question) -> Verdict:
    """Yes, as a Permit, only when no ground for refusal holds; otherwise a Refusal with all of them."""
    reasons = tuple(reason for reason, holds in _GROUNDS if _holds(holds, question))
    flow = question.flow
    if reasons:
        return Refusal(question.phase, question.recipient, flow.id, flow.purpose, reasons)
    return Permit(
        phase=question.phase, subject=question.subject, recipient=question.recipient, flow=flow.id,
        purpose=flow.purpose, basis=flow.basis, fields=flow.fields, agreement=question.agreement,
    )  # fmt: skip


def decide_own(subject: str, partner: str, fields: tuple[str, ...], agreement: str) -> Permit:
    """A source reads back what it said itself. No flow is needed for that: nothing reaches anybody new."""
    return Permit(Phase.OWN, subject, partner, "eigen-bericht", "eigen-bericht", "eigen-bericht", fields, agreement)


def decide_access(subject: str, fields: tuple[str, ...], agreement: str) -> Permit:
    """
    The person asks for their own file (AVG art. 15): whatever is held about them may be opened, for them.

    No choice, objection or restriction stands in the way, nor the end of the agreement. It is no flow, and no
    partner's.
    """
    return Permit(Phase.OWN, subject, "betrokkene", "inzage", "inzage", "inzage", fields, agreement)


def decide_notice(subject: str, recipient: str, flow: str, purpose: str, basis: str, agreement: str) -> Permit:
    """
    A notice of the hub's own (the end of a linkage, a request to delete) may always be read by whom it is for.

    It must reach a partner that is linked no longer, whatever the resident chose, and after the agreement ended.
    """
    return Permit(Phase.OPEN, subject, recipient, flow, purpose, basis, NOTICE_FIELDS, agreement)


def decide_entry(permit: Permit, owner: str) -> Permit:
    """What was permitted beside a flow about a person, for an entry of the partner whose staff is told of."""
    return Permit(
        permit.phase, owner, permit.recipient, permit.flow, permit.purpose, permit.basis, permit.fields,
        permit.agreement,
    )  # fmt: skip


def only(permit: Permit, *fields: str) -> Permit:
    """The same yes, for no more than these fields of it."""
    return Permit(
        permit.phase, permit.subject, permit.recipient, permit.flow, permit.purpose, permit.basis,
        tuple(name for name in permit.fields if name in fields), permit.agreement,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Counting:
    """What it depends on whether somebody is counted, by what one sort of message says about them."""

    subject: str
    # What would be opened of each such message; nothing, when only that there is somebody is counted.
    fields: tuple[str, ...]
    agreement: str
    in_force: bool
    objected: bool
    restricted: bool
    # What the person chose for each flow of that message; None: that flow does not rest on consent.
    choices: tuple[State | None, ...] = ()


def decide_count(counting: Counting) -> Verdict:
    """
    Somebody is counted for figures in which nobody is named (AVG art. 5(1)(b), 89), unless they object or all is held.

    What was told on their consent is not counted with once they said no to every purpose of it. A yes whose days are
    over is no no: it was told rightly, and is still here.
    """
    given = {Reason.NO_AGREEMENT: not counting.in_force, **_said_no(counting)}
    stopped = {Reason.OBJECTED: counting.objected, Reason.RESTRICTED: counting.restricted}
    # Only a plain no lets it through: what nobody foresaw stops it.
    reasons = tuple(reason for reason, holds in {**given, **stopped}.items() if holds is not False)
    if reasons:
        return Refusal(Phase.OWN, "hub", "telling", "telling", reasons)
    return Permit(
        Phase.OWN, counting.subject, "hub", "telling", "telling", "telling", counting.fields, counting.agreement
    )


def _said_no(counting: Counting) -> dict[Reason, bool]:
    noes = (State.NOT_ASKED, State.REFUSED, State.WITHDRAWN)
    states = [None if choice is None else _standing(choice) for choice in counting.choices]
    if not counting.fields or any(state not in noes for state in states):
        return {}
    if not states:
        return {Reason.NO_FLOW: True}
    return {_CHOICE_REASONS[state]: True for state in noes if state in states}


def replay(record: Mapping[str, Json], flow: Flow, subject: str) -> Verdict:
    """The verdict on a question as the trail keeps it (see `to_record`); must equal the one recorded."""
    choice = record["toestemming"]
    return decide(
        Question(
            phase=Phase(str(record["fase"])), subject=subject, recipient=str(record["ontvanger"]), flow=flow,
            agreement=str(record["afspraak"]), in_force=record["afspraakGeldig"] is True,
            agreed=record["stroomAfgesproken"] is True, linked=record["gekoppeld"] is True,
            can_wait=record["kanWachten"] is True, consent=None if choice is None else State(str(choice)),
            available=record["beschikbaar"] is True,
            # What was decided before anybody could object says nothing about it.
            objected=record.get("bezwaar") is True, restricted=record.get("beperkt") is True,
            beside=record.get("andereStroom") is True, known=record.get("teWeten") is True,
        )
    )  # fmt: skip


def to_record(question: Question, verdict: Verdict) -> dict[str, Json]:
    """A question and its verdict as the trail keeps them; without any content of the message."""
    reasons = verdict.reasons if isinstance(verdict, Refusal) else ()
    return {
        "stroom": question.flow.id,
        "doel": question.flow.purpose,
        "fase": question.phase.value,
        "ontvanger": question.recipient,
        "afspraak": question.agreement,
        "afspraakGeldig": question.in_force,
        "stroomAfgesproken": question.agreed,
        "gekoppeld": question.linked,
        "kanWachten": question.can_wait,
        "toestemming": None if question.consent is None else question.consent.value,
        "beschikbaar": question.available,
        "bezwaar": question.objected,
        "beperkt": question.restricted,
        **_rides_along(question),
        "besluit": "ja" if isinstance(verdict, Permit) else "nee",
        "redenen": [reason.value for reason in reasons],
    }


def _rides_along(question: Question) -> dict[str, Json]:
    # Of any other flow these are not asked, and nothing is written down.
    return {"andereStroom": question.beside, "teWeten": question.known} if _of_staff(question) else {}


def _of_staff(question: Question) -> bool:
    return question.flow.basis is Basis.LEGITIMATE_INTEREST


def _consent_is(state: State) -> Callable[[Question], bool]:
    # A flow on consent with no state known counts as never asked: no basis takes over from another.
    def holds(question: Question) -> bool:
        if question.flow.basis is Basis.PUBLIC_TASK or _of_staff(question):
            return False
        return _standing(question.consent) is state

    return holds


def _standing(consent: State | None) -> State:
    # What nobody foresaw counts as never asked: a new state is a no until somebody gives it a reason.
    foreseen = consent is State.IN_FORCE or consent in _CHOICE_REASONS
    return consent if foreseen and isinstance(consent, State) else State.NOT_ASKED


def _nobody_there(question: Question) -> bool:
    waits = question.phase is Phase.PUBLISH and question.can_wait
    return not question.linked and not waits


_GROUNDS: tuple[tuple[Reason, Callable[[Question], bool]], ...] = (
    (Reason.NO_AGREEMENT, lambda question: not question.in_force),
    (Reason.NO_FLOW, lambda question: not question.agreed),
    *((reason, _consent_is(state)) for state, reason in _CHOICE_REASONS.items()),
    (Reason.OBJECTED, lambda question: question.objected and question.flow.basis is not Basis.CONSENT),
    (Reason.RESTRICTED, lambda question: question.restricted),
    (Reason.NOTHING_BESIDE, lambda question: _of_staff(question) and not question.beside),
    (Reason.NOT_TO_KNOW, lambda question: _of_staff(question) and not question.known),
    (Reason.NO_RECIPIENT, _nobody_there),
    (Reason.NOTHING_THERE, lambda question: not question.available),
)


def _holds(ground: Callable[[Question], bool], question: Question) -> bool:
    try:
        return ground(question)
    except Exception:  # noqa: BLE001  # a mistake in a ground is a no, never a yes
        return True
