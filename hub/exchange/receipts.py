"""
Gives the casemanager the signed receipt of one choice, to hand to the resident; looking at it is recorded.

Signed as a C2SP signed note with a key of its own: whoever has the public key checks it without the hub.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from audit import note
from audit.events import Kind
from audit.note import Signer
from consent import records
from consent.receipt_reading import Brief, check_value, whole_text
from consent.receipts import About, Moment, flows_of, language_of, receipt, until
from consent.records import Kept
from consent.standing import Choice
from hub.errors import KeyDestroyed, NotFound, NotReady, SealBroken
from hub.exchange import trail
from hub.exchange.hub import Hub
from hub.exchange.situation import locked_or_nobody
from hub.identity.principals import Principal
from hub.people import subjects
from hub.people.pseudonyms import receipt_name
from hub.policy import agreements
from hub.vault.seal import Place, open_value
from hub.vault.subject_keys import DataKey, KeyClass
from hub.vault.vault import HUB, RECEIPTS
from schemas.agreement import Agreement, Flow
from schemas.base import Json


@dataclass(frozen=True)
class Receipt:
    """The receipt of the last choice in a history of one purpose, and the key that signs it."""

    about: About
    history: Sequence[Moment]
    signer: Signer

    @property
    def id(self) -> str:
        """The id of the choice."""
        return self.last.id

    @property
    def last(self) -> Moment:
        """The choice that this is the receipt of."""
        return self.history[-1]

    @property
    def language(self) -> str:
        """In which the resident was asked."""
        return language_of(self.history)

    @property
    def flows(self) -> list[Flow]:
        """What may be told after a yes."""
        return flows_of(self.about.agreement, self.last.given.purpose)

    @cached_property
    def content(self) -> dict[str, Json]:
        """The receipt, with the record inside it, as JSON-LD."""
        return receipt(self.about, self.history)

    @cached_property
    def text(self) -> str:
        """What is signed."""
        return whole_text(self.content)

    @property
    def check(self) -> str:
        """SHA-256 (hex) of what is signed."""
        return check_value(self.text)

    @property
    def signed(self) -> str:
        """The whole receipt as a signed note."""
        return note.sign(self.text, self.signer)

    @property
    def signed_brief(self) -> str:
        """The few facts for the square on paper, as a signed note of their own."""
        given, end = self.last.given, until(self.about.agreement, self.last.given)
        day, over = given.day.isoformat(), "" if end is None else end.isoformat()
        brief = Brief(self.id, given.purpose, given.choice.value, day, given.notice, over, self.check)
        return note.sign(brief.text(), self.signer)


def signer(hub: Hub, base_url: str) -> Signer:
    """The key that receipts are signed with, under the hub's address and `/bewijzen`."""
    return Signer(f"{urlsplit(base_url).netloc}/bewijzen", hub.vault.partners.of(HUB, RECEIPTS))


def hand_out(hub: Hub, by: Principal, base_url: str, choice: str, form: str) -> Receipt:
    """
    The receipt of one choice of one's own resident, in this form. Raises NotFound for anybody else's.

    That it was looked at is committed before anything is opened.
    """
    with hub.database.writing() as session:
        whose = records.whose(session, choice)
        found = None if whose is None else subjects.known_to(session, by, whose)
        situation = locked_or_nobody(hub, session, None if found is None else found.subject_id)
        link = situation.link_of(by.partner)
        mine = found is not None and link is not None and link.id == found.id
        record: dict[str, Json] = {"keuzeId": choice if mine else None, "vorm": form}
        trail.write(session, situation, by, Kind.CONSULTED, trail.YES if mine else trail.NO, record)
    if not mine:
        raise NotFound("toestemming")
    try:
        with hub.database.reading() as session:
            return of_choice(hub, session, situation.subject, base_url, choice)
    except KeyDestroyed:
        raise NotFound("toestemming") from None


def of_choice(hub: Hub, session: Session, subject: str, base_url: str, choice: str) -> Receipt:
    """The receipt of one choice of this person. Raises KeyDestroyed, SealBroken; NotFound for no choice of theirs."""
    found = next((one for one in of_person(hub, session, subject, base_url) if one.id == choice), None)
    if found is None:
        raise NotFound("toestemming")
    return found


def of_person(hub: Hub, session: Session, subject: str, base_url: str) -> list[Receipt]:
    """A receipt of every choice of this person, oldest first. Raises KeyDestroyed, SealBroken."""
    keys = hub.vault.subjects.of(subject, KeyClass.CONSENT, KeyClass.LINKING)
    kept = records.choices_of(session, subject)
    if not records.unbroken(kept):
        raise SealBroken("a choice was taken out, or put in between")
    name = receipt_name(subjects.secret_of(session, keys[KeyClass.LINKING])) if kept else ""
    at = records.moments_of(session, subject)
    moments = [Moment(one.row, one.given, at[one.row], _how(one, keys[KeyClass.CONSENT])) for one in kept]
    key, histories = signer(hub, base_url), [_history(moments[: place + 1]) for place in range(len(moments))]
    return [Receipt(About(name, _explained(hub, history), base_url, key.name), history, key) for history in histories]


def _history(until_here: Sequence[Moment]) -> list[Moment]:
    purpose = until_here[-1].given.purpose
    return [moment for moment in until_here if moment.given.purpose == purpose]


def _how(kept: Kept, key: DataKey) -> dict[str, str | bool]:
    opened = open_value(key, Place("consent_events", "sealed", kept.row), kept.sealed)
    if not kept.says_the_same(opened):
        raise SealBroken("a choice is not what was recorded")
    copy = json.loads(opened)
    return {name: value for name, value in copy.items() if isinstance(value, str | bool)}


def _explained(hub: Hub, history: Sequence[Moment]) -> Agreement:
    """The agreement as it was explained when the resident was last asked, whatever it says today."""
    # Who takes a yes back, or whose yes ends, is asked nothing: it is about what was explained before.
    asked = [moment.given for moment in history if moment.given.choice in (Choice.YES, Choice.NO)]
    purpose, facts = history[-1].given.purpose, (asked or [history[-1].given])[-1].facts
    if facts in ("", hub.terms(purpose).facts):
        return hub.agreement
    found = agreements.that_explained(hub.database, purpose, facts)
    if found is None:
        raise NotReady("The agreement of an earlier choice is not kept here. Restore the table agreement_versions.")
    return found
