"""A yes is taken back, or a no is said: one press, one question whether one is sure, and it works at once."""

from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from consent.standing import State
from hub.exchange import choose, window
from hub.web.doors import Visit
from hub.web.resident.pages import OVERVIEW, go, inside, show

PURPOSE, SURE = "doel", "zeker"


@inside.post("/stoppen")
def stop(visit: Visit) -> ResponseReturnValue:
    """First asks whether one is sure, and says what happens; then does it."""
    purpose = request.form.get(PURPOSE, "")
    standing = {one.purpose: one for one in window.choices(visit.hub, visit.subject)}.get(purpose)
    if standing is None:
        raise BadRequest
    given = standing.state is State.IN_FORCE
    if request.form.get(SURE) != "ja":
        return show(visit, "stoppen", "stoppen-kop" if given else "nee-kop", purpose=purpose, given=given)
    if given:
        choose.withdraw_as_resident(visit.hub, visit.subject, purpose, visit.words.language)
    else:
        choose.refuse_as_resident(visit.hub, visit.subject, purpose, visit.words.language)
    return go(OVERVIEW, "gestopt" if given else "nee-gezegd")
