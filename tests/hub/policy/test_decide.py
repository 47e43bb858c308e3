"""decide(): no when any ground for refusal holds, all reasons in fixed order, and the same again years later."""

import json
from dataclasses import FrozenInstanceError, replace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.standing import State
from hub.permit import Permit, Phase, Reason, Refusal, Verdict
from hub.policy import decide as policy
from hub.policy.decide import Counting, Question, decide, decide_count, decide_notice, decide_own, replay, to_record
from schemas.agreement import Flow
from tests.hub.policy.questions import CONSENTS, EVERY, FLOWS, GOOD, OF_STAFF, ON_TASK, expected, questions


class Broken:
    """A value that nobody can look at."""

    def __bool__(self) -> bool:
        raise RuntimeError("broken")

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("broken")

    __hash__ = None  # type: ignore[assignment]


def reasons_of(verdict: Verdict) -> tuple[Reason, ...]:
    return verdict.reasons if isinstance(verdict, Refusal) else ()


@given(questions)
def test_no_permit_without_flow_agreement_and_a_yes_in_force(question: Question) -> None:
    if isinstance(decide(question), Permit):
        assert question.agreed
        assert question.in_force
        assert question.available
        assert question.linked or (question.phase is Phase.PUBLISH and question.can_wait)
        assert not question.flow.needs_consent or question.consent is State.IN_FORCE
        assert question.flow.message != "contactpersoon" or (question.beside and question.known)


@given(questions)
def test_all_reasons_are_given_in_the_fixed_order(question: Question) -> None:
    assert reasons_of(decide(question)) == expected(question)


def test_every_question_that_can_be_put_has_the_right_answer() -> None:
    assert len(set(EVERY)) == 23040
    for question in EVERY:
        verdict, why = decide(question), expected(question)
        assert reasons_of(verdict) == why
        assert isinstance(verdict, Refusal if why else Permit)


def test_reasons_stand_in_the_order_in_which_they_are_named() -> None:
    order = list(Reason)
    for question in EVERY:
        places = [order.index(reason) for reason in reasons_of(decide(question))]
        assert places == sorted(set(places))


def test_every_reason_is_somebodys() -> None:
    assert {reason for question in EVERY for reason in reasons_of(decide(question))} == set(Reason)


@given(questions, st.tuples(*[st.booleans()] * 5), st.sampled_from(CONSENTS))
def test_adding_a_ground_for_refusal_never_makes_a_permit(
    question: Question, kept: tuple[bool, ...], other: State | None
) -> None:
    names = ("in_force", "agreed", "linked", "can_wait", "available")
    less: dict[str, Any] = {name: getattr(question, name) and keep for name, keep in zip(names, kept, strict=True)}
    worse = replace(question, **less, consent=other if question.consent is State.IN_FORCE else question.consent)
    assert not (isinstance(decide(question), Refusal) and isinstance(decide(worse), Permit))
    lost = set(reasons_of(decide(question))) - set(reasons_of(decide(worse)))
    assert lost == set()


def test_of_all_pairs_the_worse_one_never_gets_more() -> None:
    """The same for every question and every single ground that can be added to it."""
    for question in EVERY:
        for name in (
            "in_force", "agreed", "linked", "can_wait", "available", "objected", "restricted", "beside", "known",
        ):  # fmt: skip
            change: dict[str, Any] = {name: name in ("objected", "restricted")}
            worse = decide(replace(question, **change))
            assert set(reasons_of(decide(question))) <= set(reasons_of(worse))


@given(questions, st.sampled_from(CONSENTS))
def test_a_choice_does_not_matter_to_a_flow_that_does_not_rest_on_it(question: Question, other: State | None) -> None:
    by_task = replace(question, flow=ON_TASK)
    assert decide(by_task) == decide(replace(by_task, consent=other))


@pytest.mark.parametrize("name", ["beside", "known"])
def test_of_staff_nothing_is_told_by_itself(name: str) -> None:
    staff = replace(GOOD, flow=OF_STAFF)
    change: dict[str, Any] = {name: False}
    assert isinstance(decide(staff), Permit)
    assert isinstance(decide(replace(staff, **change)), Refusal)
    # A record in which nothing is said of it counts as no.
    kept = {key: value for key, value in to_record(staff, decide(staff)).items() if key != "andereStroom"}
    assert isinstance(replay(kept, OF_STAFF, staff.subject), Refusal)


