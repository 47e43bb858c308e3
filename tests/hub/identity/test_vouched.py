"""A provider's words make somebody one colleague with one place, or nobody at all."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.identity.providers import ClaimNames, Provider
from hub.identity.refusals import Refused
from hub.identity.staff import KNOWS_PEOPLE, Function, Staff, mistakes_in
from hub.identity.vouched import staff_of
from schemas.agreement import SHIPPED, read_agreement

ALMERE = read_agreement(SHIPPED / "almere.toml")
BRANCHES = {"Mijl": "azc-almere-engelse-mijl", "Markerkant": "nol-almere-markerkant", "1300": "almere"}
# One provider for everybody, so that each rule can be met: no organisation has one like it.
ALL = Provider(
    name="alle", title="Alle", issuer="https://inlog.example.nl", client_id="ketenhub", scope="openid",
    vouches_for=frozenset({"coa", "randstad", "GM0034"}), claims=ClaimNames("rol", "naam", "bij", "waar"),
    functions={function.value: function for function in Function},
    partners={"COA": "coa", "Randstad": "randstad", "Almere": "GM0034", "Amsterdam": "GM0363"}, branches=BRANCHES,
)  # fmt: skip
NOOR = {"sub": "1", "rol": ["casemanager"], "bij": "COA", "waar": ["Mijl"], "naam": "Noor"}
SAMIRA = {"sub": "2", "rol": "klantmanager", "bij": "Almere", "naam": "Samira"}


def made(**changed: Any) -> Staff | Refused:
    told = {**NOOR, **changed}
    return staff_of(ALL, {name: value for name, value in told.items() if value is not ...}, ALMERE)


def test_noor_is_casemanager_of_her_azc() -> None:
    noor = made()
    assert isinstance(noor, Staff)
    assert (noor.name, noor.function, noor.partner) == ("Noor", Function.CASEMANAGER, "coa")
    assert noor.branches == {"azc-almere-engelse-mijl"}


def test_a_klantmanager_has_no_vestiging() -> None:
    samira = staff_of(ALL, SAMIRA, ALMERE)
    assert isinstance(samira, Staff)
    assert (samira.partner, samira.branches) == ("GM0034", frozenset())


def test_an_officer_may_have_none_and_sees_nobody() -> None:
    assert isinstance(made(rol="privacy-officer", waar=...), Staff)


def test_other_groups_and_a_name_with_spaces_are_no_matter() -> None:
    noor = made(rol=["intranet", "casemanager", "casemanager"], naam="  Noor   Bakker ", waar=["Mijl", "Markerkant"])
    assert isinstance(noor, Staff)
    assert noor.name == "Noor Bakker"
    assert len(noor.branches) == 2


REFUSED: dict[str, tuple[dict[str, Any], Refused]] = {
    "no function": ({"rol": ["intranet"]}, Refused.NO_FUNCTION),
    "no claim": ({"rol": ...}, Refused.NO_FUNCTION),
    "no text": ({"rol": {"casemanager": True}}, Refused.NO_FUNCTION),
    "another case": ({"rol": "Casemanager"}, Refused.NO_FUNCTION),
    "functions in one text": ({"rol": "casemanager consulent"}, Refused.NO_FUNCTION),
    "two functions": ({"rol": ["casemanager", "privacy-officer"]}, Refused.TWO_FUNCTIONS),
    "no organisation": ({"bij": ...}, Refused.ELSEWHERE),
    "an unknown organisation": ({"bij": "IND"}, Refused.ELSEWHERE),
    "an unknown one beside": ({"bij": ["COA", "IND"]}, Refused.ELSEWHERE),
    "two organisations": ({"bij": ["COA", "Randstad"]}, Refused.ELSEWHERE),
    "one that the provider does not vouch for": ({**SAMIRA, "bij": "Amsterdam"}, Refused.ELSEWHERE),
    "a consulent at COA": ({"rol": "consulent"}, Refused.DOES_NOT_FIT),
    "a casemanager at Randstad": ({"bij": "Randstad"}, Refused.DOES_NOT_FIT),
    "a casemanager in Almere": ({"bij": "Almere", "waar": ...}, Refused.DOES_NOT_FIT),
    "no vestiging": ({"waar": []}, Refused.NO_BRANCH),
    "a vestiging that is no text": ({"waar": 7}, Refused.NO_BRANCH),
    "an unknown vestiging": ({"waar": "Ter Apel"}, Refused.UNKNOWN_BRANCH),
    "an unknown vestiging beside": ({"waar": ["Mijl", "Ter Apel"]}, Refused.UNKNOWN_BRANCH),
    "a vestiging of another": ({"waar": ["Mijl", "1300"]}, Refused.UNKNOWN_BRANCH),
    "a municipality with a vestiging": ({**SAMIRA, "waar": ["1300"]}, Refused.UNKNOWN_BRANCH),
    "no name": ({"naam": ...}, Refused.NO_NAME),
    "an empty name": ({"naam": "  "}, Refused.NO_NAME),
    "a name with an escape": ({"naam": "No\x1bor"}, Refused.NO_NAME),
}


@pytest.mark.parametrize(("changed", "why"), REFUSED.values(), ids=REFUSED)
def test_whoever_has_no_single_place_is_nobody(changed: dict[str, Any], why: Refused) -> None:
    assert made(**changed) is why


def test_a_provider_of_one_partner_vouches_for_that_one_and_no_other() -> None:
    """Randstad's provider can say what it likes: nobody of it is ever COA's."""
    randstad = Provider(
        name="randstad", title="Randstad", issuer="https://inlog.randstad.example.nl", client_id="ketenhub",
        scope="openid", vouches_for=frozenset({"randstad"}), claims=ClaimNames("rol", "naam", None, "waar"),
        functions=ALL.functions, partners={}, branches=BRANCHES,
    )  # fmt: skip
    assert staff_of(randstad, NOOR, ALMERE) is Refused.DOES_NOT_FIT
    assert staff_of(randstad, {**NOOR, "rol": "consulent"}, ALMERE) is Refused.UNKNOWN_BRANCH


words = st.sampled_from([*[one.value for one in Function], *ALL.partners, *BRANCHES, "Ter Apel", "intranet", ""])
strange = st.one_of(st.none(), st.integers(), st.dictionaries(words, words, max_size=1))
claim = st.one_of(words, st.lists(words, max_size=3), strange)


@given(rol=claim, bij=claim, waar=claim, naam=claim)
def test_whatever_a_provider_says_nobody_gets_a_place_that_the_agreement_does_not_have(**said: Any) -> None:
    staff = staff_of(ALL, {"sub": "1", **said}, ALMERE)
    if isinstance(staff, Staff):
        assert staff.partner in ALL.vouches_for
        assert mistakes_in(staff.function, staff.partner, staff.branches, ALMERE) == []
        assert staff.branches or staff.function not in KNOWS_PEOPLE or staff.partner.startswith("GM")
