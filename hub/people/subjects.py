"""Registers a person, finds one's own people, and makes sure that one change about a person happens at a time."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Boolean, ColumnElement, Select, and_, bindparam, exists, func, insert, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from hub.db import new_id
from hub.identity.principals import Principal
from hub.people.models import Link, LinkBranch, Subject
from hub.people.pseudonyms import pseudonym, reference_index
from hub.vault.seal import Place, open_value, seal_value
from hub.vault.subject_keys import DataKey, KeyClass, Keys
from hub.vault.vault import PSEUDONYMS, REFERENCES, Vault
from schemas.agreement import Role


@dataclass(frozen=True, slots=True)
class NewLink:
    """A partner comes to know a person: by which own reference, through which vestigingen."""

    partner: str
    role: Role
    reference: str | None = None
    branches: tuple[str, ...] = ()


def _ours(link: type[Link]) -> ColumnElement[bool]:
    """Links of the client's partner, and of its vestigingen; a client without any acts for the whole partner."""
    seen = exists().where(LinkBranch.link_id == link.id, LinkBranch.branch.in_(bindparam("branches", expanding=True)))
    return and_(link.partner == bindparam("partner"), or_(bindparam("whole", type_=Boolean), seen))


def client(principal: Principal) -> dict[str, Any]:
    """What a statement with `visible` in it must be given about the client."""
    branches = sorted(principal.branches)
    return {"partner": principal.partner, "branches": branches, "whole": not branches}