@pytest.mark.parametrize("consent", [None, State.NOT_ASKED])
def test_a_flow_on_consent_of_which_nothing_is_known_was_not_asked(consent: State | None) -> None:
    assert reasons_of(decide(replace(GOOD, consent=consent))) == (Reason.NOT_ASKED,)


def test_a_basis_that_nobody_knows_is_taken_for_consent() -> None:
    strange = replace(GOOD.flow, basis=cast(Any, "vitaal-belang"))
    assert reasons_of(decide(replace(GOOD, flow=strange, consent=None))) == (Reason.NOT_ASKED,)


@pytest.mark.parametrize("state", ["onbekend", "", "ja", True])
def test_a_standing_that_nobody_foresaw_is_no_permit(state: object) -> None:
    assert isinstance(decide(replace(GOOD, consent=cast(State, state))), Refusal)


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.PUBLISH])
def test_only_a_publication_can_wait_for_a_link(phase: Phase) -> None:
    waiting = replace(GOOD, linked=False, can_wait=True)
    assert isinstance(decide(replace(waiting, phase=Phase.PUBLISH)), Permit)
    assert reasons_of(decide(replace(waiting, phase=phase))) == (Reason.NO_RECIPIENT,)


def test_an_event_has_nobody_to_wait_for() -> None:
    question = replace(GOOD, phase=Phase.PUBLISH, linked=False, can_wait=False)
    assert reasons_of(decide(question)) == (Reason.NO_RECIPIENT,)


@pytest.mark.parametrize("reason", [reason for reason, _ in policy._GROUNDS])
def test_a_ground_that_raises_is_a_no(reason: Reason, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(question: Question) -> bool:
        raise RuntimeError("a mistake in the ground")

    grounds = [(name, broken if name is reason else ground) for name, ground in policy._GROUNDS]
    monkeypatch.setattr(policy, "_GROUNDS", tuple(grounds))
    assert decide(GOOD) == Refusal(GOOD.phase, GOOD.recipient, GOOD.flow.id, GOOD.flow.purpose, (reason,))


@pytest.mark.parametrize("name", ["in_force", "agreed", "linked", "consent", "available"])
def test_a_value_that_breaks_is_a_no(name: str) -> None:
    change: dict[str, Any] = {name: Broken()}
    assert isinstance(decide(replace(GOOD, **change)), Refusal)


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: f"{flow.id} {flow.purpose}")
def test_a_permit_says_what_the_agreement_says(flow: Flow) -> None:
    question = replace(GOOD, flow=flow)
    assert decide(question) == Permit(
        phase=Phase.OPEN, subject=GOOD.subject, recipient="randstad", flow=flow.id, purpose=flow.purpose,
        basis=flow.basis, fields=flow.fields, agreement="hash",
    )  # fmt: skip


def test_a_verdict_cannot_be_changed_afterwards() -> None:
    for verdict in (decide(GOOD), decide(replace(GOOD, agreed=False))):
        with pytest.raises(FrozenInstanceError):
            verdict.purpose = "iets-anders"  # type: ignore[misc]


@given(questions)
def test_the_same_question_always_gets_the_same_answer(question: Question) -> None:
    assert decide(question) == decide(replace(question))


@given(questions)
def test_a_decision_in_the_trail_comes_out_the_same_again(question: Question) -> None:
    verdict = decide(question)
    kept = json.loads(json.dumps(to_record(question, verdict)))
    assert replay(kept, question.flow, question.subject) == verdict


@given(questions)
def test_the_trail_keeps_the_verdict_with_all_reasons_and_no_person(question: Question) -> None:
    verdict = decide(question)
    kept = to_record(question, verdict)
    assert kept["besluit"] == ("ja" if isinstance(verdict, Permit) else "nee")
    assert kept["redenen"] == list(reasons_of(verdict))
    assert (kept["stroom"], kept["doel"], kept["afspraak"]) == (
        question.flow.id, question.flow.purpose, question.agreement,
    )  # fmt: skip
    assert question.subject not in json.dumps(kept)


