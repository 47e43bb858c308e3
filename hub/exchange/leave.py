"""A resident leaves the reception: nobody gets anything about them any more, and they are to be forgotten."""

from sqlalchemy import update

from audit.events import Kind
from hub.clock import stamp
from hub.errors import NotFound
from hub.exchange import link, route, trail, withdraw
from hub.exchange.hub import Hub
from hub.exchange.situation import enter
from hub.identity.principals import Principal
from hub.people.models import Subject
from schemas.base import Json


def leave(hub: Hub, by: Principal, name: object) -> dict[str, Json]:
    """
    End every link of this person, coa's own too: all that went over them is taken back, and the person is closed.

    Gives a receipt. What is here stays until it is forgotten (`hub.rights.retention`), so that it can still be asked
    for. Raises NotFound for a person not one's own; a second time that is so for whoever left.
    """
    with hub.database.writing() as session:
        # 1. One change about this person at a time.
        entered = enter(hub, session, by, name, *link.ALL_KINDS)
        if entered is None:
            raise NotFound("betrokkene")
        situation, _ = entered

        # 2. Each partner's link ends as by an unlinking, a municipality's too.
        known = [one for one in situation.links if one.ended_at is None]
        asked = [offer for one in known for offer in link.end(session, situation, one)]
        session.execute(update(Subject).where(Subject.id == situation.subject).values(closed_at=situation.now))

        # 3. Recorded, and whoever saw something is asked to delete it: together, or not at all.
        record: dict[str, Json] = {
            "vertrek": True,
            "partijen": [one.partner for one in known],
            "verwijderverzoeken": list(withdraw.names(asked)),
        }
        entry = trail.write(session, situation, by, Kind.UNLINKED, "vertrek", record)
        route.store(session, situation, asked, entry.index)
        partners: Json = record["partijen"]
        return {"tijdstip": stamp(situation.now), "partijen": partners, "ontvangstbewijs": trail.receipt(entry)}
