"""Requests of residents, as a casemanager takes them in and decides; and who has confirmed that its copy is gone."""

from flask import Response
from flask_smorest import Blueprint

from hub.api.describe import ZIP, Road
from hub.api.door import Call, Door, answer
from hub.api.house import house
from hub.api.parameters import REQUEST_IN_PATH
from hub.api.requests import PersonBody
from hub.api.rights_forms import (
    REASONS,
    DecisionBody,
    DeletionList,
    RequestAnswer,
    RequestBody,
    RequestLine,
    RequestList,
    RequestWhole,
)
from hub.clock import stamp
from hub.errors import Conflict, NotFound
from hub.exchange.publish import UNKNOWN_PERSON
from hub.rights import access, requests
from hub.rights.requests import Decision, Listed, Sort, Why
from hub.rights.story import asked_to_delete
from schemas.agreement import Role
from schemas.base import InvalidInput, Json, Mistake

rights = Blueprint("verzoeken", __name__, url_prefix="/api/v1")
TAG = "Verzoeken"
COA = frozenset({Role.COA})

ASK = Road(
    "Leg een verzoek van een bewoner vast", TAG, RequestAnswer, 201, "Een bezwaar werkt meteen.", name="legVerzoekVast"
)
LIST = Road("Zie de verzoeken van een bewoner", TAG, RequestList, 200, "De nieuwste eerst.", name="zoekVerzoeken")
READ = Road(
    "Lees een verzoek", TAG, RequestWhole, 200, "Met de toelichting; lezen staat in het auditspoor.",
    problems=("404",), name="leesVerzoek", parameters=(REQUEST_IN_PATH,),
)  # fmt: skip
DECIDE = Road(
    "Besluit over een verzoek", TAG, RequestLine, 200, "Werkt meteen.", problems=("404", "409"), name="besluit",
    parameters=(REQUEST_IN_PATH,),
)  # fmt: skip
FILE = Road(
    "Haal het dossier van een bewoner op", TAG, None, 200, "Alleen na een toegewezen verzoek om inzage.",
    problems=("404", "409"), name="dossier", parameters=(REQUEST_IN_PATH,), media=ZIP,
)  # fmt: skip
DELETIONS = Road(
    "Zie wie zijn kopie moest wissen", "Verwijderverzoeken", DeletionList, 200, "En wie dat heeft bevestigd.",
    name="zoekVerwijderverzoeken",
)  # fmt: skip


@Door("POST", "/verzoeken", COA, ASK, RequestBody)(rights)
def take_in(call: Call) -> Response:
    """The resident asked; from this day the month runs."""
    subject = requests.person(call.hub, call.by, call.fields["person"])
    if subject is None:
        raise InvalidInput(UNKNOWN_PERSON)
    asked = requests.ask(call.hub, call.by, subject, Sort(call.fields["sort"]), call.fields.get("details"))
    return answer({"id": asked.id, "uiterlijkOp": asked.due_on.isoformat()}, 201)


@Door("POST", "/verzoeken/_zoek", COA, LIST, PersonBody)(rights)
def list_requests(call: Call) -> Response:
    """Nothing for a person that this client does not know."""
    subject = requests.person(call.hub, call.by, call.fields["person"])
    found = [] if subject is None else requests.listed(call.hub, subject)
    return answer({"resultaten": [_line(one) for one in found]})


@Door("GET", "/verzoeken/<verzoek_id>", COA, READ)(rights)
def read_request(call: Call, verzoek_id: str) -> Response:
    """With what the resident wrote."""
    subject, _ = requests.own(call.hub, call.by, verzoek_id)
    found = requests.read(call.hub, call.by, subject, verzoek_id)
    said: dict[str, Json] = {} if found.details is None else {"toelichting": found.details}
    return answer({**_line(found), **said})


@Door("POST", "/verzoeken/<verzoek_id>/_besluit", COA, DECIDE, DecisionBody)(rights)
def decide(call: Call, verzoek_id: str) -> Response:
    """Granted, rejected with a reason, extended, or (a restriction) lifted."""
    decision, why = Decision(call.fields["decision"]), call.fields.get("why")
    if (decision is Decision.REJECTED) != (why is not None):
        # AVG art. 12(4): who is refused hears why.
        raise InvalidInput(Mistake("reden", f"Geef bij afgewezen, en alleen dan, een reden: {REASONS}."))
    subject, found = requests.own(call.hub, call.by, verzoek_id)
    if (found.sort, decision) == (Sort.ERASURE, Decision.GRANTED):
        return answer(_line(requests.forget(call.hub, house().ledger, call.by, subject, verzoek_id)))
    decided = requests.decide(call.hub, call.by, subject, verzoek_id, decision, None if why is None else Why(why))
    return answer(_line(decided))


@Door("GET", "/verzoeken/<verzoek_id>/dossier", COA, FILE)(rights)
def fetch_file(call: Call, verzoek_id: str) -> Response:
    """For a request for inzage that was granted: the resident's file, to hand to the resident. Recorded each time."""
    subject, found = requests.own(call.hub, call.by, verzoek_id)
    if found.sort is not Sort.ACCESS:
        raise NotFound("dossier")
    if found.state != Decision.GRANTED.value:
        raise Conflict("niet-toegewezen", "Wijs het verzoek eerst toe; daarna kunt u het dossier ophalen.")
    at = house()
    made = access.file_of(call.hub, subject, None, call.by, keeper=at.keeper, base_url=at.base_url, request=verzoek_id)
    # The name says nothing about anybody, as no name in the file does.
    return Response(made, mimetype=ZIP, headers={"Content-Disposition": 'attachment; filename="dossier.zip"'})


@Door("POST", "/verwijderverzoeken/_zoek", COA, DELETIONS, PersonBody)(rights)
def list_deletions(call: Call) -> Response:
    """Per receiver and purpose: when it was asked, and when it confirmed that its copy is gone."""
    subject = requests.person(call.hub, call.by, call.fields["person"])
    lines: list[Json] = [
        {
            "ontvanger": one.partner,
            "doel": one.purpose,
            "gevraagdOp": stamp(one.asked_at),
            **({} if one.confirmed_at is None else {"bevestigdOp": stamp(one.confirmed_at)}),
        }
        for one in asked_to_delete(call.hub, subject)
    ]
    return answer({"resultaten": lines})


def _line(one: Listed) -> dict[str, Json]:
    return {
        "id": one.id,
        "soort": one.sort.value,
        "ontvangenVan": one.received_from,
        "ontvangenOp": stamp(one.received_at),
        "uiterlijkOp": one.due_on.isoformat(),
        "verlengd": one.extended,
        "status": one.state,
        **({} if one.decided_at is None else {"beslotenOp": stamp(one.decided_at)}),
        **({} if one.reason is None else {"reden": one.reason}),
    }
