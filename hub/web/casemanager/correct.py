"""Put right what was told: the form with what was said in it, what the others will see, and only then sent."""

from dataclasses import replace

from flask import request
from flask.typing import ResponseReturnValue

from hub.exchange import query
from hub.web.casemanager.pages import HOME, staff
from hub.web.casemanager.papers import behind
from hub.web.casemanager.tell import Telling, form, only_variant, told
from hub.web.staff.door import Sitting
from schemas.base import Json


@staff.get("/<handle:handle>/verbeteren/<handle:wrong>")
def show_correction(at: Sitting, handle: str, wrong: str) -> ResponseReturnValue:
    """What was said stands in the form; that it was read back is in the trail."""
    telling = _telling(at, handle, wrong)
    said = query.own(at.hub, at.by, telling.message, str(telling.wrong))
    return form(at, replace(telling, typed={name: _typed(value) for name, value in said.items()}))


@staff.post("/<handle:handle>/verbeteren/<handle:wrong>")
def correct(at: Sitting, handle: str, wrong: str) -> ResponseReturnValue:
    """What the others see of the correction; then sent."""
    return told(at, replace(_telling(at, handle, wrong), typed=dict(request.form.items())))


def _telling(at: Sitting, handle: str, wrong: str) -> Telling:
    message_id = behind(at, handle, wrong)
    message = query.type_of_own(at.hub, at.by, message_id)
    person = f"{HOME}/{handle}"
    variant = only_variant(at, message)
    return Telling(message, at.person(handle), f"{person}/verbeteren/{wrong}", person, variant, message_id)


def _typed(value: Json) -> str:
    """A value as one types it."""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    return "" if value is None else str(value).replace(".", ",") if isinstance(value, float) else str(value)
