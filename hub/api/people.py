"""Persons: register, find by one's own reference, end a link."""

from flask import Response
from flask_smorest import Blueprint

from hub.api.answers import PersonAnswer, PersonList, UnlinkAnswer
from hub.api.beat import says_no
from hub.api.describe import Road
from hub.api.door import EVERY_ROLE, Call, Door, answer
from hub.api.parameters import PERSON_IN_PATH
from hub.api.requests import ReferenceBody, RegistrationBody, UnlinkBody
from hub.exchange import leave, link, register
from hub.exchange.register import Registration
from schemas.agreement import Role

people = Blueprint("betrokkenen", __name__, url_prefix="/api/v1")
TAG = "Betrokkenen"

REGISTER = Road(
    "Meld een bewoner aan",
    TAG,
    PersonAnswer,
    201,
    "Een bekend kenmerk geeft 200 en hetzelfde id.",
    also=(200,),
    name="meldAan",
)
FIND = Road("Zoek een eigen betrokkene", TAG, PersonList, 200, "Met het eigen kenmerk.", name="zoekBetrokkene")
UNLINK = Road(
    "Beëindig de koppeling met een bemiddelaar", TAG, UnlinkAnswer, 200,
    "Werkt als een intrekking van alles wat erover ging.", problems=("404",), name="ontkoppel",
    parameters=(PERSON_IN_PATH,),
)  # fmt: skip
LEAVE = Road(
    "Meld dat een bewoner vertrekt", TAG, UnlinkAnswer, 200,
    "Eindigt elke koppeling, ook die van coa zelf. Daarna wordt de bewoner vergeten.", problems=("404",),
    name="meldVertrek", parameters=(PERSON_IN_PATH,),
)  # fmt: skip


@Door("POST", "/betrokkenen", frozenset({Role.COA}), REGISTER, RegistrationBody)(people)
def register_person(call: Call) -> Response:
    """A casemanager registers a resident who asks for help."""
    fields = call.fields
    registration = Registration(fields["reference"], fields["language"], fields["branch"])
    done = register.register(call.hub, call.by, registration)
    return answer({"betrokkeneId": done.name}, 201 if done.new else 200)


@Door("POST", "/betrokkenen/_zoek", EVERY_ROLE, FIND, ReferenceBody)(people)
def find_person(call: Call) -> Response:
    """One's own reference gives one's own name for the person, or nothing."""
    names = register.find(call.hub, call.by, call.fields["reference"])
    if not names:
        says_no()
    return answer({"resultaten": [{"betrokkeneId": name} for name in names]})


@Door(
    "POST",
    "/betrokkenen/<betrokkene_id>/_ontkoppel",
    frozenset({Role.COA, Role.INTERMEDIARY}),
    UNLINK,
    UnlinkBody,
    bare=True,
)(people)
def unlink_person(call: Call, betrokkene_id: str) -> Response:
    """Either side ends the link; all that went over it is taken back."""
    return answer(link.unlink(call.hub, call.by, betrokkene_id, call.fields.get("partner")))


@Door("POST", "/betrokkenen/<betrokkene_id>/_vertrek", frozenset({Role.COA}), LEAVE)(people)
def let_person_leave(call: Call, betrokkene_id: str) -> Response:
    """A resident left the reception: every link ends, and they are to be forgotten."""
    return answer(leave.leave(call.hub, call.by, betrokkene_id))