def visible(link_id: ColumnElement[str] | InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """A condition: this row hangs on a link, ended or not, that the client sees (see `client`)."""
    link = aliased(Link)
    return exists().where(link.id == link_id, _ours(link))


# Built once: putting a statement together costs more than running it.
_FIND = select(Link.id, Link.subject_id).where(
    Link.pseudonym == bindparam("name"), Link.ended_at.is_(None), _ours(Link)
)
_FIND_AND_LOCK = _FIND.join(Subject, Subject.id == Link.subject_id).with_for_update(of=Subject)
_KNOWS = select(Link.id, Link.subject_id).where(
    Link.subject_id == bindparam("subject"), Link.ended_at.is_(None), _ours(Link)
)
_KNOWN_NOW = select(Link.id, Link.subject_id).where(Link.ended_at.is_(None), _ours(Link))
_PAGE = _KNOWN_NOW.order_by(Link.since.desc(), Link.id.desc()).offset(bindparam("skip")).limit(bindparam("most"))
_HOW_MANY = select(func.count()).select_from(Link).where(Link.ended_at.is_(None), _ours(Link))
_SEES = select(Link.id).where(Link.id == bindparam("link"), _ours(Link))
_LOCK = select(Subject.id).where(Subject.id == bindparam("subject")).with_for_update()
_KNOWN = (
    select(Link, Subject.objected_at, Subject.restricted_at)
    .join(Subject, Subject.id == Link.subject_id)
    .where(Link.subject_id == bindparam("subject"))
    .order_by(Link.since, Link.id)
    .execution_options(populate_existing=True)
)


class Found(NamedTuple):
    """A link that a client sees, and whose it is."""

    id: str
    subject_id: str


class Known(NamedTuple):
    """A person's links, ended ones too, oldest first; whether they object, and whether all is held still."""

    links: Sequence[Link]
    objected: bool
    restricted: bool


def find(session: Session, principal: Principal, name: object) -> Found | None:
    """The person whom this client knows by this pseudonym; None for everybody else."""
    return _found(session, _FIND, principal, name)


def find_and_lock(session: Session, principal: Principal, name: object) -> Found | None:
    """The same, and everything else about this person waits from here on: one trip to the database instead of two."""
    return _found(session, _FIND_AND_LOCK, principal, name)


def _found(session: Session, statement: Select[str, str], principal: Principal, name: object) -> Found | None:
    # A name that cannot be one is looked for too, under a name that nobody has: it takes the same time.
    fits = isinstance(name, str) and len(name) <= 64 and name.isascii() and name.isprintable()
    row = session.connection().execute(statement, {"name": name if fits else "", **client(principal)}).one_or_none()
    return None if row is None else Found(row.id, row.subject_id)


def find_reference(session: Session, vault: Vault, partner: str, reference: str) -> Link | None:
    """The person whom this partner calls so, at whichever vestiging."""
    index = reference_index(vault.partners.of(partner, REFERENCES), reference)
    found = select(Link).where(Link.partner == partner, Link.reference_index == index, Link.ended_at.is_(None))
    return session.scalars(found).one_or_none()


def known_to(session: Session, principal: Principal, subject_id: str) -> Found | None:
    """This person, when the client acts for a vestiging that knows them now."""
    row = session.connection().execute(_KNOWS, {"subject": subject_id, **client(principal)}).one_or_none()
    return None if row is None else Found(row.id, row.subject_id)


def page_of(session: Session, principal: Principal, skip: int, most: int) -> list[Found]:
    """Some of the people whom this client knows now, who came last first."""
    rows = session.execute(_PAGE, {"skip": skip, "most": most, **client(principal)})
    return [Found(row.id, row.subject_id) for row in rows]


def how_many(session: Session, principal: Principal) -> int:
    """How many people this client knows now."""
    return session.scalar(_HOW_MANY, client(principal)) or 0


def sees(session: Session, principal: Principal, link: Link) -> bool:
    """Does this client act for a vestiging that knows this person?"""
    return session.scalar(_SEES, {"link": link.id, **client(principal)}) is not None


def lock(session: Session, subject_id: str) -> None:
    """Everything else about this person waits until this transaction ends. Taken before anything else is."""
    connection = session.connection()
    # On SQLite the transaction began as the only writer: everybody waits already.
    if connection.dialect.name != "sqlite":
        connection.execute(_LOCK, {"subject": subject_id})


def known(session: Session, subject_id: str) -> Known:
    """Who knows this person, and what holds everything up; as it is now, not as it was before the lock."""
    rows = session.execute(_KNOWN, {"subject": subject_id}).all()
    objected, restricted = next(((row[1] is not None, row[2] is not None) for row in rows), (False, False))
    return Known([row[0] for row in rows], objected, restricted)


def registered_at(session: Session, subject_id: str) -> datetime:
    """When this person came with a request for help."""
    return session.scalars(select(Subject.created_at).where(Subject.id == subject_id)).one()


def add_subject(session: Session, keys: Keys, language: str, now: datetime) -> bytes:
    """Store a new person under the keys that were made for them; gives the secret their pseudonyms come from."""
    key = keys[KeyClass.LINKING]
    secret = secrets.token_bytes(32)
    row = {
        "id": key.subject,
        "created_at": now,
        "secret": seal_value(key, Place("subjects", "secret", key.subject), secret),
        "language": seal_value(key, Place("subjects", "language", key.subject), language.encode()),
    }
    session.execute(insert(Subject), [row])
    return secret


def secret_of(session: Session, key: DataKey) -> bytes:
    """The secret that this person's pseudonyms come from."""
    sealed = session.scalars(select(Subject.secret).where(Subject.id == key.subject)).one()
    return open_value(key, Place("subjects", "secret", key.subject), sealed)


def language_of(session: Session, key: DataKey) -> str:
    """The language in which this person was registered, as its ISO 639-1 code."""
    sealed = session.scalars(select(Subject.language).where(Subject.id == key.subject)).one()
    return open_value(key, Place("subjects", "language", key.subject), sealed).decode()


def add_link(session: Session, vault: Vault, key: DataKey, secret: bytes, new: NewLink, now: datetime) -> Link:
    """Let a partner know this person from now on. The database refuses a second link of person or reference."""
    row = new_id()
    link = Link(
        id=row, subject_id=key.subject, partner=new.partner, role=new.role.value,
        pseudonym=pseudonym(vault.partners.of(new.partner, PSEUDONYMS), secret), since=now,
    )  # fmt: skip
    if new.reference is not None:
        link.reference = seal_value(key, Place("links", "reference", row), new.reference.encode())
        link.reference_index = reference_index(vault.partners.of(new.partner, REFERENCES), new.reference)
    session.add(link)
    session.flush()
    session.add_all(LinkBranch(link_id=row, branch=branch, since=now) for branch in new.branches)
    session.flush()
    return link


def add_branch(session: Session, link: Link, branch: str, now: datetime) -> bool:
    """Another vestiging of the same partner registered this person. True when that is new."""
    if session.get(LinkBranch, (link.id, branch)) is not None:
        return False
    session.add(LinkBranch(link_id=link.id, branch=branch, since=now))
    session.flush()
    return True


def reference_of(link: Link, key: DataKey) -> str:
    """What the partner itself calls this person."""
    return open_value(key, Place("links", "reference", link.id), link.reference or b"").decode()


def end_link(session: Session, link: Link, now: datetime) -> None:
    """This partner knows the person no longer. The row stays, for what it must still be told."""
    link.ended_at = now
    session.flush()
