"""A casemanager registers a resident who asks for help, and finds them again by COA's own reference."""

from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from audit.events import Kind
from hub.db import new_id
from hub.exchange import trail
from hub.exchange.hub import Hub
from hub.exchange.situation import Situation, locked
from hub.identity.principals import Principal
from hub.people import subjects
from hub.people.subjects import NewLink
from hub.vault.subject_keys import KeyClass
from schemas.agreement import Role
from schemas.base import InvalidInput, Mistake


@dataclass(frozen=True, slots=True)
class Registration:
    """Who asks for help: COA's own reference (a V-number), their language, and the azc that registers them."""

    reference: str
    language: str
    branch: str


@dataclass(frozen=True, slots=True)
class Registered:
    """The name by which this partner knows the person from now on; `new` when nobody of it did before."""

    name: str
    new: bool


def register(hub: Hub, by: Principal, registration: Registration) -> Registered:
    """Register a person, or find the one with this reference. Raises InvalidInput for another's vestiging."""
    wrong = mistakes_in_branch(by, registration.branch)
    if wrong:
        raise InvalidInput(*wrong)
    known = _known(hub, by, registration)
    if known is not None:
        return known
    try:
        return _add(hub, by, registration)
    except IntegrityError:
        # A colleague registered the same reference at the same moment; theirs stands.
        known = _known(hub, by, registration)
        if known is None:
            raise
        return known


def mistakes_in_branch(by: Principal, branch: str) -> list[Mistake]:
    """A client registers and links for its own vestigingen only."""
    mine = ", ".join(sorted(by.branches))
    return [] if branch in by.branches else [Mistake("vestiging", f"Kies een vestiging van uzelf: {mine}.")]


def find(hub: Hub, by: Principal, reference: str) -> list[str]:
    """The names of one's own people with this reference: one, or none."""
    with hub.database.reading() as session:
        link = subjects.find_reference(session, hub.vault, by.partner, reference)
        return [] if link is None or not subjects.sees(session, by, link) else [link.pseudonym]


def _known(hub: Hub, by: Principal, registration: Registration) -> Registered | None:
    with hub.database.reading() as session:
        found = subjects.find_reference(session, hub.vault, by.partner, registration.reference)
    if found is None:
        return None
    with hub.database.writing() as session:
        situation = locked(hub, session, found.subject_id)
        link = situation.link_of(by.partner)
        if link is None:
            return None
        # Another azc of COA sees the person too, from now on.
        subjects.add_branch(session, link, registration.branch, situation.now)
        record = {"vestiging": registration.branch}
        trail.write(session, situation, by, Kind.REGISTERED, "bekend", record)
        return Registered(link.pseudonym, new=False)


def _add(hub: Hub, by: Principal, registration: Registration) -> Registered:
    # The keys are committed before the data that needs them. If what follows fails, a few keys seal nothing.
    keys = hub.vault.subjects.create(new_id(), hub.now())
    with hub.database.writing() as session:
        now = hub.now()
        key = keys[KeyClass.LINKING]
        secret = subjects.add_subject(session, keys, registration.language, now)
        new = NewLink(by.partner, Role.COA, registration.reference, (registration.branch,))
        link = subjects.add_link(session, hub.vault, key, secret, new, now)
        situation = Situation(hub, key.subject, now, keys, [link], [])
        trail.write(session, situation, by, Kind.REGISTERED, "nieuw", {"vestiging": registration.branch})
        return Registered(link.pseudonym, new=True)
