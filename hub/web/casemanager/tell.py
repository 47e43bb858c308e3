"""Tell something about a resident: one short form, what the others will see of it, and only then sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hub.errors import NotFound
from hub.exchange.preview import preview
from hub.exchange.publish import Refused, publish
from hub.exchange.remember import Request
from hub.people.models import Link
from hub.web.casemanager import labels
from hub.web.casemanager.pages import HOME, staff
from hub.web.casemanager.person import told_by
from hub.web.staff.door import Sitting, go
from hub.web.staff.layout import show
from hub.web.staff.message_form import FormField, body_of, fields_of, sentences
from hub.web.staff.once import once
from schemas.base import InvalidInput, Json, MessageType, Mistake, discover

STEP, BACK, SEND = "stap", "terug", "verstuur"


@dataclass(frozen=True)
class Telling:
    """One thing to tell about one person. `wrong` is the message that it puts right; `typed` stands in the form."""

    message: MessageType
    link: Link
    here: str
    person: str
    variant: str = ""
    wrong: str | None = None
    typed: Mapping[str, str] = field(default_factory=dict)

    @property
    def body(self) -> dict[str, Json]:
        """The body of the publication."""
        fixed: dict[str, Json] = {} if not self.variant else {str(self.message.variant): self.variant}
        return body_of(self.message, self.typed, betrokkeneId=self.link.pseudonym, **fixed)

    def request(self, at: Sitting, key: str) -> Request:
        """As it is sent: the same form twice is one message."""
        road = f"/api/v1/{self.message.collection}"
        return Request(at.by, road if self.wrong is None else f"{road}/{self.wrong}/_corrigeer", key, self.body)

    def fields(self, at: Sitting) -> list[FormField]:
        """What is asked; the kind within the type is not, when this organisation tells of one kind only."""
        return fields_of(self.message, without=[str(self.message.variant)] if self.variant else [])


def _add(message: MessageType) -> None:
    """The form and its preview of one type of message: made from its schema, as the roads of the API are."""

    def show_form(at: Sitting, handle: str) -> ResponseReturnValue:
        return form(at, _telling(at, message, handle))

    def tell(at: Sitting, handle: str) -> ResponseReturnValue:
        return told(at, _telling(at, message, handle, dict(request.form.items())))

    show_form.__name__, tell.__name__ = f"show_form_{message.name}", f"tell_{message.name}"
    staff.get(f"/<handle:handle>/{message.collection}")(show_form)
    staff.post(f"/<handle:handle>/{message.collection}")(tell)


def _telling(at: Sitting, message: MessageType, handle: str, typed: Mapping[str, str] | None = None) -> Telling:
    link = at.person(handle)
    if message not in told_by(at):
        raise NotFound("adres")
    person = f"{HOME}/{handle}"
    return Telling(
        message, link, f"{person}/{message.collection}", person, only_variant(at, message), None, typed or {}
    )


def only_variant(at: Sitting, message: MessageType) -> str:
    """The one kind of this type that this organisation tells of; empty when there is a choice, or no kinds."""
    flows = at.hub.agreement.flows_from(at.by.role, message.name)
    variants = {flow.variant for flow in flows if flow.variant}
    return variants.pop() if len(variants) == 1 else ""


def told(at: Sitting, telling: Telling) -> ResponseReturnValue:
    """The form was sent: to see what the others see, to go back to it, or to send it on."""
    if request.form.get(STEP) == BACK:
        return form(at, telling)
    try:
        if request.form.get(STEP) == SEND:
            return _send(at, telling)
        seen = preview(at.hub, telling.message, telling.request(at, ""), telling.wrong)
    except InvalidInput as invalid:
        return form(at, telling, invalid.mistakes), 400
    asked = [one.name for one in telling.fields(at)]
    return show(
        at, "casemanager/preview", _("Wat ziet de ander?"), telling=telling, seen=seen, key=str(uuid4()),
        labels=labels, typed={name: telling.typed.get(name, "") for name in asked},
    )  # fmt: skip


def form(at: Sitting, telling: Telling, mistakes: tuple[Mistake, ...] = ()) -> str:
    """The form, with everything that was typed still there."""
    name = labels.sort_of(telling.message.name, telling.variant)
    return show(
        at, "casemanager/tell", _("Verbeteren: %(wat)s", wat=name) if telling.wrong else name, telling=telling,
        fields=telling.fields(at), typed=telling.typed, mistakes=sentences(telling.message, mistakes),
    )  # fmt: skip


def _send(at: Sitting, telling: Telling) -> ResponseReturnValue:
    # Decided afresh: between looking and sending the resident may have chosen otherwise.
    done = publish(at.hub, telling.message, telling.request(at, once(request)), telling.wrong)
    nobody = isinstance(done, Refused) or "id" not in done
    said = (
        _("Dit ging naar niemand. Hieronder staat waarom.")
        if nobody
        else _("Verstuurd. Hieronder staat wie het kreeg.")
    )
    return go(f"{telling.person}", said)


for _message in discover().values():
    if _message.about_a_person:
        _add(_message)
