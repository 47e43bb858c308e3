"""Makes a colleague of what an organisation's sign-in says about somebody: wholly, or not at all and for one reason."""

from collections.abc import Mapping

from hub.identity.providers import Provider
from hub.identity.refusals import Refused
from hub.identity.staff import KNOWS_PEOPLE, ROLE_OF, Staff, mistakes_in, staff_id
from schemas.agreement import Agreement

LONGEST_NAME = 80


def staff_of(provider: Provider, claims: Mapping[str, object], agreement: Agreement) -> Staff | Refused:
    """Who this is at the hub. What is not in the provider's table of words counts for nothing, or stops."""
    # 1. Exactly one function: other roles and groups of that organisation are none of our business.
    functions = {
        provider.functions[word] for word in _words(claims, provider.claims.function) & set(provider.functions)
    }
    if len(functions) != 1:
        return Refused.TWO_FUNCTIONS if functions else Refused.NO_FUNCTION
    (function,) = functions

    # 2. Exactly one partner, of those that this provider vouches for.
    partner = _partner(provider, claims)
    if partner is None or partner not in agreement.partners:
        return Refused.ELSEWHERE
    if agreement.partners[partner].role is not ROLE_OF[function]:
        return Refused.DOES_NOT_FIT

    # 3. Vestigingen that are all known, and at least one for who works with residents.
    branches = _branches(provider, claims)
    if branches is None or not branches <= set(agreement.partners[partner].branches):
        return Refused.UNKNOWN_BRANCH
    if function in KNOWS_PEOPLE and agreement.partners[partner].branches and not branches:
        return Refused.NO_BRANCH

    # 4. A name for on the screen.
    name = _name(claims.get(provider.claims.name))
    if not name:
        return Refused.NO_NAME
    return _checked(Staff(staff_id(provider.issuer, str(claims["sub"])), name, function, partner, branches), agreement)


def _checked(staff: Staff, agreement: Agreement) -> Staff | Refused:
    """The rules that hold for every colleague, wherever they come from, have the last word."""
    wrong = mistakes_in(staff.function, staff.partner, staff.branches, agreement)
    return Refused.DOES_NOT_FIT if wrong else staff


def _words(claims: Mapping[str, object], name: str | None) -> frozenset[str]:
    """A claim with one text, or a list of texts; anything else says nothing."""
    value = claims.get(name) if name else None
    values = value if isinstance(value, list) else [value]
    return frozenset(word for word in values if isinstance(word, str))


def _partner(provider: Provider, claims: Mapping[str, object]) -> str | None:
    if provider.claims.partner is None:
        # With more than one in the file, the file would have been refused.
        (only,) = provider.vouches_for
        return only
    words = _words(claims, provider.claims.partner)
    named = {provider.partners.get(word) for word in words}
    return named.pop() if len(named) == 1 and named <= provider.vouches_for else None


def _branches(provider: Provider, claims: Mapping[str, object]) -> frozenset[str] | None:
    """Ours for theirs; None when one is unknown."""
    words = _words(claims, provider.claims.branches)
    known = frozenset(provider.branches[word] for word in words if word in provider.branches)
    return known if words <= set(provider.branches) else None


def _name(value: object) -> str:
    name = " ".join(value.split()) if isinstance(value, str) else ""
    return name[:LONGEST_NAME] if name.isprintable() else ""
