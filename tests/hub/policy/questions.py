"""Every question that can be put to decide(), for tests that look at all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product

from hypothesis import strategies as st

from consent.standing import State
from hub.permit import Phase, Reason
from hub.policy.decide import Question
from schemas.agreement import SHIPPED, Basis, Flow, read_agreement

FLOWS = read_agreement(SHIPPED / "almere.toml").flows
ON_CONSENT = next(flow for flow in FLOWS if flow.basis is Basis.CONSENT)
ON_TASK = next(flow for flow in FLOWS if flow.basis is Basis.PUBLIC_TASK)
OF_STAFF = next(flow for flow in FLOWS if flow.basis is Basis.LEGITIMATE_INTEREST)
CONSENTS = (None, *State)
TRUTHS = (True, False)
GOOD = Question(
    Phase.OPEN, "a" * 32, "randstad", ON_CONSENT, "hash", True, True, True, True, State.IN_FORCE, True,
    beside=True, known=True,
)  # fmt: skip
# Only of staff it matters what runs beside it.
NOTHING = (False, False)
BESIDE: Mapping[Flow, Sequence[tuple[bool, ...]]] = {
    ON_CONSENT: [NOTHING],
    ON_TASK: [NOTHING],
    OF_STAFF: list(product(TRUTHS, repeat=2)),
}

# All 23,040 of them, for one flow on each basis.
EVERY = [
    replace(
        Question(phase, "a" * 32, "randstad", flow, "hash", in_force, agreed, linked, can_wait, consent, available),
        objected=objected,
        restricted=restricted,
        beside=beside,
        known=known,
    )
    for phase, flow, (in_force, agreed, linked, can_wait), consent, (available, objected, restricted) in product(
        Phase, BESIDE, product(TRUTHS, repeat=4), CONSENTS, product(TRUTHS, repeat=3)
    )
    for beside, known in BESIDE[flow]
]

questions = st.builds(
    Question,
    phase=st.sampled_from(Phase),
    subject=st.text("xyz", min_size=32, max_size=32),
    recipient=st.sampled_from(["coa", "randstad", "GM0034", "GM0363"]),
    flow=st.sampled_from(FLOWS),
    agreement=st.text("0123456789abcdef", min_size=64, max_size=64),
    in_force=st.booleans(),
    agreed=st.booleans(),
    linked=st.booleans(),
    can_wait=st.booleans(),
    consent=st.sampled_from(CONSENTS),
    available=st.booleans(),
    objected=st.booleans(),
    restricted=st.booleans(),
    beside=st.booleans(),
    known=st.booleans(),
)


def expected(question: Question) -> tuple[Reason, ...]:
    """All reasons why not, said a second time and otherwise: by name, in the order of Reason."""
    waits = question.phase is Phase.PUBLISH and question.can_wait
    asked = State.NOT_ASKED if question.consent is None else question.consent
    consent = {asked.value} if question.flow.needs_consent else set()
    why = {
        "geen-afspraak": not question.in_force,
        "geen-stroom": not question.agreed,
        **{state: state in consent for state in ("niet-gevraagd", "geweigerd", "ingetrokken", "verlopen")},
        "bezwaar": question.objected and not question.flow.needs_consent,
        "beperkt": question.restricted,
        "geen-andere-stroom": question.flow.message == "contactpersoon" and not question.beside,
        "niet-te-weten": question.flow.message == "contactpersoon" and not question.known,
        "geen-ontvanger": not (question.linked or waits),
        "niets-beschikbaar": not question.available,
    }
    return tuple(Reason(name) for name, holds in why.items() if holds)
