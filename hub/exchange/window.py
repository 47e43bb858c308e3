"""A casemanager gives a resident the slip of their own window; with its code the resident, and no other, looks in."""

from dataclasses import dataclass
from datetime import date, datetime

from audit.events import Kind
from consent import records
from consent.standing import State, standing
from hub.clock import day_of, stamp
from hub.errors import TooMany
from hub.exchange import trail
from hub.exchange.hub import Hub
from hub.exchange.publish import UNKNOWN_PERSON
from hub.exchange.situation import enter, locked_or_nobody
from hub.identity.principals import RESIDENT, Principal
from hub.people import subjects, window_failures, windows
from hub.people.models import WindowSlip
from hub.vault.subject_keys import KeyClass
from schemas.base import InvalidInput, Json

HOUR_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class WindowSlipMade:
    """What is printed: the code, the first day on which it no longer works, and the resident's language."""

    code: str
    expires_on: date
    language: str


@dataclass(frozen=True, slots=True)
class Opened:
    """The window is open. `secret` is for the cookie and is kept nowhere."""

    secret: str


@dataclass(frozen=True, slots=True)
class Closed:
    """The code opened nothing. Unknown, replaced, run out: nobody is told which."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """How it stands with one purpose; `until` is the first day on which a yes no longer counts."""

    purpose: str
    state: State
    until: date | None


def issue(hub: Hub, by: Principal, name: object) -> WindowSlipMade:
    """A slip for this person's window; the one before is void and its window closes. Raises InvalidInput."""
    with hub.database.writing() as session:
        entered = enter(hub, session, by, name, KeyClass.LINKING)
        if entered is None:
            raise InvalidInput(UNKNOWN_PERSON)
        situation, _ = entered
        days = hub.agreement.consent_days
        slip = windows.issue(session, hub.vault, situation.subject, situation.now, days)
        language = subjects.language_of(session, situation.key(KeyClass.LINKING))
        record: dict[str, Json] = {"verlooptOp": slip.expires_on.isoformat()}
        trail.write(session, situation, by, Kind.WINDOW_ISSUED, trail.YES, record)
        return WindowSlipMade(slip.code, slip.expires_on, language)


def slips(hub: Hub, by: Principal, name: object) -> list[Json]:
    """The slips of one's own resident: until when, and when each was last used. Not the codes, nor what was seen."""
    with hub.database.reading() as session:
        link = subjects.find(session, by, name)
        found = [] if link is None else windows.of_subject(session, link.subject_id)
        return [_listed(slip, hub.today()) for slip in found]


def open_with(hub: Hub, code: str, network: str | None, at: datetime) -> Opened | Closed:
    """
    Open the window of whom this code belongs to; `network` is where the request came from, `at` the wall clock.

    The use is in the trail, committed, before anything is shown. Raises TooMany after 30 codes in an hour that
    opened nothing from this network, or 2000 from everywhere.
    """
    with hub.database.writing() as session:
        if window_failures.too_many(session, hub.vault, network, at):
            raise TooMany(HOUR_SECONDS)
        found = windows.find(session, hub.vault, code)
        # A code that never was takes the same steps, with nobody.
        situation = locked_or_nobody(hub, session, None if found is None else found.subject_id)
        slip = windows.find(session, hub.vault, code)
        theirs = slip is not None and slip.subject_id == situation.subject
        if slip is not None and theirs and windows.works(slip, day_of(situation.now)):
            secret = windows.begin(session, slip, situation.now, at)
            trail.write(session, situation, RESIDENT, Kind.WINDOW_USED, trail.YES, {})
            return Opened(secret)
        window_failures.count(session, hub.vault, network, at)
        # Of a slip that was, the casemanager sees that somebody tried. About nobody the trail keeps nothing: who
        # is not known cannot make it grow. The work is the same.
        attempt = session.begin_nested()
        trail.write(session, situation, RESIDENT, Kind.WINDOW_REFUSED, trail.NO, {})
        attempt.commit() if theirs else attempt.rollback()
        return Closed()


def who_looks(hub: Hub, secret: str, at: datetime) -> str | None:
    """The person whose window this secret keeps open; None when it is closed."""
    with hub.database.reading() as session:
        slip = windows.behind(session, secret, hub.today(), at)
        stale = slip is not None and windows.is_stale(session, secret, at)
    if slip is not None and stale:
        with hub.database.writing() as session:
            windows.seen(session, secret, at)
    return None if slip is None else slip.subject_id


def choices(hub: Hub, subject: str) -> list[Chosen]:
    """What the resident chose for every purpose that asks for a yes, as it stands today."""
    with hub.database.reading() as session:
        given = [one.given for one in records.choices_of(session, subject)]
    stand = [(one, standing(given, one, hub.today(), hub.terms(one))) for one in hub.agreement.consent_purposes]
    return [Chosen(purpose, now.state, now.until) for purpose, now in stand]


def close(hub: Hub, secret: str) -> None:
    """The resident leaves."""
    with hub.database.writing() as session:
        windows.end(session, secret)


def _listed(slip: WindowSlip, today: date) -> Json:
    listed: dict[str, Json] = {
        "aangemaaktOp": stamp(slip.issued_at),
        "verlooptOp": slip.expires_on.isoformat(),
        "status": _status(slip, today),
    }
    return listed if slip.used_at is None else {**listed, "laatstGebruiktOp": stamp(slip.used_at)}


def _status(slip: WindowSlip, today: date) -> str:
    if slip.voided_at is not None:
        return "vervallen"
    return "open" if windows.works(slip, today) else "verlopen"
