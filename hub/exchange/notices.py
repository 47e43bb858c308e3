"""Which text was explained to a resident, and whether somebody stands behind it: only such a text can carry a yes."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from audit.events import Kind
from consent import reviews
from consent.errors import ConsentError
from consent.notices import Notice, notice
from consent.reviews import TextState
from hub.exchange import trail
from hub.exchange.hub import Hub
from hub.exchange.situation import locked
from hub.identity.principals import Author
from hub.vault.vault import NOBODY
from schemas.base import Mistake
from schemas.fields import LANGUAGES, one_of

PILOT = "2023-1"
"""The pilot's texts count as reviewed, fictitiously: on a practice hub, and nowhere else."""


def text_of(hub: Hub, purpose: str, language: str) -> Notice | None:
    """The text about this purpose in this language, as it is today; None when there is none."""
    try:
        return notice(hub.agreement, purpose, language)
    except ConsentError:
        return None


def states_of(hub: Hub, session: Session, texts: Iterable[Notice]) -> dict[str, TextState]:
    """The state of each of these texts, by its hash."""
    found = list(texts)
    states = reviews.states_of(session, [text for text in found if not _fictitious(hub, text.version)])
    return {text.hash: states.get(text.hash, TextState.REVIEWED) for text in found}


def state_of(hub: Hub, text: Notice) -> TextState:
    """Whether somebody stands behind this text, as it is today."""
    with hub.database.reading() as session:
        return states_of(hub, session, [text])[text.hash]


def review(hub: Hub, by: Author, text: Notice) -> bool:
    """An officer stands behind this text from now on; False when somebody did before, and nothing is recorded."""
    with hub.database.writing() as session:
        situation = locked(hub, session, NOBODY)
        if not reviews.review(session, text, by.client_id, situation.now):
            return False
        record = {"doel": text.purpose, "versie": text.version, "taal": text.language, "tekst": text.hash}
        trail.write(session, situation, by, Kind.NOTICE_REVIEWED, TextState.REVIEWED.value, record)
        return True


def mistakes_in_yes(hub: Hub, purpose: str, language: object) -> list[Mistake]:
    """What stands against a yes that was given on the text in this language."""
    if language not in LANGUAGES or _fictitious(hub, hub.agreement.notices[purpose]):
        return []
    texts = {code: text_of(hub, purpose, code) for code in LANGUAGES}
    with hub.database.reading() as session:
        states = states_of(hub, session, [text for text in texts.values() if text is not None])
    good = [code for code, text in texts.items() if text is not None and states[text.hash] is TextState.REVIEWED]
    return [] if language in good else [Mistake("taal", _not_in_this_language(good))]


def _not_in_this_language(good: list[str]) -> str:
    begin = "De uitleg in deze taal is nog niet beoordeeld."
    if not good:
        return f"{begin} Geen enkele taal is beoordeeld: laat eerst een tekst beoordelen."
    return f"{begin} Leg het met een tolk uit in {one_of(good)}, of laat deze tekst eerst beoordelen."


def _fictitious(hub: Hub, version: str) -> bool:
    return hub.practice and version == PILOT
