"""The text that is explained to a resident, as a casemanager reads it aloud or prints it."""

from flask import Response
from flask_smorest import Blueprint

from consent.notices import Section
from consent.reviews import TextState
from consent.words import words
from hub.api.answers import NoticeAnswer
from hub.api.describe import Road
from hub.api.door import Call, Door, answer
from hub.api.parameters import LANGUAGE_IN_PATH, PURPOSE_IN_PATH
from hub.errors import NotFound
from hub.exchange.notices import state_of, text_of
from schemas.agreement import Role
from schemas.base import Json

notices = Blueprint("kennisgevingen", __name__, url_prefix="/api/v1")
SHOW = Road(
    "Lees een kennisgeving", "Kennisgevingen", NoticeAnswer, 200,
    "De uitleg bij één doel, in de taal van de bewoner. Alleen met een beoordeelde tekst kan een ja worden vastgelegd.",
    problems=("404",), name="leesKennisgeving", parameters=(PURPOSE_IN_PATH, LANGUAGE_IN_PATH),
)  # fmt: skip


@Door("GET", "/kennisgevingen/<doel>/<taal>", frozenset({Role.COA}), SHOW)(notices)
def show_notice(call: Call, doel: str, taal: str) -> Response:
    """The whole text of today, and whether somebody stands behind it."""
    text = text_of(call.hub, doel, taal)
    if text is None:
        raise NotFound("kennisgevingen")
    state = state_of(call.hub, text)
    remark = {"opmerking": words(taal).say("algemeen.machinevertaling")} if state is TextState.MACHINE else {}
    return answer(
        {
            "doel": text.purpose,
            "versie": text.version,
            "taal": text.language,
            "richting": text.direction.value,
            "status": state.value,
            **remark,
            "titel": text.title,
            "tekst": [_shown(section) for section in text.sections],
            "hash": text.hash,
        }
    )


def _shown(section: Section) -> Json:
    return {"kop": section.title, "alineas": list(section.text), "punten": list(section.points)}