def test_no_two_questions_look_the_same_in_the_trail() -> None:
    kept = [json.dumps(to_record(question, decide(question)), sort_keys=True) for question in EVERY]
    assert len(set(kept)) == len(EVERY)


def test_a_record_in_which_a_truth_was_made_a_word_is_no_yes() -> None:
    record = to_record(GOOD, decide(GOOD))
    for name in ("afspraakGeldig", "stroomAfgesproken", "gekoppeld", "beschikbaar"):
        for strange in ("true", "ja", 1, None):
            assert isinstance(replay({**record, name: strange}, GOOD.flow, GOOD.subject), Refusal)


def test_a_source_may_read_back_what_it_said_itself() -> None:
    permit = decide_own("a" * 32, "coa", ("magWerken",), "hash")
    assert (permit.phase, permit.subject, permit.recipient) == (Phase.OWN, "a" * 32, "coa")
    assert permit.fields == ("magWerken",)


def test_a_notice_names_a_municipality_a_day_and_a_status_and_nothing_else() -> None:
    permit = decide_notice("a" * 32, "GM0034", ON_TASK.id, ON_TASK.purpose, ON_TASK.basis, "hash")
    assert (permit.phase, permit.fields) == (Phase.OPEN, ("gemeente", "ingangsdatum", "status"))


# Counting.

TASK, NOES = None, (State.NOT_ASKED, State.REFUSED, State.WITHDRAWN)
YES_OR_OVER = (State.IN_FORCE, State.EXPIRED)


def counting(*choices: State | None, fields: tuple[str, ...] = ("werkt",), **changes: bool) -> Counting:
    facts = {"in_force": True, "objected": False, "restricted": False, **changes}
    return Counting("person", fields, "a" * 64, choices=choices, **facts)


@pytest.mark.parametrize("one", [*NOES, *YES_OR_OVER, TASK])
@pytest.mark.parametrize("other", [*NOES, *YES_OR_OVER, TASK])
def test_somebody_is_counted_by_a_message_unless_they_said_no_to_every_purpose_of_it(
    one: State | None, other: State | None
) -> None:
    verdict = decide_count(counting(one, other))

    assert isinstance(verdict, Refusal if {one, other} <= set(NOES) else Permit)
    if isinstance(verdict, Permit):
        assert (verdict.subject, verdict.recipient, verdict.fields) == ("person", "hub", ("werkt",))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"in_force": False}, Reason.NO_AGREEMENT), ({"objected": True}, Reason.OBJECTED),
     ({"restricted": True}, Reason.RESTRICTED)],
)  # fmt: skip
def test_nobody_is_counted_who_objects_or_is_held_still_whatever_they_chose(
    changes: dict[str, bool], reason: Reason
) -> None:
    for choices in ((), (TASK,), (State.IN_FORCE,)):
        assert reasons_of(decide_count(counting(*choices, fields=("werkt",) if choices else (), **changes))) == (
            reason,
        )


def test_all_reasons_for_not_counting_are_given_in_the_fixed_order() -> None:
    verdict = decide_count(
        counting(State.WITHDRAWN, State.REFUSED, in_force=False, objected=True, restricted=True)
    )  # fmt: skip
    given = [Reason.NO_AGREEMENT, Reason.REFUSED, Reason.WITHDRAWN, Reason.OBJECTED, Reason.RESTRICTED]
    assert list(reasons_of(verdict)) == given == sorted(given, key=list(Reason).index)


def test_a_message_of_no_flow_is_not_counted_with_and_that_there_is_somebody_needs_none() -> None:
    assert reasons_of(decide_count(counting())) == (Reason.NO_FLOW,)
    assert isinstance(decide_count(counting(fields=())), Permit)


def test_what_nobody_foresaw_does_not_count_somebody() -> None:
    assert isinstance(decide_count(counting(objected=cast("bool", Broken()))), Refusal)
    assert isinstance(decide_count(counting(cast("State", "made up"))), Refusal)
